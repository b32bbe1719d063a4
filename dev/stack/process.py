"""One process of the stack: started in its own group, its output in a file, ended with all its workers."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Generic, Self, TypeVar

from dev.stack.errors import MissingPart, StackError
from dev.stack.guardian import signal_group

if TYPE_CHECKING:
    from types import TracebackType

    from dev.stack.service import Service, Task

SpecT = TypeVar("SpecT", bound="Service | Task")

TAIL_LINES = 12
TAIL_BYTES = 16_384
# The program starts only once its process id is on the guardian's list: the shell waits for a line, and ends
# when the supervisor has died before sending it. `exec` keeps the process id.
GATE = 'read -r _ && exec "$@" </dev/null'


class Guardian:
    """The supervisor's end of the pipe to the process that cleans up after it (see guardian.py)."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        program = Path(__file__).with_name("guardian.py")
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(program)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            cwd="/",
            env={},
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the pipe and wait: whatever is still listed is ended by the guardian before this returns."""
        if self._process is None:
            return
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.wait()
        self._process = None

    @property
    def pid(self) -> int:
        """The guardian's own process id."""
        assert self._process is not None
        return self._process.pid

    def watch(self, pid: int, grace_seconds: float) -> None:
        """End this process group when the supervisor dies.

        Raises:
            StackError: somebody has ended the guardian.
        """
        try:
            self._tell(f"+{pid} {grace_seconds}\n")
        except BrokenPipeError as error:
            raise StackError(
                "the stack's guardian process has been ended from outside; start again"
            ) from error

    def forget(self, pid: int) -> None:
        """The group has ended; its number may soon be somebody else's."""
        # Stopping goes on without a guardian: one that is gone can no longer hit a number that was reused.
        with suppress(BrokenPipeError):
            self._tell(f"-{pid}\n")

    def _tell(self, line: str) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(line.encode("ascii"))
        self._process.stdin.flush()


class Child(Generic[SpecT]):
    """A running service or task."""

    def __init__(self, spec: SpecT, log: Path, guardian: Guardian) -> None:
        """Start the program.

        Raises:
            MissingPart: its executable or its working folder does not exist.
        """
        self.spec = spec
        self.log = log
        self._guardian = guardian
        self._ended = False
        if shutil.which(spec.argv[0]) is None:
            raise MissingPart(f"{spec.name}: the program {spec.argv[0]} is missing or cannot be run")
        if not spec.cwd.is_dir():
            raise MissingPart(f"{spec.name}: the folder {spec.cwd} is missing")
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                ["/bin/sh", "-c", GATE, "sh", *spec.argv],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=spec.cwd,
                env=dict(spec.env),
                start_new_session=True,
            )
        guardian.watch(self._process.pid, spec.grace_seconds)
        assert self._process.stdin is not None
        # A child that was killed in this very moment shows in its status, like any that dies later.
        with suppress(BrokenPipeError):
            self._process.stdin.write(b"\n")
            self._process.stdin.close()

    @property
    def pid(self) -> int:
        """The process id, which is also the number of its group and session."""
        return self._process.pid

    def status(self) -> int | None:
        """Exit status, negative for a signal, None while it runs."""
        return self._process.poll()

    def wait(self) -> int:
        """Wait for the end of a task and sweep up what it left running."""
        status = self._process.wait()
        self._sweep()
        return status

    def signal(self, number: int) -> None:
        """Signal the whole group, workers included."""
        if not self._ended:
            signal_group(self.pid, number)

    def ask_to_end(self) -> None:
        """SIGTERM to the leader, which knows how to end its workers; woken first if it was paused."""
        if self._process.poll() is None:
            os.kill(self.pid, signal.SIGTERM)
            signal_group(self.pid, signal.SIGCONT)

    def end(self, deadline: float) -> None:
        """Wait until `deadline` (monotonic seconds), then SIGKILL the group: nothing of it is left."""
        try:
            self._process.wait(timeout=max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            signal_group(self.pid, signal.SIGKILL)
            self._process.wait()
        self._sweep()

    def tail(self) -> str:
        """The last lines of the log, indented for a message; empty when there are none."""
        with self.log.open("rb") as lines:
            lines.seek(0, os.SEEK_END)
            lines.seek(max(0, lines.tell() - TAIL_BYTES))
            text = lines.read().decode("utf-8", errors="replace")
        return "".join(f"\n    {line}" for line in text.splitlines()[-TAIL_LINES:])

    def _sweep(self) -> None:
        """The leader is gone: end workers that outlived it, and take the group off the guardian's list."""
        if not self._ended:
            self._ended = True
            signal_group(self.pid, signal.SIGKILL)
            self._guardian.forget(self.pid)
