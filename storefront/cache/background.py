"""Work in the background: a few threads per process, a bounded queue, one job per key at a time."""

import contextvars
import logging
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from storefront.core import UpstreamError
from storefront.resilience import deadline
from storefront.telemetry import Telemetry

_LOG = logging.getLogger(__name__)


class Background:
    """Runs jobs after the request; threads are started lazily, in the process that needs them.

    A process may be forked before its first job or while none runs (gunicorn's master runs none).
    """

    def __init__(
        self,
        telemetry: Telemetry,
        *,
        workers: int = 2,
        capacity: int = 64,
        seconds: float = 3.0,
        component: str = "cache_refresh",
    ) -> None:
        self._telemetry = telemetry
        self._component = component
        self._workers = workers
        self._capacity = capacity
        self._seconds = seconds
        self._lock = threading.Lock()
        self._pid = 0
        self._pool: ThreadPoolExecutor | None = None
        self._pending: set[str] = set()

    def submit(self, key: str, job: Callable[[], object]) -> bool:
        """Run `job` soon with a deadline of its own. False when one for `key` waits already, or too many do.

        The job does not run in the request's context: it must neither hold the shopper's deadline nor write
        into a diary that is closed by then.
        """
        with self._lock:
            if self._pid != os.getpid():
                self._pool, self._pid, self._pending = None, os.getpid(), set()
            if key in self._pending:
                return False
            if len(self._pending) >= self._capacity:
                self._telemetry.event(self._component, "dropped_queue_full")
                return False
            if self._pool is None:
                self._pool = ThreadPoolExecutor(self._workers, thread_name_prefix=self._component)
            self._pending.add(key)
            self._pool.submit(contextvars.Context().run, self._run, key, job)
        return True

    def close(self) -> None:
        """Finish what is queued and end the threads."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None and self._pid == os.getpid():
            pool.shutdown(wait=True)

    def _run(self, key: str, job: Callable[[], object]) -> None:
        try:
            with deadline(self._seconds):
                job()
        except UpstreamError as error:
            self._telemetry.event(self._component, f"failed_{type(error).__name__}")
        except Exception:  # noqa: BLE001 - logged with its trace; nobody waits for this thread's result
            _LOG.exception("a job of %s failed", self._component)
            self._telemetry.event(self._component, "failed_bug")
        finally:
            with self._lock:
                self._pending.discard(key)
