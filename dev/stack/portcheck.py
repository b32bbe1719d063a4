"""Says in one line that a port is taken, by whom if that can be known, and which variable moves it."""

from __future__ import annotations

import errno
import os
import shutil
import socket
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from dev.ports import HOST
from dev.stack.errors import PortInUse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dev.stack.service import PortUse

PROC = Path("/proc")
LISTENING = "0A"  # linux/include/net/tcp_states.h, TCP_LISTEN


def refuse_taken_ports(service: str, uses: Iterable[PortUse]) -> None:
    """Raise PortInUse for the first of the service's ports on which somebody already listens."""
    for use in uses:
        reason = _reason(use.number)
        if reason:
            raise PortInUse(_sentence(service, use, reason))


def _reason(port: int) -> str:
    """Why the port cannot be had, or an empty string."""
    with socket.socket() as probe:
        # A wildcard listener does not stop a bind to one address on macOS, so the port is called first.
        probe.settimeout(0.5)
        if probe.connect_ex((HOST, port)) == 0:
            return "in use"
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            return "in use" if error.errno == errno.EADDRINUSE else (error.strerror or str(error)).lower()
    return ""


def _sentence(service: str, use: PortUse, reason: str) -> str:
    pid = holder(use.number) if reason == "in use" else None
    held = f" by process {pid}{_program(pid)}" if pid else ""
    return f"port {use.number}, wanted by {service}, is {reason}{held}; choose another with {use.variable}=…"


def holder(port: int) -> int | None:
    """The process id of the listener on a TCP port, where the system lets us know it."""
    if PROC.joinpath("net/tcp").exists():
        return _holder_by_proc(port)
    lsof = shutil.which("lsof")
    if lsof is None:
        return None
    found = subprocess.run(
        [lsof, "-nP", "-t", f"-iTCP:{port}", "-sTCP:LISTEN"],
        capture_output=True,
        text=True,
        check=False,
        timeout=5,
    )
    first = found.stdout.split()
    return int(first[0]) if first else None


def _holder_by_proc(port: int) -> int | None:
    inodes = _listening_inodes(port)
    for folder in PROC.glob("[0-9]*/fd"):
        if inodes & _open_files(folder):
            return int(folder.parent.name)
    return None


def _open_files(folder: Path) -> set[str]:
    """The labels of a process's descriptors, less those that close meanwhile or are not ours to see."""
    found = set()
    with suppress(OSError):
        for entry in folder.iterdir():
            with suppress(OSError):
                found.add(os.readlink(entry))  # noqa: PTH115 - a label, no path
    return found


def _listening_inodes(port: int) -> set[str]:
    """`socket:[inode]` labels of the listeners on a port; proc(5) gives the columns of net/tcp."""
    found = set()
    for table in ("net/tcp", "net/tcp6"):
        path = PROC / table
        if not path.exists():
            continue
        for line in path.read_text(encoding="ascii").splitlines()[1:]:
            column = line.split()
            if column[3] == LISTENING and int(column[1].rpartition(":")[2], 16) == port:
                found.add(f"socket:[{column[9]}]")
    return found


def _program(pid: int) -> str:
    try:
        words = PROC.joinpath(str(pid), "cmdline").read_bytes().split(b"\0")
    except OSError:
        return ""
    shown = " ".join(word.decode(errors="replace") for word in words if word)
    return f" ({shown[:80]})" if shown else ""
