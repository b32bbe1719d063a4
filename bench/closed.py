"""Closed-loop load in a process of its own: by wrk where it is installed, else by `bench.hammer`."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from dev.ports import base_environment
from dev.stack.emulators import REPOSITORY
from dev.stack.errors import StackError

# As browsers ask, so that a shop sends what it would send to them.
HEADERS = ("Accept-Encoding: gzip, deflate, br", "Accept: text/html,*/*;q=0.8")
GRACE_SECONDS = 30
TIMEOUT_SECONDS = 15
UNITS = {"us": 0.001, "ms": 1.0, "s": 1_000.0, "m": 60_000.0}
SIZES = {"B": 1, "KB": 1024, "MB": 1024**2, "GB": 1024**3}


@dataclass(frozen=True, slots=True)
class Run:
    """One load: answers per second, their times, and the bytes of one answer with its headers.

    `refused` are statuses outside 2xx and 3xx, `broken` connections that were cut or not answered in time.
    """

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    bytes: float
    refused: int
    broken: int

    @property
    def rate(self) -> float:
        return self.requests / self.seconds if self.seconds else 0.0


class Generator:
    """Sends load; `name` says by what means, for the report."""

    def __init__(self, scratch: Path) -> None:
        self._wrk = shutil.which("wrk")
        self._scratch = scratch
        self.name = "wrk -t1" if self._wrk else "bench.hammer (slower than wrk: apt-get install wrk)"

    def run(self, urls: Sequence[str], *, connections: int, seconds: float) -> Run:
        """Load on the addresses in turn. Raises StackError when the generator itself fails."""
        command = (
            self._by_wrk(urls, connections, seconds) if self._wrk else _by_hammer(urls, connections, seconds)
        )
        try:
            done = subprocess.run(
                command,
                check=True,
                capture_output=True,
                text=True,
                cwd=REPOSITORY,
                env=base_environment(),
                timeout=seconds + GRACE_SECONDS,
            ).stdout
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            raise StackError(f"load on {urls[0]} failed: {error.stderr or error}") from error
        return _wrk_told(done) if self._wrk else _hammer_told(done)

    def _by_wrk(self, urls: Sequence[str], connections: int, seconds: float) -> list[str]:
        headers = [part for header in HEADERS for part in ("-H", header)]
        script = [] if len(urls) == 1 else ["-s", str(self._script(urls))]
        shape = ["-t1", f"-c{connections}", f"-d{max(round(seconds), 1)}s", f"--timeout={TIMEOUT_SECONDS}s"]
        return [str(self._wrk), *shape, "--latency", *headers, *script, urls[0]]

    def _script(self, urls: Sequence[str]) -> Path:
        """wrk's own way to ask for several addresses: a Lua function that says what comes next."""
        parts = [urlsplit(url) for url in urls]
        paths = ",\n".join(
            json.dumps(f"{part.path}?{part.query}" if part.query else part.path) for part in parts
        )
        headers = ", ".join(
            f"[{json.dumps(name)}]={json.dumps(value)}" for name, value in (h.split(": ", 1) for h in HEADERS)
        )
        target = self._scratch / "paths.lua"
        target.write_text(
            f"local paths = {{\n{paths}\n}}\nlocal headers = {{{headers}}}\nlocal turn = 0\n"
            "local ready = {}\n"
            "init = function()\n"
            '  for i, path in ipairs(paths) do ready[i] = wrk.format("GET", path, headers) end\n'
            "end\n"
            "request = function() turn = turn % #ready + 1; return ready[turn] end\n",
            encoding="utf-8",
        )
        return target


def _by_hammer(urls: Sequence[str], connections: int, seconds: float) -> list[str]:
    headers = [part for header in HEADERS for part in ("--header", header)]
    size = ["--connections", str(connections), "--seconds", str(seconds)]
    return [sys.executable, "-m", "bench.hammer", *size, *headers, *urls]


def _hammer_told(text: str) -> Run:
    told = json.loads(text)
    requests = int(told["requests"])
    size = told["received"] / requests if requests else 0.0
    times = (told["p50_ms"], told["p99_ms"])
    return Run(requests, told["seconds"], *times, size, int(told["refused"]), int(told["broken"]))


def _wrk_told(text: str) -> Run:
    total = re.search(r"(\d+) requests in ([\d.]+)(us|ms|s|m), ([\d.]+)([KMG]?B) read", text)
    if total is None:
        raise StackError(f"wrk told nothing that can be read: {text}")
    requests = int(total.group(1))
    errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    return Run(
        requests=requests,
        seconds=float(total.group(2)) * UNITS[total.group(3)] / 1_000,
        p50_ms=_share(text, "50"),
        p99_ms=_share(text, "99"),
        bytes=float(total.group(4)) * SIZES[total.group(5)] / requests if requests else 0.0,
        refused=int(refused.group(1)) if refused else 0,
        broken=sum(map(int, errors.groups())) if errors else 0,
    )


def _share(text: str, share: str) -> float:
    found = re.search(rf"^\s+{share}%\s+([\d.]+)(us|ms|s|m)\s*$", text, re.MULTILINE)
    return float(found.group(1)) * UNITS[found.group(2)] if found else 0.0
