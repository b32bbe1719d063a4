"""Two processes that share a store, for every test of the cache."""

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError

from storefront.core import ManualClock
from tests.unit.cache.fleet import FakeRedis, Process


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def redis(clock):
    return FakeRedis(clock)


@pytest.fixture
def process(redis, clock):
    process = Process(redis, clock)
    yield process
    process.settle()


@pytest.fixture
def other(redis, clock):
    other = Process(redis, clock, seed=2)
    other.answer = "two"
    yield other
    other.settle()


@pytest.fixture
def broken():
    return RedisConnectionError("gone")
