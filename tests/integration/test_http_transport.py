"""The transport against a real server that misbehaves in every way the fault catalogue names."""

import multiprocessing
import os
import socket
import threading
import time
from contextlib import contextmanager

import msgspec
import pytest

from storefront.core import Reason, UpstreamInvalid, UpstreamUnavailable
from storefront.http import (
    MOST_BODY_BYTES,
    BodyTooLarge,
    HttpRequest,
    RequestsTransport,
    RestClient,
    TransportFailure,
    TransportTimeout,
    Upstream,
)
from storefront.resilience import Resource
from storefront.telemetry import Telemetry

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
# Sanity only: far above the timeouts under test, far below what a missing timeout would cost.
SOON = 5.0


class Server:
    """Answers each connection's requests with `behave(connection, request bytes)`; remembers the requests."""

    def __init__(self, behave):
        self._behave = behave
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.requests = []
        self.connections = 0
        self.closing = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def close(self):
        self.closing.set()
        self._listener.close()

    def _accept(self):
        while not self.closing.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with connection:
            while True:
                try:
                    request = self._read(connection)
                    if not request:
                        return
                    self.requests.append(request)
                    if self._behave(self, connection) != "keep":
                        return
                except OSError:
                    return

    @staticmethod
    def _read(connection):
        request = b""
        while b"\r\n\r\n" not in request:
            received = connection.recv(65536)
            if not received:
                return b""
            request += received
        return request


@contextmanager
def serving(behave):
    server = Server(behave)
    transport = RequestsTransport()
    try:
        yield server, transport
    finally:
        transport.close()
        server.close()


def says(answer, *, keep=False):
    def behave(_server, connection):
        connection.sendall(answer)
        return "keep" if keep else None

    return behave


def hangs(server, _connection):
    server.closing.wait(30)


def drips(prefix, piece):
    def behave(server, connection):
        connection.sendall(prefix)
        while not server.closing.wait(0.05):
            connection.sendall(piece)

    return behave


