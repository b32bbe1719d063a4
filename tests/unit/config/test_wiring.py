"""What the settings say of a dependency is what the Shop's clients are made with."""

from dataclasses import replace

import pytest
from cryptography.fernet import Fernet
from django.utils.module_loading import import_string
from openfeature import api as openfeature

from config.env import Env
from config.identity import read_identity
from config.upstreams import read_upstreams
from storefront import wiring
from storefront.cache import CachedAnswers, connect
from storefront.core import Reason, UpstreamUnavailable
from storefront.flags.live import Live
from storefront.flags.memory import MemoryFlagTable
from storefront.flags.records import Who
from storefront.sessions import Vault


@pytest.fixture
def opened(monkeypatch):
    """What the cache's client was asked for, and how many calls at once its guard lets through."""
    seen = {}

    def noted(url, **options):
        for name, value in {**options, "url": url}.items():
            seen.setdefault(name, value)  # the cache's comes first; the limits have a client of their own
        return connect.open_redis(url, **options)

    class Guard(wiring.Resource):
        def __init__(self, settings, *args, **options):
            seen[settings.name] = settings.max_in_flight
            super().__init__(settings, *args, **options)

    monkeypatch.setattr(wiring, "open_redis", noted)
    monkeypatch.setattr(wiring, "Resource", Guard)
    return seen


def build(settings, **environment):
    settings.UPSTREAMS = read_upstreams(Env(environment), schemes=("http",))
    settings.REQUEST_THREADS = 16
    wiring.build_shop().compose.close()


def test_a_budget_of_redis_reaches_its_client_and_its_guard(settings, opened):
    build(settings, REDIS_CONNECT_TIMEOUT="0.2", REDIS_READ_TIMEOUT="0.3", REDIS_SHARE="0.5")
    assert (opened["connect"], opened["read"], opened["max_connections"]) == (0.2, 0.3, 32)
    assert opened["redis"] == 32


def test_by_default_every_thread_and_part_may_ask_the_cache(settings, opened):
    build(settings)
    assert (opened["connect"], opened["read"], opened["redis"]) == (0.05, 0.1, 64)


@pytest.mark.parametrize("cluster", [True, False])
def test_a_cluster_is_opened_where_the_settings_say_so(settings, opened, cluster):
    settings.REDIS_CLUSTER = cluster
    build(settings)
    assert opened["cluster"] is cluster
    assert (
        isinstance(connect.open_redis("redis://127.0.0.1:1/0", cluster=cluster), connect.LazyCluster)
        is cluster
    )


def test_a_shop_without_a_pool_is_built_all_the_same(settings):
    settings.IDENTITY = read_identity(Env({}), "eu-west-1")
    shop = wiring.build_shop()
    assert shop.hosted is None
    shop.compose.close()


def test_the_pool_s_hosted_pages_are_there_where_it_has_a_domain(settings):
    pool = {"COGNITO_POOL_ID": "eu-west-1_A", "COGNITO_CLIENT_ID": "c", "COGNITO_DOMAIN": "https://p.example"}
    settings.IDENTITY = read_identity(Env(pool), "eu-west-1")
    shop = wiring.build_shop()
    where = shop.hosted.authorize_url(state="s", challenge="c", redirect_uri="https://shop.example/back")
    assert where.startswith("https://p.example/")
    shop.compose.close()


def test_the_first_token_key_seals_and_the_others_open(settings):
    old, new = (Fernet.generate_key().decode() for _ in range(2))
    settings.TOKEN_KEYS = (new, old)
    shop = wiring.build_shop()
    assert shop.vault.opened(Vault([old]).seal("x", "p"), "p") == ("x", False)
    assert Vault([new]).open(shop.vault.seal("y", "p"), "p") == "y"
    shop.compose.close()


def test_a_process_that_serves_follows_the_flags_from_its_first_moment(settings, monkeypatch):
    followed = []

    def follow(live):
        followed.append(live)

    monkeypatch.setattr(Live, "follow", follow)
    shop = import_string(settings.SHOP_FACTORY)()
    assert followed == [shop.flags]
    shop.compose.close()


def test_code_that_speaks_openfeature_gets_the_flags_of_the_process_that_serves(settings, monkeypatch):
    table = MemoryFlagTable()
    monkeypatch.setattr(wiring, "DynamoFlagTable", lambda _table, _clock: table)
    monkeypatch.setattr(Live, "follow", Live.poll)
    shop = import_string(settings.SHOP_FACTORY)()
    try:
        asked = openfeature.get_client()
        assert asked.get_string_details("theme", "none of its own").variant == "meadow"
        shop.flag_changes.kill("suggestions", Who("o", "Ola"), "slow")
        shop.flags.poll()
        details = asked.get_boolean_details("suggestions", default_value=True)
        assert (details.value, details.flag_metadata["why"]) == (False, "killed")
    finally:
        openfeature.clear_providers()
        shop.compose.close()


def test_a_change_of_flags_is_told_here_and_to_the_fleet_and_the_fleet_s_are_heard(settings, monkeypatch):
    table, told, purged, heard = MemoryFlagTable(), [], [], {}

    def tell(live):
        told.append(live)

    monkeypatch.setattr(wiring, "DynamoFlagTable", lambda _table, _clock: table)
    monkeypatch.setattr(Live, "tell", tell)
    monkeypatch.setattr(CachedAnswers, "purge", lambda _cache, tag: purged.append(tag))
    monkeypatch.setattr(CachedAnswers, "on_purge", lambda _cache, tag, call: heard.update({tag: call}))
    shop = wiring.build_shop()
    shop.flag_changes.kill("suggestions", Who("o", "Ola"), "slow")
    assert (told, purged) == ([shop.flags], ["flags"])
    heard["flags"]()
    assert told == [shop.flags] * 2
    shop.compose.close()


def test_a_change_of_flags_is_told_to_the_cdn_while_the_shared_store_is_away(settings, monkeypatch):
    told = []

    def away(_cache, _tag):
        raise UpstreamUnavailable("redis", "purge", Reason.CONNECTION)

    settings.PURGES = replace(settings.PURGES, varnish=("http://127.0.0.1:1",))
    monkeypatch.setattr(wiring, "DynamoFlagTable", lambda _table, _clock: MemoryFlagTable())
    monkeypatch.setattr(CachedAnswers, "purge", away)
    monkeypatch.setattr(wiring, "tell_cdn_soon", told.append)
    shop = wiring.build_shop()
    shop.flag_changes.kill("suggestions", Who("o", "Ola"), "slow")
    assert told == ["flags"]
    shop.compose.close()
