"""Finds changes that no event has told: compares, every few minutes, what is new now with what was new then.

Products by the catalogue's list of versions: one whose version has grown is purged once more, after the time
an event may take; what is news to the shared store then was lost. Content by the versions of what there is
(home, menus, list of pages, redirects). Stock and reviews have no such list: a lost event about them ends
with the lifetimes of what shows them (seconds, and a minute, see the manifest).

The first round after a start only looks: what happened before lies in the queue.
"""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from storefront.clients.catalog import ProductVersion, VersionPage
from storefront.clients.content import Home, Menu, PageList, RedirectList
from storefront.core import Clock, NotFound, UpstreamError
from storefront.purging.events import Plan, Purge
from storefront.purging.purger import Purger
from storefront.telemetry import Telemetry

GRACE_SECONDS = 5.0
"""An event that takes longer counts as lost; should it come all the same, it is no news."""
AGAIN_SECONDS = 10.0
"""After a round that broke off: at a start the backend may not be up yet."""
MANY = 2_000
"""So many products at once are an import of which the events were lost: everything goes."""
_PAGE = 5_000
_MENUS = ("header", "footer")
_COMPONENT = "purge_sweep"
_LOG = logging.getLogger(__name__)


class Versions(Protocol):
    """The catalogue, as far as it is used here."""

    def list_versions(self, *, cursor: str | None = None, limit: int = 1_000) -> VersionPage:
        """Some of all versions."""
        ...


class Written(Protocol):
    """Content, as far as it is used here."""

    def get_home(self, *, market: str, locale: str) -> Home:
        """The home page."""
        ...

    def get_menu(self, *, name: str, market: str, locale: str) -> Menu:
        """A menu."""
        ...

    def list_pages(self, *, market: str, locale: str) -> PageList:
        """Which pages there are."""
        ...

    def list_redirects(self) -> RedirectList:
        """Where moved addresses lead."""
        ...


@dataclass(frozen=True, slots=True)
class Swept:
    """One round: how many things were compared, and how many of them no event had told of."""

    looked_at: int
    missed: int


