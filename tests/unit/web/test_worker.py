"""The worker stays with a connection that speaks again at once, and gives way when others wait."""

import socket
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from types import SimpleNamespace

import pytest
from gunicorn.workers import base
from gunicorn.workers.gthread import ThreadWorker

from storefront.web.worker import ShopWorker


class Line:
    """A connection with somebody at its other end."""

    def __init__(self):
        self.sock, self.client = socket.socketpair()
        self.read_ahead = b""
        self.parser = SimpleNamespace(unreader=SimpleNamespace(buf=SimpleNamespace(getvalue=self._ahead)))

    def _ahead(self):
        return self.read_ahead

    def close(self):
        self.sock.close()
        self.client.close()


@pytest.fixture
def line():
    made = Line()
    yield made
    made.close()


@pytest.fixture
def worker():
    made = ShopWorker.__new__(ShopWorker)
    made.alive = True
    with ThreadPoolExecutor(1) as pool:
        made.tpool = pool
        yield made


@pytest.fixture
def answered(monkeypatch):
    """What gunicorn's own worker would answer: each request is a line, `close` is the last."""
    heard = []

    def handle(_worker, conn):
        said = conn.sock.recv(6)
        heard.append(said)
        return said not in (b"close\n", b"")

    monkeypatch.setattr(ThreadWorker, "handle", handle)
    return heard


def test_requests_that_follow_at_once_are_answered_by_the_same_thread(worker, line, answered):
    line.client.sendall(b"first\nsecon\nthird\n")
    assert worker.handle(line) is True
    assert answered == [b"first\n", b"secon\n", b"third\n"]


def test_who_has_nothing_more_to_say_goes_back_to_the_poller(worker, line, answered):
    line.client.sendall(b"first\n")
    assert worker.handle(line) is True
    assert answered == [b"first\n"]


def test_the_end_of_a_connection_is_seen(worker, line, answered):
    line.client.sendall(b"first\nclose\n")
    assert worker.handle(line) is False
    assert answered == [b"first\n", b"close\n"]


def test_a_connection_that_is_put_off_is_not_touched_again(worker, line, monkeypatch):
    later = object()
    monkeypatch.setattr(ThreadWorker, "handle", lambda _worker, _conn: later)
    line.client.sendall(b"first\n")
    assert worker.handle(line) is later


def test_others_who_wait_for_a_thread_come_first(worker, line, answered):
    release = Event()
    worker.tpool.submit(release.wait)
    worker.tpool.submit(release.wait)  # waits behind the first
    line.client.sendall(b"first\nsecon\n")
    assert worker.handle(line) is True
    release.set()
    assert answered == [b"first\n"]


def test_a_worker_that_stops_does_not_stay(worker, line, answered):
    worker.alive = False
    line.client.sendall(b"first\nsecon\n")
    assert worker.handle(line) is True
    assert answered == [b"first\n"]


def test_what_is_read_ahead_is_left_to_gunicorn(worker, line, answered):
    line.read_ahead = b"GET /"
    line.client.sendall(b"first\nsecon\n")
    assert worker.handle(line) is True
    assert answered == [b"first\n"]


def test_nobody_keeps_a_thread_for_ever(worker, line, monkeypatch):
    asked = []
    monkeypatch.setattr(ThreadWorker, "handle", lambda _worker, conn: asked.append(conn) or True)
    line.client.sendall(b"never read")
    assert worker.handle(line) is True
    assert len(asked) == 51


def test_the_master_is_told_once_a_second_that_the_worker_lives(worker, monkeypatch):
    told, now = [], [100.0]
    monkeypatch.setattr(base.Worker, "notify", lambda _worker: told.append(now[0]))
    monkeypatch.setattr("storefront.web.worker.time.monotonic", lambda: now[0])
    for moment in (100.0, 100.2, 100.9, 101.0, 101.5, 102.3):
        now[0] = moment
        worker.notify()
    assert told == [100.0, 101.0, 102.3]
