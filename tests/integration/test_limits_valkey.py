"""Limits of signing in over a real Valkey: what workers count together, and what a sick server changes."""

import os
import signal
import threading
import time
from dataclasses import replace
from types import SimpleNamespace

import pytest
from django.test import RequestFactory

from storefront.cache import REDIS, open_redis
from storefront.resilience import Resource
from storefront.telemetry import Telemetry
from storefront.web import limits
from storefront.web.limits import Limits, TooMany
from storefront.web.windows import SharedWindows, Window, Windows
from tests.integration.test_cache_valkey import PATIENT, Valkey, binary, own_valkey, patient, shared, valkey

__all__ = ["Valkey", "binary", "own_valkey", "shared", "valkey"]

ROBIN = "robin@example.com"
HERE = "192.0.2.1"


class Worker:
    """One process of the shop: a client, a breaker and a count of its own."""

    def __init__(self, client, timeout=PATIENT):
        self.telemetry = Telemetry()
        resource = Resource(replace(REDIS, name="limits"), self.telemetry)
        self.windows = Windows(
            SharedWindows(client, resource, prefix="test", timeout=timeout), self.telemetry
        )
        self.limits = Limits(self.windows, self.telemetry, step=0)

    def request(self, address=HERE):
        request = RequestFactory().post("/account/sign-in/", REMOTE_ADDR=address)
        request.shop = SimpleNamespace(limits=self.limits)
        return request

    def wrong(self, address=HERE, email=ROBIN):
        """Whether the pool would have been asked about a wrong password."""
        request = self.request(address)
        try:
            limits.before_sign_in(request, email)
        except TooMany:
            return False
        limits.failed(request, email)
        return True

    def right(self, address=HERE, email=ROBIN):
        request = self.request(address)
        try:
            limits.before_sign_in(request, email)
        except TooMany:
            return False
        limits.succeeded(request, email)
        return True

    def away(self):
        return sum(self.telemetry.events.value("limits", f"away_{reason}") for reason in REASONS)


REASONS = ("connection", "timeout", "server_error", "breaker_open")


@pytest.fixture
def workers(valkey):
    return Worker(patient(valkey.url)), Worker(patient(valkey.url))


def test_workers_count_failures_together(workers):
    one, two = workers
    assert [worker.wrong() for worker in (one, two, one, two, one, two, one)] == [True] * 5 + [False] * 2
    assert one.away() == two.away() == 0
    assert one.right("198.51.100.7")


def test_a_burst_over_both_workers_lets_five_through(workers):
    asked, start = [], threading.Barrier(20)

    def one_try(worker):
        start.wait(10)
        asked.append(worker.wrong())

    threads = [threading.Thread(target=one_try, args=(workers[n % 2],)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sum(asked) == 5
    assert workers[0].away() == workers[1].away() == 0


def test_a_success_at_one_worker_is_known_at_the_other(workers):
    one, two = workers
    for _ in range(4):
        one.wrong()
    assert two.right()
    time.sleep(0.01)
    assert [one.wrong() for _ in range(6)] == [True] * 5 + [False]


def test_windows_slide_by_the_servers_clock(workers):
    window = Window("short", 2, 0.6, held=0.3)
    one, two = (worker.windows for worker in workers)
    assert (one.take(window, "robin", "a"), two.take(window, "robin", "b")) == (0, 0)
    two.keep(window, "robin", "b")
    assert one.take(window, "robin", "c") == 1
    time.sleep(0.35)  # the token that nobody kept is gone, the other is not
    assert one.take(window, "robin", "d") == 0
    assert two.take(window, "robin", "e") == 1
    time.sleep(0.65)
    assert two.take(window, "robin", "f") == 0


def test_what_is_kept_names_nobody_and_does_not_stay(workers, valkey):
    for _ in range(6):
        workers[0].wrong()
    workers[0].right(email="casey@example.com")
    request = workers[0].request()
    limits.before_forgot(request, ROBIN)
    keys = [key.decode() for key in valkey.client.scan_iter("*")]
    kept = repr(keys) + repr([valkey.client.dump(key) for key in keys])
    assert len(keys) >= 6
    assert not [word for word in ("robin", "casey", "example", HERE) if word in kept]
    assert all(0 < valkey.client.pttl(key) <= 3_600_000 for key in keys)


def test_a_cluster_client_counts_as_well(valkey):
    worker = Worker(open_redis(valkey.url, cluster=True, connect=PATIENT, read=PATIENT))
    other = Worker(patient(valkey.url))
    for _ in range(3):
        assert worker.wrong()
    assert [other.wrong() for _ in range(3)] == [True, True, False]
    assert worker.right(email="casey@example.com")
    assert worker.away() == other.away() == 0


def test_limits_hold_when_the_server_dies_midway(own_valkey):
    one, two = Worker(open_redis(own_valkey.url)), Worker(open_redis(own_valkey.url))
    assert (one.wrong(), one.wrong(), two.wrong()) == (True, True, True)
    own_valkey.stop()
    assert [one.wrong() for _ in range(4)] == [True, True, True, False]
    assert [two.wrong() for _ in range(5)] == [True, True, True, True, False]
    assert one.away() > 0


def test_a_hung_server_costs_a_sign_in_its_timeout_once(own_valkey):
    worker = Worker(open_redis(own_valkey.url), timeout=0.1)
    assert worker.wrong()
    os.kill(own_valkey.process.pid, signal.SIGSTOP)
    started = time.monotonic()
    assert [worker.wrong() for _ in range(5)] == [True] * 4 + [False]
    assert (
        time.monotonic() - started < 2.0
    )  # one timeout opens the breaker; a sanity bound for a busy machine
    assert worker.telemetry.calls.value("limits", "timeout") == 1


def test_limits_hold_when_the_server_forgets_everything(workers, valkey):
    for _ in range(5):
        workers[0].wrong()
    valkey.client.flushall()
    assert not workers[0].wrong()


def test_a_token_that_is_there_is_let_through_when_the_window_is_full_in_every_process(workers):
    full = Window("full", 2, 60.0, lenient=True)
    first, second = (worker.windows for worker in workers[:2])
    assert [first.take(full, HERE, token) for token in ("a", "b")] == [0, 0]
    assert second.take(full, HERE, "c") > 0
    assert [second.take(full, HERE, token) for token in ("a", "b")] == [0, 0]
    assert second.take(full, HERE, "d") > 0
