"""When a page is served as it is, when it is renewed, and who of the fleet makes it.

fresh                  served
past its soft life     served, and renewed once in the background; when purges cannot be heard of, one
                       request makes it anew first, others get the copy meanwhile
missing, or purged     one of the fleet makes it; others wait about as long as pages take lately, then get
                       the old copy or make it themselves
cannot be made         the last good copy, up to a day old, unless a change of it is known
"""

import secrets
import threading
from dataclasses import dataclass, replace
from enum import StrEnum

from storefront.cache import Background, FoundPage, Layer, PageLayers, StoredPage
from storefront.cache.flight import Flight, Flights
from storefront.telemetry import Telemetry
from storefront.web.page_cache.addresses import Address
from storefront.web.page_cache.bodies import Ready
from storefront.web.page_cache.renders import Rendered, Renderer
from storefront.web.page_cache.variants import Environ, Values, Variants

_COMPONENT = "page_cache"
# A lock lapses after this; one whose page could not be made is left lying, so that the fleet waits with it.
LEASE_SECONDS = 3.0
RENEWAL_SECONDS = 3.0
_LEAST_WAIT, _MOST_WAIT = 0.25, 1.5
_WAIT_FACTOR = 4.0  # times what pages take lately
_SLOWNESS = 0.2  # how much the newest page counts in that
_POLL_SECONDS = 0.025
_MOST_FAILED = 1_000


class Source(StrEnum):
    """How a page was come by."""

    MEMORY = "memory"
    STORE = "redis"
    RENDERED = "rendered"
    STALE = "stale"  # it cannot be made at the moment


@dataclass(frozen=True, slots=True)
class Served:
    """A kept page for a request. `age` is in seconds; it matters where `source` is STALE.

    `purged` when a change of it became known while it was made: then nobody may keep it.
    """

    page: StoredPage
    ready: Ready
    source: Source
    age: float = 0.0
    fresh: Rendered | None = None
    purged: bool = False


_SOURCES = {Layer.MEMORY: Source.MEMORY, Layer.STORE: Source.STORE}


