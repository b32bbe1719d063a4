"""What a server's processes have used: CPU time and memory of a process and all below it, from Linux's /proc.

On a system without /proc every figure is None, which the report shows as not measured.
"""

import os
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
# Fields of /proc/PID/stat after the command's name, counted from 0 (proc_pid_stat(5)).
PARENT, USER, KERNEL, CHILDREN_USER, CHILDREN_KERNEL = 1, 11, 12, 13, 14


@dataclass(frozen=True, slots=True)
class Tree:
    """A process and its descendants at one moment. `cpu_seconds` counts descendants that have ended, too."""

    pids: frozenset[int]
    cpu_seconds: float


def tree(pid: int) -> Tree | None:
    """The processes below `pid`, itself included; None where the system does not tell."""
    stats = _stats()
    if pid not in stats:
        return None
    pids, found = {pid}, True
    while found:
        found = False
        for other, fields in stats.items():
            if other not in pids and int(fields[PARENT]) in pids:
                pids.add(other)
                found = True
    ticks = sum(_ticks(stats[each]) for each in pids)
    return Tree(frozenset(pids), ticks / os.sysconf("SC_CLK_TCK"))


def memory_bytes(pid: int) -> int | None:
    """Proportional set size of a process and its descendants: pages that they share count once."""
    found = tree(pid)
    if found is None:
        return None
    sizes = [_pss(each) for each in found.pids]
    known = [size for size in sizes if size is not None]
    return sum(known) if known else None


def _stats() -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for folder in PROC.glob("[0-9]*"):
        try:
            text = (folder / "stat").read_text(encoding="utf-8", errors="replace")
        except OSError:  # it has ended meanwhile
            continue
        # The name in the parentheses may hold blanks and parentheses of its own.
        found[int(folder.name)] = text.rpartition(")")[2].split()
    return found


def _ticks(fields: list[str]) -> int:
    return sum(int(fields[at]) for at in (USER, KERNEL, CHILDREN_USER, CHILDREN_KERNEL))


def _pss(pid: int) -> int | None:
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text(encoding="utf-8").splitlines()
    except OSError:  # it has ended, or is somebody else's
        return None
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), None)
