"""`request.flags`: what views and templates ask of flags.

On a public page a read makes the flag part of the page's key, and the page may read only what its route is
declared for: a flag that is not would multiply what is kept without anybody having wanted it.
"""

from typing import Final, TypeVar

import msgspec
from django.conf import settings

from storefront.core import StorefrontError
from storefront.flags.context import Evaluation
from storefront.flags.declaration import Declaration
from storefront.flags.declared import EVERY_PAGE
from storefront.web.flags.environ import preview_in, reading_of, region_of, visitor_of
from storefront.web.flags.previews import Preview
from storefront.web.flags.reading import NOBODY, Reading, Who
from storefront.web.flags.visitors import account_id
from storefront.web.rendering import Rendering, rendering_of
from storefront.web.requests import ShopRequest
from storefront.web.shop import Shop

T = TypeVar("T")
_COMPONENT: Final = "flags"


class FlagNotForPageError(StorefrontError):
    """A public page read a flag that is not declared for its route: a bug."""


class RequestFlags:
    """The flags of one request. What was decided and can't be read is the declared default.

    Asking for a flag that nobody declares, or for another type than the declared one, is TypeError.

    `preview` is the one that the browser is in, None for everybody else.
    """

    def __init__(
        self, request: ShopRequest, reading: Reading, rendering: Rendering | None, preview: Preview | None
    ) -> None:
        self._route = request.route
        self._public = request.policy.public
        self._event = request.shop.telemetry.event
        self._reading = reading
        self._rendering = rendering
        self._compared: dict[str, str] = {}
        self.preview = preview

    def boolean(self, key: str) -> bool:
        """A flag that is on or off."""
        return self._typed(key, bool)

    def string(self, key: str) -> str:
        """A flag whose values are texts."""
        return self._typed(key, str)

    def number(self, key: str) -> float:
        """A flag whose values are numbers."""
        return self._typed(key, float)

    def json(self, key: str, shape: type[T]) -> T:
        """A flag whose values have parts, as `shape`."""
        return self._typed(key, shape)

    def evaluate(self, key: str) -> Evaluation:
        """The flag's value, and why it is that.

        Raises FlagNotForPageError, but in production, for a flag that this page is not declared for.
        """
        declared = self._reading.declaration(key)
        if self._public and not self._allowed(declared):
            if settings.FLAGS_STRICT:
                raise FlagNotForPageError(f"{self._route} reads {key!r}, which is not declared for it")
            self._event(_COMPONENT, "not_for_page")
            default = declared.default if declared is not None else ""
            value = declared.variants[default] if declared is not None else None
            return Evaluation(key, value, default, "ERROR", "not_for_page")
        if self._public and self._rendering is not None:
            self._rendering.variant(key)
        found = self._reading.evaluate(key)
        if declared is not None and declared.by_person:
            self._compared[key] = found.variant
        return found

    @property
    def compared(self) -> tuple[tuple[str, str], ...]:
        """The flags read so far that may differ by person, with the variants that this page shows."""
        return tuple(sorted(self._compared.items()))

    def _allowed(self, declared: Declaration | None) -> bool:
        return declared is not None and (EVERY_PAGE in declared.pages or self._route in declared.pages)

    def _typed(self, key: str, shape: type[T]) -> T:
        found = self.evaluate(key)
        try:
            return msgspec.convert(found.value, shape)
        except msgspec.ValidationError:
            self._event(_COMPONENT, "wrong_type")
        declared = self._reading.declaration(key)
        if declared is None:
            raise TypeError(f"there is no flag {key!r}")
        try:
            return msgspec.convert(declared.variants[declared.default], shape)
        except msgspec.ValidationError as error:
            raise TypeError(f"the flag {key!r} is declared as {declared.type}: {error}") from error


def flags_of(request: ShopRequest) -> RequestFlags:
    """The flags of a request that has its route, policy and Shop; cookies must not be gone yet."""
    shop, meta = request.shop, request.META
    snapshot, now = shop.flags.snapshot, shop.clock.now()
    rendering = rendering_of(meta)
    if rendering is not None and isinstance(rendering.answers, Reading):
        return RequestFlags(request, rendering.answers, rendering, None)
    preview = preview_in(meta, now)
    if preview is None and request.policy.public:
        return RequestFlags(request, reading_of(snapshot, meta, now), rendering, None)
    moment = preview.moment if preview is not None else None
    reading = Reading(
        snapshot,
        region=region_of(meta),
        now=moment or now,
        who=_stranger if request.policy.public else lambda: _who(request, shop),
        overrides=preview.overrides if preview is not None else None,
    )
    return RequestFlags(request, reading, rendering, preview)


def _who(request: ShopRequest, shop: Shop) -> Who:
    """Who asks for a private page, as the session says; in an outage as the cookie does."""
    visitor = visitor_of(request.META)
    facts = visitor.facts(shop.clock.now()) if visitor is not None else {}
    if visitor is not None and request.identity.unavailable:
        return Who(id=visitor.id, facts=facts)
    person = request.identity.person
    if person is None:
        return Who(id=visitor.own if visitor is not None else "", facts={**facts, "signed_in": False})
    facts = {**facts, "signed_in": True, "group": person.groups}
    return Who(id=account_id(person.sub), facts=facts)


def _stranger() -> Who:
    return NOBODY
