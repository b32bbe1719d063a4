"""Which worker process is calling, so that a fault can end exactly that one (Linux: /proc)."""

from __future__ import annotations

import os
import signal
from pathlib import Path

HOST_HEX = "0100007F"  # 127.0.0.1 as /proc/net/tcp writes it


def caller(port: int, master: int) -> int:
    """The worker of gunicorn's `master` process that calls from loopback `port`; 0 when none does."""
    inode = _socket(port)
    return next((pid for pid in children(master) if inode and _holds(pid, inode)), 0)


def kill(pid: int) -> bool:
    """End a process at once; False when it is gone already."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def children(master: int) -> list[int]:
    """The processes whose parent is `master`."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = entry.read_text().rpartition(")")[2].split()[1]
        except OSError:
            continue  # ended while we looked
        if parent == str(master):
            found.append(int(entry.parent.name))
    return found


def _socket(port: int) -> str:
    wanted = f"{HOST_HEX}:{port:04X}"
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if fields[1] == wanted:
            return fields[9]
    return ""


def _holds(pid: int, inode: str) -> bool:
    for entry in Path(f"/proc/{pid}/fd").glob("*"):
        try:
            if entry.readlink().name == f"socket:[{inode}]":
                return True
        except OSError:
            continue
    return False
