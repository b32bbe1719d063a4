"""Purging by hand in the console: a look first, the same purge as the command's, and what was done."""

import pytest

from storefront.cache import Tag
from storefront.cache.entry import Codec, Entry
from storefront.cache.manifest import OFFERS, PRODUCT
from storefront.console.targets import NotATarget, target_of
from storefront.core import Reason, UpstreamUnavailable
from storefront.web.middleware.routing import PUBLIC
from tests.unit.cart.shopper import text_of
from tests.unit.console.conftest import KEYS, MIKA
from tests.unit.web.shops import captured

HERE = "/console/purge/"
LIFETIMES = ("s-maxage", "stale-while-revalidate")
ALL_OF_IT = ["product:rug", "offers:rug", "reviews:rug"]


def entry(*tags):
    return Codec().dump(Entry(1.0, 2.0, 3.0, tuple(Tag(tag) for tag in tags), b"x"))


@pytest.fixture(autouse=True)
def kept(shelf):
    shelf.kept = {
        KEYS.key(PRODUCT, {"handle": "rug"}): entry("product:rug", "catalog"),
        KEYS.key(OFFERS, {"handle": "rug"}): entry("offers:rug", "catalog"),
        KEYS.key(PRODUCT, {"handle": "mug"}): entry("product:mug", "catalog"),
    }


@pytest.mark.parametrize(
    ("typed", "kind", "tags"),
    [
        ("rug", "product", ALL_OF_IT),
        ("product:rug", "tag", ["product:rug"]),
        ("menu:footer", "tag", ["menu:footer"]),
        ("search", "tag", ["search"]),
        ("pages", "tag", ["pages"]),
        ("/ie/en/p/rug/", "address", ALL_OF_IT),
        ("/de/ar/p/rug/?variant=A#top", "address", ALL_OF_IT),
        ("http://testserver/ie/en/", "address", ["content:home"]),
        ("/ie/en/c/textiles/", "address", ["categories", "category:textiles"]),
        ("/robots.txt", "address", ["site"]),
    ],
)
def test_what_is_typed_stands_for_tags(typed, kind, tags):
    target = target_of(typed)
    assert (target.kind, list(target.tags)) == (kind, tags)


NONSENSE = [
    "Rug!",
    "produkt:rug",
    "product:rug rug",
    "product:rug,offers:rug",
    "/cart/",
    "/ie/en/cart/",
    "/p/rug/",
    "/ie/en/nowhere/",
    "/xx/en/p/rug/",
    "/console/",
    "//evil.example/ie/en/",
    "https://evil.example/ie/en/",
    "http://testserver.evil.example/ie/en/",
]


@pytest.mark.parametrize("typed", NONSENSE)
def test_what_names_nothing_is_said_by_its_name(mika, shelf, typed):
    with pytest.raises(NotATarget) as refused:
        target_of(typed)
    assert typed in str(refused.value)
    for response in (mika.get(HERE, {"what": typed}), mika.post(HERE, {"what": typed})):
        assert response.status_code == 422
        assert 'href="#what"' in text_of(response)
        assert 'aria-invalid="true"' in text_of(response)
    assert shelf.purged == []


def test_the_look_tells_what_it_will_hit_and_does_nothing(mika, shelf):
    response = mika.get(HERE, {"what": "rug"})
    page = text_of(response)
    assert response.status_code == 200
    for tag in ALL_OF_IT:
        assert f">{tag}</code>" in page
    assert "2 kept copies carry them" in page
    assert "no CDN is configured" in page
    assert ">/ie/en/p/rug/</code>" in page
    assert ">/de/ar/p/rug/</code>" in page
    assert shelf.purged == []


def test_what_is_on_many_pages_is_everything_for_a_cdn_without_tags(mika):
    assert ">/*</code>" in text_of(mika.get(HERE, {"what": "search"}))


def test_the_button_purges_and_says_so(mika, twins, shelf, caplog):
    with captured(caplog) as lines:
        response = mika.post(HERE, {"what": "rug"})
    assert response.status_code == 303
    assert response["Location"] == HERE
    assert shelf.purged == ALL_OF_IT
    assert shelf.edge.told == ALL_OF_IT
    page = text_of(mika.get(HERE))
    assert "no copy that carries product:rug, offers:rug, reviews:rug is served" in page
    told = [line for line in lines if line.get("event") == "purged_by_hand"]
    assert [(line["person"], line["tags"]) for line in told] == [(MIKA, ALL_OF_IT)]
    assert "mika@example.com" not in str(lines)


def test_a_cdn_that_does_not_answer_is_said(mika, shelf, monkeypatch):
    def gone(_tags):
        raise UpstreamUnavailable("cloudfront", "CreateInvalidation", Reason.CONNECTION)

    monkeypatch.setattr(shelf.edge, "purge", gone)
    assert mika.post(HERE, {"what": "rug"}).status_code == 303
    page = text_of(mika.get(HERE))
    assert "The CDN could not be told." in page
    # s-maxage, and then as long as it may serve the old one while it fetches another.
    assert 600 <= sum(int(PUBLIC.split(f"{name}=")[1].split(",")[0]) for name in LIFETIMES) < 700
    assert "about ten minutes at most" in page


def test_a_cache_that_does_not_answer_is_said_and_what_was_typed_stays(mika, shelf):
    shelf.error = UpstreamUnavailable("redis", "stamp", Reason.TIMEOUT)
    for response in (mika.get(HERE, {"what": "rug"}), mika.post(HERE, {"what": "rug"})):
        assert response.status_code == 503
        assert "The shared cache does not answer" in text_of(response)
        assert 'value="rug"' in text_of(response)


def test_of_a_purge_that_broke_off_nobody_says_that_nothing_was_purged(mika, shelf, monkeypatch):
    noted, purge = [], shelf.purge

    def half(tag, newer_than=None):
        if noted:
            shelf.error = UpstreamUnavailable("redis", "stamp", Reason.TIMEOUT)
        noted.append(tag)
        return purge(tag, newer_than)

    monkeypatch.setattr(shelf, "purge", half)
    page = text_of(mika.post(HERE, {"what": "rug"}))
    assert shelf.purged == ALL_OF_IT[:1]
    assert "not all of it was purged" in page


def test_what_was_purged_is_fetched_anew(mika, twins):
    path = "/ie/en/p/meadow-cushion/"
    mika.get(path)
    mika.get(path)
    before = twins.catalog.calls.count("get_product")
    mika.post(HERE, {"what": "meadow-cushion"})
    mika.get(path)
    assert twins.catalog.calls.count("get_product") == before + 1
