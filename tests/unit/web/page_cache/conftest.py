"""Hosts of a fleet with page caches, for every test of them."""

import pytest

from storefront.core import ManualClock
from tests.unit.cache.fleet import FakeRedis
from tests.unit.web.page_cache.toys import Host, Toy


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def redis(clock):
    return FakeRedis(clock)


@pytest.fixture
def toy():
    return Toy()


@pytest.fixture
def host(redis, clock, toy):
    host = Host(redis, clock, toy)
    yield host
    host.settle()


@pytest.fixture
def other(redis, clock, toy):
    other = Host(redis, clock, toy, seed=2)
    yield other
    other.settle()
