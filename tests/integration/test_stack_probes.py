"""When the stack takes the shop for warm: visitors shall not meet a front page without its menu."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from dev.stack import probes
from storefront.web.middleware.routing import PRIVATE, PUBLIC, PUBLIC_DEGRADED


class _Answering(HTTPServer):
    status = 200
    kept = PUBLIC


class _Handler(BaseHTTPRequestHandler):
    server: _Answering

    def do_GET(self) -> None:
        self.send_response(self.server.status)
        self.send_header("Cache-Control", self.server.kept)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[_Answering]:
    with _Answering(("127.0.0.1", 0), _Handler) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("status", "kept", "whole"),
    [
        (200, PUBLIC, True),
        (200, PUBLIC_DEGRADED, False),
        (200, PRIVATE, False),
        (503, PUBLIC, False),
        (302, PUBLIC, False),
    ],
)
def test_a_shop_is_warm_when_its_first_page_lacks_nothing(
    server: _Answering, status: int, kept: str, whole: bool
) -> None:
    server.status, server.kept = status, kept
    assert probes.whole_page(server.server_port, "/")() is whole


def test_a_shop_that_does_not_answer_is_not_warm(server: _Answering) -> None:
    port = server.server_port
    server.shutdown()
    server.server_close()
    assert probes.whole_page(port, "/")() is False
