"""`python -m bench.hammer`: closed-loop load from one process, for machines without wrk.

So many connections are kept open, and each asks for the next address as soon as it has its answer. Plain
sockets and no parsing beyond the length of the answer, so that it takes as little as it can of the cores that
it shares with the server. It is slower than wrk all the same: reports say which of the two was used.
"""

import argparse
import itertools
import json
import re
import selectors
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)", re.IGNORECASE)
CHUNKED = re.compile(rb"\r\ntransfer-encoding:[ \t]*chunked", re.IGNORECASE)
LAST_CHUNK = b"0\r\n\r\n"
READ_BYTES = 262_144
STUCK_SECONDS = 15.0


@dataclass
class Count:
    """What came back, in all."""

    seconds: list[float] = field(default_factory=list)
    refused: int = 0
    broken: int = 0
    received: int = 0


class Asker:
    """One connection: sends, reads to the end of the answer, sends again."""

    def __init__(self, address: tuple[str, int], requests: Iterator[bytes], count: Count) -> None:
        self._address, self._requests, self._count = address, requests, count
        self._buffer = b""
        self._since = 0.0
        self.socket = self._connected()

    def ask(self) -> None:
        self._buffer, self._since = b"", time.perf_counter()
        self.socket.sendall(next(self._requests))

    def hear(self) -> bool:
        """Take in what has come; True when the answer is whole. ConnectionError when the server hung up."""
        some = self.socket.recv(READ_BYTES)
        if not some:
            raise ConnectionResetError
        self._buffer += some
        if not _whole(self._buffer):
            return False
        self._count.received += len(self._buffer)
        self._count.seconds.append(time.perf_counter() - self._since)
        if self._buffer[9:10] not in {b"2", b"3"}:
            self._count.refused += 1
        return True

    def reconnect(self) -> None:
        self.socket.close()
        self.socket = self._connected()

    def _connected(self) -> socket.socket:
        made = socket.create_connection(self._address, timeout=STUCK_SECONDS)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made


def main() -> int:
    options = parse()
    parts = [urlsplit(url) for url in options.urls]
    host, port = parts[0].hostname or "", parts[0].port or 80
    lines = "".join(f"{header}\r\n" for header in options.header)
    targets = [f"{part.path}?{part.query}" if part.query else part.path for part in parts]
    heads = [f"GET {target} HTTP/1.1\r\nHost: {parts[0].netloc}\r\n{lines}\r\n" for target in targets]
    turns = itertools.cycle([head.encode() for head in heads])
    count, took = run((host, port), turns, options.connections, options.seconds)
    json.dump(summary(count, took), sys.stdout)
    return 0


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.hammer", description=__doc__)
    parser.add_argument("--connections", type=int, default=16, choices=range(1, 1025), metavar="N")
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--header", action="append", default=[])
    parser.add_argument("urls", nargs="+")
    return parser.parse_args()


def run(
    address: tuple[str, int], requests: Iterator[bytes], connections: int, seconds: float
) -> tuple[Count, float]:
    count = Count()
    askers = [Asker(address, requests, count) for _ in range(connections)]
    began = time.perf_counter()
    with selectors.DefaultSelector() as waiting:
        for asker in askers:
            waiting.register(asker.socket, selectors.EVENT_READ, asker)
            asker.ask()
        while time.perf_counter() - began < seconds:
            for key, _ in waiting.select(timeout=0.1):
                _turn(key.data, waiting, count)
    took = time.perf_counter() - began
    for asker in askers:
        asker.socket.close()
    return count, took


def _turn(asker: Asker, waiting: selectors.BaseSelector, count: Count) -> None:
    try:
        if asker.hear():
            asker.ask()
    except OSError:
        count.broken += 1
        waiting.unregister(asker.socket)
        asker.reconnect()
        waiting.register(asker.socket, selectors.EVENT_READ, asker)
        asker.ask()


def _whole(answer: bytes) -> bool:
    head, end, body = answer.partition(b"\r\n\r\n")
    if not end:
        return False
    if CHUNKED.search(head):
        return body.endswith(LAST_CHUNK)
    length = LENGTH.search(head)
    return len(body) >= (int(length.group(1)) if length else 0)


def summary(count: Count, took: float) -> dict[str, float]:
    ordered = sorted(count.seconds) or [0.0]
    return {
        "requests": len(count.seconds),
        "seconds": took,
        "refused": count.refused,
        "broken": count.broken,
        "received": count.received,
        "p50_ms": ordered[len(ordered) // 2] * 1_000,
        "p99_ms": ordered[min(len(ordered) * 99 // 100, len(ordered) - 1)] * 1_000,
    }


if __name__ == "__main__":
    sys.exit(main())
