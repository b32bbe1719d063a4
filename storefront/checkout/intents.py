"""What the shopper agreed to, kept so that it outlives an answer, a worker, and the session (ADR 0003).

An intent is a version of the cart at a total, and its idempotency key is made of it. The review page puts the
intent it shows into a signed cookie, so the browser has it before it is ever sent; "Place order" writes it
into the session before the first call. Whichever of the two is still there leads back to the one order.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from storefront.clients.orders import Cart, CartRef
from storefront.core import Money, UpstreamUnavailable
from storefront.web.cart_cookie import agreed_cookie_name
from storefront.web.cookies import forget_cookie
from storefront.web.regions import Region, current_region, region_by_key, split
from storefront.web.requests import ShopRequest

SESSION_PREFIX = "placing:"
"""An entry for each market, as there is a cart for each: two of them may be under way in one browser."""
KEPT_SECONDS = 24 * 3600
"""How long the backend answers the same key with the same order."""
SENT_SECONDS = 15 * 60
"""How long we ask again by ourselves for an order whose answer was lost; later the shopper is asked first."""
_EXPECTED = "checkout"
_SALT = "storefront.placing"
_MOST_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Intent:
    """This version of the cart for this total; `region` is where that was and where payment returns."""

    version: int
    total: Money
    region: str

    @property
    def plain(self) -> dict[str, int | str]:
        """The intent as forms and cookies hold it."""
        total = self.total
        return {
            "version": self.version,
            "amount": total.amount,
            "currency": total.currency,
            "region": self.region,
        }

    @classmethod
    def of(cls, cart: Cart) -> "Intent":
        """What a page that shows this cart asks the shopper to agree to."""
        return cls(cart.version, cart.totals.total, current_region().key)

    @classmethod
    def read(cls, data: Mapping[str, object]) -> "Intent | None":
        """The intent that a form, cookie or session holds, None when it is none."""
        version, amount, currency = (str(data.get(name, "")) for name in ("version", "amount", "currency"))
        region = str(data.get("region", ""))
        numbers = all(n.isascii() and n.isdigit() and len(n) <= _MOST_DIGITS for n in (version, amount))
        if not numbers or region_by_key(region) is None:
            return None
        try:
            return cls(int(version), Money(int(amount), currency), region)
        except ValueError:
            return None

    @property
    def language(self) -> str:
        """The language of the page that showed it, which the order is made in."""
        return self._shown_in.language

    @property
    def is_here(self) -> bool:
        """Whether it was shown in the market of this request: a cart is one market's, and paid there."""
        return self._shown_in.market == current_region().market

    @property
    def _shown_in(self) -> Region:
        region = region_by_key(self.region)
        assert region is not None  # read() and of() see to it
        return region

    @property
    def return_url(self) -> str:
        """Where the provider sends the browser; the backend fills the order's id in."""
        here = reverse("checkout:return", kwargs={"order_id": "0"})
        path = self._shown_in.href(split(here)[1]).replace("/0/", "/{order_id}/")
        return f"{settings.PUBLIC_ORIGIN}{path}"


def order_key(cart: CartRef, intent: Intent) -> str:
    """The idempotency key of an intent: the same when repeated, another after any change (ADR 0003)."""
    return f"order:{cart.id}:{intent.version}"


# --- in the session: what was sent ------------------------------------------------------------------------


def write_down(request: ShopRequest, cart_id: str, intent: Intent | None) -> None:
    """Let the session say which intent of this cart is open (None: none is), now and not with the answer.

    A session table that is away keeps nobody from buying: then the session stays as it was, so that nothing
    tries to write it again once the order is placed. The cookie has the intent too.
    """
    name = _entry(request, cart_id)
    if intent is None and not name:
        return
    name = name or f"{SESSION_PREFIX}{request.shop.market}"
    before = request.session.get(name)
    after = {**intent.plain, "cart": cart_id} if intent else None
    if after == before:
        return
    _set(request, name, after)
    try:
        request.session.save()
    except UpstreamUnavailable:
        _set(request, name, before)
        request.shop.telemetry.degraded("placing", "sessions unavailable")


def expect(request: ShopRequest) -> None:
    """Let a browser have a session before it places an order: what is written down then must be found again.

    Not one that has brought a session's id: where that has ended, another request may have begun the next.
    """
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        request.session[_EXPECTED] = True


def _set(request: ShopRequest, name: str, kept: object) -> None:
    if kept is None:
        request.session.pop(name, None)
    else:
        request.session[name] = kept


def _entry(request: ShopRequest, cart_id: str) -> str:
    """The name of the session's entry about this cart, "" when there is none.

    Looked for in every market's: an order's page may be opened in another region than the order was made in.
    """
    for name in request.session.keys():  # noqa: SIM118 - a session is no mapping
        kept = request.session[name] if name.startswith(SESSION_PREFIX) else None
        if isinstance(kept, dict) and kept.get("cart") == cart_id:
            return name
    return ""


def written_down(request: ShopRequest, cart_id: str) -> Intent | None:
    """The intent of this cart that the session says was sent."""
    kept = request.session.get(_entry(request, cart_id))
    return Intent.read(kept) if isinstance(kept, dict) else None


# --- in a cookie: what was shown, and whether it was sent -------------------------------------------------


def keep(response: HttpResponseBase, cart_id: str, intent: Intent, *, sent: bool) -> None:
    """Let the browser remember what it was asked to agree to, and whether it did."""
    value = signing.dumps({**intent.plain, "cart": cart_id, "sent": sent}, salt=_SALT)
    response.set_cookie(
        agreed_cookie_name(),
        value,
        max_age=KEPT_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
        path="/",
    )


def forget(request: HttpRequest, response: HttpResponseBase, cart_id: str) -> None:
    """Let the browser forget what it was asked about this cart: the order is known now."""
    name = agreed_cookie_name()
    if name in response.cookies or shown(request, cart_id) is None:
        return
    forget_cookie(response, name)


def shown(request: HttpRequest, cart_id: str, *, sent: bool = False) -> Intent | None:
    """The intent of this cart that the cookie holds; with `sent` only one that was sent a short while ago."""
    value = request.COOKIES.get(agreed_cookie_name(), "")
    try:
        kept = signing.loads(value, salt=_SALT, max_age=SENT_SECONDS if sent else KEPT_SECONDS)
    except (signing.BadSignature, ValueError):
        return None
    if not isinstance(kept, dict) or kept.get("cart") != cart_id or (sent and not kept.get("sent")):
        return None
    return Intent.read(kept)


# --- both -------------------------------------------------------------------------------------------------


def candidates(request: ShopRequest, cart_id: str) -> tuple[Intent, ...]:
    """The intents that may have made the order which holds this cart, the likeliest first."""
    found = (written_down(request, cart_id), shown(request, cart_id))
    return tuple(dict.fromkeys(intent for intent in found if intent is not None))
