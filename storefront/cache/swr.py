"""Cached answers: fresh ones at once, old ones while they are renewed, and one fetch for a whole fleet.

fresh                  served
past its soft life     served, and renewed once in the background
missing or purged      one caller of the fleet fetches; others wait a moment for it, then fetch themselves
upstream unavailable   the last good copy, marked stale, up to the family's `stale_for`
not found              remembered shortly, where the family says so

Only answers that can be read back as their type are stored, so nothing invalid ever is.
"""

import copy
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Generic, NoReturn, TypeVar

from storefront.cache.background import Background
from storefront.cache.entry import Entry, Tag, merged_tags
from storefront.cache.flight import Flight, Flights
from storefront.cache.fragments import Fragments
from storefront.cache.keys import lock_key
from storefront.cache.layers import Found, Layers
from storefront.cache.manifest import Family, Parts
from storefront.cache.pages import PageLayers, StoredPage
from storefront.cache.purger import PurgerState
from storefront.cache.recorder import note_use
from storefront.cache.told import told
from storefront.core import (
    Clock,
    Gone,
    NotFound,
    Reason,
    UpstreamError,
    UpstreamInvalid,
    UpstreamRefused,
    UpstreamUnavailable,
)
from storefront.resilience import about_to_wait, remaining
from storefront.telemetry import Telemetry, current_journal

T = TypeVar("T")
R = TypeVar("R")

# How long others wait for the one who fetches: about the read timeout of the upstreams.
FOLLOW_SECONDS = 0.5
# After this the lock lapses. A failed renewal leaves it lying, so that the fleet tries again only then.
LEASE_SECONDS = 3.0
_POLL_SECONDS = 0.025


class State(StrEnum):
    """How an answer was come by."""

    FRESH = "fresh"
    AGING = "aging"  # past its soft life; being renewed
    FETCHED = "fetched"
    STALE = "stale"  # the upstream does not answer; tell the shopper or the CDN
    NEGATIVE = "negative"


@dataclass(frozen=True, slots=True)
class Cached(Generic[T]):
    """An answer with its age in seconds; `made_at` (Unix seconds) is when its fetch began.

    `tags` are all it depends on: what is made from it must carry them too.
    """

    value: T
    state: State
    age: float
    made_at: float
    tags: tuple[Tag, ...] = ()

    @property
    def stale(self) -> bool:
        """Whether this is an old copy because its upstream does not answer."""
        return self.state is State.STALE


@dataclass(frozen=True, slots=True)
class _Wanted(Generic[T]):
    """One lookup: all that fetching and storing need to know."""

    family: Family
    key: str
    tags: tuple[str, ...]
    fetch: Callable[[], T]
    kind: type[T]
    tags_of: Callable[[T], Iterable[Tag]] | None


