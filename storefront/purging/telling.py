"""Tells the CDN of purges in a thread of its own: neither events nor the shared store wait for it."""

import logging
import threading

from storefront.purging.purger import Purger

EVERY_SECONDS = 0.2
_LOG = logging.getLogger(__name__)


class Telling:
    """The thread; `close` tells what it has left untold."""

    def __init__(self, purger: Purger) -> None:
        self._purger = purger
        self._thread: threading.Thread | None = None

    def start(self, stop: threading.Event) -> None:
        """Begin; it ends soon after `stop` is set."""
        self._thread = threading.Thread(target=self._run, args=(stop,), name="purge-edge", daemon=True)
        self._thread.start()

    def close(self, seconds: float) -> None:
        """Wait so many seconds for the thread's end, then tell what was noted last, when no more comes."""
        if self._thread is not None:
            self._thread.join(seconds)
        self._purger.settle_edge()

    def _run(self, stop: threading.Event) -> None:
        while not stop.wait(EVERY_SECONDS):
            try:
                self._purger.tell_edge()
            except Exception:  # noqa: BLE001 - logged with its trace
                # The thread has to outlive what nobody thought of; those pages end by their lifetimes.
                _LOG.exception("the CDN could not be told")
