"""What a process knows of the flags: one immutable snapshot, exchanged by a thread that follows the table.

Requests only read the snapshot: they ask nobody and wait for nothing. The thread asks for the table's
revision every few seconds (one small read) and reads everything when it is another one, so that a telling
that got lost is made good within five seconds. While the table is away the last snapshot stays, and one that
never came is that of the code's defaults.
"""

import logging
import os
import random
import threading
from collections.abc import Mapping
from typing import Final

from storefront.core import Clock, UpstreamError, UpstreamUnavailable
from storefront.flags.compiling import compile_snapshot
from storefront.flags.declaration import Attribute, Declaration
from storefront.flags.snapshot import Snapshot
from storefront.flags.source import FlagSource
from storefront.flags.state import Decided
from storefront.telemetry import Telemetry

# Processes that were started together shall not ask together; with the reading itself it stays below 5 s.
LEAST_PAUSE: Final = 3.8
LONGEST_PAUSE: Final = 4.2
# For the first reading of a new process.
FIRST_WAIT: Final = 1.0
# While the table is away it is asked no more often than this, however often somebody tells of news.
AWAY_PAUSE: Final = 5.0
_PART: Final = "flags"
_LOG = logging.getLogger(__name__)


class Live:
    """The flags of one process. Make it anywhere; `follow` in the process that answers; thread-safe."""

    def __init__(
        self,
        source: FlagSource,
        declarations: Mapping[str, Declaration],
        attributes: Mapping[str, Attribute],
        clock: Clock,
        telemetry: Telemetry,
    ) -> None:
        self._source = source
        self._declarations = declarations
        self._attributes = attributes
        self._clock = clock
        self._telemetry = telemetry
        self._snapshot = compile_snapshot(Decided(), declarations, attributes, clock)
        self._known: int | None = None
        self._away = False
        self._news = threading.Event()
        self._lock = threading.Lock()
        self._asking = threading.Lock()
        self._pid = 0

    @property
    def snapshot(self) -> Snapshot:
        """What is decided, as far as is known here. Never waits."""
        return self._snapshot

    @property
    def revision(self) -> int | None:
        """The revision that the snapshot was made of; None while the table has not been read yet."""
        return self._known

    @property
    def away(self) -> bool:
        """Whether the table did not answer when it was asked last."""
        return self._away

    def follow(self) -> None:
        """Read the table once, then follow it in a daemon thread; again in a process that was forked.

        Waits a second at most for that one reading: the first pages of a new process would show the code's
        defaults otherwise.
        """
        if self._pid == os.getpid():
            return
        with self._lock:
            if self._pid == os.getpid():
                return
            self._news, first = threading.Event(), threading.Event()
            self._asking = threading.Lock()  # a thread of the process that forked may hold the other one
            threading.Thread(target=self._run, args=(self._news, first), name=_PART, daemon=True).start()
            self._pid = os.getpid()
            first.wait(FIRST_WAIT)

    def tell(self) -> None:
        """There is news: the thread asks at once. Waits for nothing."""
        self._news.set()

    def poll(self) -> bool:
        """Ask the table, and take what is new. False while it is away or what it holds cannot be read.

        One at a time: an answer that was asked for earlier never takes the place of a later one.
        """
        with self._asking:
            return self._polled()

    def _polled(self) -> bool:
        try:
            revision = self._source.revision()
            if revision != self._known:
                self._take(self._source.read())
        except UpstreamError as error:
            self._went("away" if isinstance(error, UpstreamUnavailable) else "unreadable", error)
            return False
        except Exception:  # noqa: BLE001 - logged with its trace
            # The thread has to outlive what nobody thought of: without it, no kill switch arrives any more.
            _LOG.exception("the flags cannot be read")
            self._went("failed_bug", None)
            return False
        self._came()
        return True

    def _take(self, decided: Decided) -> None:
        if self._known is not None and decided.revision < self._known:
            # A table that was put back to an earlier moment: what it says is what counts.
            self._telemetry.event(_PART, "went_back")
        self._snapshot = compile_snapshot(decided, self._declarations, self._attributes, self._clock)
        self._known = decided.revision
        self._telemetry.event(_PART, "taken")

    def _run(self, news: threading.Event, first: threading.Event) -> None:
        self.poll()
        first.set()
        spread = random.SystemRandom()  # without a state, which forks and tests would share
        while True:
            if self._away:
                self._clock.sleep(AWAY_PAUSE)
            else:
                news.wait(spread.uniform(LEAST_PAUSE, LONGEST_PAUSE))
            news.clear()
            self.poll()

    def _went(self, reason: str, error: UpstreamError | None) -> None:
        if self._away:
            return
        self._away = True
        self._telemetry.degraded(_PART, reason)
        _LOG.warning(
            "the table of flags does not answer: what was known last counts",
            extra={"reason": type(error).__name__ if error is not None else reason},
        )

    def _came(self) -> None:
        if self._away:
            self._away = False
            self._telemetry.event(_PART, "back")
            _LOG.info("the table of flags answers again")
