"""A cap on the calls under way to one dependency, so that a slow one cannot take every thread."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class BulkheadFull(Exception):  # noqa: N818 - the field's word
    """As many calls as allowed were under way for as long as this one could wait."""


class Bulkhead:
    """Counts calls in flight; thread-safe.

    Waits for a place only as long as told: a burst of quick calls passes, while a dependency that hangs can't
    gather a queue that spends everybody's deadline.
    """

    def __init__(self, max_in_flight: int) -> None:
        if max_in_flight < 1:
            raise ValueError("a bulkhead lets at least one call through")
        self.max_in_flight = max_in_flight
        self._in_flight = 0
        self._lock = threading.Condition()

    @property
    def in_flight(self) -> int:
        """Calls under way now."""
        with self._lock:
            return self._in_flight

    @contextmanager
    def slot(self, wait: float = 0.0) -> Iterator[None]:
        """Hold one of the places while the block runs; BulkheadFull when none gets free in `wait` seconds."""
        with self._lock:
            if not self._has_room() and not self._lock.wait_for(self._has_room, timeout=wait):
                raise BulkheadFull(f"{self.max_in_flight} calls under way")
            self._in_flight += 1
        try:
            yield
        finally:
            with self._lock:
                self._in_flight -= 1
                self._lock.notify()

    def _has_room(self) -> bool:
        return self._in_flight < self.max_in_flight
