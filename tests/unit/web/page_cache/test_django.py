"""The cache around the real site: what a request says beside its address is in nobody else's page."""

import importlib

import pytest
from django.test import override_settings

from config import wsgi
from storefront.cache import KeySpace, cached_answers
from storefront.web.flags.variants import FlagVariants
from storefront.web.handler import ShopHandler
from storefront.web.middleware.routing import PUBLIC, PUBLIC_DEGRADED
from storefront.web.page_cache import PageCache
from tests.unit.web.page_cache.toys import ask
from tests.unit.web.shops import down, fakes

PAGES = [
    ("/ie/en/", ""),
    ("/ie/en/pages/delivery/", ""),
    ("/de/ar/c/textiles/", ""),
    ("/ie/en/c/textiles/", "colour=Ink&sort=price_asc"),
    ("/de/en/p/meadow-cushion/", ""),
    ("/ie/en/p/meadow-cushion/", "variant=FN-MEA-MOS-60"),
    ("/ie/en/search/", "q=cushion"),
    ("/ie/en/regions/", ""),
    ("/robots.txt", ""),
]
# Section 6 of what the shop must survive: none of these is part of the key.
POISON = {
    "HTTP_X_FORWARDED_HOST": "evil.example",
    "HTTP_X_FORWARDED_PROTO": "gopher",
    "HTTP_X_FORWARDED_PORT": "666",
    "HTTP_X_FORWARDED_PREFIX": "/evil",
    "HTTP_X_FORWARDED_FOR": "203.0.113.66",
    "HTTP_X_ORIGINAL_URL": "/evil",
    "HTTP_X_REWRITE_URL": "/evil",
    "HTTP_FORWARDED": "host=evil.example;proto=gopher",
    "HTTP_ACCEPT_LANGUAGE": "ar,de-evil;q=0.9",
    "HTTP_CLOUDFRONT_VIEWER_COUNTRY": "US",
    "HTTP_HX_CURRENT_URL": "https://evil.example/",
    "HTTP_HX_TARGET": "evil",
    "HTTP_HX_BOOSTED": "true",
    "HTTP_COOKIE": "region=us-de; s=evil; c=evil; evil=1",
    "HTTP_USER_AGENT": "evil" * 2_000,
    "HTTP_REFERER": "https://evil.example/",
    "HTTP_ORIGIN": "https://evil.example",
    "HTTP_ACCEPT": "evil/evil",
    "HTTP_X_REQUEST_ID": "evil-evil-evil",
    "HTTP_TRACEPARENT": f"00-{'ee' * 16}-{'ee' * 8}-01",
    "HTTP_IF_MODIFIED_SINCE": "Mon, 23 Nov 2026 09:00:00 GMT",
    "HTTP_X_EVIL": "evil",
    "CONTENT_TYPE": "text/evil; charset=evil",
    "REMOTE_ADDR": "203.0.113.66",
    "wsgi.url_scheme": "https",
}


@pytest.fixture
def twins(settings):
    made = fakes()
    settings.SHOP_FACTORY = lambda: made.shop
    yield made
    made.shop.compose.close()


@pytest.fixture
def site(twins):
    app = PageCache(ShopHandler(), variants=FlagVariants())
    yield app
    app.close()


@pytest.mark.parametrize(("path", "query"), PAGES)
def test_a_page_made_for_an_attacker_is_the_page_of_everybody(twins, path, query):
    def page(**more):
        cache = cached_answers(KeySpace("test", "t", "eu", "en"), twins.shop.telemetry)
        app = PageCache(ShopHandler(), variants=FlagVariants(), cache=cache, telemetry=twins.shop.telemetry)
        first = ask(app, path, query, **more)
        again = ask(app, path, query)
        app.close()
        return first, again

    _, plain = page()
    assert plain.status == 200
    poisoned_first, after = page(**POISON)
    assert after.raw == plain.raw
    assert poisoned_first.raw == plain.raw
    assert after.headers == plain.headers
    assert "evil" not in after.text
    assert not [value for _, value in after.headers if "evil" in value]


def test_kept_pages_have_the_headers_of_pages_and_no_cookie(site):
    for path, query in PAGES:
        for _ in range(2):
            seen = ask(site, path, query, HTTP_ACCEPT_ENCODING="br", HTTP_COOKIE="s=abc")
            assert seen.status == 200
            assert not seen.names & {"set-cookie", "x-request-id"}
            assert "default-src 'none'" in seen.get("Content-Security-Policy")
            assert seen.get("X-Content-Type-Options") == "nosniff"
            assert seen.get("X-Frame-Options") == "DENY"
            assert seen.get("Vary") in {"Accept-Encoding", ""}
            assert seen.get("ETag")
            assert len({name.lower() for name, _ in seen.headers}) == len(seen.headers)
        assert seen.get("Cache-Control") == PUBLIC or "xml" in path


def test_hits_are_the_bytes_that_django_would_have_sent(site):
    for path, query in PAGES:
        ask(site, path, query)
        kept, own = ask(site, path, query), ask(ShopHandler(), path, query)
        assert kept.text == own.text
        mine = {name: value for name, value in own.headers if name != "Server-Timing"}
        assert mine.items() <= dict(kept.headers).items()


@pytest.mark.parametrize(
    "path", ["/ie/en/cart/", "/ie/en/checkout/", "/ie/en/fragments/personal/summary/", "/ie/en/account/"]
)
def test_private_pages_pass_through_unkept(site, path):
    ask(site, path)
    seen = ask(site, path)
    assert seen.get("Cache-Control") == "private, no-store"
    assert not site._begun().layers._memory._pages


def test_an_unknown_page_is_refused_each_time_and_compressed(site):
    for _ in range(2):
        seen = ask(site, "/ie/en/p/no-such-thing/", HTTP_ACCEPT_ENCODING="gzip, br")
        assert (seen.status, seen.get("Cache-Control")) == (404, "private, no-store")
        assert seen.get("Content-Encoding") == "gzip"
    assert not site._begun().layers._memory._pages


def _kept(site):
    """What memory holds, but for the signs that say which flags a page reads."""
    return [held for held in site._begun().layers._memory._pages.values() if not held.page.signpost]


def test_a_page_carries_the_tags_of_its_answers(site):
    ask(site, "/ie/en/c/textiles/")
    (held,) = _kept(site)
    assert {"categories", "category:textiles", "pages", "menu:footer", "product:meadow-cushion"} <= held.names
    assert "offers:meadow-cushion" in held.names


def test_a_page_that_lacks_something_is_kept_for_ten_seconds(site, twins):
    twins.catalog.fail(down("offers"), "get_product_offers")
    seen = ask(site, "/ie/en/p/meadow-cushion/")
    assert (seen.status, seen.get("Cache-Control")) == (200, PUBLIC_DEGRADED)
    (held,) = _kept(site)
    assert held.page.degraded
    assert held.page.soft_at - held.page.made_at <= 11


def test_the_cache_is_in_front_only_where_it_is_switched_on():
    assert isinstance(wsgi.application, PageCache)
    with override_settings(PAGE_CACHE=False):
        assert isinstance(importlib.reload(wsgi).application, ShopHandler)
    importlib.reload(wsgi)
