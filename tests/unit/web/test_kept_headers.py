"""An answer whose headers are known goes out in one piece, and is what gunicorn itself would have sent."""

import re
import socket
from types import SimpleNamespace

import pytest
from gunicorn.config import Config
from gunicorn.http.errors import InvalidResponseHeader, InvalidResponseHeaderName
from gunicorn.http.wsgi import Response

from storefront.web.kept_headers import SEND, KeptHeaders
from storefront.web.worker import with_kept_headers

PAGE = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", "5"), ("ETag", '"x"')]
SHORT = [("ETag", '"x"')]
DATE = re.compile(rb"Date: [^\r]+\r\n")


class Wire:
    """A socket that notes each time that something is sent."""

    def __init__(self):
        self.sent = []

    def sendall(self, data):
        self.sent.append(bytes(data))

    @property
    def whole(self):
        return DATE.sub(b"Date: now\r\n", b"".join(self.sent))


def answer(app, method="GET", *, closing=False, kind=Response, version=(1, 1)):
    """What gunicorn does with an application's answer: (wire, response)."""
    wire = Wire()
    request = SimpleNamespace(method=method, version=version, should_close=lambda: closing)
    response = kind(request, wire, Config())
    for part in app({}, response.start_response):
        response.write(part)
    response.close()
    return wire, response


def plain(status, headers, body):
    def app(_environ, start_response):
        start_response(status, headers)
        return body

    return app


def kept(status, headers, body):
    @with_kept_headers
    def app(environ, _start_response):
        return environ[SEND](status, headers, body)

    return app


@pytest.mark.parametrize("version", [(1, 0), (1, 1)])
@pytest.mark.parametrize("closing", [False, True])
@pytest.mark.parametrize(
    ("method", "status", "headers", "body"),
    [
        ("GET", "200 OK", PAGE, [b"hello"]),
        ("HEAD", "200 OK", PAGE, []),
        ("GET", "304 Not Modified", SHORT, []),
    ],
)
def test_it_is_what_gunicorn_would_have_sent(method, status, headers, body, closing, version):
    own = KeptHeaders(headers)
    wanted, reference = answer(plain(status, headers, body), method, closing=closing, version=version)
    for _ in range(3):
        got, response = answer(kept(status, own, body), method, closing=closing, version=version)
        assert got.whole == wanted.whole
        assert response.sent == reference.sent
        assert response.status_code == reference.status_code
        assert response.headers == reference.headers
        assert response.should_close() is reference.should_close() is closing


def test_headers_and_body_go_at_once():
    wire, _ = answer(kept("200 OK", KeptHeaders(PAGE), [b"hello"]))
    assert len(wire.sent) == 1


@pytest.mark.parametrize(
    "header",
    [
        ("Bad Name", "x"),
        ("", "x"),
        ("A", "x\r\nSet-Cookie: a=b"),
        ("A", "x\n"),
        ("A", "x\x00"),
        ("A\r\nB", "x"),
        ("A: b", "c"),
        ("Transfer-Encoding: chunked", "x"),
        ("A", 5),
        ("A", b"x"),
    ],
)
def test_headers_that_gunicorn_refuses_are_refused_here_too(header):
    with pytest.raises((InvalidResponseHeader, InvalidResponseHeaderName, TypeError)):
        answer(kept("200 OK", KeptHeaders([*PAGE, header]), [b"hello"]))


@pytest.mark.parametrize(
    "header",
    [("Connection", "close"), ("keep-alive", "timeout=5"), ("A", " blanks "), ("A", "a\tb"), ("A", "")],
)
def test_headers_that_gunicorn_changes_or_leaves_out_are_so_here_too(header):
    headers = [*PAGE, header]
    wanted, _ = answer(plain("200 OK", headers, [b"hello"]))
    got, _ = answer(kept("200 OK", KeptHeaders(headers), [b"hello"]))
    assert got.whole == wanted.whole


def test_a_body_that_is_longer_than_it_says_is_cut_as_gunicorn_cuts_it():
    headers = [("Content-Length", "3")]
    wanted, _ = answer(plain("200 OK", headers, [b"hello"]))
    got, _ = answer(kept("200 OK", KeptHeaders(headers), [b"hello"]))
    assert got.whole == wanted.whole


def test_an_answer_begins_once():
    own = KeptHeaders(PAGE)
    answer(kept("200 OK", own, [b"hello"]))

    @with_kept_headers
    def app(environ, start_response):
        start_response("200 OK", PAGE)
        return environ[SEND]("200 OK", own, [b"hello"])

    with pytest.raises(AssertionError):
        answer(app)


def test_a_response_that_frames_what_it_sends_is_left_alone():
    class Framed(Response):
        """As HTTP/2 does."""

    asked = []

    @with_kept_headers
    def app(environ, start_response):
        asked.append(SEND in environ)
        start_response("200 OK", PAGE)
        return [b"hello"]

    answer(app, kind=Framed)
    assert asked == [False]


def test_a_client_that_has_gone_is_an_error_of_the_socket():
    own = KeptHeaders(PAGE)
    answer(kept("200 OK", own, [b"hello"]))
    here, there = socket.socketpair()
    there.close()
    request = SimpleNamespace(method="GET", version=(1, 1), should_close=lambda: False)
    with here, pytest.raises(OSError, match="Broken pipe"):
        kept("200 OK", own, [b"hello"])({}, Response(request, here, Config()).start_response)
