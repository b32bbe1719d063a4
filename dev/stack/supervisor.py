"""Starts services in waves, waits until each can serve, watches them, and ends them all, last wave first."""

from __future__ import annotations

import signal
import threading
import time
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from typing import TYPE_CHECKING, NoReturn, Self

from dev.stack.errors import NotReady, ServiceDied, StackError, TaskFailed
from dev.stack.portcheck import refuse_taken_ports
from dev.stack.process import Child, Guardian, SpecT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from types import TracebackType
    from typing import TextIO

    from dev.stack.service import Service, Task

PROBE_EVERY = 0.05
WATCH_EVERY = 0.25
FOLLOW_EVERY = 0.1


def _ignore(_line: str) -> None:
    """For callers who do not care what a task says while it runs."""


def _tell(printed: TextIO, follow: Callable[[str], None]) -> None:
    """Pass on the whole lines that have come since the last time; a half one stays for the next."""
    while True:
        start = printed.tell()
        line = printed.readline()
        if not line.endswith("\n"):
            printed.seek(start)
            return
        follow(line.rstrip("\n"))


class Stack:
    """Runs services until the `with` block is left, by whatever way.

    Policy for a service that ends by itself: the whole stack ends with one line that names it. Restarting it
    would hide the fault, and an emulator restarted after a crash has lost the state that the others rely on.
    """

    def __init__(self, log_dir: Path) -> None:
        self._log_dir = log_dir
        self._guardian = Guardian()
        self._exits = ExitStack()
        self._waves: list[list[Child[Service]]] = []
        self._tasks: list[Child[Task]] = []

    def __enter__(self) -> Self:
        self._exits.enter_context(self._guardian)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # The guardian's exit comes last and ends what an interrupted stop has left.
        with self._exits:
            self.stop_all()

    def start(self, services: Sequence[Service]) -> dict[str, float]:
        """Start all at once and wait for each; returns the seconds until ready by name.

        Raises:
            PortInUse, MissingPart: before anything of this wave was started.
            ServiceDied, NotReady: the other services of the stack keep running until the block is left.
        """
        for service in services:
            if service.name in self._by_name():
                raise StackError(f"{service.name} runs already")
            refuse_taken_ports(service.name, service.ports)
        wave: list[Child[Service]] = []
        self._waves.append(wave)
        for service in services:
            self._rotate(service.name)
            wave.append(Child(service, self.log(service.name), self._guardian))
        return self._await(wave)

    def run(self, task: Task, follow: Callable[[str], None] = _ignore) -> str:
        """Run a one-off step to its end; returns what it printed, and tells `follow` each line as it comes.

        Raises:
            TaskFailed: it ended with a non-zero status; the message holds the last lines of its log.
        """
        self._rotate(task.name)
        child = Child(task, self.log(task.name), self._guardian)
        self._tasks.append(child)
        with child.log.open(encoding="utf-8", errors="replace") as printed:
            while child.status() is None:
                _tell(printed, follow)
                time.sleep(FOLLOW_EVERY)
            status = child.wait()
            _tell(printed, follow)
        self._tasks.remove(child)
        if status != 0:
            raise TaskFailed(f"{task.name} failed ({_told(status)}); log: {child.log}{child.tail()}")
        return child.log.read_text(encoding="utf-8", errors="replace")

    def check(self) -> None:
        """Raise ServiceDied if a service ended that nobody stopped."""
        for child in self._children():
            if child.status() is not None:
                raise ServiceDied(_obituary(child, "has stopped"))

    def watch(self) -> NoReturn:
        """Sleep for as long as all services run; raises ServiceDied when one does not."""
        while True:
            self.check()
            time.sleep(WATCH_EVERY)

    def pid(self, name: str) -> int:
        """Process id of a running service."""
        return self._find(name).pid

    def log(self, name: str) -> Path:
        """The file that a service's output goes to; the run before is beside it as NAME.previous.log."""
        return self._log_dir / f"{name}.log"

    def stop(self, name: str) -> None:
        """End one service politely; the others stay."""
        child = self._find(name)
        child.ask_to_end()
        self._bury(child)

    def kill(self, name: str) -> None:
        """End one service by SIGKILL, as a crash would."""
        child = self._find(name)
        child.signal(signal.SIGKILL)
        self._bury(child)

    def restart(self, name: str, service: Service | None = None) -> float:
        """Stop a service, start it again (as `service`, if given); returns the seconds until ready."""
        spec = service or self.service(name)
        self.stop(name)
        return self.start([spec])[name]

    def pause(self, name: str) -> None:
        """SIGSTOP: connections are accepted by the kernel and never answered, like a server that hangs."""
        self._find(name).signal(signal.SIGSTOP)

    def resume(self, name: str) -> None:
        """SIGCONT after `pause`."""
        self._find(name).signal(signal.SIGCONT)

    def running(self) -> list[Service]:
        """The services, in the order in which they were started."""
        return [child.spec for child in self._children()]

    def service(self, name: str) -> Service:
        """The record by which a running service was started."""
        return self._find(name).spec

    def stop_all(self) -> None:
        """End tasks, then the waves, last first; within a wave all at once."""
        _end_together(self._tasks)
        for wave in reversed(self._waves):
            _end_together(wave)

    def _children(self) -> list[Child[Service]]:
        return [child for wave in self._waves for child in wave]

    def _by_name(self) -> dict[str, Child[Service]]:
        return {child.spec.name: child for child in self._children()}

    def _find(self, name: str) -> Child[Service]:
        children = self._by_name()
        if name not in children:
            raise StackError(f"{name} is not running; running: {', '.join(children) or 'nothing'}")
        return children[name]

    def _bury(self, child: Child[Service]) -> None:
        child.end(time.monotonic() + child.spec.grace_seconds)
        for wave in self._waves:
            if child in wave:
                wave.remove(child)

    def _rotate(self, name: str) -> None:
        log = self.log(name)
        if log.exists():
            log.replace(log.with_suffix(".previous.log"))

    def _await(self, wave: list[Child[Service]]) -> dict[str, float]:
        given_up = threading.Event()
        with ThreadPoolExecutor(max_workers=max(1, len(wave)), thread_name_prefix="ready") as pool:
            try:
                waits = {pool.submit(_until_ready, child, given_up): child for child in wave}
                done, _ = wait(waits, return_when=FIRST_EXCEPTION)
                _raise_first(done)
            finally:
                given_up.set()
        return {child.spec.name: future.result() for future, child in waits.items()}