def resets(_server, connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")


def ask(server, transport, timeout=0.4, **more):
    request = HttpRequest("GET", f"{server.url}/x", connect_timeout=0.2, timeout=timeout, **more)
    return transport.send(request)


def test_a_whole_answer_comes_back_with_lower_case_headers():
    with serving(says(OK, keep=True)) as (server, transport):
        answer = ask(server, transport)
        assert (answer.status, answer.body) == (200, b"{}")
        assert answer.headers["content-type"] == "application/json"


def test_connections_are_kept():
    with serving(says(OK, keep=True)) as (server, transport):
        for _ in range(5):
            ask(server, transport)
        assert server.connections == 1
        assert len(server.requests) == 5


def test_the_request_goes_out_as_it_was_built():
    with serving(says(OK)) as (server, transport):
        url = f"{server.url}/products/%252e%252e%252fadmin/%40evil.example?q=a%26b"
        transport.send(HttpRequest("POST", url, 0.2, 0.5, {"X-A": "b"}, b'{"a":1}'))
        head, _, body = server.requests[0].partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        assert lines[0] == "POST /products/%252e%252e%252fadmin/%40evil.example?q=a%26b HTTP/1.1"
        assert f"Host: 127.0.0.1:{server.port}" in lines
        assert "Content-Length: 7" in lines
        assert body in {b'{"a":1}', b""}  # the body may come in a packet of its own


@pytest.mark.parametrize("timeout", [0.1, 0.3])
def test_a_hung_server_costs_the_timeout(timeout):
    with serving(hangs) as (server, transport):
        started = time.monotonic()
        with pytest.raises(TransportTimeout) as raised:
            ask(server, transport, timeout)
        assert timeout * 0.9 <= time.monotonic() - started < SOON
        assert raised.value.sent


@pytest.mark.parametrize(
    "behave",
    [
        drips(b"", b"HTTP/1.1 200 OK\r\n"[:1]),
        drips(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n"),
        drips(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"x"),
        drips(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    ],
    ids=["status line", "headers", "body", "chunks"],
)
def test_a_server_that_drips_cannot_stretch_the_total(behave):
    with serving(behave) as (server, transport):
        started = time.monotonic()
        with pytest.raises(TransportTimeout):
            ask(server, transport, 0.4)
        assert time.monotonic() - started < SOON


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"\x00\x01\x02 garbage\r\n\r\n",
        b"",
        b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{"a": 1}',
    ],
    ids=["short body", "cut chunk", "no last chunk", "cut headers", "garbage", "nothing", "no length"],
)
def test_broken_off_answers_are_failures(answer):
    with serving(says(answer)) as (server, transport), pytest.raises(TransportFailure) as raised:
        ask(server, transport)
    assert raised.value.sent


def test_a_reset_connection_is_a_failure():
    with serving(resets) as (server, transport), pytest.raises(TransportFailure):
        ask(server, transport)


def test_a_refused_connection_was_certainly_not_used():
    with serving(hangs) as (server, transport):
        server.close()
        free = socket.create_server(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        with pytest.raises(TransportFailure) as raised:
            transport.send(HttpRequest("GET", f"http://127.0.0.1:{port}/", 0.2, 0.4))
        assert not raised.value.sent


def test_an_unknown_name_was_certainly_not_reached():
    with pytest.raises((TransportFailure, TransportTimeout)) as raised:
        RequestsTransport().send(HttpRequest("GET", "http://nowhere.invalid/", 0.2, 2.0))
    assert not raised.value.sent


@pytest.mark.parametrize("announced", [True, False])
def test_a_body_of_ten_megabytes_is_not_read(announced):
    size = 10 * 1024 * 1024
    length = b"Content-Length: %d" % size if announced else b"Transfer-Encoding: chunked"
    piece = b"x" * 65536 if announced else b"10000\r\n" + b"x" * 65536 + b"\r\n"
    sent = []

    def behave(_server, connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\n" + length + b"\r\n\r\n")
        for _ in range(size // 65536):
            connection.sendall(piece)
            sent.append(65536)

    with serving(behave) as (server, transport):
        with pytest.raises(BodyTooLarge):
            ask(server, transport, 5)
        time.sleep(0.05)
        assert sum(sent) < size
    assert size > MOST_BODY_BYTES


def test_a_small_body_that_unpacks_to_ten_megabytes_is_not_unpacked():
    import gzip  # noqa: PLC0415

    body = gzip.compress(b" " * (10 * 1024 * 1024))
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body)
    with serving(says(head + body)) as (server, transport), pytest.raises(BodyTooLarge):
        ask(server, transport, 5)


def test_redirects_are_not_followed():
    with serving(says(OK)) as (other, _):
        location = f"HTTP/1.1 302 Found\r\nLocation: {other.url}/\r\nContent-Length: 0\r\n\r\n".encode()
        with serving(says(location)) as (server, transport):
            assert ask(server, transport).status == 302
        assert other.requests == []


def test_cookies_of_one_shopper_never_reach_another():
    answer = OK.replace(b"Content-Type", b"Set-Cookie: sid=secret; Path=/\r\nContent-Type")
    with serving(says(answer, keep=True)) as (server, transport):
        ask(server, transport)
        ask(server, transport)
        assert b"secret" not in server.requests[1]
        assert b"cookie" not in server.requests[1].lower()


def test_the_environments_proxies_and_netrc_are_ignored(monkeypatch, tmp_path):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login a password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with serving(hangs) as (proxy, _):
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        with serving(says(OK)) as (server, transport):
            assert ask(server, transport).status == 200
            assert b"authorization" not in server.requests[0].lower()
        assert proxy.requests == []


def test_a_connection_closed_while_idle_is_replaced():
    with serving(says(OK)) as (server, transport):
        for _ in range(3):
            assert ask(server, transport).status == 200
            time.sleep(0.02)
        assert server.connections == 3


def test_threads_share_the_pool_safely():
    with serving(says(OK, keep=True)) as (server, transport):
        failures = []

        def work():
            try:
                for _ in range(10):
                    assert ask(server, transport, 5).body == b"{}"
            except Exception as error:  # noqa: BLE001
                failures.append(error)

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        assert len(server.requests) == 80
        assert server.connections <= 8


def test_nothing_is_opened_before_the_first_request_and_a_fork_opens_its_own():
    with serving(says(OK, keep=True)) as (server, transport):
        assert transport._session is None
        ask(server, transport)
        opened = server.connections
        context = multiprocessing.get_context("fork")
        results = context.SimpleQueue()
        child = context.Process(
            daemon=True, target=lambda: results.put((os.getpid(), ask(server, transport).status))
        )
        child.start()
        pid, status = results.get()
        child.join(10)
        assert (pid != os.getpid(), status) == (True, 200)
        assert server.connections == opened + 1
        assert ask(server, transport).status == 200


class Thing(msgspec.Struct, frozen=True):
    name: str


@pytest.mark.parametrize(
    ("behave", "error", "reason"),
    [
        (hangs, UpstreamUnavailable, Reason.TIMEOUT),
        (resets, UpstreamUnavailable, Reason.CONNECTION),
        (says(OK[:-1]), UpstreamUnavailable, Reason.CONNECTION),
        (says(b"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n"), UpstreamUnavailable, Reason.SERVER_ERROR),
        (says(OK), UpstreamInvalid, None),
        (
            says(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nhi"),
            UpstreamInvalid,
            None,
        ),
        (says(b"HTTP/1.1 301 X\r\nLocation: http://x/\r\nContent-Length: 0\r\n\r\n"), UpstreamInvalid, None),
    ],
    ids=["hang", "reset", "truncated", "503", "schema", "html", "redirect"],
)
def test_a_client_over_the_wire_tells_outages_from_broken_contracts(behave, error, reason):
    with serving(behave) as (server, transport):
        upstream = Upstream("catalog", server.url, connect_timeout=0.2, read_timeout=0.3, attempts=1)
        client = RestClient(upstream, transport, Resource(upstream.resource, Telemetry()))
        with pytest.raises(error) as raised:
            client.get("/things/{id}", {"id": "a"}, type=Thing)
        assert getattr(raised.value, "reason", None) is reason


def test_a_client_retries_a_reset_once_and_serves_the_second_answer():
    answers = iter([resets, says(OK.replace(b"2\r\n\r\n{}", b'14\r\n\r\n{"name": "it"}'))])

    def behave(server, connection):
        return next(answers)(server, connection)

    with serving(behave) as (server, transport):
        upstream = Upstream("catalog", server.url, connect_timeout=0.2, read_timeout=0.5)
        client = RestClient(upstream, transport, Resource(upstream.resource, Telemetry()))
        assert client.get("/things/{id}", {"id": "a"}, type=Thing) == Thing("it")
        assert server.connections == 2
