"""Country and language at the start of every address: found, put back, negotiated, never leaked."""

import threading

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import get_script_prefix, path, reverse
from django.utils import translation

from storefront.clients.orders import CartRef
from storefront.core import CartId
from storefront.web import reads
from storefront.web.cart_cookie import cart_of, keep_cart
from storefront.web.middleware.regions import RegionMiddleware
from storefront.web.negotiation import best_region, negotiated
from storefront.web.policies import private_page, public_page
from storefront.web.regions import (
    REGIONS,
    current_region,
    default_region,
    is_sitewide,
    region_by_key,
    site_href,
    split,
    within,
)
from tests.unit.web.shops import urlconf

REDIRECT = {301, 302}


@pytest.fixture
def plain(twins) -> Client:
    """A browser that says exactly what a test says: no region is put in front of its paths."""
    return Client()


def landed(response) -> tuple[int, str]:
    return response.status_code, response.headers.get("Location", "")


# --- the registry ------------------------------------------------------------------------------------------


def test_every_language_goes_with_every_country():
    assert len(REGIONS) == 9
    assert {region.market for region in REGIONS if region.country in {"ie", "de"}} == {"eu"}
    assert {(r.market, r.currency) for r in REGIONS if r.country == "us"} == {("us", "USD")}
    assert {region.direction for region in REGIONS if region.language == "ar"} == {"rtl"}


@pytest.mark.parametrize("region", REGIONS, ids=lambda region: region.key)
def test_a_region_is_found_by_its_prefix_and_its_key(region):
    assert split(f"{region.prefix}/c/mugs/") == (region, "/c/mugs/")
    assert split(region.prefix) == (region, "")
    assert region_by_key(region.key) is region
    assert region.locale == f"{region.language}-{region.country.upper()}"


@pytest.mark.parametrize(
    "given",
    ["", "/", "/ie", "/ie/", "/cart/", "ie/en/", "//ie/en/", "/IE/EN/", "/ie/fr/", "/en/ie/", "/ie//en/"],
)
def test_what_names_no_region_stays_as_it_is(given):
    assert split(given) == (None, given)


# --- the address -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("region", REGIONS, ids=lambda region: region.key)
def test_a_view_sees_its_region_and_makes_addresses_of_it(plain, settings, region):
    seen = {}

    @private_page()
    def view(request):
        seen.update(
            region=request.region,
            path=request.path,
            info=request.path_info,
            href=reverse("there"),
            language=translation.get_language(),
            shop=(request.shop.market, request.shop.locale, request.shop.country),
        )
        return HttpResponse("ok")

    settings.ROOT_URLCONF = urlconf(path("there/", view, name="there"))
    assert plain.get(f"{region.prefix}/there/").status_code == 200
    assert seen == {
        "region": region,
        "path": f"{region.prefix}/there/",
        "info": "/there/",
        "href": f"{region.prefix}/there/",
        "language": region.language,
        "shop": (region.market, region.language, region.country.upper()),
    }


@pytest.mark.parametrize(
    ("asked", "status", "target"),
    [
        ("/ie/en", 301, "/ie/en/"),
        ("/IE/EN/", 301, "/ie/en/"),
        ("/De/aR/p/meadow-cushion/?variant=x", 301, "/de/ar/p/meadow-cushion/?variant=x"),
        ("/IE/en", 301, "/ie/en/"),
        ("/de", 302, "/de/de/"),
        ("/de/", 302, "/de/de/"),
        ("/us/", 302, "/us/de/"),
        ("/DE/", 302, "/de/de/"),
        ("/", 302, "/de/de/"),
        ("/?utm_source=mail", 302, "/de/de/?utm_source=mail"),
        ("/cart/", 302, "/de/de/cart/"),
        ("/cart", 302, "/de/de/cart"),
        ("/p/meadow-cushion/?variant=FN-1", 302, "/de/de/p/meadow-cushion/?variant=FN-1"),
        ("/search/?q=caf%C3%A9+au+lait", 302, "/de/de/search/?q=caf%C3%A9+au+lait"),
    ],
)
def test_the_way_to_a_region(plain, asked, status, target):
    response = plain.get(asked, headers={"Accept-Language": "de-DE,de;q=0.9,en;q=0.5"})
    assert landed(response) == (status, target)
    assert response["Cache-Control"] == "private, no-store"
    assert not response.cookies
    head = plain.head(asked, headers={"Accept-Language": "de-DE,de;q=0.9,en;q=0.5"})
    assert landed(head) == (status, target)


UNKNOWN = (
    "/fr/en/", "/fr/", "/fr", "/xx/yy/cart/", "/de/fr/", "/ie/english/", "/ie/p/meadow-cushion/",
    "/de/de-de/",
    "/ie/e/", "/zz", "/wp-login.php", "/.env", "/nothing/", "/p/", "/ie/en/robots.txt", "/de/de/sitemap.xml",
    "/us/ar/healthz", "/de/de/static/css/main.css", "/ie/en/ie/en/", "/ie/en/nothing/",
)  # fmt: skip


