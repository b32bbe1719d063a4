"""What this process knows about purged tags.

There are two ways of knowing. While the process follows the feed of purges (`feed.py`) and is in step with
it, a stamp read once holds until the feed says otherwise. Out of step, stamps are asked for with the entries
and believed for a second, which then is how long a purge may take to reach another process's memory.
"""

import threading
from collections import OrderedDict, deque
from collections.abc import Iterable, Mapping
from itertools import islice

from storefront.cache.entry import NEVER_PURGED, Entry, Stamp, purged_by
from storefront.cache.recorder import Use
from storefront.core import Clock

BELIEVED_SECONDS = 1.0
_MOST_TAGS = 20_000
_MOST_CHANGES = 4_096
_NEVER = float("-inf")


class TagStamps:
    """Stamps by tag, each with the moment it was asked for; thread-safe, bounded.

    `generation` grows with every change: who remembers one can ask which tags changed since.
    """

    def __init__(self, clock: Clock, believed: float = BELIEVED_SECONDS, *, alone: bool = False) -> None:
        self._clock = clock
        self._believed = believed
        self._alone = alone  # without a shared store this process is told of every purge
        self._stamps: OrderedDict[str, tuple[Stamp, float]] = OrderedDict()
        # Those that were ever purged: of the dozens of tags of a page there are few, if any, to look at.
        self._purged: set[str] = set()
        self._changes: deque[str] = deque(maxlen=_MOST_CHANGES)
        self._since = float("inf")
        self._heard = _NEVER
        self._floor = 0
        self.generation = 0
        self._lock = threading.Lock()

    @property
    def in_step(self) -> bool:
        """Whether every purge of the fleet is known here, but for those of the last second."""
        return self._alone or self._clock.monotonic() - self._heard <= self._believed

    def follow(self, since: float) -> None:
        """The feed begins, or begins anew: it tells of every purge after `since` (monotonic seconds)."""
        with self._lock:
            self._since = self._heard = since
            self.generation += 1
            self._floor = self.generation
            self._changes.clear()

    def heard(self, moment: float) -> None:
        """The feed has told everything up to `moment` (monotonic seconds)."""
        self._heard = moment

    def told(self, tag: str, stamp: Stamp) -> None:
        """One purge, as the feed tells it."""
        with self._lock:
            # The stamp may be older than what else is in the store: it only moves what is known forward.
            asked_at = self._stamps.get(tag, (NEVER_PURGED, _NEVER))[1]
            self._set(tag, stamp, asked_at)

    def unknown(self, tags: Iterable[str]) -> list[str]:
        """Those tags whose stamps must be asked for (again)."""
        # In step, what was asked for before the feed began may have missed a purge between the two.
        oldest = self._since if self.in_step else self._clock.monotonic() - self._believed
        with self._lock:
            return [tag for tag in tags if tag not in self._stamps or self._stamps[tag][1] < oldest]

    def learn(self, stamps: Mapping[str, Stamp], asked_at: float | None = None) -> None:
        """Note what the store said; `asked_at` is when it was asked, in monotonic seconds."""
        moment = self._clock.monotonic() if asked_at is None else asked_at
        with self._lock:
            for tag, stamp in stamps.items():
                self._set(tag, stamp, moment)
            while len(self._stamps) > _MOST_TAGS:
                self._purged.discard(self._stamps.popitem(last=False)[0])

    def forget(self, tag: str) -> None:
        """Ask again next time. What is known stays: it can only move forward."""
        with self._lock:
            if tag in self._stamps:
                self._stamps[tag] = (self._stamps[tag][0], _NEVER)

    def advance(self, tag: str, version: int | None, now: float) -> bool:
        """Purge here. Whether it was news."""
        with self._lock:
            old, asked_at = self._stamps.get(tag, (NEVER_PURGED, _NEVER))
            new = old.after(version, now)
            self._set(tag, new, asked_at)
            return new != old

    def changed_since(self, generation: int) -> tuple[str, ...] | None:
        """The tags purged since `generation`; None when that is too long ago to tell."""
        with self._lock:
            count = self.generation - generation
            if generation < self._floor or count > len(self._changes):
                return None
            return tuple(islice(reversed(self._changes), count))

    def purged(self, entry: Entry) -> bool:
        """Whether any tag of an entry was purged since it was made, as far as is known."""
        with self._lock:
            marked = [tag for tag in entry.tags if tag[0] in self._purged]
            return any(purged_by(self._stamps[name][0], version, entry.made_at) for name, version in marked)

    def outdated(self, uses: Iterable[Use]) -> bool:
        """Whether anything that was used was purged since it was fetched, as far as is known."""
        with self._lock:
            marked = [use for use in uses if use[0] in self._purged]
            return any(
                purged_by(self._stamps[name][0], version, made_at) for name, version, made_at in marked
            )

    def _set(self, tag: str, stamp: Stamp, asked_at: float) -> None:
        """Take what is newer of what is known and `stamp`; the lock is held."""
        known = self._stamps.get(tag)
        old = known[0] if known else NEVER_PURGED
        new = old.merged(stamp)
        self._stamps[tag] = (new, max(asked_at, known[1]) if known else asked_at)
        if new != NEVER_PURGED:
            self._purged.add(tag)
        self._stamps.move_to_end(tag)
        if new != old:
            self.generation += 1
            self._changes.append(tag)
