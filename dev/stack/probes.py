"""Readiness, asked in the server's own protocol: an open port alone does not mean that anybody can be served.

Every probe returns False for "not yet" and is safe to ask again. Sockets are plain, so no proxy setting gets
between.
"""

from __future__ import annotations

import http.client
import re
import socket
from typing import TYPE_CHECKING

from dev.ports import HOST

if TYPE_CHECKING:
    from collections.abc import Callable

PROBE_SECONDS = 1.0
SERVER_ERROR = 500
USUAL_AGE = 60  # seconds that a whole public page is kept by shared caches
_SHARED_AGE = re.compile(r"\bs-maxage=([0-9]{1,9})\b")


def tcp(port: int) -> Callable[[], bool]:
    """Ready when the port accepts a connection."""

    def ask() -> bool:
        try:
            socket.create_connection((HOST, port), timeout=PROBE_SECONDS).close()
        except OSError:
            return False
        return True

    return ask


def http_answer(port: int, path: str, *, below: int = SERVER_ERROR) -> Callable[[], bool]:
    """Ready when GET `path` gets a status lower than `below`."""

    def ask() -> bool:
        connection = http.client.HTTPConnection(HOST, port, timeout=PROBE_SECONDS)
        try:
            connection.request("GET", path)
            return connection.getresponse().status < below
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    return ask


def whole_page(port: int, path: str) -> Callable[[], bool]:
    """Ready when GET `path` is a page that lacks nothing: others tell shared caches to keep them shortly."""

    def ask() -> bool:
        connection = http.client.HTTPConnection(HOST, port, timeout=PROBE_SECONDS)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            found = _SHARED_AGE.search(answer.getheader("Cache-Control", ""))
            return answer.status == http.HTTPStatus.OK and found is not None and int(found[1]) >= USUAL_AGE
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    return ask


def valkey_cluster(port: int) -> Callable[[], bool]:
    """Ready when the node owns every hash slot and says so; a node that owns none is given them all first."""

    def ask() -> bool:
        try:
            with socket.create_connection((HOST, port), timeout=PROBE_SECONDS) as connection:
                if b"cluster_slots_assigned:0\r\n" in _command(connection, b"CLUSTER INFO\r\n"):
                    _command(connection, b"CLUSTER ADDSLOTSRANGE 0 16383\r\n")
                return b"cluster_state:ok" in _command(connection, b"CLUSTER INFO\r\n")
        except OSError:
            return False

    return ask


def _command(connection: socket.socket, line: bytes) -> bytes:
    """One inline command (the line form of RESP) and its whole answer."""
    connection.sendall(line)
    answer = connection.recv(65_536)
    if answer.startswith(b"$"):
        header, _, body = answer.partition(b"\r\n")
        wanted = int(header[1:]) + 2
        while len(body) < wanted and (more := connection.recv(65_536)):
            body += more
        return body
    return answer
