"""Page caches of several hosts over a real Valkey: one renderer for all, purges, a store that fails."""

from __future__ import annotations

import asyncio
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import IO, Self

import pytest

from dev.ports import base_environment
from storefront.cache import REDIS, KeySpace, Store, cached_answers
from storefront.core import UpstreamUnavailable
from storefront.resilience import Resource
from storefront.telemetry import Telemetry
from tests.integration.test_cache_valkey import Valkey, binary, patient  # noqa: F401 - `binary` is a fixture

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = "/ie/en/p/meadow-cushion/"
PAGES = ["/ie/en/", PRODUCT, "/ie/en/c/textiles/", "/ie/en/pages/delivery/", "/de/de/p/meadow-cushion/"]
SECONDS = 60.0
# Sanity only, for a busy machine: see docs/explanation/cache.md for what is promised.
SOON = 2.0


class Upstream:
    """Counts calls; takes `delay` seconds over each; can be down."""

    def __init__(self, delay: float = 0.05) -> None:
        self.calls: Counter[str] = Counter()
        self.version = 1
        self.lock = threading.Lock()
        upstream = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                with upstream.lock:
                    upstream.calls[self.path] += 1
                time.sleep(delay)
                body = str(upstream.version).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                """Nobody reads it."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


class WebHost:
    """gunicorn as the shop runs it, with workers of its own memory each."""

    def __init__(
        self,
        upstream: Upstream,
        redis: str,
        folder: Path,
        *,
        workers: int = 2,
        patient: bool = False,
        out: IO[str] | None = None,
        application: str = "tests.integration.page_host:application",
        more: dict[str, str] | None = None,
    ):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.port = listener.getsockname()[1]
        variables = {
            **base_environment(),
            "WEB_BIND": f"127.0.0.1:{self.port}",
            "WEB_WORKERS": str(workers),
            "TEST_UPSTREAM": upstream.url,
            "TEST_REDIS": redis,
            "TEST_PATIENT": "1" if patient else "",
            **(more or {}),
        }
        command = [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py"]
        self.log = (folder / f"host-{self.port}.log").open("w")
        self.process = subprocess.Popen(
            [*command, application],
            cwd=ROOT,
            env=variables,
            stdout=out,
            stderr=self.log,
        )

    def ready(self) -> WebHost:
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            try:
                if self.get("/healthz")[0] == 200:
                    return self
            except OSError:
                time.sleep(0.1)
        pytest.fail("gunicorn did not become ready")

    def get(self, path: str) -> tuple[int, str, str]:
        """Status, how the page was come by, and the text."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        try:
            connection.request("GET", path, headers={"Host": "testserver"})
            answer = connection.getresponse()
            timing = answer.headers.get("Server-Timing", "").rpartition('cache;desc="')[2].rstrip('"')
            return answer.status, timing, answer.read().decode()
        finally:
            connection.close()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(SECONDS)
        self.log.close()


@pytest.fixture
def valkey(binary, tmp_path):  # noqa: F811
    server = Valkey(binary, tmp_path)
    yield server
    server.stop()


@pytest.fixture
def upstream():
    made = Upstream()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def hosts(upstream, valkey, tmp_path):
    made: list[WebHost] = []

    def start(number: int = 2, **options) -> list[WebHost]:
        made.extend(WebHost(upstream, valkey.url, tmp_path, **options) for _ in range(number))
        return [host.ready() for host in made]

    yield start
    for host in made:
        host.stop()


@pytest.fixture
def purger(valkey):
    """Another process that hears of changes."""
    telemetry = Telemetry()
    store = Store(patient(valkey.url), Resource(REDIS, telemetry), telemetry, timeout=20.0)
    return cached_answers(KeySpace("test", "r1", "eu", "en"), telemetry, store=store)


async def _one(port: int, path: str) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: testserver\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    return answer


async def _storm(hosts: list[WebHost], path: str, number: int) -> list[bytes]:
    ports = [hosts[n % len(hosts)].port for n in range(number)]
    return await asyncio.gather(*(_one(port, path) for port in ports))


def test_a_thousand_who_want_a_cold_page_cost_one_call_for_each_thing_on_it(hosts, upstream):
    pair = hosts(patient=True)
    upstream.calls.clear()
    # In a thread of its own: a browser that other tests left open has an event loop in this one.
    with ThreadPoolExecutor(1) as pool:
        answers = pool.submit(asyncio.run, asyncio.wait_for(_storm(pair, PRODUCT, 1_000), 120)).result()
    assert Counter(answer.partition(b"\r\n")[0] for answer in answers) == {b"HTTP/1.1 200 OK": 1_000}
    assert len({answer.partition(b"\r\n\r\n")[2] for answer in answers}) == 1
    assert upstream.calls
    assert {call: n for call, n in upstream.calls.items() if n > 1} == {}


