"""How long to wait before trying a clashing transaction again, and when to stop trying."""

import secrets
import time
from collections.abc import Iterator
from typing import Final

LONGEST_SECONDS: Final = 5.0
_FIRST_MS: Final = 15
_LONGEST_MS: Final = 400


def rounds(longest: float = LONGEST_SECONDS) -> Iterator[int]:
    """0, 1, 2 …: the first at once, each further one after a random wait, for `longest` seconds.

    Full jitter: many writers of one item must not come back in step (AWS Builders' Library, "Timeouts,
    retries, and backoff with jitter").
    """
    end = time.monotonic() + longest
    number = 0
    while True:
        yield number
        ceiling = min(_FIRST_MS * 2**number, _LONGEST_MS)
        time.sleep(secrets.randbelow(ceiling + 1) / 1000)
        if time.monotonic() > end:
            return
        number = min(number + 1, 10)
