"""Keeps what was read a moment ago: a few things, for a few seconds, for all threads of a process.

A list's counts are the same on each of its pages and in any order, and take most of a search's time.
"""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

from apptier.kit.clock import Clock

Thing = TypeVar("Thing")


class Kept(Generic[Thing]):
    """At most `most` things, each for `seconds`; the one that was kept longest goes first."""

    def __init__(self, clock: Clock, seconds: float, most: int) -> None:
        self._clock = clock
        self._seconds = seconds
        self._most = most
        self._lock = threading.Lock()
        self._things: OrderedDict[Hashable, tuple[float, Thing]] = OrderedDict()

    def get(self, key: Hashable) -> Thing | None:
        """The thing, unless it is too old or was never kept."""
        with self._lock:
            found = self._things.get(key)
        if found is None or self._clock.monotonic() - found[0] >= self._seconds:
            return None
        return found[1]

    def put(self, key: Hashable, thing: Thing) -> None:
        """Keep it."""
        with self._lock:
            self._things.pop(key, None)
            self._things[key] = (self._clock.monotonic(), thing)
            while len(self._things) > self._most:
                self._things.popitem(last=False)
