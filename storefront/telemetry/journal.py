"""What one page was made of, part by part, for whoever asks to have it explained.

Nobody keeps one by default: a lookup then costs the reading of a context variable. The journal travels in
that variable, so parts that are fetched in other threads, in copies of the context, write into it as well.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """One part: a cached answer, or the page itself.

    `source` is how it was come by ("memory", "redis", "fetched" ...), `age` its seconds since it was fetched,
    None where there is none. `tags` have the version that the data told, None for none. `ms` is how long it
    was waited for (None: not measured), `backend_ms` how much of that an upstream took, None where none was
    asked.
    """

    name: str
    detail: str
    source: str
    age: float | None
    tags: tuple[tuple[str, int | None], ...]
    ms: float | None
    backend_ms: float | None = None


class Journal:
    """Parts in the order in which they were ready; thread-safe."""

    def __init__(self) -> None:
        self._parts: list[Part] = []
        self._lock = threading.Lock()

    def add(self, part: Part) -> None:
        """One more."""
        with self._lock:
            self._parts.append(part)

    @property
    def parts(self) -> tuple[Part, ...]:
        """All so far."""
        with self._lock:
            return tuple(self._parts)


_current: ContextVar[Journal | None] = ContextVar("storefront_journal", default=None)


def current_journal() -> Journal | None:
    """The journal being kept here, None usually."""
    return _current.get()


@contextmanager
def journal() -> Iterator[Journal]:
    """Keep one of what happens inside."""
    kept = Journal()
    token = _current.set(kept)
    try:
        yield kept
    finally:
        _current.reset(token)
