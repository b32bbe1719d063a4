"""Work that a request starts and does not wait for: a bounded queue and one daemon thread per process."""

import logging
import os
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from storefront.telemetry import Telemetry

Job = Callable[[], None]
_LOG = logging.getLogger(__name__)


@dataclass(slots=True)
class _Worker:
    """What belongs to one process."""

    pid: int
    waiting: "queue.Queue[Job]"


class Behind:
    """Does jobs one after the other, in the order given.

    What does not fit into the queue is dropped and counted. A job that raises is logged and counted, and ends
    nothing. Jobs that wait when the process ends are lost.
    """

    def __init__(self, name: str, telemetry: Telemetry, *, capacity: int = 1_000) -> None:
        self._name = name
        self._telemetry = telemetry
        self._capacity = capacity
        self._lock = threading.Lock()
        self._worker: _Worker | None = None

    def do(self, job: Job) -> bool:
        """Have it done soon; returns at once. False when it was dropped."""
        try:
            self._running().waiting.put_nowait(job)
        except queue.Full:
            self._telemetry.event(self._name, "dropped_queue_full")
            return False
        return True

    def flush(self, seconds: float) -> bool:
        """Wait until everything given was done, at most `seconds`; whether it was."""
        worker = self._worker
        if worker is None or worker.pid != os.getpid():
            return True
        until = time.monotonic() + seconds
        with worker.waiting.all_tasks_done:
            while worker.waiting.unfinished_tasks:
                left = until - time.monotonic()
                if left <= 0:
                    return False
                worker.waiting.all_tasks_done.wait(left)
        return True

    def _running(self) -> _Worker:
        worker = self._worker
        if worker is not None and worker.pid == os.getpid():
            return worker
        with self._lock:
            if self._worker is None or self._worker.pid != os.getpid():
                waiting: queue.Queue[Job] = queue.Queue(self._capacity)
                self._worker = _Worker(os.getpid(), waiting)
                threading.Thread(target=self._work, args=(waiting,), name=self._name, daemon=True).start()
            return self._worker

    def _work(self, waiting: "queue.Queue[Job]") -> None:
        while True:
            job = waiting.get()
            try:
                job()
            except Exception:  # noqa: BLE001 - logged with its trace
                # A job that fails by a bug must not take all later ones with it.
                _LOG.exception("%s: a job failed", self._name)
                self._telemetry.event(self._name, "failed_bug")
            finally:
                waiting.task_done()
