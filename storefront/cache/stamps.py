"""What this process knows about purged tags. Asked for with the entries, and believed for a second.

That second is how long a purge may take to reach the in-process layer of another worker: there is no channel
to it, it asks.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping

from storefront.cache.entry import NEVER_PURGED, Entry, Stamp
from storefront.core import Clock

BELIEVED_SECONDS = 1.0
_MOST_TAGS = 20_000


class TagStamps:
    """Stamps by tag, each with the moment it was read; thread-safe, bounded."""

    def __init__(self, clock: Clock, believed: float = BELIEVED_SECONDS) -> None:
        self._clock = clock
        self._believed = believed
        self._stamps: OrderedDict[str, tuple[Stamp, float]] = OrderedDict()
        self._lock = threading.Lock()

    def unknown(self, tags: Iterable[str]) -> list[str]:
        """Those tags whose stamps must be asked for (again)."""
        oldest = self._clock.monotonic() - self._believed
        with self._lock:
            return [tag for tag in tags if tag not in self._stamps or self._stamps[tag][1] < oldest]

    def learn(self, stamps: Mapping[str, Stamp]) -> None:
        """Note what the store said just now."""
        now = self._clock.monotonic()
        with self._lock:
            for tag, stamp in stamps.items():
                self._stamps[tag] = (stamp, now)
                self._stamps.move_to_end(tag)
            while len(self._stamps) > _MOST_TAGS:
                self._stamps.popitem(last=False)

    def forget(self, tag: str) -> None:
        """Ask again next time: somebody has just purged it."""
        with self._lock:
            self._stamps.pop(tag, None)

    def advance(self, tag: str, version: int | None, now: float) -> bool:
        """Purge without a shared store: note it here. Whether it was news."""
        with self._lock:
            old = self._stamps.get(tag, (NEVER_PURGED, 0.0))[0]
        new = old.after(version, now)
        self.learn({tag: new})
        return new != old

    def purged(self, entry: Entry) -> bool:
        """Whether any tag of an entry was purged since it was made, as far as is known."""
        with self._lock:
            return any(
                entry.purged_by(self._stamps.get(name, (NEVER_PURGED, 0.0))[0], version)
                for name, version in entry.tags
            )