class Sweep:
    """Compares with what it saw last. `places` are the pairs of market and language that have content."""

    def __init__(
        self,
        catalog: Versions,
        content: Written,
        purger: Purger,
        *,
        places: Sequence[tuple[str, str]],
        telemetry: Telemetry,
        clock: Clock,
    ) -> None:
        self._catalog = catalog
        self._content = content
        self._purger = purger
        self._places = tuple(places)
        self._telemetry = telemetry
        self._clock = clock
        self._products: dict[str, ProductVersion] | None = None
        self._written: dict[tuple[str, str, str], int] = {}
        self.missed = 0
        self.swept_at = 0.0

    def sweep(self, pause: Callable[[float], object] | None = None) -> Swept:
        """One round. `pause` waits so many seconds (the clock's sleep unless given).

        Raises UpstreamError when the backend or the shared store does not answer; the next round sees what
        this one has not purged.
        """
        products = {one.handle: one for one in self._listed()}
        other = self._grown(products)
        written = self._published()
        missed = 0
        if other:
            (pause or self._clock.sleep)(GRACE_SECONDS)
            missed = self._purged(other)
        self._products = products
        self._republished(written)
        self.missed += missed
        self.swept_at = self._clock.now().timestamp()
        self._telemetry.event(_COMPONENT, "rounds")
        if missed:
            self._telemetry.event(_COMPONENT, "missed", by=missed)
            _LOG.warning("changes that no event has told", extra={"count": missed})
        return Swept(len(products) + len(written), missed)

    def _listed(self) -> Iterator[ProductVersion]:
        cursor: str | None = None
        while True:
            page = self._catalog.list_versions(cursor=cursor, limit=_PAGE)
            yield from page.items
            cursor = page.next_cursor
            if cursor is None:
                return

    def _grown(self, products: Mapping[str, ProductVersion]) -> list[tuple[ProductVersion, bool]]:
        """What has changed since the last round, each with whether lists have changed with it."""
        known = self._products
        if known is None:
            return []
        grown = []
        for handle, one in products.items():
            old = known.get(handle)
            if old is None or old.version < one.version:
                grown.append((one, old is None or old.retired != one.retired))
        return grown

    def _purged(self, grown: Sequence[tuple[ProductVersion, bool]]) -> int:
        """Purge what has grown; how much of it was news."""
        if len(grown) > MANY:
            self._purger.purge(Plan([Purge("catalog"), Purge("search")]))
            return len(grown)
        # One after the other in the store, and those that are known there go no further.
        told = {p.tag for p in self._purger.purge(_versions_only(grown))}
        lost = [(one, lists) for one, lists in grown if f"product:{one.handle}" in told]
        plan = Plan()
        for one, lists in lost:
            plan.add(Purge(f"product:{one.handle}", one.version))
            # The event would have told the version of the offers; this list does not.
            plan.add(Purge(f"offers:{one.handle}"))
            for tag in ("products", "search", "categories") if lists else ():
                plan.add(Purge(tag))
        self._purger.purge(plan)
        return len(lost)

    def _published(self) -> dict[tuple[str, str, str], int]:
        """Versions of what is written, by tag, market and language."""
        found: dict[tuple[str, str, str], int] = {}
        for market, locale in self._places:
            at = {"market": market, "locale": locale}
            found["content:home", market, locale] = _version(partial(self._content.get_home, **at))
            found["content_pages", market, locale] = _version(partial(self._content.list_pages, **at))
            for name in _MENUS:
                look = partial(self._content.get_menu, name=name, **at)
                found[f"menu:{name}", market, locale] = _version(look)
        found["redirects", "", ""] = _version(self._content.list_redirects)
        return found

    def _republished(self, written: Mapping[tuple[str, str, str], int]) -> None:
        """Purge what has another version than last time: content's purges tell no version to compare.

        So what an event has told is purged twice, and is not counted as missed. A page's own text is purged
        with the list, whose version is the sum of theirs.
        """
        old, self._written = self._written, dict(written)
        tags = {key[0] for key, version in written.items() if key in old and old[key] != version}
        if "content_pages" in tags:
            tags.add("content")
        if tags:
            self._purger.purge(Plan(Purge(tag) for tag in sorted(tags)))


def _versions_only(grown: Sequence[tuple[ProductVersion, bool]]) -> Plan:
    plan = Plan()
    for one, _ in grown:
        plan.add(Purge(f"product:{one.handle}", one.version), edge=False)
    return plan


def _version(look: Callable[[], Home | Menu | PageList | RedirectList]) -> int:
    """A version; 0 for what nobody has written."""
    try:
        return look().version
    except NotFound:
        return 0


class Sweeping:
    """Sweeps in a thread of its own, so that events do not wait meanwhile."""

    def __init__(self, sweep: Sweep, interval: float, telemetry: Telemetry) -> None:
        """`interval` is seconds from one round's end to the next one's beginning; the first comes at once."""
        self._sweep = sweep
        self._interval = interval
        self._telemetry = telemetry
        self._thread: threading.Thread | None = None

    def start(self, stop: threading.Event) -> None:
        """Begin; it ends soon after `stop` is set."""
        self._thread = threading.Thread(target=self._run, args=(stop,), name="purge-sweep", daemon=True)
        self._thread.start()

    def join(self, seconds: float) -> None:
        """Wait for the end of the round under way."""
        if self._thread is not None:
            self._thread.join(seconds)

    def _run(self, stop: threading.Event) -> None:
        while not stop.is_set():
            pause = min(self._interval, AGAIN_SECONDS)
            try:
                self._sweep.sweep(stop.wait)
                pause = self._interval
            except UpstreamError as error:
                self._telemetry.event(_COMPONENT, "broken_off")
                _LOG.warning(
                    "a sweep broke off", extra={"upstream": error.upstream, "reason": type(error).__name__}
                )
            except Exception:  # noqa: BLE001 - logged with its trace
                # Events are still heard; the thread has to outlive what nobody thought of.
                self._telemetry.event(_COMPONENT, "failed_bug")
                _LOG.exception("a sweep failed")
            stop.wait(pause)
