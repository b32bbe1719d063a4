"""Work that a request starts and does not wait for: a bounded queue and one daemon thread per process."""

import logging
import os
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

_LOG = logging.getLogger(__name__)


@dataclass(slots=True)
class _Worker(Generic[T]):
    """What belongs to one process. None in the queue ends the thread."""

    pid: int
    waiting: "queue.Queue[T | None]"
    thread: threading.Thread


class Behind(Generic[T]):
    """Hands what is put to `work`, in order and at most `most` at a time, in a thread named `name`.

    At most `capacity` wait; more are not taken. When `work` raises (a bug), that is logged with its trace,
    `failed` is told how many were in hand, and the thread goes on. What waits when the process ends is lost.
    """

    def __init__(
        self,
        name: str,
        work: Callable[[list[T]], None],
        failed: Callable[[int], None],
        *,
        capacity: int = 1_000,
        most: int = 1,
    ) -> None:
        self._name = name
        self._work = work
        self._failed = failed
        self._capacity = capacity
        self._most = most
        self._lock = threading.Lock()
        self._worker: _Worker[T] | None = None

    def put(self, item: T) -> bool:
        """Have it worked on soon; returns at once. False when the queue is full."""
        try:
            self._running().waiting.put_nowait(item)
        except queue.Full:
            return False
        return True

    def flush(self, seconds: float) -> bool:
        """Wait until everything put was worked on, at most `seconds`; whether it was."""
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

    def close(self, seconds: float) -> bool:
        """Flush, then end the thread. What is put later starts a new one."""
        done = self.flush(seconds)
        with self._lock:
            worker, self._worker = self._worker, None
        if worker is not None and worker.pid == os.getpid() and done:
            worker.waiting.put(None)
            worker.thread.join(seconds)
        return done

    def _running(self) -> _Worker[T]:
        worker = self._worker
        if worker is not None and worker.pid == os.getpid():
            return worker
        with self._lock:
            if self._worker is None or self._worker.pid != os.getpid():
                waiting: queue.Queue[T | None] = queue.Queue(self._capacity)
                thread = threading.Thread(target=self._run, args=(waiting,), name=self._name, daemon=True)
                self._worker = _Worker(os.getpid(), waiting, thread)
                thread.start()
            return self._worker

    def _run(self, waiting: "queue.Queue[T | None]") -> None:
        ending = False
        while not ending:
            taken = [waiting.get()]
            while len(taken) < self._most and not waiting.empty():
                taken.append(waiting.get())  # this thread alone takes, so what is there stays there
            batch = [item for item in taken if item is not None]
            ending = len(batch) < len(taken)
            try:
                if batch:
                    self._work(batch)
            except Exception:  # noqa: BLE001 - logged with its trace
                # What fails by a bug must not end the thread for all that comes later.
                _LOG.exception("%s: work failed", self._name)
                self._failed(len(batch))
            finally:
                for _ in taken:
                    waiting.task_done()