@pytest.mark.parametrize("asked", UNKNOWN)
def test_an_unknown_country_language_or_page_is_a_page_in_the_best_language(plain, asked):
    response = plain.get(asked, headers={"Accept-Language": "ar"})
    text = response.content.decode()
    assert response.status_code == 404
    assert response["Cache-Control"] == "private, no-store"
    assert "<h1" in text
    if split(asked)[0] is None:
        assert 'dir="rtl"' in text
        assert '<html lang="ar-' in text


@pytest.mark.parametrize(
    "asked", ["/", "/cart/", "/cart/lines/", "/IE/EN/cart/lines/", "/de/", "/checkout/place/"]
)
@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_a_form_is_never_sent_on(plain, asked, method):
    response = getattr(plain, method)(asked, {"sku": "x"})
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD"
    assert "Location" not in response


HOSTILE = (
    "//evil.example/", "//evil.example/cart/", "///evil.example", "/\\evil.example/",
    "/\\/evil.example/cart/",
    "/%2f%2fevil.example/", "/%5cevil.example/", "/%09/evil.example/", "/%0d%0aSet-Cookie:%20a=b/", "/%00/",
    "/IE/EN//evil.example/", "/IE/EN/\\evil.example/", "/IE/EN/%2f/evil.example", "/ie//evil.example/",
    "/ie/en//evil.example/", "/ie/en/\\evil.example/", "/ie/en/%2e%2e/%2e%2e//evil.example/", "/../../cart/",
    "/..//evil.example/cart/", "/@evil.example/", "/evil.example/", "/https://evil.example/",
    "/https:evil.example",
    "/ie/en@evil.example/", "/ie/en:80/", "/ie/en;a=b/", "/ie%2fen/", "/i%65/en/", "/ie/en%2f/", "/ie/en%00/",
    "/ıe/en/", "/ＩＥ/EN/", "/ie/ar\u202e/", "/cart/%0aLocation:%20//evil.example/", "/javascript:alert(1)/",
    "/?next=//evil.example", "/cart/?path=https://evil.example#x", "/ie/?%0d%0aX: y", "/%ff/%fe/", "/ie/%ff/",
)  # fmt: skip


@pytest.mark.parametrize("asked", HOSTILE)
def test_nobody_is_led_off_the_site(plain, asked):
    response = plain.get(asked)
    assert response.status_code in {200, 301, 302, 400, 404, 414}, asked
    target = response.headers.get("Location", "")
    if response.status_code in REDIRECT:
        assert split(target.partition("?")[0])[0] is not None, target
        assert "\\" not in target
        assert not any(ord(character) < 0x21 for character in target)
    assert "Set-Cookie" not in response
    assert "X" not in response


def test_a_query_that_is_too_long_is_not_carried_on(plain):
    assert plain.get("/?a=" + "x" * 3_000).status_code == 414


@pytest.mark.parametrize("asked", ["/robots.txt", "/healthz", "/readyz", "/sitemap.xml"])
def test_what_is_the_same_for_all_has_no_region(plain, twins, asked):
    twins.catalog._serves = lambda market: None
    assert is_sitewide(asked)
    assert plain.get(asked).status_code == 200


# --- who gets which ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("country", "languages", "region"),
    [
        ("", "", "ie-en"),
        ("", "de", "ie-de"),
        ("", "de-DE", "de-de"),
        ("", "de-AT,de;q=0.9", "ie-de"),
        ("", "en-US,en;q=0.9", "us-en"),
        ("", "en-GB,en;q=0.9", "ie-en"),
        ("", "ar-EG,en-US;q=0.7", "us-ar"),
        ("", "fr-FR,fr;q=0.9,de;q=0.5", "ie-de"),
        ("", "fr", "ie-en"),
        ("", "*", "ie-en"),
        ("", "en;q=0,de;q=0.1", "ie-de"),
        ("DE", "", "de-de"),
        ("DE", "en-US,en;q=0.9", "de-en"),
        ("DE", "fr", "de-de"),
        ("US", "ar", "us-ar"),
        ("us", "de-DE", "us-de"),
        (" IE ", "en-US", "ie-en"),
        ("FR", "de-DE", "ie-de"),
        ("FR", "", "ie-en"),
        ("XX", "en-US", "ie-en"),
        ("DE\x00", "", "ie-en"),
        ("T1", "ar", "ie-ar"),
        ("DE", ";;;,,q=1,de;q=zz", "de-de"),
        ("DE", "x" * 20_000, "de-de"),
    ],
)
def test_country_and_languages_choose_a_region(country, languages, region):
    assert negotiated(country, languages).key == region


def asking(cookie: str = "", **headers: str):
    request = RequestFactory().get("/", headers=headers)
    if cookie:
        request.COOKIES["region"] = cookie
    return request


def test_a_choice_made_before_counts_most():
    german = {"Accept-Language": "de-DE", "CloudFront-Viewer-Country": "DE"}
    assert best_region(asking("us-ar", **german)).key == "us-ar"


@pytest.mark.parametrize(
    "cookie", ["xx-yy", "de", "de-de-de", "../..", "//evil", "DE-DE", "\x00", "x" * 5_000]
)
def test_a_choice_that_is_none_is_left_out(cookie):
    assert best_region(asking(cookie, **{"CloudFront-Viewer-Country": "DE"})).key == "de-de"


