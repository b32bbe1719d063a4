"""Tells a process's metrics every minute, in a thread of the process that serves, and once at its end."""

import logging
import threading
from collections.abc import Callable

from storefront.telemetry.emf import Report

_LOG = logging.getLogger(__name__)


class Reporting:
    """Begins with `start`, after the fork. `report` is made at the first telling, `write` takes one line."""

    def __init__(self, report: Callable[[], Report], write: Callable[[str], None], *, every: float) -> None:
        self._make = report
        self._write = write
        self._every = every
        self._report: Report | None = None
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> "Reporting":
        """Tell every so many seconds from now on; with 0 never."""
        if self._every > 0:
            self._thread = threading.Thread(target=self._run, name="metrics", daemon=True)
            self._thread.start()
        return self

    def close(self) -> None:
        """Tell what came since the last time, and end."""
        if self._thread is None:
            return
        self._ended.set()
        self._thread.join(timeout=1.0)
        self._thread = None

    def _run(self) -> None:
        while not self._ended.wait(self._every):
            self._tell()
        self._tell()

    def _tell(self) -> None:
        try:
            if self._report is None:
                self._report = self._make()
            for line in self._report.lines():
                self._write(line)
        except Exception:  # noqa: BLE001 - logged; metrics that cannot be told must not end the thread
            _LOG.exception("metrics cannot be told")
