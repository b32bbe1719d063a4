"""How long to wait before trying a clashing transaction again, and when to stop trying."""

import itertools
import secrets
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

LONGEST_SECONDS: Final = 5.0
FEWEST: Final = 4
_STRIPES: Final = 64
_FIRST_MS: Final = 15
_LONGEST_MS: Final = 400


def rounds(longest: float = LONGEST_SECONDS) -> Iterator[int]:
    """0, 1, 2 …: the first at once, each further one after a random wait, for `longest` seconds.

    At least `FEWEST` come however slow the stores are, since the look that finds one's own work done by
    another request must not be the one that is cut off. Full jitter: many writers of one item must not come
    back in step (AWS Builders' Library, "Timeouts, retries, and backoff with jitter").
    """
    end = time.monotonic() + longest
    for number in itertools.count():
        yield number
        if number + 1 >= FEWEST and time.monotonic() > end:
            return
        ceiling = min(_FIRST_MS * 2 ** min(number, 10), _LONGEST_MS)
        time.sleep(secrets.randbelow(ceiling + 1) / 1000)


class Turns:
    """Lets this process's threads take turns at an item that they have clashed over.

    Optimistic writers of one item waste work in proportion to their number; in turns, only processes clash
    with each other. It makes nothing correct, the conditions of the writes do that: so a turn that doesn't
    come is not waited for longer than `LONGEST_SECONDS`, and items may share a lock.
    """

    def __init__(self) -> None:
        self._locks = tuple(threading.Lock() for _ in range(_STRIPES))

    @contextmanager
    def turn(self, name: str) -> Iterator[None]:
        """Be alone in this process with the item of that name, if that can be had in time."""
        lock = self._locks[zlib.crc32(name.encode()) % _STRIPES]
        mine = lock.acquire(timeout=LONGEST_SECONDS)
        try:
            yield
        finally:
            if mine:
                lock.release()