class CachedAnswers:
    """The cache as pages and clients see it. Thread-safe; works, slower, while the store is down."""

    def __init__(self, layers: Layers, background: Background, clock: Clock, telemetry: Telemetry) -> None:
        self._layers = layers
        self._background = background
        self._clock = clock
        self._telemetry = telemetry
        self._flights: Flights[Cached[Any]] = Flights()

    def within(self, market: str, locale: str) -> "CachedAnswers":
        """The same cache for another market and language: one store, one memory, one set of purges."""
        other = copy.copy(self)
        other._layers = self._layers.within(market, locale)  # noqa: SLF001 - of its own class
        return other

    def get(
        self,
        family: Family,
        parts: Parts,
        fetch: Callable[[], T],
        *,
        type: type[T],  # noqa: A002 - reads well where it is used
        tags_of: Callable[[T], Iterable[Tag]] | None = None,
    ) -> Cached[T]:
        """The answer for `parts`, from the cache or from `fetch()`.

        `parts` make the key and fill the family's tags; everything `fetch` depends on must be in them, and
        nothing personal may be. `tags_of` names further tags found in the answer, with their versions.
        Raises what `fetch` raises: UpstreamUnavailable and UpstreamInvalid only when there is no copy young
        enough, NotFound and Gone also from memory.
        """
        want = _Wanted(
            family, self._layers.keys.key(family, parts), family.tags_for(parts), fetch, type, tags_of
        )
        journal = current_journal()
        if journal is None:
            return self._noted(want)
        asked = (family.name, parts, self._layers.held_since(want.key))
        return told(journal, asked, fetch, lambda timed: self._noted(replace(want, fetch=timed)))

    def _noted(self, want: _Wanted[T]) -> Cached[T]:
        """The answer; what is made of it is made of its tags."""
        try:
            answer = self._got(want)
        except UpstreamError as error:
            # What is made without it depends on it all the same.
            remembered = want.family.negative if isinstance(error, NotFound | Gone) else 0.0
            note_use((Tag(name) for name in want.tags), self._layers.now() - remembered)
            raise
        # Old data that is served for want of better is as good as new until the next purge.
        note_use(answer.tags, self._layers.now() if answer.stale else answer.made_at)
        return answer

    def purger(self) -> PurgerState | None:
        """What the purger said last of itself; None when it has not for a minute, or the store is away."""
        return self._layers.purger()

    def follow_purges(self) -> None:
        """Hear of every purge within a quarter of a second from now on, in a thread of its own."""
        self._layers.follow_purges()

    def on_purge(self, tag: str, call: Callable[[], None]) -> None:
        """Call this whenever the feed tells of a purge of `tag`, or may have missed one; it must not wait.

        One listener for a tag. Nothing is called where purges are not followed (no shared store).
        """
        self._layers.on_purge(tag, call)

    def pages(self, make: Callable[[StoredPage], R], most_bytes: int) -> PageLayers[R]:
        """The layers of whole pages, which hear of the same purges.

        `make` turns a stored page into what memory holds ready; memory takes about `most_bytes`.
        """
        return self._layers.pages(make, most_bytes)

    def _got(self, want: _Wanted[T]) -> Cached[T]:
        found = self._layers.look([(want.key, want.tags)])[0]
        if found is not None and not found.purged:
            now = self._layers.now()
            if now < found.entry.soft_at:
                served = self._served(want, found.entry, State.FRESH)
                if served is not None:
                    return served
            elif now < found.entry.hard_at:
                served = self._served(want, found.entry, State.AGING)
                if served is not None:
                    self._background.submit(want.key, lambda: self._renew(want))
                    return served
        return self._fetched_or_stale(want, found)

    def fragments(self) -> Fragments:
        """Rendered pieces of pages, in the same memory and store."""
        return Fragments(self._layers, self._telemetry)

    def purge(self, tag: str, newer_than: int | None = None) -> bool:
        """Refuse from now on what carries `tag` and is older than the event: True when that was news.

        `newer_than` is the version that the event names; copies with this version or a higher one stay
        (events may arrive twice, late or out of order). Without it everything made before this moment goes.
        Other workers' memory follows within a second (the feed, or the stamps). For whoever hears of changes;
        the pages do not, and without a purge copies live out their lifetimes. Raises UpstreamUnavailable when
        the shared store cannot be told: the event must then be delivered again.
        """
        news = self._layers.purge(tag, newer_than)
        self._telemetry.event("cache", "purged" if news else "purge_repeated")
        return news

    def close(self) -> None:
        """Finish the renewals under way; for an orderly end of the process."""
        self._background.close()

    def _served(self, want: _Wanted[T], entry: Entry, state: State) -> Cached[T] | None:
        """A usable entry as an answer; a remembered refusal is raised."""
        refusal = entry.refusal()
        if refusal is not None:
            self._telemetry.cache(want.family.name, State.NEGATIVE)
            raise refusal
        answer = self._read(want.key, entry, want.kind, state)
        if answer is not None:
            self._telemetry.cache(want.family.name, state)
        return answer

    def _read(self, key: str, entry: Entry, kind: type[T], state: State) -> Cached[T] | None:
        try:
            value = self._layers.codec.value(entry, kind)
        except ValueError:  # of another release's making, or damaged; msgspec's errors are ValueErrors
            self._layers.drop(key)
            return None
        return Cached(value, state, max(self._layers.now() - entry.made_at, 0.0), entry.made_at, entry.tags)

    def _fetched_or_stale(self, want: _Wanted[T], found: Found | None) -> Cached[T]:
        try:
            answer = self._flown(want)
        except (UpstreamUnavailable, UpstreamInvalid) as error:
            old = self._last_good(want, found)
            if old is None:
                self._telemetry.cache(want.family.name, "failed")
                raise
            self._telemetry.degraded(want.family.name, _why(error))
            return old
        self._telemetry.cache(want.family.name, answer.state)
        return answer

    def _last_good(self, want: _Wanted[T], found: Found | None) -> Cached[T] | None:
        if found is None or found.entry.refused or (found.purged and not want.family.serves_purged):
            return None
        if self._layers.now() - found.entry.made_at > want.family.stale_for:
            return None
        answer = self._read(want.key, found.entry, want.kind, State.STALE)
        if answer is not None:
            self._telemetry.cache(want.family.name, State.STALE)
        return answer

    def _flown(self, want: _Wanted[T]) -> Cached[T]:
        """Fetch, or wait for the thread of this process that is fetching already."""
        about_to_wait()
        flight: Flight[Cached[T]]
        flight, ours = self._flights.join(want.key)
        if ours:
            return self._fly(want, flight)
        if flight.wait(min(FOLLOW_SECONDS, remaining(otherwise=FOLLOW_SECONDS))):
            if flight.value is not None:
                return flight.value
            error = flight.error
            # The other's deadline was its own; what the upstream said holds for us as well.
            theirs = isinstance(error, UpstreamUnavailable) and error.reason is Reason.BUDGET_EXHAUSTED
            if isinstance(error, UpstreamUnavailable | UpstreamInvalid | UpstreamRefused) and not theirs:
                raise error
        self._telemetry.event("cache", "follower_fetched")
        return self._fetch(want)

    def _fly(self, want: _Wanted[T], flight: "Flight[Cached[T]]") -> Cached[T]:
        try:
            answer = self._led(want)
        except BaseException as error:
            flight.crash(error)
            raise
        else:
            flight.land(answer)
            return answer
        finally:
            self._flights.end(want.key)

    def _led(self, want: _Wanted[T]) -> Cached[T]:
        """Fetch under the fleet's lock, or take what its holder puts into the store."""
        token = secrets.token_hex(8)
        until = self._clock.monotonic() + min(FOLLOW_SECONDS, remaining(otherwise=2 * FOLLOW_SECONDS) / 2)
        while True:
            locked, found = self._layers.lock_and_look(want.key, want.tags, token, LEASE_SECONDS)
            if locked:
                break
            answer = self._put_by_another(want, found)
            if answer is not None:
                return answer
            if locked is None or self._clock.monotonic() >= until:
                return self._fetch(want)
            self._clock.sleep(_POLL_SECONDS)
        try:
            # Between our look and our lock another may have fetched and unlocked.
            return self._put_by_another(want, found) or self._fetch(want)
        finally:
            self._layers.unlock(lock_key(want.key), token)

    def _put_by_another(self, want: _Wanted[T], found: Found | None) -> Cached[T] | None:
        if found is None or found.purged or self._layers.now() >= found.entry.soft_at:
            return None
        return self._served(want, found.entry, State.FRESH)

    def _renew(self, want: _Wanted[T]) -> None:
        """The background's job: fetch once for the fleet. A failure leaves the lock to lapse."""
        token = secrets.token_hex(8)
        locked = self._layers.lock(lock_key(want.key), token, LEASE_SECONDS)
        if locked is False:
            return
        try:
            self._fetch(want)
        except (NotFound, Gone):
            self._telemetry.event("cache", "renewed_away")
        if locked:
            self._layers.unlock(lock_key(want.key), token)

    def _fetch(self, want: _Wanted[T]) -> Cached[T]:
        """Ask the upstream and keep what it says, a NotFound included."""
        made = self._layers.now()
        try:
            value = want.fetch()
        except (NotFound, Gone) as refusal:
            self._remember(want, refusal, made)
        tags = merged_tags(want.tags, want.tags_of(value) if want.tags_of else ())
        entry = self._entry(want.family, tags, value, want.kind, made)
        if entry is not None:
            self._layers.keep(want.family, [(want.key, entry)])
        return Cached(value, State.FETCHED, 0.0, made, tags)

    def _entry(
        self, family: Family, tags: tuple[Tag, ...], value: T, kind: type[T], made: float
    ) -> Entry | None:
        """An entry, unless the value could not be read back."""
        try:
            body = self._layers.codec.body(value, kind)
        except (ValueError, TypeError, OverflowError):
            self._telemetry.event("cache", "unstorable")
            return None
        return self._layers.timed(family, Entry(made, made, made, tags, body))

    def _remember(self, want: _Wanted[T], refusal: NotFound | Gone, made: float) -> NoReturn:
        """Keep a refusal for the family's `negative` seconds, and raise it."""
        lasts = max(want.family.negative, 0.0)
        what = (refusal.status, refusal.upstream, refusal.operation, refusal.code, refusal.detail)
        until = made + lasts
        # Even with no lifetime it takes the place of a copy that must not be served any more: in this
        # process's memory, and (see Layers.keep) by deleting the store's. Other processes that hold a copy
        # in memory drop it when its soft life ends: their renewal is refused as well.
        entry = Entry(made, until, until, merged_tags(want.tags, ()), refused=what)
        self._layers.keep(want.family, [(want.key, entry)])
        raise refusal


def _why(error: UpstreamUnavailable | UpstreamInvalid) -> str:
    return str(error.reason) if isinstance(error, UpstreamUnavailable) else "invalid"
