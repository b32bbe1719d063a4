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
from dataclasses import dataclass
from enum import StrEnum

from storefront.cache import Background, FoundPage, Held, Layer, PageLayers, StoredPage
from storefront.cache.flight import Flight, Flights
from storefront.telemetry import Telemetry
from storefront.web.page_cache.addresses import Address
from storefront.web.page_cache.bodies import Ready
from storefront.web.page_cache.renders import Rendered, Renderer
from storefront.web.page_cache.variants import Environ, Variants, variants_of

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
    """A kept page for a request. `age` is in seconds; it matters where `source` is STALE."""

    page: StoredPage
    ready: Ready
    source: Source
    age: float = 0.0
    fresh: Rendered | None = None


_Flight = Flight[Held[Ready]]
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
        self._flights: Flights[Held[Ready]] = Flights()
        self._failed: dict[str, float] = {}
        self._lately = _MOST_WAIT / _WAIT_FACTOR  # seconds that making a page takes
        self._lock = threading.Lock()

    def close(self) -> None:
        """Finish the renewals under way."""
        self._background.close()

    def get(self, address: Address, asked: Environ) -> Served | Rendered | None:
        """The page for a request, or an answer that is not kept; None: ask Django, nothing is gained here."""
        key, found = self._look(address, asked)
        if found is None or found.purged:
            return self._made_or_old(address, key, None, asked)
        page, now = found.held.page, self._layers.now()
        if now < page.soft_at:
            return _served(found)
        if now < page.hard_at and self._layers.in_step:
            self._background.submit(key, lambda: self._renew(address, key, asked))
            return _served(found)
        old = found if now < page.until else None
        return self._made_or_old(address, key, old, asked)

    def _look(self, address: Address, asked: Environ) -> tuple[str, FoundPage[Ready] | None]:
        """The key of the page for this request's flags, and the page."""
        found = self._layers.find(address.key)
        if found is None or not found.held.page.signpost:
            return address.key, found
        key = address.variant(variants_of(self._variants, asked, found.held.page.reads))
        return key, self._layers.find(key)

    def _made_or_old(
        self, address: Address, key: str, old: FoundPage[Ready] | None, asked: Environ
    ) -> Served | Rendered | None:
        if old is not None and self._failed.get(key, 0.0) > self._layers.now():
            return self._old(old)
        flight, ours = self._flights.join(key)
        if ours:
            return self._fly(address, key, old, asked, flight)
        # Who has a copy that is only past its soft life need not wait for another.
        usable = old is not None and self._layers.now() < old.held.page.hard_at
        if flight.wait(0.0 if usable else self._patience(old)) and flight.value is not None:
            return Served(flight.value.page, flight.value.ready, Source.MEMORY)
        if old is not None:
            return _served(old) if usable else self._old(old)
        self._telemetry.event(_COMPONENT, "follower_rendered")
        return None

    def _fly(
        self, address: Address, key: str, old: FoundPage[Ready] | None, asked: Environ, flight: _Flight
    ) -> Served | Rendered | None:
        held: Held[Ready] | None = None
        try:
            answer = self._led(address, key, old, asked)
            if isinstance(answer, Served):
                held = Held(answer.page, answer.ready, 0)
            return answer
        finally:
            if held is not None:
                flight.land(held)
            else:
                flight.crash(LookupError("not kept"))
            self._flights.end(key)

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
                return self._old(old) if old is not None else self._made(address, key, old, asked)
            self._layers.clock.sleep(_POLL_SECONDS)
            served = self._made_by_another(key)
            if served is not None:
                return served
            locked = self._layers.lock(key, token, LEASE_SECONDS)
        failed = False
        try:
            # Between our look and our lock another may have made it and unlocked.
            served = self._made_by_another(key) if locked else None
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
            held = self._keep(address, key, rendered)
            return Served(rendered.page, held.ready, Source.RENDERED, fresh=rendered)
        self._telemetry.event(_COMPONENT, f"not_kept_{rendered.why_not}")
        if rendered.failed and old is not None:
            self._note_failure(key)
            return self._old(old)
        if not rendered.failed and old is not None:
            self._layers.drop(key)
        return rendered

    def _made_by_another(self, key: str) -> Served | None:
        found = self._layers.find(key)
        if found is None or found.purged or self._layers.now() >= found.held.page.soft_at:
            return None
        return _served(found)

    def _keep(self, address: Address, key: str, rendered: Rendered) -> Held[Ready]:
        """Keep a page, under the key of the flags that it has read, with a signpost to there."""
        page = rendered.page
        assert page is not None
        self._render_seconds.observe(seconds=page.cost)
        with self._lock:
            self._lately += _SLOWNESS * (page.cost - self._lately)
            self._failed.pop(key, None)
        if not rendered.values:
            return self._layers.keep(address.key, page)
        names = tuple(name for name, _ in rendered.values)
        known = self._layers.held(address.key)
        if known is None or known.page.reads != names:
            far = page.made_at + address.family.stale_for
            self._layers.keep(address.key, StoredPage(page.made_at, far, far, far, (), reads=names))
        return self._layers.keep(address.variant(rendered.values), page)

    def _renew(self, address: Address, key: str, asked: Environ) -> None:
        """The background's job: make the page once for the fleet. A failure leaves the lock to lapse."""
        token = secrets.token_hex(8)
        locked = self._layers.lock(key, token, LEASE_SECONDS)
        if locked is False:
            return
        rendered = self._renderer.render(address, asked, renewal=True)
        if rendered.page is not None:
            self._keep(address, key, rendered)
        elif rendered.failed:
            self._telemetry.event(_COMPONENT, "renewal_failed")
            return
        else:
            self._layers.drop(key)
            self._telemetry.event(_COMPONENT, "renewed_away")
        if locked:
            self._layers.unlock(key, token)

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
