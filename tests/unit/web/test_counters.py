"""Allowances: shared where the cache answers, and kept by each process where it does not."""

import socket

import pytest
from django.core.cache import cache
from django.test import override_settings
from redis.cluster import RedisCluster

from storefront.cache import open_redis
from storefront.web.counters import Allowance, AllowanceEach


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def empty():
    cache.clear()


def taken(allowance: Allowance, tries: int) -> int:
    return sum(allowance.take() for _ in range(tries))


def test_processes_share_an_allowance():
    one, other = (Allowance("x", 5, clock=Clock()) for _ in range(2))
    assert taken(one, 4) == 4
    assert taken(other, 4) == 1


def test_a_new_minute_brings_a_new_allowance():
    clock = Clock()
    allowance = Allowance("x", 2, clock=clock)
    assert taken(allowance, 9) == 2
    clock.now = 60.0
    assert taken(allowance, 9) == 2


@pytest.mark.parametrize("factory", [None, "storefront.web.counters.ClusterFactory"])
def test_without_the_cache_a_process_counts_for_itself(settings, factory):
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    options = {
        "SERIALIZER": "django_redis.serializers.json.JSONSerializer",
        "SOCKET_CONNECT_TIMEOUT": 0.05,
        "SOCKET_TIMEOUT": 0.1,
        "IGNORE_EXCEPTIONS": True,
        **({"CONNECTION_FACTORY": factory} if factory else {}),
    }
    place = f"redis://127.0.0.1:{port}/0"
    away = {"BACKEND": "django_redis.cache.RedisCache", "LOCATION": place, "OPTIONS": options}
    with override_settings(CACHES={"default": away}):
        assert taken(Allowance("x", 3, clock=Clock()), 9) == 3


def test_a_cluster_client_is_made_without_connecting(monkeypatch):
    def refused(*_args: object, **_options: object) -> None:
        raise AssertionError("it connected")

    monkeypatch.setattr(RedisCluster, "from_url", refused)
    client = open_redis("redis://127.0.0.1:1/0", cluster=True)
    client.close()
    with pytest.raises(AssertionError, match="it connected"):
        client.set("a", "b")


def test_each_has_an_allowance_of_their_own():
    tries = AllowanceEach("each", 2, clock=lambda: 60.0)
    assert [tries.take("robin") for _ in range(3)] == [True, True, False]
    assert tries.take("casey")


def test_no_more_of_those_who_ask_are_remembered_than_was_said():
    tries = AllowanceEach("few", 1, clock=lambda: 120.0, keep=2)
    for name in ("robin", "casey", "alex"):
        assert tries.take(name)
    assert len(tries._each) == 2
    # Whoever was forgotten here is still counted where all processes count.
    assert not tries.take("robin")
