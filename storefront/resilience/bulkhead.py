"""A cap on the calls under way to one dependency, so that a slow one cannot take every thread."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class BulkheadFull(Exception):  # noqa: N818 - the field's word
    """As many calls as allowed are under way; this one was refused at once, not queued."""


class Bulkhead:
    """Counts calls in flight; thread-safe. Refusing beats queueing: a queue would spend the deadline."""

    def __init__(self, max_in_flight: int) -> None:
        if max_in_flight < 1:
            raise ValueError("a bulkhead lets at least one call through")
        self.max_in_flight = max_in_flight
        self._in_flight = 0
        self._lock = threading.Lock()

    @property
    def in_flight(self) -> int:
        """Calls under way now."""
        with self._lock:
            return self._in_flight

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Hold one of the places while the block runs; BulkheadFull when there is none."""
        with self._lock:
            if self._in_flight >= self.max_in_flight:
                raise BulkheadFull(f"{self.max_in_flight} calls under way")
            self._in_flight += 1
        try:
            yield
        finally:
            with self._lock:
                self._in_flight -= 1
