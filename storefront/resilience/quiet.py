"""Retry-After, read and obeyed: how long an upstream asked to be left alone (RFC 9110, section 10.2.3)."""

import threading
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from storefront.core import Clock

# Nobody may silence us for longer, whatever the header says: after a minute it can be said again.
MOST_QUIET_SECONDS = 60.0


def parse_retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds to wait, between 0 and 60, from either form of the header; None when absent or nonsense."""
    text = (value or "").strip()
    if not text:
        return None
    if text.isascii() and text.isdigit():
        # int() refuses thousands of digits; whoever sends more than nine means "long".
        seconds = MOST_QUIET_SECONDS if len(text) > 9 else float(text)  # noqa: PLR2004
    else:
        try:
            when = parsedate_to_datetime(text)
        except (ValueError, TypeError, OverflowError):
            return None
        seconds = (when.replace(tzinfo=when.tzinfo or UTC) - now).total_seconds()
    return min(max(seconds, 0.0), MOST_QUIET_SECONDS)


class QuietTime:
    """Remembers until when no call shall be made; thread-safe. The longest request wins."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until = 0.0
        self._lock = threading.Lock()

    def keep(self, seconds: float) -> None:
        """Be quiet for `seconds`, at most a minute."""
        until = self._clock.monotonic() + min(max(seconds, 0.0), MOST_QUIET_SECONDS)
        with self._lock:
            self._until = max(self._until, until)

    def left(self) -> float:
        """Seconds of quiet left; 0 when calls may be made."""
        with self._lock:
            return max(self._until - self._clock.monotonic(), 0.0)
