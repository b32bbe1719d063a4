"""An HTTP/1.1 proxy that stands between two tiers and does what a bad network does, call by call.

A rule sees each exchange twice: the request before it is passed on, and the answer before it is handed
back. It may let it go, hold it, or cut the connection; between the two it may do anything else, such as
kill the caller.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Literal, Self

HOST = "127.0.0.1"
Verdict = Literal["pass", "cut"]
_MOST_HEAD = 64 * 1024


@dataclass(slots=True)
class Exchange:
    """One request, and its answer once there is one.

    `peer` is the port that the caller calls from, `doomed` the process that is to die once it has the answer.
    """

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    peer: int
    status: int = 0
    answer: bytes = b""
    doomed: int = 0
    raw_request: bytes = field(default=b"", repr=False)
    raw_answer: bytes = field(default=b"", repr=False)

    @property
    def where(self) -> str:
        """The path without the query, which says in what language to answer and the like."""
        return self.path.partition("?")[0]


Rule = Callable[[Exchange], Awaitable[Verdict]]
Witness = Callable[[Exchange], None]


async def let_pass(_: Exchange) -> Verdict:
    """The rule of a good network."""
    return "pass"


def look_on(_: Exchange) -> None:
    """Nothing more to do once the answer is handed back."""


class FaultProxy:
    """Listens on a free loopback port and passes on to `target` (a port); runs in a thread of its own."""

    def __init__(self, target: int, *, before: Rule = let_pass, after: Rule = let_pass) -> None:
        self._target = target
        self.before = before
        self.after = after
        self.handed_back: Witness = look_on
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="fault-proxy", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, HOST, 0, limit=_MOST_HEAD))
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = writer.get_extra_info("peername")[1]
        upstream: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        try:
            while True:
                exchange = await _request(reader, peer)
                if exchange is None or await self.before(exchange) == "cut":
                    break
                if upstream is None:
                    upstream = await asyncio.open_connection(HOST, self._target, limit=_MOST_HEAD)
                upstream[1].write(exchange.raw_request)
                await upstream[1].drain()
                await _answer(upstream[0], exchange)
                if await self.after(exchange) == "cut":
                    break
                writer.write(exchange.raw_answer)
                await writer.drain()
                self.handed_back(exchange)
        except (OSError, asyncio.IncompleteReadError):
            pass  # either side went away, which is what connections do; both ends are closed below
        finally:
            for one in (writer, *(upstream[1:] if upstream else ())):
                one.transport.abort()


async def _request(reader: asyncio.StreamReader, peer: int) -> Exchange | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, headers = _head(head)
    method, path, _ = first.split(" ", 2)
    body, raw = await _body(reader, headers, bodiless=False, until_close=False)
    return Exchange(method, path, headers, body, peer, raw_request=head + raw)


async def _answer(reader: asyncio.StreamReader, exchange: Exchange) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    first, headers = _head(head)
    exchange.status = int(first.split(" ", 2)[1])
    bodiless = exchange.method == "HEAD" or exchange.status in {204, 304}
    exchange.answer, raw = await _body(reader, headers, bodiless=bodiless, until_close=True)
    exchange.raw_answer = head + raw


def _head(head: bytes) -> tuple[str, dict[str, str]]:
    lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines[1:] if line)
    return lines[0], {name.strip().lower(): value.strip() for name, _, value in pairs}


async def _body(
    reader: asyncio.StreamReader, headers: dict[str, str], *, bodiless: bool, until_close: bool
) -> tuple[bytes, bytes]:
    """The body, and the bytes that stood for it on the wire."""
    if bodiless:
        return b"", b""
    if headers.get("transfer-encoding", "").lower() == "chunked":
        return await _chunks(reader)
    if "content-length" in headers:
        body = await reader.readexactly(int(headers["content-length"]))
        return body, body
    body = await reader.read() if until_close and headers.get("connection", "").lower() == "close" else b""
    return body, body


async def _chunks(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    body = raw = b""
    while True:
        line = await reader.readuntil(b"\r\n")
        chunk = await reader.readexactly(int(line.split(b";")[0], 16) + 2)
        raw += line + chunk
        if chunk == b"\r\n":
            return body, raw
        body += chunk[:-2]
