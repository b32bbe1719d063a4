"""`python -m bench.proxy`: a server between the shop and what it calls, that delays and counts.

HTTP/1.1 on loopback, one connection behind for each one in front. Requests are counted by operation (AWS's
`X-Amz-Target`, with the table) or by method and address. `/-bench/` is its own: `set` changes delay and mode,
`counts` tells.
Modes: `up` passes on, `down` hangs up at once, as a host without a server does, `hung` never answers.
"""

import argparse
import asyncio
import json
import re
import sys
from collections import Counter
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

OWN = "/-bench/"
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)", re.IGNORECASE)
CHUNKED = re.compile(rb"\r\ntransfer-encoding:[ \t]*chunked", re.IGNORECASE)
OPERATION = re.compile(rb"\r\nx-amz-target:[ \t]*([^\r]+)", re.IGNORECASE)
TABLE = re.compile(rb'"TableName"\s*:\s*"([\w.-]{1,255})"')
MODES = ("up", "down", "hung")
MOST_DELAY_MS = 5_000
LARGEST_HEAD = 256 * 1024


class Proxy:
    """Delay in seconds, mode and counts, for all connections."""

    def __init__(self, host: str, port: int, delay: float) -> None:
        self._behind = (host, port)
        self._delay = delay
        self._mode = "up"
        self._counts: Counter[str] = Counter()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection from its first request to its end."""
        behind: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        try:
            while head := await _head(reader):
                method, target = head.split(b" ", 2)[:2]
                body = await _body(reader, head)
                if target.startswith(OWN.encode()):
                    writer.write(self._own(target.decode()))
                    continue
                self._counts[_named(head, body, method + b" " + target)] += 1
                if self._mode != "up":
                    await asyncio.sleep(0 if self._mode == "down" else 3_600)
                    return
                if self._delay:
                    await asyncio.sleep(self._delay)
                behind = behind or await asyncio.open_connection(*self._behind, limit=LARGEST_HEAD)
                behind[1].write(head + body)
                writer.write(await _answer(behind[0], method))
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
            return  # one of the two ends has hung up, or does not speak HTTP: so does this one
        finally:
            for end in (writer, *((behind[1],) if behind else ())):
                end.close()
                with suppress(OSError):
                    await end.wait_closed()

    def _own(self, target: str) -> bytes:
        """Answer a question about this proxy itself."""
        parts = urlsplit(target)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if "delay_ms" in asked:
            self._delay = min(max(float(asked["delay_ms"]), 0.0), MOST_DELAY_MS) / 1_000
        if asked.get("mode") in MODES:
            self._mode = asked["mode"]
        body = json.dumps(dict(self._counts)).encode()
        if "reset" in asked:
            self._counts.clear()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        return head.encode() + body


def _named(head: bytes, body: bytes, address: bytes) -> str:
    """What a request is counted as: AWS's operation, with the table that it is about, or its address."""
    operation, table = OPERATION.search(head), TABLE.search(body)
    parts = [operation.group(1) if operation else address, *([table.group(1)] if table else [])]
    return b" ".join(parts).decode("latin-1")


async def _head(reader: asyncio.StreamReader) -> bytes:
    """A request's or an answer's head, its empty line included; empty when the other end has hung up."""
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as end:
        if end.partial:
            raise
        return b""


async def _body(reader: asyncio.StreamReader, head: bytes) -> bytes:
    if CHUNKED.search(head):
        return await _chunks(reader)
    length = LENGTH.search(head)
    return await reader.readexactly(int(length.group(1))) if length else b""


async def _answer(reader: asyncio.StreamReader, method: bytes) -> bytes:
    head = await _head(reader)
    if not head:
        raise ConnectionResetError
    status = int(head.split(b" ", 2)[1])
    if method == b"HEAD" or status in {204, 304}:
        return head
    return head + await _body(reader, head)


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    parts = []
    while True:
        line = await reader.readuntil(b"\r\n")
        size = int(line.split(b";")[0], 16)
        parts += [line, await reader.readexactly(size + 2)]
        if size == 0:
            return b"".join(parts)


async def run(options: argparse.Namespace) -> None:
    behind = urlsplit(options.behind)
    proxy = Proxy(behind.hostname or "127.0.0.1", behind.port or 80, options.delay_ms / 1_000)
    server = await asyncio.start_server(
        proxy.serve, "127.0.0.1", options.port, limit=LARGEST_HEAD, backlog=512
    )
    async with server:
        await server.serve_forever()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.proxy", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--behind", required=True, metavar="URL", help="where requests are passed on to")
    parser.add_argument("--delay-ms", type=float, default=0.0)
    with suppress(KeyboardInterrupt):
        asyncio.run(run(parser.parse_args()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
