"""When and how soon to ask a second time: a budget that keeps retries from becoming the outage, and jitter.

The budget follows Google's SRE book ("Handling Overload"): retries are at most a tenth of the calls made to a
dependency in a sliding window, per process.
"""

import random
import threading
from collections import deque

from storefront.core import Clock


class RetryBudget:
    """Counts calls and retries of the last `window_seconds`; thread-safe.

    `floor` retries are allowed in any window, so that a quiet shop may retry at all.
    """

    def __init__(
        self, clock: Clock, *, ratio: float = 0.10, window_seconds: float = 10.0, floor: int = 1
    ) -> None:
        self._clock = clock
        self._ratio = ratio
        self._window = window_seconds
        self._floor = floor
        self._lock = threading.Lock()
        self._slots: deque[list[float]] = deque()  # [second, calls, retries], oldest first

    def called(self) -> None:
        """Note a first attempt."""
        with self._lock:
            self._slot()[1] += 1

    def take(self) -> bool:
        """Leave for one retry, which is then counted; False when the window's share is used up."""
        with self._lock:
            current = self._slot()
            calls = sum(slot[1] for slot in self._slots)
            retries = sum(slot[2] for slot in self._slots)
            if retries + 1 > max(self._floor, calls * self._ratio):
                return False
            current[2] += 1
            return True

    def _slot(self) -> list[float]:
        second = float(int(self._clock.monotonic()))
        while self._slots and self._slots[0][0] <= second - self._window:
            self._slots.popleft()
        if not self._slots or self._slots[-1][0] != second:
            self._slots.append([second, 0, 0])
        return self._slots[-1]


class Jitter:
    """Full jitter: a pause between nothing and `most_seconds`, so that retries do not march in step."""

    def __init__(self, rng: random.Random, most_seconds: float = 0.050) -> None:
        self._rng = rng
        self._most = most_seconds

    def pause(self) -> float:
        """Seconds to wait before the next attempt."""
        return self._rng.uniform(0.0, self._most)
