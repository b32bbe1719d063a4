"""Which values of flags a request gets, for the page cache: asked for every page view, so remembered.

What is remembered holds for one snapshot, until the next window opens or closes, and a minute at most. For
flags that go by the address it is found by region alone; a visitor's cookie is read only where a flag may
differ by person.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

from django.conf import settings

from storefront.flags.snapshot import Snapshot
from storefront.web.flags.environ import (
    PREVIEW,
    cookie,
    edge_variants,
    preview_in,
    reading_of,
    told_by_edge,
    visitor_of,
)
from storefront.web.flags.reading import Reading, edge_name
from storefront.web.flags.visitors import LONGEST
from storefront.web.page_cache.variants import Values
from storefront.web.shop import Shop, current_shop

_MOST: Final = 5_000  # visitors come and go: their answers are remembered as long as there is room
_REGION: Final = len("/ie/en/")
_Asked = tuple[str, tuple[str, ...], str]  # the region's prefix, flags, who asks
_SECONDS: Final = 60.0  # what is known of a visitor changes with time: new ones are returning ones later


class _Memo:
    """Answers that hold from `since` to `until`, both in seconds since 1970."""

    __slots__ = ("_edge", "personal", "since", "snapshot", "until", "values")

    def __init__(self, snapshot: Snapshot, now: float) -> None:
        change = snapshot.next_change(now)
        self.snapshot = snapshot
        self.since = now
        self.until = now + _SECONDS if change is None else min(change, now + _SECONDS)
        self.personal = frozenset(snapshot.personal())
        self.values: dict[_Asked, Values] = {}
        self._edge = {
            edge_name(key): frozenset(map(edge_name, snapshot.values(key))) for key in self.personal
        }

    def person(self, environ: dict[str, Any]) -> str:
        """All that the environ says about who asks, as one short text; "" for a stranger.

        Anybody can send anything: of what an edge tells only variants that there are count, and a cookie only
        where it may be one of ours.
        """
        told = edge_variants(told_by_edge(environ))
        if told is not None:
            return "edge " + ";".join(
                f"{name}={told[name]}" for name, known in self._edge.items() if told.get(name) in known
            )
        found = cookie(environ, settings.VISITOR_COOKIE_NAME)
        return f"visitor {found}" if 0 < len(found) <= LONGEST else ""

    def keep(self, asked: _Asked, values: Values) -> Values:
        """Remember an answer; gives it back."""
        if len(self.values) >= _MOST:
            self.values.clear()
        self.values[asked] = values
        return values


class FlagVariants:
    """The flags of the process's Shop, as the page cache asks for them; thread-safe."""

    def __init__(self, shop: Callable[[], Shop] = current_shop) -> None:
        self._shop = shop
        self._memo: _Memo | None = None
        self._preview = f"{settings.PREVIEW_COOKIE_NAME}="

    def answers(self, environ: dict[str, Any]) -> Reading:
        """The flags for one page."""
        shop = self._shop()
        return reading_of(shop.flags.snapshot, environ, shop.clock.now())

    def values(self, environ: dict[str, Any], names: Sequence[str]) -> Values:
        """The values of these flags for this request."""
        shop = self._shop()
        snapshot, now = shop.flags.snapshot, shop.clock.now()
        memo = self._standing(snapshot, now.timestamp())
        asked = names if isinstance(names, tuple) else tuple(names)
        region = environ["PATH_INFO"][:_REGION]
        person = "" if memo.personal.isdisjoint(asked) else memo.person(environ)
        found = memo.values.get((region, asked, person))
        if found is not None:
            return found
        plain = memo.values.get((region, asked, ""))
        if plain is None:
            reading = reading_of(snapshot, {"PATH_INFO": environ["PATH_INFO"]}, now)
            plain = memo.keep(
                (region, asked, ""), tuple((name, reading.value(name)) for name in sorted(asked))
            )
        if not person or (told_by_edge(environ) is None and visitor_of(environ) is None):
            return plain  # nor is a cookie remembered that nobody here has signed
        reading = reading_of(snapshot, environ, now)
        own = ((name, reading.value(name) if name in memo.personal else value) for name, value in plain)
        return memo.keep((region, asked, person), tuple(own))

    def personal(self, environ: dict[str, Any], names: Sequence[str]) -> bool:
        """Whether one of these flags may differ by person now, and no edge has told a variant."""
        if told_by_edge(environ) is not None:
            return False
        shop = self._shop()
        memo = self._standing(shop.flags.snapshot, shop.clock.now().timestamp())
        return not memo.personal.isdisjoint(names)

    def _standing(self, snapshot: Snapshot, at: float) -> _Memo:
        memo = self._memo
        if memo is None or memo.snapshot is not snapshot or not memo.since <= at < memo.until:
            memo = self._memo = _Memo(snapshot, at)
        return memo

    def alone(self, environ: dict[str, Any]) -> bool:
        """Whether the browser is in a preview."""
        if PREVIEW not in environ and self._preview not in environ.get("HTTP_COOKIE", ""):
            return False
        return preview_in(environ, self._shop().clock.now()) is not None
