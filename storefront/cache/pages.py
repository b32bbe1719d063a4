"""Whole pages in the same two layers: the process's memory, where they lie ready to send, and the store.

A page's tags are those of all that it was made of. In step with the feed of purges a page in memory is served
without a question; otherwise its tags' stamps are asked for, and believed for a second.
"""

import random
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from operator import itemgetter
from typing import TYPE_CHECKING, Generic, TypeVar

import msgspec

from storefront.cache.keys import KeySpace, lock_key
from storefront.cache.manifest import Family
from storefront.cache.recorder import Use
from storefront.cache.stamps import TagStamps
from storefront.cache.store import Store
from storefront.core import Clock
from storefront.telemetry import Telemetry

if TYPE_CHECKING:
    from storefront.cache.entry import Stamp

R = TypeVar("R")

_COMPONENT = "page_cache"
# Beyond what Redis should move at once; a page of this size is a mistake.
_MOST_BYTES = 2 * 1024 * 1024
# What a page costs beside its bodies and headers: objects, the key, the slots of dicts. An estimate.
_OVERHEAD_BYTES = 1_500
_USE_BYTES = 150
# What signposts may take beside the pages: without them each page of the store would cost two questions.
_SIGNPOST_BYTES = 8 * 1024 * 1024
_NAME = itemgetter(0)


class StoredPage(msgspec.Struct, array_like=True, frozen=True):
    """One public answer with status 200. Times are Unix seconds, because hosts share pages.

    `bodies` are by content coding ("br", "gzip", or "identity" alone for what is too small to compress).
    `etag` is the opaque part that all codings share. `cost` is how many seconds making it took. `reads`
    are the flags that it was made by; without bodies it is a signpost, and names all those whose values are
    part of the page's key.
    """

    made_at: float
    soft_at: float
    hard_at: float
    until: float
    uses: tuple[Use, ...]
    route: str = ""
    etag: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    bodies: Mapping[str, bytes] = {}
    cost: float = 0.0
    degraded: bool = False
    reads: tuple[str, ...] = ()

    @property
    def signpost(self) -> bool:
        """Whether this only says which flags the page reads."""
        return not self.bodies


class Held(Generic[R]):
    """A page in memory, what was made of it to be sent, and the purges that it has been held against."""

    __slots__ = ("generation", "names", "page", "ready", "size")

    def __init__(self, page: StoredPage, ready: R, size: int) -> None:
        self.page = page
        self.ready = ready
        self.size = size
        self.names = frozenset(map(_NAME, page.uses))
        self.generation = -1


class Layer(StrEnum):
    """Where a page was found."""

    MEMORY = "memory"
    STORE = "redis"


@dataclass(frozen=True, slots=True)
class FoundPage(Generic[R]):
    """A page, where it was found, and whether it is older than a known change of what it shows."""

    held: Held[R]
    layer: Layer
    purged: bool