def _until_ready(child: Child[Service], given_up: threading.Event) -> float:
    service = child.spec
    started = time.monotonic()
    while not given_up.is_set():
        answered = service.ready()
        # Asked after the answer: a stranger on the port may have given it.
        if child.status() is not None:
            raise ServiceDied(_obituary(child, "stopped while starting"))
        if answered:
            break
        if time.monotonic() - started > service.start_seconds:
            late = f"{service.name} did not answer within {service.start_seconds:.0f} s"
            raise NotReady(f"{late}; log: {child.log}{child.tail()}")
        given_up.wait(PROBE_EVERY)
    return time.monotonic() - started


def _end_together(children: list[Child[SpecT]]) -> None:
    for child in children:
        child.ask_to_end()
    asked = time.monotonic()
    for child in children:
        child.end(asked + child.spec.grace_seconds)
    children.clear()


def _raise_first(done: set[Future[float]]) -> None:
    for future in done:
        error = future.exception()
        if error is not None:
            raise error


def _obituary(child: Child[Service], event: str) -> str:
    status = child.status()
    return f"{child.spec.name} {event} ({_told(status)}); log: {child.log}{child.tail()}"


def _told(status: int | None) -> str:
    if status is not None and status < 0:
        return f"by signal {signal.Signals(-status).name}"
    return f"status {status}"