class Keeper:
    """Finds or makes pages. Thread-safe; works, slower, while the store is down."""

    def __init__(
        self, layers: PageLayers[Ready], renderer: Renderer, variants: Variants, telemetry: Telemetry
    ) -> None:
        self._layers = layers
        self._renderer = renderer
        self._variants = variants
        self._telemetry = telemetry
        self._render_seconds = telemetry.metrics.histogram(
            "storefront_page_render_seconds", "Making a page that is kept."
        )
        self._background = Background(telemetry, seconds=RENEWAL_SECONDS, component="page_renewal")
        self._flights: Flights[Served] = Flights()
        self._failed: dict[str, float] = {}
        self._lately = _MOST_WAIT / _WAIT_FACTOR  # seconds that making a page takes
        self._lock = threading.Lock()

    def close(self) -> None:
        """Finish the renewals under way."""
        self._background.close()

    def get(self, address: Address, asked: Environ, *, again: bool = False) -> Served | Rendered | None:
        """The page for a request, or an answer that is not kept; None: ask Django, nothing is gained here.

        `again` when the page that this request has waited for was purged while it was made.
        """
        key, found = self._look(address, asked)
        if found is None or found.purged:
            return self._made_or_old(address, key, None, asked, again=again)
        page, now = found.held.page, self._layers.now()
        if now < page.soft_at:
            return _served(found)
        if now < page.hard_at and self._layers.in_step:
            self._background.submit(key, lambda: self._renew(address, key, asked))
            return _served(found)
        old = found if now < page.until else None
        return self._made_or_old(address, key, old, asked, again=again)

    def _look(self, address: Address, asked: Environ) -> tuple[str, FoundPage[Ready] | None]:
        """The key of the page for this request's flags, and the page."""
        found = self._layers.find(address.key)
        if found is None or not found.held.page.signpost:
            return address.key, found
        key = address.variant(self._variants.values(asked, found.held.page.reads))
        return key, self._layers.find(key)

    def _made_or_old(
        self, address: Address, key: str, old: FoundPage[Ready] | None, asked: Environ, *, again: bool
    ) -> Served | Rendered | None:
        if old is not None and self._failed.get(key, 0.0) > self._layers.now():
            return self._old(old)
        flight, ours = self._flights.join(key)
        if ours:
            return self._fly(address, key, old, asked, flight)
        # Who has a copy that is only past its soft life need not wait for another.
        usable = old is not None and self._layers.now() < old.held.page.hard_at
        if flight.wait(0.0 if usable else self._patience(old)) and flight.value is not None:
            # What flags the page reads may be known only now; then what landed may be of other values.
            fits = self._look(address, asked)[0] == key
            # A purged one was begun before a purge that this request may have come after. The next was not.
            if not again and (flight.value.purged or not fits):
                return self.get(address, asked, again=True)
            if fits:
                return self._shared(flight.value)
        if old is not None:
            return _served(old) if usable else self._old(old)
        self._telemetry.event(_COMPONENT, "follower_rendered")
        return None

    def _shared(self, served: Served) -> Served:
        """What another request of this process was served, for this one: the old copy for what it is."""
        if served.source is Source.STALE:
            self._telemetry.degraded("page", "stale")
            return served
        return replace(served, source=Source.MEMORY, fresh=None)

    def _fly(
        self,
        address: Address,
        key: str,
        old: FoundPage[Ready] | None,
        asked: Environ,
        flight: Flight[Served],
    ) -> Served | Rendered | None:
        answer: Served | Rendered | None = None
        try:
            answer = self._led(address, key, old, asked)
            return answer
        finally:
            # First off the board, so that who finds this one's page purged meets another.
            self._flights.end(key)
            if isinstance(answer, Served):
                flight.land(answer)
            else:
                flight.crash(LookupError("not kept"))

    def _led(
        self, address: Address, key: str, old: FoundPage[Ready] | None, asked: Environ
    ) -> Served | Rendered | None:
        """Make the page under the fleet's lock, or take what its holder puts into the store."""
        token = secrets.token_hex(8)
        until = self._layers.clock.monotonic() + self._patience(old)
        locked = self._layers.lock(key, token, LEASE_SECONDS)
        while locked is False:
            if self._layers.clock.monotonic() >= until:
                self._telemetry.event(_COMPONENT, "lock_waited_out")
                if old is None:
                    return self._made(address, key, old, asked)
                self._note_failure(key)  # or the next request would wait as long again
                return self._old(old)
            self._layers.clock.sleep(_POLL_SECONDS)
            served = self._made_by_another(address, asked)
            if served is not None:
                return served
            locked = self._layers.lock(key, token, LEASE_SECONDS)
        failed = False
        try:
            # Between our look and our lock another may have made it and unlocked.
            served = self._made_by_another(address, asked) if locked else None
            if served is not None:
                return served
            answer = self._made(address, key, old, asked)
            failed = isinstance(answer, Served) and answer.source is Source.STALE
            return answer
        finally:
            if locked and not failed:
                self._layers.unlock(key, token)

    def _made(
        self, address: Address, key: str, old: FoundPage[Ready] | None, asked: Environ
    ) -> Served | Rendered:
        rendered = self._renderer.render(address, asked)
        if rendered.page is not None:
            kept = self._keep(address, key, rendered, asked)
            ready, purged = kept.held.ready, kept.purged
            return Served(rendered.page, ready, Source.RENDERED, fresh=rendered, purged=purged)
        self._telemetry.event(_COMPONENT, f"not_kept_{rendered.why_not}")
        if rendered.failed and old is not None:
            self._note_failure(key)
            return self._old(old)
        if not rendered.failed and old is not None:
            self._layers.drop(key)
        return rendered

    def _made_by_another(self, address: Address, asked: Environ) -> Served | None:
        _, found = self._look(address, asked)
        if found is None or found.purged or self._layers.now() >= found.held.page.soft_at:
            return None
        return _served(found)

    def _keep(self, address: Address, key: str, rendered: Rendered, asked: Environ) -> FoundPage[Ready]:
        """Keep a page, under the key of the flags that it has read, with a signpost to there."""
        page = rendered.page
        assert page is not None
        self._render_seconds.observe(seconds=page.cost)
        with self._lock:
            self._lately += _SLOWNESS * (page.cost - self._lately)
            self._failed.pop(key, None)
        if rendered.values or key != address.key:
            key = self._signposted(address, page, rendered.values, asked)
        return self._layers.keep(key, page)

    def _signposted(self, address: Address, page: StoredPage, values: Values, asked: Environ) -> str:
        """The key of a page by all the flags that are read at its address, this time or before.

        Some flags are read only where another is on: by these alone the signpost would lead now here, now
        there, and each time the page would be made anew.

        What the page has read counts as it was read: a flag may have another value by now.
        """
        found = self._layers.find(address.key)
        known = found.held.page.reads if found is not None else ()
        read = dict(values)
        names = tuple(sorted({*known, *read}))
        if names != known:
            far = page.made_at + address.family.stale_for
            self._layers.keep(address.key, StoredPage(page.made_at, far, far, far, (), reads=names))
        others = self._variants.values(asked, tuple(name for name in names if name not in read))
        return address.variant(tuple(sorted((*values, *others))))

    def _renew(self, address: Address, key: str, asked: Environ) -> None:
        """The background's job: make the page once for the fleet. A failure leaves the lock to lapse."""
        token = secrets.token_hex(8)
        locked = self._layers.lock(key, token, LEASE_SECONDS)
        if locked is False:
            return
        rendered = self._renderer.render(address, asked, renewal=True)
        if rendered.page is not None and rendered.page.degraded and self._whole(address, asked):
            self._telemetry.event(_COMPONENT, "renewal_degraded")
            return
        if rendered.page is not None:
            self._keep(address, key, rendered, asked)
        elif rendered.failed:
            self._telemetry.event(_COMPONENT, "renewal_failed")
            return
        else:
            self._layers.drop(key)
            self._telemetry.event(_COMPONENT, "renewed_away")
        if locked:
            self._layers.unlock(key, token)

    def _whole(self, address: Address, asked: Environ) -> bool:
        """Whether there is a copy that lacks nothing and may still be served: better than one that does."""
        _, found = self._look(address, asked)
        if found is None or found.purged:
            return False
        page = found.held.page
        return not page.degraded and self._layers.now() < page.hard_at

    def _note_failure(self, key: str) -> None:
        with self._lock:
            if len(self._failed) >= _MOST_FAILED:
                self._failed.clear()
            self._failed[key] = self._layers.now() + LEASE_SECONDS

    def _old(self, found: FoundPage[Ready]) -> Served:
        self._telemetry.degraded("page", "stale")
        age = self._layers.now() - found.held.page.made_at
        return Served(found.held.page, found.held.ready, Source.STALE, age)

    def _patience(self, old: FoundPage[Ready] | None) -> float:
        """How long to wait for another who makes a page: by what this one took, or what all take lately."""
        seconds = max(old.held.page.cost if old else 0.0, self._lately)
        return min(max(_WAIT_FACTOR * seconds, _LEAST_WAIT), _MOST_WAIT)


def _served(found: FoundPage[Ready]) -> Served:
    return Served(found.held.page, found.held.ready, _SOURCES[found.layer])