class PageLayers(Generic[R]):
    """Looks pages up and keeps them. Thread-safe; without a store memory alone serves."""

    def __init__(
        self,
        store: Store | None,
        stamps: TagStamps,
        keys: KeySpace,
        *,
        clock: Clock,
        telemetry: Telemetry,
        make: Callable[[StoredPage], R],
        most_bytes: int,
        rng: random.Random,
    ) -> None:
        self.keys = keys
        self._store = store
        self._stamps = stamps
        self.clock = clock
        self._telemetry = telemetry
        self._make = make
        self._memory: _Memory[R] = _Memory(most_bytes)
        self._signposts: _Memory[R] = _Memory(_SIGNPOST_BYTES)
        self._rng = rng
        self._decoder = msgspec.msgpack.Decoder(StoredPage)

    def now(self) -> float:
        """Unix seconds of the wall clock."""
        return self.clock.now().timestamp()

    @property
    def in_step(self) -> bool:
        """Whether this process knows of every purge, but for those of the last second."""
        return self._stamps.in_step

    def held(self, key: str) -> Held[R] | None:
        """What memory holds, asking nobody: serve it only when it is `sure`."""
        return self._signposts.get(key) or self._memory.get(key)

    def sure(self, held: Held[R]) -> bool:
        """Whether a page is known not to have been purged, without asking the store."""
        stamps = self._stamps
        if not stamps.in_step:
            return False
        generation = stamps.generation
        if held.generation == generation:
            return True
        changed = stamps.changed_since(held.generation) if held.generation >= 0 else None
        if changed is None:
            return False
        if not held.names.isdisjoint(changed) and stamps.outdated(held.page.uses):
            return False
        held.generation = generation
        return True

    def find(self, key: str) -> FoundPage[R] | None:
        """The newest copy of either layer; the store is not asked for what memory can answer."""
        held = self.held(key)
        if held is None:
            return self._from_store(key, None)
        if self.sure(held):
            fresh = self.now() < held.page.soft_at
            return FoundPage(held, Layer.MEMORY, purged=False) if fresh else self._from_store(key, held)
        purged = self._purged(held)
        if purged or self.now() >= held.page.soft_at:
            return self._from_store(key, held)
        return FoundPage(held, Layer.MEMORY, purged=False)

    def keep(self, key: str, page: StoredPage) -> FoundPage[R]:
        """Put a page into both layers; the store keeps it until it is of no use even for want of better.

        What is kept may be `purged` already: a purge may have come while it was made.
        """
        held = self._hold(key, page)
        blob = msgspec.msgpack.encode(page)
        seconds = page.until - self.now()
        if len(blob) > _MOST_BYTES:
            self._telemetry.event(_COMPONENT, "too_large")
        elif self._store is not None and seconds > 0:
            self._store.write([(key, blob, seconds)])
        return FoundPage(held, Layer.MEMORY, self._purged(held))

    def drop(self, key: str) -> None:
        """Forget a page in both layers: what is at its address now is something else."""
        self._signposts.drop(key)
        self._memory.drop(key)
        if self._store is not None:
            self._store.delete([key])

    def spread(self, family: Family, seconds: float) -> float:
        """A lifetime, spread by the family's jitter."""
        return seconds * (1.0 + family.jitter * self._rng.uniform(-1.0, 1.0))

    def lock(self, key: str, token: str, seconds: float) -> bool | None:
        """Let one process of the fleet make the page; None without a store that answers."""
        return None if self._store is None else self._store.lock(lock_key(key), token, seconds)

    def unlock(self, key: str, token: str) -> None:
        """Give the lock back if it is still ours."""
        if self._store is not None:
            self._store.unlock(lock_key(key), token)

    def _from_store(self, key: str, known: Held[R] | None) -> FoundPage[R] | None:
        blob = self._store.read_one(key) if self._store is not None else None
        page = self._loaded(blob)
        if page is not None and (known is None or page.made_at > known.page.made_at):
            held = self._hold(key, page)
            return FoundPage(held, Layer.STORE, self._purged(held))
        return None if known is None else FoundPage(known, Layer.MEMORY, self._purged(known))

    def _purged(self, held: Held[R]) -> bool:
        """Hold a page against the stamps of all its tags, asking for those that are not known well enough."""
        generation = self._stamps.generation
        unknown = self._stamps.unknown(held.names)
        if unknown and self._store is not None:
            asked_at = self.clock.monotonic()
            _, stamps = self._store.read([], [self.keys.tag_key(tag) for tag in unknown])
            if stamps is not None:
                learnt: dict[str, Stamp] = dict(zip(unknown, stamps, strict=True))
                self._stamps.learn(learnt, asked_at)
                unknown = []
        if self._stamps.outdated(held.page.uses):
            return True
        if not unknown or self._store is None:
            held.generation = generation
        return False

    def _hold(self, key: str, page: StoredPage) -> Held[R]:
        held = Held(page, self._make(page), _size(key, page))
        (self._signposts if page.signpost else self._memory).put(key, held)
        return held

    def _loaded(self, blob: bytes | None) -> StoredPage | None:
        if blob is None:
            return None
        try:
            return self._decoder.decode(blob)
        except (msgspec.DecodeError, UnicodeDecodeError):
            self._telemetry.event(_COMPONENT, "unreadable")
            return None


class _Memory(Generic[R]):
    """The pages used last, at most so many bytes of them by estimate; thread-safe."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._bytes = 0
        self._pages: OrderedDict[str, Held[R]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> Held[R] | None:
        with self._lock:
            held = self._pages.get(key)
            if held is not None:
                self._pages.move_to_end(key)
            return held

    def put(self, key: str, held: Held[R]) -> None:
        with self._lock:
            self._drop(key)
            if held.size > self._most:
                return
            self._pages[key] = held
            self._bytes += held.size
            while self._bytes > self._most:
                self._drop(next(iter(self._pages)))

    def drop(self, key: str) -> None:
        with self._lock:
            self._drop(key)

    def _drop(self, key: str) -> None:
        held = self._pages.pop(key, None)
        if held is not None:
            self._bytes -= held.size


def _size(key: str, page: StoredPage) -> int:
    bodies = sum(len(body) for body in page.bodies.values())
    headers = sum(sys.getsizeof(value) for _, value in page.headers)
    return len(key) + bodies + headers + _USE_BYTES * len(page.uses) + _OVERHEAD_BYTES
