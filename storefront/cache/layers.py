"""Both layers as one: the process's memory before the shared store, with purged entries told apart."""

import copy
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from storefront.cache.entry import Codec, Entry, Stamp
from storefront.cache.feed import PurgeFeed
from storefront.cache.keys import KeySpace, lock_key
from storefront.cache.lru import EntryCache
from storefront.cache.manifest import Family
from storefront.cache.pages import PageLayers, StoredPage
from storefront.cache.purger import PurgerState, heard
from storefront.cache.stamps import TagStamps
from storefront.cache.store import Store
from storefront.core import Clock
from storefront.telemetry import Telemetry

R = TypeVar("R")

_COMPONENT = "cache"
# ElastiCache charges and moves by the kilobyte; an answer beyond this is a mistake upstream.
_MOST_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Found:
    """An entry, and whether it is older than a known change of what it shows."""

    entry: Entry
    purged: bool


class Layers:
    """Looks entries up and keeps them. Knows times and tags, not types or upstreams."""

    def __init__(
        self,
        store: Store | None,
        local: EntryCache,
        keys: KeySpace,
        clock: Clock,
        telemetry: Telemetry,
        rng: random.Random | None = None,
    ) -> None:
        self.keys = keys
        self.codec = Codec()
        self._store = store
        self._local = local
        self._clock = clock
        self._telemetry = telemetry
        self._stamps = TagStamps(clock, alone=store is None)
        self._feed = PurgeFeed(store, keys.feed_key(), self._stamps, clock, telemetry) if store else None
        self._rng = rng or random.Random()  # noqa: S311 - spreads load, guards nothing

    def within(self, market: str, locale: str) -> "Layers":
        """The same layers with the keys of another market and language."""
        other = copy.copy(self)
        other.keys = replace(self.keys, market=market, locale=locale)
        return other

    def now(self) -> float:
        """Unix seconds of the wall clock."""
        return self._clock.now().timestamp()

    def held_since(self, key: str) -> float | None:
        """When memory's entry was made (Unix seconds), None without one; asks nobody."""
        entry = self._local.get(key)
        return None if entry is None else entry.made_at

    def purger(self) -> PurgerState | None:
        """What the purger said last, None without a store."""
        return None if self._store is None else heard(self._store, self.keys)

    def look(self, wanted: Sequence[tuple[str, tuple[str, ...]]]) -> list[Found | None]:
        """Entries for pairs of a key and its tags known beforehand, in one round trip.

        A second one is needed when an entry has tags of its own that were not asked for lately, or when
        memory holds a purged copy. Nothing is asked of the store that memory can answer.
        """
        now = self.now()
        held = {key: self._local.get(key) for key, _ in wanted}
        tags = [tag for _, names in wanted for tag in names]
        due = [key for key, entry in held.items() if entry is None or now >= entry.soft_at]
        self._refresh(held, due, tags)
        purged = [k for k, entry in held.items() if entry is not None and self._stamps.purged(entry)]
        self._refresh(held, purged, [])
        entries = [held[key] for key, _ in wanted]
        return [None if entry is None else Found(entry, self._stamps.purged(entry)) for entry in entries]

    def texts(self, keys: Sequence[str]) -> list[str | None]:
        """Texts that no purge concerns, for many keys in one round trip; none for those that memory holds."""
        now = self.now()
        held = {key: self._local.get(key) for key in keys}
        due = [key for key, entry in held.items() if entry is None or now >= entry.soft_at]
        if due and self._store is not None:
            for key, blob in zip(due, self._store.read(due)[0], strict=True):
                entry = self._loaded(blob)
                if entry is not None:
                    self._local.put(key, entry)
                    held[key] = entry
        entries = (held[key] for key in keys)
        return [None if e is None or now >= e.soft_at else e.body.decode() for e in entries]

    def lock_and_look(
        self, key: str, tags: tuple[str, ...], token: str, seconds: float
    ) -> tuple[bool | None, Found | None]:
        """Take the lock of an answer (None without a store), and see what another may have put there."""
        if self._store is None:
            return None, None
        locked, blob = self._store.lock_and_read(lock_key(key), token, seconds, key)
        entry = self._loaded(blob)
        if entry is None:
            return locked, None
        self._read([], [*tags, *(name for name, _ in entry.tags)])
        return locked, Found(entry, self._stamps.purged(entry))

    def keep(self, family: Family, items: Iterable[tuple[str, Entry]]) -> None:
        """Put entries into both layers for as long as they may be of use.

        A refusal that nobody may be given from memory still ends what it contradicts: the copy in the store
        is deleted, or other processes would go on serving it and renewing it in vain.
        """
        now = self.now()
        blobs: list[tuple[str, bytes, float]] = []
        refuted: list[str] = []
        for key, entry in items:
            blob = self.codec.dump(entry)
            if len(blob) > _MOST_BYTES:
                self._telemetry.event(_COMPONENT, "too_large")
                continue
            self._local.put(key, entry)
            until = entry.hard_at if entry.refused else entry.made_at + family.stale_for
            if until > now:
                blobs.append((key, blob, until - now))
            elif entry.refused:
                refuted.append(key)
        if self._store is not None:
            self._store.write(blobs)
            self._store.delete(refuted)

    def timed(self, family: Family, entry: Entry) -> Entry:
        """The entry with the family's lifetimes, spread by its jitter."""
        share = 1.0 + family.jitter * self._rng.uniform(-1.0, 1.0)
        return Entry(
            made_at=entry.made_at,
            soft_at=entry.made_at + family.soft * share,
            hard_at=entry.made_at + family.hard * share,
            tags=entry.tags,
            body=entry.body,
        )

    def drop(self, key: str) -> None:
        """Forget an entry that turned out to be unreadable."""
        self._local.drop(key)
        self._telemetry.event(_COMPONENT, "unreadable")

    def lock(self, key: str, token: str, seconds: float) -> bool | None:
        """See Store.lock; None without a store."""
        return None if self._store is None else self._store.lock(key, token, seconds)

    def unlock(self, key: str, token: str) -> None:
        """See Store.unlock."""
        if self._store is not None:
            self._store.unlock(key, token)

    def purge(self, tag: str, version: int | None) -> bool:
        """See CachedAnswers.purge."""
        now = self.now()
        if self._store is None:
            return self._stamps.advance(tag, version, now)
        news = self._store.stamp(self.keys.tag_key(tag), version, now)
        # Also what is no news to the store: its first telling may have failed half way.
        self._store.announce(self.keys.feed_key(), tag, version, now)
        if news:
            self._stamps.advance(tag, version, now)
        self._stamps.forget(tag)
        return news

    def follow_purges(self) -> None:
        """Begin to follow the purges of the fleet, unless this process does already."""
        if self._feed is not None:
            self._feed.start()

    def on_purge(self, tag: str, call: Callable[[], None]) -> None:
        """See CachedAnswers.on_purge."""
        if self._feed is not None:
            self._feed.listen(tag, call)

    def pages(self, make: Callable[[StoredPage], R], most_bytes: int) -> PageLayers[R]:
        """Layers for whole pages, over the same store and the same knowledge of purges."""
        return PageLayers(
            self._store,
            self._stamps,
            self.keys,
            clock=self._clock,
            telemetry=self._telemetry,
            make=make,
            most_bytes=most_bytes,
            rng=self._rng,
        )

    def _refresh(self, held: dict[str, Entry | None], keys: list[str], tags: list[str]) -> None:
        """Read `keys` from the store, take what is newer than memory's, and learn the stamps of all tags."""
        own = [name for entry in held.values() if entry is not None for name, _ in entry.tags]
        for key, blob in zip(keys, self._read(keys, tags + own), strict=True):
            entry = self._loaded(blob)
            known = held[key]
            if entry is not None and (known is None or entry.made_at > known.made_at):
                self._local.put(key, entry)
                held[key] = entry
        self._read([], [name for entry in held.values() if entry is not None for name, _ in entry.tags])

    def _read(self, keys: list[str], tags: Iterable[str]) -> list[bytes | None]:
        """Values of keys; learns the stamps of those tags that are not known well enough."""
        if self._store is None:
            return [None] * len(keys)
        unknown = self._stamps.unknown(dict.fromkeys(tags))
        asked_at = self._clock.monotonic()
        blobs, stamps = self._store.read(keys, [self.keys.tag_key(tag) for tag in unknown])
        if stamps is not None:
            learnt: dict[str, Stamp] = dict(zip(unknown, stamps, strict=True))
            self._stamps.learn(learnt, asked_at)
        return blobs

    def _loaded(self, blob: bytes | None) -> Entry | None:
        if blob is None:
            return None
        entry = self.codec.load(blob)
        if entry is None:
            self._telemetry.event(_COMPONENT, "unreadable")
        return entry
