"""Public pages are one copy for everybody: whoever asks gets the same bytes, and nobody's data is in them."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver

from dev.stack.devstack import DevStack
from storefront.urls import urlpatterns
from storefront.web.policies import policy_of
from tests.integration.shop_visitor import DETAILS, Answer, Visitor, some_product

# Every public route, with addresses of it. `{…}` is filled in with what the running shop sells.
SAMPLES: dict[str, tuple[str, ...]] = {
    "content:home": ("/", "/?utm_source=mail", "/de/de/", "/us/ar/"),
    "content:landing": ("/l/{landing}/", "/us/ar/l/{landing}/?gclid=1"),
    "content:page": ("/pages/delivery/", "/pages/contact/"),
    "catalog:category": (
        "/c/{category}/",
        "/c/{category}/?sort=price_asc",
        "/c/{category}/?page=1&colour=Ink&fbclid=1",
    ),
    "catalog:product": ("/p/{handle}/", "/p/{handle}/?variant={sku}", "/p/{handle}/?variant=no-such-variant"),
    "reviews:list": (
        "/fragments/public/reviews/{handle}/",
        "/de/ar/fragments/public/reviews/{handle}/?sort=newest&rating=5",
    ),
    "reviews:page": ("/p/{handle}/reviews/", "/p/{handle}/reviews/?sort=newest&rating=9"),
    "search:results": (
        "/search/",
        "/search/?q={word}",
        "/search/?q=zzzzzzzz",
        "/search/?q={word}&sort=name_asc",
    ),
    "search:suggest": ("/fragments/public/suggest/?q={word}",),
    "search:cards": (
        "/fragments/public/cards/?handles={handle}",
        "/fragments/public/cards/?handles={handle},no-such-thing,%3Cb%3E",
    ),
    "styleguide:show": ("/style-guide/", "/style-guide/?theme=dark&dir=rtl"),
    "robots": ("/robots.txt",),
    "sitemap": ("/sitemap.xml",),
    "sitemap_pages": ("/sitemaps/de-ar-pages.xml",),
    "sitemap_products": ("/sitemaps/us-de-products-1.xml",),
    "regions:index": ("/regions/", "/regions/?path=/p/{handle}/", "/de/ar/regions/?path=//evil.example/"),
}
SITES = [(route, path) for route, paths in SAMPLES.items() for path in paths]

POISON = {
    "X-Forwarded-For": "203.0.113.7",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "gopher",
    "X-Forwarded-Prefix": "/evil",
    "X-Original-URL": "/evil",
    "X-Rewrite-URL": "/evil",
    "X-HTTP-Method-Override": "DELETE",
    "Forwarded": "host=evil.example;proto=gopher",
    "Accept-Language": "de-DE, evil;q=0.9",
    "HX-Request": "true",
    "HX-Boosted": "true",
    "HX-Current-URL": "https://evil.example/",
    "HX-Target": "evil",
    "HX-Prompt": "evil",
    "Authorization": "Bearer evil",
    "User-Agent": "Evil/1.0 " + "evil " * 100,
    "Referer": "https://evil.example/",
    "X-Request-Id": "evil-0123456789abcdef",
    "Sec-GPC": "1",
}
MOST_TRIES = 8
LOOKS = 5


def public_routes(patterns: list[URLPattern | URLResolver], namespace: str = "") -> Iterator[str]:
    for entry in patterns:
        if isinstance(entry, URLResolver):
            yield from public_routes(entry.url_patterns, entry.namespace or namespace)
        elif policy_of(entry.callback).public:
            yield f"{namespace}:{entry.name}" if namespace else str(entry.name)


def test_every_public_route_is_tried() -> None:
    assert set(public_routes(urlpatterns)) == set(SAMPLES)


@pytest.fixture(scope="module")
def goods(shop: DevStack, origin: str) -> dict[str, str]:
    """What there is to look at, found as a visitor would find it."""
    handle, sku, _ = some_product(shop, least=5)
    home = Visitor(origin).get("/").text
    category = re.search(r'href="/ie/en/c/([a-z0-9-]+)/"', home)
    assert category, "the first page leads to no category"
    word = max(Visitor(origin).get(f"/p/{handle}/").heading.split(), key=len).lower()
    return {"handle": handle, "sku": sku, "category": category.group(1), "word": word, "landing": "gifts"}


def buyer(origin: str, sku: str, quantity: str, headers: dict[str, str]) -> Visitor:
    """Somebody on the way through checkout: a cart, a session and a forgery token of their own."""
    visitor = Visitor(origin)
    visitor.to_review(sku)
    assert visitor.add(sku, quantity).status == 303
    assert {"c-eu", "f", "s"} <= set(visitor.cookies)
    visitor.headers = headers
    return visitor


@pytest.fixture(scope="module")
def robin(origin: str, goods: dict[str, str]) -> Visitor:
    """Has things in the cart, and words waiting for the next page."""
    return buyer(origin, goods["sku"], "1", {"Accept-Language": "en-IE", "User-Agent": "Mozilla/5.0"})


@pytest.fixture(scope="module")
def sam(origin: str, goods: dict[str, str]) -> Visitor:
    """Has other things in the cart, and sends whatever a header can hold."""
    return buyer(origin, goods["sku"], "2", POISON)


def settled(visitor: Visitor, path: str) -> Answer:
    """The page when nothing is missing from it: a slow machine may leave out a part, and then says so."""
    for _ in range(MOST_TRIES):
        answer = visitor.get(path)
        if "s-maxage=60" in answer.headers["Cache-Control"]:
            return answer
    return answer


def personal(visitor: Visitor) -> set[str]:
    """Everything that belongs to one shopper, as it might be found in a page."""
    details = {value for _, form in DETAILS[:1] for value in form.values()}
    return {*visitor.cookies.values(), *visitor.cart.values(), *details}


@pytest.mark.parametrize(("route", "path"), SITES)
def test_two_shoppers_and_a_stranger_get_the_same_bytes(
    origin: str, goods: dict[str, str], robin: Visitor, sam: Visitor, route: str, path: str
) -> None:
    path = path.format(**goods)
    before = dict(robin.cookies), dict(sam.cookies)
    for _ in range(LOOKS):
        answers = [settled(visitor, path) for visitor in (Visitor(origin), robin, sam)]
        if len({answer.body for answer in answers}) == 1:
            break
        # What the shop sells, and its ratings, may have changed between two looks; who looks never matters.
        time.sleep(1)

    assert {answer.status for answer in answers} == {200}, route
    assert len({answer.body for answer in answers}) == 1, f"{path} is not the same for everybody"
    for answer in answers:
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"].startswith("public, ")
        assert answer.headers["Cache-Tag"]
        varies = {word.strip().lower() for word in answer.headers.get("Vary", "").split(",")}
        assert varies <= {"", "accept-encoding"}
        assert "X-Request-Id" not in answer.headers
    assert (robin.cookies, sam.cookies) == before

    page = answers[0].body.decode()
    headers = "".join(f"{name}: {value}\n" for answer in answers for name, value in answer.headers.items())
    for found in personal(robin) | personal(sam):
        assert found not in page
        assert found not in headers
    assert "csrfmiddlewaretoken" not in page
    assert "evil" not in (page + headers).lower()


def test_words_that_wait_for_a_shopper_are_not_lost_on_a_public_page(
    goods: dict[str, str], origin: str
) -> None:
    visitor = Visitor(origin)
    visitor.add(goods["sku"])
    for path in ("/", f"/p/{goods['handle']}/", f"/c/{goods['category']}/"):
        assert "is in your cart" not in visitor.get(path).text
    assert "is in your cart" in visitor.get("/cart/").text


def test_what_is_personal_is_never_public(goods: dict[str, str], robin: Visitor) -> None:
    for path in ("/fragments/personal/summary/", "/cart/", "/checkout/review/"):
        answer = robin.get(path)
        assert answer.status == 200
        assert answer.headers["Cache-Control"] == "private, no-store"


def test_pictures_and_scripts_are_the_same_for_everybody(
    origin: str, goods: dict[str, str], robin: Visitor
) -> None:
    page = robin.get(f"/p/{goods['handle']}/").body.decode()
    files = re.findall(r'(?:src|href)="(/(?:media|static)/[^"#?]+)', page)
    assert {path.split("/")[1] for path in files} == {"media", "static"}
    for path in sorted(set(files)):
        answers = [visitor.get(path) for visitor in (Visitor(origin), robin)]
        assert {answer.status for answer in answers} == {200}, path
        assert len({answer.body for answer in answers}) == 1, path
        for answer in answers:
            assert "Set-Cookie" not in answer.headers
            assert "Cookie" not in answer.headers.get("Vary", "")
