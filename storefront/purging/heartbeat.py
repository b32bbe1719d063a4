"""The purger's pulse: a file that a container's health check looks at, and its state in the shared store."""

from collections.abc import Callable
from pathlib import Path

from storefront.core import Clock

BEAT_SECONDS = 5.0


class Heartbeat:
    """Beats at most every five seconds, however often it is asked to.

    `file` (None for none) is touched; one that is older than a minute belongs to a purger that hangs. `say`
    is called for the shared store.
    """

    def __init__(self, clock: Clock, say: Callable[[], None], file: Path | None = None) -> None:
        self._clock = clock
        self._say = say
        self._file = file
        self._beat_at = float("-inf")

    def beat(self, *, now: bool = False) -> None:
        """Show that the purger is at work; `now` even if it just has. Raises OSError for a bad file."""
        moment = self._clock.monotonic()
        if not now and moment - self._beat_at < BEAT_SECONDS:
            return
        self._beat_at = moment
        if self._file is not None:
            self._file.touch()
        self._say()
