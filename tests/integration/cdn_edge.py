"""Varnish with the rules of config/cdn.py before a running shop, and a client quick enough for crowds."""

from __future__ import annotations

import re
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from config.cdn import Cdn, read_cdn
from dev.ports import HOST, Ports
from dev.stack.devstack import DevStack
from dev.stack.service import Service
from dev.varnish import Site, varnish, vcl

ROOT = Path(__file__).resolve().parents[2]
_LENGTH = re.compile(rb"\r\ncontent-length:\s*([0-9]+)\r\n", re.IGNORECASE)
_BODILESS = (204, 304)


@dataclass(frozen=True)
class Edge:
    """A CDN: where it listens, and the host that visitors ask it for."""

    port: int
    host: str

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it came: `head` has the status line and all headers."""

    status: int
    head: bytes
    body: bytes

    def header(self, name: str) -> str:
        found = re.search(rb"\r\n" + name.encode() + rb":\s*([^\r]*)\r\n", self.head, re.IGNORECASE)
        return found.group(1).decode("latin-1") if found else ""

    @property
    def cookies(self) -> list[str]:
        lines = re.findall(rb"\r\nset-cookie:\s*[^=]+=\"?([^;\"\r]*)", self.head, re.IGNORECASE)
        return [line.decode("latin-1") for line in lines if line]

    @property
    def public(self) -> bool:
        return "public" in self.header("Cache-Control")

    @property
    def unkept(self) -> bool:
        return "no-store" in self.header("Cache-Control")

    @property
    def hit(self) -> bool:
        return self.header("X-Cache") == "Hit"


class Wire:
    """One connection that is kept open from request to request; says what it is told, byte by byte."""

    def __init__(self, edge: Edge) -> None:
        self._edge = edge
        self._socket: socket.socket | None = None
        self._rest = b""

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Reply:
        return self.say("GET", path, list((headers or {}).items()))

    def say(self, method: str, path: str, headers: list[tuple[str, str]]) -> Reply:
        """Ask, and once more on a new connection should the server have closed this one meanwhile."""
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self._edge.host}"]
        lines += [f"{name}: {value}" for name, value in headers]
        request = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
        kept = self._socket is not None
        try:
            return self._exchange(request)
        except (ConnectionError, EOFError):
            self.close()
            if not kept:
                raise
            return self._exchange(request)

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
        self._socket, self._rest = None, b""

    def _exchange(self, request: bytes) -> Reply:
        if self._socket is None:
            self._socket = socket.create_connection((HOST, self._edge.port), timeout=60)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(request)
        data = self._rest
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += self._more()
        head, data = data[: end + 2], data[end + 4 :]
        status = int(head[9:12])
        length = _LENGTH.search(head)
        if request.startswith(b"HEAD ") or status in _BODILESS:
            body, self._rest = b"", data
        elif length is not None:
            body = self._read(data, int(length.group(1)))
        else:
            assert b"chunked" in head.lower(), head
            body = self._chunks(data)
        if b"\r\nconnection: close" in head.lower():
            self.close()
        return Reply(status, head, body)

    def _read(self, data: bytes, size: int) -> bytes:
        parts, have = [data], len(data)
        while have < size:
            parts.append(self._more())
            have += len(parts[-1])
        whole = b"".join(parts)
        self._rest = whole[size:]
        return whole[:size]

    def _chunks(self, data: bytes) -> bytes:
        body = b""
        while True:
            while b"\r\n" not in data:
                data += self._more()
            line, _, data = data.partition(b"\r\n")
            size = int(line, 16)
            part = self._read(data, size + 2)
            data, body = self._rest, body + part[:-2]
            if size == 0:
                return body

    def _more(self) -> bytes:
        assert self._socket is not None
        data = self._socket.recv(262_144)
        if not data:
            raise EOFError("the server has closed the connection")
        return data


@contextmanager
def edge_before(shop: DevStack, *, name: str = "varnish") -> Iterator[Edge]:
    """Varnish before the shop's web tier for as long as the block lasts."""
    web = urlsplit(shop.environment("web")["PUBLIC_ORIGIN"])
    assert web.port
    port = Ports.free().web
    site = Site(web.netloc, HOST, web.port)
    shop.start(services=[service(read_cdn(), site, port, shop.state_dir / name, name)])
    try:
        yield Edge(port, web.netloc)
    finally:
        shop.stop(name)


def service(cdn: Cdn, site: Site, port: int, folder: Path, name: str = "varnish") -> Service:
    """Varnish with the rules of `cdn`, installed first where it is missing and may be."""
    subprocess.run([ROOT / "scripts" / "ensure-varnish"], check=True, stdout=subprocess.DEVNULL)
    return varnish(vcl(cdn, site), port, folder, name=name)
