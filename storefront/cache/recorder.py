"""What a page is made of: while one is rendered, every cached answer notes its tags and its age here.

The recorder travels in a context variable. Parts that are fetched in other threads run in copies of the
context, and so write into the same recorder, which is why it takes a lock.
"""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

from storefront.cache.entry import Tag


class Use(NamedTuple):
    """A tag of something that was used, with its version if it has one, and when that was fetched.

    `made_at` is in Unix seconds: a page begun after a purge may yet be made of what was fetched before it.
    """

    name: str
    version: int | None
    made_at: float


class Recorder:
    """The tags of all that was used, each version of each once, with the age of the oldest."""

    def __init__(self, outer: "Recorder | None" = None) -> None:
        self._outer = outer
        self._oldest: dict[tuple[str, int | None], float] = {}
        self._lock = threading.Lock()

    def add(self, tags: Iterable[Tag], made_at: float) -> None:
        """Note what was used; `made_at` is when it was fetched, in Unix seconds."""
        noted = list(tags)
        with self._lock:
            for name, version in noted:
                known = self._oldest.get((name, version), made_at)
                self._oldest[name, version] = min(known, made_at)
        if self._outer is not None:
            self._outer.add(noted, made_at)

    @property
    def uses(self) -> tuple[Use, ...]:
        """All that was used so far, in an order of its own: parts of a page come in any."""
        with self._lock:
            found = [Use(name, version, at) for (name, version), at in self._oldest.items()]
        return tuple(sorted(found, key=lambda use: (use.name, use.version or 0)))


_current: ContextVar[Recorder | None] = ContextVar("storefront_cache_recorder", default=None)


@contextmanager
def recording() -> Iterator[Recorder]:
    """Note what is used inside. What a part of a page uses is noted for the page as well."""
    recorder = Recorder(_current.get())
    token = _current.set(recorder)
    try:
        yield recorder
    finally:
        _current.reset(token)


def note_use(tags: Iterable[Tag], made_at: float) -> None:
    """Tell the recorder in force, if there is one, that something with these tags was used."""
    recorder = _current.get()
    if recorder is not None:
        recorder.add(tags, made_at)
