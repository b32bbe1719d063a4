"""Which cores run what: the measured server has some to itself, the load and all it leans on have the others.

Load that shares cores with the server takes from a quick page what it leaves to a slow one, and where the
system puts whom changes by the second: ratios were smaller than they are, and three times as far apart. On
two cores the server has one, with all its workers. Where the system cannot be told (macOS), or has a single
core, everything runs everywhere.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bench.gauges import tree

ALL = frozenset(os.sched_getaffinity(0)) if hasattr(os, "sched_setaffinity") else frozenset[int]()
# One for the load and what the server leans on; the rest is the server's.
OTHERS = frozenset(sorted(ALL)[:1])
MEASURED = ALL - OTHERS
APART = bool(MEASURED)


def told() -> str:
    """How the cores are shared, for the report."""
    if not APART:
        return "server and load share all cores"
    return f"server on {len(MEASURED)} of {len(ALL)} cores, load and all else on the other"


def keep(pid: int, cores: frozenset[int]) -> None:
    """Move a process and its descendants, all their threads; what they start later inherits it."""
    if not APART:
        return
    _move(pid, cores)  # first, so that what it starts while its descendants are looked up is there already
    found = tree(pid)
    for process in found.pids if found else ():
        _move(process, cores)


@contextmanager
def everywhere() -> Iterator[None]:
    """Let this process, and what it starts in the block, use all cores: for work that is not measured.

    After it this process is where the load belongs; what it has started stays where it is.
    """
    if APART:
        os.sched_setaffinity(0, ALL)
    try:
        yield
    finally:
        if APART:
            os.sched_setaffinity(0, OTHERS)


def _move(pid: int, cores: frozenset[int]) -> None:
    with suppress(FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
        for thread in (Path("/proc") / str(pid) / "task").iterdir():
            with suppress(ProcessLookupError):
                os.sched_setaffinity(int(thread.name), cores)
