"""A connection that obeys a total deadline while it reads.

A socket's timeout restarts with every packet, so an upstream that drips one byte a second would hold a thread
for ever, in its headers as well as in its body. Here every read is allowed only what is left of the total.
"""

import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from http.client import HTTPResponse
from socket import socket
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

_BUFFER_BYTES = 64 * 1024

_reads_until: ContextVar[float | None] = ContextVar("storefront_reads_until", default=None)


@contextmanager
def reading_until(moment: float) -> Iterator[None]:
    """Let every answer begun in this block be read until `moment` (of time.monotonic) and no longer."""
    token = _reads_until.set(moment)
    try:
        yield
    finally:
        _reads_until.reset(token)


class _Timed(io.RawIOBase):
    """The raw side of a socket's file, which lowers the socket's timeout before every read."""

    def __init__(self, raw: Any, sock: socket, until: float) -> None:
        self._raw = raw
        self._sock = sock
        self._until = until

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("the total time for this answer ran out")
        self._sock.settimeout(left)
        count: int | None = self._raw.readinto(buffer)
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _TimedResponse(HTTPResponse):
    """http.client's parser, reading through `_Timed` when a total is in force."""

    def __init__(self, sock: socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        until = _reads_until.get()
        if until is not None:
            raw = self.fp.detach()  # a BufferedReader
            self.fp = io.BufferedReader(_Timed(raw, sock, until), _BUFFER_BYTES)


class _Connection(HTTPConnection):
    response_class = _TimedResponse


class _SecureConnection(HTTPSConnection):
    response_class = _TimedResponse


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class TimedAdapter(HTTPAdapter):
    """requests' adapter over connections of this module."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pool manager and tell it which pools to make."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}
