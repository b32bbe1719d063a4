"""Fetches the parts of a page side by side, within one deadline.

A critical part that fails fails the page, at once and with the upstream's own error. A deferred part that
fails or comes late is missing, and the request's record says so; the page goes on without it.
"""

import contextvars
import logging
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

from storefront.core import (
    Clock,
    Reason,
    SystemClock,
    UpstreamError,
    UpstreamInvalid,
    UpstreamRefused,
    UpstreamUnavailable,
)
from storefront.orchestration.parts import Critical, Deferred, Missing, Part, Why
from storefront.resilience import WouldWait, deadline, remaining, without_waiting
from storefront.telemetry import Telemetry

T = TypeVar("T")
Around = Callable[[], AbstractContextManager[object]]

_LOG = logging.getLogger(__name__)
# Set in the pool's threads: a plan inside a part runs in place, or parts could wait for each other's threads.
_inside_part: ContextVar[bool] = ContextVar("storefront_inside_part", default=False)


@dataclass(frozen=True, slots=True)
class _Task:
    """A part with the way to fetch it."""

    part: Part[Any]
    fetch: Callable[[], Any]
    critical: bool
    cached: bool


class Plan:
    """What one page needs. Name the parts, run the plan (or leave its `with` block), read the parts.

    Parts that are `cached` are looked for in memory first, in the caller's thread: their `fetch` must reach
    what it waits for through the cache or a `Resource`, and may be called a second time.
    """

    def __init__(self, composer: "Composer", budget: float) -> None:
        self._composer = composer
        self._budget = budget
        self._tasks: list[_Task] = []

    def critical(self, name: str, fetch: Callable[[], T], *, cached: bool = False) -> Critical[T]:
        """A part that the page cannot do without: what `fetch` raises, `run` raises."""
        part: Critical[T] = Critical(name)
        self._tasks.append(_Task(part, fetch, critical=True, cached=cached))
        return part

    def deferred(self, name: str, fetch: Callable[[], T], *, cached: bool = False) -> Deferred[T]:
        """A part that is left out when `fetch` raises or is not done within the budget."""
        part: Deferred[T] = Deferred(name)
        self._tasks.append(_Task(part, fetch, critical=False, cached=cached))
        return part

    def run(self) -> None:
        """Fetch everything. Raises the error of the first critical part that fails, without waiting on.

        A critical part that is not done within the budget is UpstreamUnavailable(BUDGET_EXHAUSTED).
        """
        tasks, self._tasks = self._tasks, []
        with deadline(self._budget, self._composer.clock):
            self._composer.fetch(tasks)


class Composer:
    """Runs plans on the process's one pool of threads, which is started lazily and never before a fork.

    `workers` bounds the parts under way in a process. A plan with a single part, and a plan within a part,
    runs in the caller's thread. `around` makes a context that each part in a pool thread runs in: it carries
    over what a framework keeps by thread, from the context variables that every part has a copy of.
    """

    def __init__(
        self,
        telemetry: Telemetry,
        *,
        workers: int = 32,
        clock: Clock | None = None,
        around: Around = nullcontext,
    ) -> None:
        self.clock = clock or SystemClock()
        self._around = around
        self._telemetry = telemetry
        self._workers = workers
        self._lock = threading.Lock()
        self._pid = 0
        self._pool: ThreadPoolExecutor | None = None

    def plan(self, budget: float) -> Plan:
        """A new plan for a page that may take `budget` seconds (less inside an earlier deadline)."""
        return Plan(self, budget)

    @contextmanager
    def page(self, budget: float) -> Iterator[Plan]:
        """A plan that runs at the end of its `with` block, unless the block raises."""
        plan = self.plan(budget)
        yield plan
        plan.run()

    def fetch(self, tasks: list[_Task]) -> None:
        """Fetch the parts of one plan; called by Plan.run, inside its deadline."""
        tasks = [task for task in tasks if not (task.cached and _at_hand(task))]
        if not tasks:
            return
        if len(tasks) == 1 or _inside_part.get():
            # What is critical comes first: what is left of the time is the others'.
            for task in sorted(tasks, key=lambda task: not task.critical):
                self._settle(task, lambda task=task: task.fetch())  # type: ignore[misc]
            return
        pool = self._opened()
        running = {
            pool.submit(contextvars.copy_context().run, _in_part, task.fetch, self._around): task
            for task in tasks
        }
        try:
            self._gather(running)
        finally:
            for future in running:
                future.cancel()

    def close(self) -> None:
        """End the threads once their parts are done."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None and self._pid == os.getpid():
            pool.shutdown(wait=True, cancel_futures=True)

    def _gather(self, running: dict["Future[Any]", _Task]) -> None:
        waiting = set(running)
        while waiting:
            done, waiting = wait(waiting, max(remaining(otherwise=0.0), 0.0), FIRST_COMPLETED)
            if not done:
                break
            for future in done:
                self._settle(running[future], future.result)
        late = [running[future] for future in waiting]
        for task in (task for task in late if not task.critical):
            self._leave_out(task, Why.LATE)
        for task in (task for task in late if task.critical):
            raise UpstreamUnavailable(
                task.part.name, "compose", Reason.BUDGET_EXHAUSTED, message="the page's time ran out"
            )

    def _settle(self, task: _Task, result: Callable[[], Any]) -> None:
        """Give a part its outcome; the error of a critical one is raised."""
        try:
            value = result()
        except UpstreamError as error:
            if task.critical:
                raise
            self._leave_out(task, _why(error))
        except Exception:
            if task.critical:
                raise
            # The page is worth more than the slot; the trace is kept for those who can mend it.
            _LOG.exception("a deferred part failed", extra={"part": task.part.name})
            self._leave_out(task, Why.ERROR)
        else:
            task.part.settle(value)

    def _leave_out(self, task: _Task, why: Why) -> None:
        if task.part.settle(Missing(why)):
            self._telemetry.degraded(task.part.name, why)

    def _opened(self) -> ThreadPoolExecutor:
        with self._lock:
            if self._pool is None or self._pid != os.getpid():
                # A pool inherited through fork has no threads: it is forgotten.
                self._pool = ThreadPoolExecutor(self._workers, thread_name_prefix="compose")
                self._pid = os.getpid()
            return self._pool


def _at_hand(task: _Task) -> bool:
    """Settle a part with what needs no waiting. Refusals and faults are left to those who judge them."""
    token = _inside_part.set(True)
    try:
        with without_waiting():
            value = task.fetch()
    except (WouldWait, Exception):  # noqa: BLE001 - it is fetched again, and raises again
        return False
    finally:
        _inside_part.reset(token)
    return task.part.settle(value)


def _in_part(fetch: Callable[[], T], around: Around) -> T:
    """Fetch in a pool thread; the copied context is this call's own, so the mark needs no reset."""
    _inside_part.set(True)
    with around():
        return fetch()


def _why(error: UpstreamError) -> Why:
    if isinstance(error, UpstreamInvalid):
        return Why.INVALID
    return Why.REFUSED if isinstance(error, UpstreamRefused) else Why.UNAVAILABLE
