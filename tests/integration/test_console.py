"""The console over a real Valkey, and the metrics of workers as gunicorn runs them."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from django.core.cache import cache as counters

from storefront.cache import PRODUCT, REDIS, CachedAnswers, KeySpace, Store, cached_answers
from storefront.resilience import Resource
from storefront.telemetry import Telemetry
from storefront.web.flags.variants import FlagVariants
from storefront.web.handler import ShopHandler
from storefront.web.page_cache import PageCache
from storefront.wiring_purging import build_purging
from tests.integration.test_cache_valkey import binary, patient  # noqa: F401 - `binary` is a fixture
from tests.integration.test_page_cache import PRODUCT as PAGE
from tests.integration.test_page_cache import WebHost, upstream, valkey  # noqa: F401 - fixtures
from tests.unit.cart.shopper import text_of
from tests.unit.console.conftest import staff
from tests.unit.console.test_explain import fact, rows, told
from tests.unit.web.page_cache.toys import ask
from tests.unit.web.shops import Fakes, fakes

SECONDS = 60.0


def process(url: str) -> CachedAnswers:
    """The cache of one process of the fleet."""
    telemetry = Telemetry()
    store = Store(patient(url), Resource(REDIS, telemetry), telemetry, timeout=20.0)
    return cached_answers(KeySpace("test", "dev", "eu", "en"), telemetry, store=store)


@pytest.fixture
def shop(settings, valkey) -> Any:  # noqa: F811
    """The twins, whose cache is in the real store; and purging as the settings put it together."""
    counters.clear()
    made = fakes()
    whole = replace(made.shop, cache=process(valkey.url))
    redis = replace(settings.UPSTREAMS.redis, url=valkey.url)
    settings.UPSTREAMS = replace(settings.UPSTREAMS, redis=redis)
    settings.SHOP_FACTORY = lambda: whole
    # A function of this test's own, so that it gets purging of its own.
    settings.PURGING_FACTORY = partial(build_purging)
    yield replace(made, shop=whole)
    made.shop.compose.close()


def test_a_purge_is_heard_of_by_another_process(shop: Fakes, valkey):  # noqa: F811
    mika = staff(shop)
    other, versions = process(valkey.url), iter(["one", "two"])

    def look() -> str:
        return other.get(PRODUCT, {"handle": "rug"}, lambda: next(versions), type=str).value

    assert (look(), look()) == ("one", "one")
    page = text_of(mika.get("/console/purge/", {"what": "rug"}))
    assert "1 kept copy carries them" in page
    assert mika.post("/console/purge/", {"what": "rug"}).status_code == 303
    until = time.monotonic() + SECONDS
    while look() == "one":
        assert time.monotonic() < until, "the purge was never heard of"
        time.sleep(0.05)


def test_a_store_that_is_away_is_said_and_nothing_fails(shop: Fakes, valkey):  # noqa: F811
    mika = staff(shop)
    valkey.stop()
    for response in (
        mika.get("/console/purge/", {"what": "rug"}),
        mika.post("/console/purge/", {"what": "rug"}),
    ):
        assert response.status_code == 503
        assert "The shared cache does not answer" in text_of(response)
    assert mika.get("/console/").status_code == 200
    assert fact(told(mika, PAGE), "is-kept") == "Yes."


def test_what_another_host_has_made_comes_from_redis(shop: Fakes, settings):
    mika = staff(shop)
    site = PageCache(ShopHandler(), variants=FlagVariants())
    try:
        assert ask(site, PAGE).status == 200
        # A worker that has just started: the same store, and a memory with nothing in it.
        fresh = replace(shop.shop, cache=process(settings.UPSTREAMS.redis.url))
        settings.SHOP_FACTORY = lambda: fresh
        page = told(mika, PAGE)
    finally:
        site.close()
    assert rows(page)["product"][1] == ["Redis"]
    assert rows(page)["product"][4] == []
    assert fact(page, "copy").startswith("A copy from Redis,")


def test_each_worker_tells_its_metrics_and_the_last_of_them_at_its_end(
    upstream,  # noqa: F811
    valkey,  # noqa: F811
    tmp_path,
    monkeypatch,
):
    monkeypatch.setenv("METRICS_SECONDS", "3600")
    file = tmp_path / "stdout.log"
    with file.open("w") as out:
        host = WebHost(upstream, valkey.url, tmp_path, workers=2, out=out)
        try:
            host.ready()
            for _ in range(10):
                assert host.get(PAGE)[0] == 200
            assert file.read_text() == ""
        finally:
            host.stop()
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert all(line["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "Storefront" for line in lines)
    processes = [line for line in lines if "Workers" in line]
    assert len(processes) == 2
    assert sum(line.get("PagesRendered", 0) for line in processes) == 1
    pages = ("PagesFromMemory", "PagesFromRedis", "PagesRendered")
    assert sum(line.get(name, 0) for line in processes for name in pages) == 10
    assert {line["Family"] for line in lines if "Family" in line} >= {"product", "offers", "categories"}
