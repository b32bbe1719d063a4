"""The stack's last will: ends every service when the supervisor is gone, however it went.

Started by the supervisor as a program of its own, in a session of its own, with a pipe as its input. Lines
`+PID SECONDS` and `-PID` keep its list of process groups. End of input means that the supervisor has ended,
even by SIGKILL: whatever is still on the list gets SIGTERM (MiniStack saves its state on it), then SIGKILL
when its seconds are over.

A pipe rather than Linux's PR_SET_PDEATHSIG, because it works the same on macOS, reaches whole process groups
(workers of gunicorn and uvicorn included), and does not fire when merely the thread that started a service
ends. Standard library only: it runs under `python -I -S`.
"""

import os
import select
import signal
import sys
import time

POLL_SECONDS = 0.5


def signal_group(group: int, number: int) -> bool:
    """Signal a process group; False when nobody is left in it to be signalled."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        # macOS answers EPERM for a group that holds only zombies.
        return False
    return True


def end_groups(groups: dict[int, float]) -> None:
    """SIGTERM to all groups at once, then SIGKILL to each that outlives its seconds."""
    started = time.monotonic()
    for group in groups:
        # A service that a test has paused could not hear SIGTERM.
        signal_group(group, signal.SIGTERM)
        signal_group(group, signal.SIGCONT)
    left = dict(groups)
    while left:
        time.sleep(0.05)
        for group, seconds in list(left.items()):
            if not signal_group(group, 0):
                del left[group]
            elif time.monotonic() - started > seconds:
                signal_group(group, signal.SIGKILL)
                del left[group]


def obey(line: str, groups: dict[int, float]) -> None:
    """Apply one line of the supervisor's to the list."""
    if line.startswith("+"):
        pid, seconds = line[1:].split()
        groups[int(pid)] = float(seconds)
    elif line.startswith("-"):
        groups.pop(int(line[1:]), None)


def main() -> None:
    """Read lines until the supervisor is gone, then end what it left."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    supervisor = os.getppid()
    groups: dict[int, float] = {}
    rest = b""
    # The parent is watched as well: a process that the supervisor forked without exec may hold the pipe open.
    while os.getppid() == supervisor:
        if not select.select([sys.stdin], [], [], POLL_SECONDS)[0]:
            continue
        data = os.read(sys.stdin.fileno(), 4096)
        if not data:
            break
        *lines, rest = (rest + data).split(b"\n")
        for line in lines:
            obey(line.decode("ascii"), groups)
    end_groups(groups)


if __name__ == "__main__":
    main()