def test_a_purge_reaches_every_host_within_two_seconds(hosts, upstream, purger):
    pair = hosts(workers=1)
    for host in pair:
        host.get(PRODUCT)
        assert host.get(PRODUCT)[1] == "memory"
    lags = []
    for version in range(2, 7):
        upstream.version = version
        purger.purge("product:meadow-cushion")
        began = time.monotonic()
        for host in pair:
            while f"Version {version}" not in host.get(PRODUCT)[2]:
                assert time.monotonic() - began < SECONDS, "the purge was never heard of"
                time.sleep(0.02)
        lags.append(time.monotonic() - began)
    assert sorted(lags)[len(lags) // 2] < SOON, lags


def test_a_purge_makes_only_pages_that_show_the_thing(hosts, upstream, purger):
    (host,) = hosts(1, workers=1)
    other = "/ie/en/pages/delivery/"
    for path in (PRODUCT, other):
        host.get(path)
    upstream.calls.clear()
    purger.purge("product:meadow-cushion")
    until = time.monotonic() + SECONDS
    while host.get(PRODUCT)[1] == "memory" and time.monotonic() < until:
        time.sleep(0.02)
    assert host.get(other)[1] == "memory"
    assert not [call for call in upstream.calls if "content" in call]


class Load:
    """Shoppers who look at pages until they are told to stop."""

    def __init__(self, hosts: list[WebHost], number: int = 6) -> None:
        self.seen: list[tuple[float, int, str, float]] = []
        self.errors: list[str] = []
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._look, args=(hosts[n % len(hosts)], n)) for n in range(number)
        ]
        for thread in self._threads:
            thread.start()

    def _look(self, host: WebHost, start: int) -> None:
        at = start
        while not self._stop.is_set():
            began = time.monotonic()
            try:
                status, source, _ = host.get(PAGES[at % len(PAGES)])
            except OSError as error:
                self.errors.append(repr(error))
                continue
            self.seen.append((began, status, source, time.monotonic() - began))
            at += 1
            time.sleep(0.01)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(SECONDS)

    def since(self, moment: float) -> list[tuple[int, str, float]]:
        return [(status, source, took) for began, status, source, took in self.seen if began >= moment]


def _warm(hosts: list[WebHost]) -> None:
    for _ in range(4):
        for host in hosts:
            for path in PAGES:
                assert host.get(path)[0] == 200


def _until(load: Load, number: int) -> None:
    wanted = len(load.seen) + number
    until = time.monotonic() + SECONDS
    while len(load.seen) < wanted and time.monotonic() < until:
        time.sleep(0.05)


def test_losing_the_whole_store_under_load_fails_nobody_and_asks_the_backend_nothing_twice(
    hosts, upstream, valkey
):
    pair = hosts()
    _warm(pair)
    with Load(pair) as load:
        _until(load, 100)
        upstream.calls.clear()
        flushed = time.monotonic()
        valkey.client.flushall()
        _until(load, 300)
    after = load.since(flushed)
    assert load.errors == []
    assert {status for status, _, _ in after} == {200}
    hits = sum(source in {"memory", "redis"} for _, source, _ in after)
    assert hits / len(after) >= 0.9
    # Each worker has the pages in memory: what it asks for is what had to be renewed anyway.
    assert max(upstream.calls.values(), default=0) <= 4


def test_a_store_that_hangs_fails_nobody_and_is_used_again_afterwards(hosts, upstream, valkey, purger):
    (host,) = hosts(1, workers=2)
    _warm([host])
    os.kill(valkey.process.pid, signal.SIGSTOP)
    with Load([host], 4) as load:
        hung = time.monotonic()
        _until(load, 200)
    assert load.errors == []
    assert {status for status, _, _ in load.since(hung)} == {200}
    took = sorted(took for _, _, took in load.since(hung))
    assert took[int(len(took) * 0.95)] < SOON
    os.kill(valkey.process.pid, signal.SIGCONT)
    upstream.version = 2
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        try:
            purger.purge("product:meadow-cushion")
            break
        except UpstreamUnavailable:
            time.sleep(0.1)
    while "Version 2" not in host.get(PRODUCT)[2]:
        assert time.monotonic() < until, "the purge was never heard of"
        time.sleep(0.05)