def test_the_default_region_is_a_setting(settings):
    settings.DEFAULT_REGION = "de/ar"
    assert default_region().key == "de-ar"
    assert negotiated("", "").key == "de-ar"


# --- nothing is left behind --------------------------------------------------------------------------------


def state() -> tuple[str, str, str]:
    return current_region().key, get_script_prefix(), translation.get_language()


@pytest.mark.parametrize("fails", [False, True])
def test_a_request_leaves_the_thread_as_it_was(rf, fails):
    before, seen = state(), []

    def view(request):
        seen.append(state())
        if fails:
            raise RuntimeError
        return HttpResponse("ok")

    request = rf.get("/us/ar/cart/")
    if fails:
        with pytest.raises(RuntimeError):
            RegionMiddleware(view)(request)
    else:
        RegionMiddleware(view)(request)
    assert seen == [("us-ar", "/us/ar/", "ar")]
    assert state() == before


def test_an_error_page_of_a_region_leaves_nothing_behind(plain):
    before = state()
    for asked in ("/us/ar/nothing/", "/fr/ar/", "/de/fr/", "/"):
        plain.get(asked)
        assert state() == before


def test_threads_do_not_see_each_other(twins, settings):
    together, wrong = threading.Barrier(len(REGIONS), timeout=20), []

    @public_page()
    def view(request):
        together.wait()
        said = (current_region().prefix, reverse("there"), translation.get_language(), request.shop.locale)
        together.wait()
        return HttpResponse("|".join(said))

    settings.ROOT_URLCONF = urlconf(path("there/", view, name="there"))

    def ask(region):
        for _ in range(5):
            said = Client().get(f"{region.prefix}/there/").content.decode()
            if said != f"{region.prefix}|{region.prefix}/there/|{region.language}|{region.language}":
                wrong.append((region.key, said))
        if get_script_prefix() != "/" or current_region() != default_region():
            wrong.append((region.key, "left behind"))

    threads = [threading.Thread(target=ask, args=(region,)) for region in REGIONS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_the_parts_of_a_page_are_in_its_region(twins, settings):
    def said() -> tuple[str, str, str]:
        return (reverse("there"), translation.get_language(), current_region().key)

    @public_page()
    def view(request):
        with request.shop.compose.page(1.0) as plan:
            parts = [plan.critical(name, said) for name in ("one", "two", "three")]
        return HttpResponse("|".join(" ".join(part.value) for part in parts))

    settings.ROOT_URLCONF = urlconf(path("there/", view, name="there"))
    for region in (*REGIONS, *REGIONS):
        text = Client().get(f"{region.prefix}/there/").content.decode()
        assert text == "|".join([f"{region.prefix}/there/ {region.language} {region.key}"] * 3)


# --- what depends on the region ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("/c/mugs/", "/de/ar/c/mugs/"),
        ("/", "/de/ar/"),
        ("/search/?q=a#b", "/de/ar/search/?q=a#b"),
        ("/ie/en/c/mugs/", "/ie/en/c/mugs/"),
        ("/static/a.png", "/static/a.png"),
        ("/media/a.avif", "/media/a.avif"),
        ("https://other.example/", "https://other.example/"),
        ("//other.example/", "//other.example/"),
        ("/\\other.example/", "/\\other.example/"),
        ("mailto:a@b.example", "mailto:a@b.example"),
        ("#main", "#main"),
        ("", ""),
    ],
)
def test_links_of_the_data_are_shown_in_the_region(given, shown):
    with within(region_by_key("de-ar")):
        assert site_href(given) == shown


def test_each_market_has_a_cart_of_its_own():
    eu, us = CartRef(CartId("crt_eu000001"), "e" * 43), CartRef(CartId("crt_us000001"), "u" * 43)
    response = HttpResponse()
    with within(region_by_key("ie-en")):
        keep_cart(HttpRequest(), response, eu)
    with within(region_by_key("us-en")):
        keep_cart(HttpRequest(), response, us)
    kept = {name: morsel.value for name, morsel in response.cookies.items()}
    assert len(kept) == 2
    for key, cart in (("ie-en", eu), ("de-ar", eu), ("us-en", us), ("us-de", us)):
        request = RequestFactory().get("/")
        request.COOKIES.update(kept)
        with within(region_by_key(key)):
            assert cart_of(request) == cart


def test_one_cache_keeps_regions_apart_and_prices_together(twins):
    shop = twins.shop
    german, arabic, american = (shop.within(region_by_key(key)) for key in ("de-de", "ie-ar", "us-de"))
    for seen in (german, arabic, american):
        seen.catalog._serves = lambda market: None
    for seen in (german, arabic, american, german):
        reads.product(seen, "meadow-cushion")
        reads.offers(seen, "meadow-cushion")
    assert twins.catalog.calls.count("get_product") == 3
    assert twins.catalog.calls.count("get_product_offers") == 2
    shop.cache.purge("product:meadow-cushion")
    reads.product(arabic, "meadow-cushion")
    assert twins.catalog.calls.count("get_product") == 4
