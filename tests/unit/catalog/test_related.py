"""Related products: search says them in one question, the catalogue's newest stand in, purges renew them."""

import pytest

from storefront.catalog.related import related_products
from storefront.core import NotFound
from tests.unit.web.shops import down


def handles(twins, handle="tide-rug"):
    return [card.handle for card in related_products(twins.shop, handle)]


def questions(twins):
    return twins.search.calls.count("list_related_products")


def test_one_question_is_enough(twins):
    assert handles(twins) == ["meadow-cushion", "fern-wallpaper"]
    assert (twins.search.calls, twins.catalog.calls) == (["list_related_products"], [])
    assert handles(twins) == ["meadow-cushion", "fern-wallpaper"]
    assert questions(twins) == 1


def unknown():
    return NotFound("search", "list_related_products", status=404, code="unknown_product")


@pytest.mark.parametrize("error", [down("search"), unknown()], ids=["away", "not indexed yet"])
def test_the_newest_of_the_category_stand_in(twins, error):
    twins.search.fail(error)
    assert sorted(handles(twins)) == ["fern-wallpaper", "meadow-cushion"]
    assert handles(twins)[-1] == "fern-wallpaper", "what is sold out comes last"
    assert twins.catalog.calls.count("list_products") == 1


@pytest.mark.parametrize(
    "tag",
    [
        "search",
        "catalog",
        "product:tide-rug",
        "product:meadow-cushion",
        "offers:meadow-cushion",
        "offers:fern-wallpaper",
    ],
)
def test_what_changes_them_renews_them(twins, tag):
    handles(twins)
    twins.shop.cache.purge(tag)
    handles(twins)
    assert questions(twins) == 2


@pytest.mark.parametrize("tag", ["product:ember-vase", "offers:tide-rug", "reviews:tide-rug", "products"])
def test_what_does_not_concern_them_leaves_them(twins, tag):
    handles(twins)
    twins.shop.cache.purge(tag)
    handles(twins)
    assert questions(twins) == 1
