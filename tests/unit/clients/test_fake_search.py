"""The search twin: words narrow, values of a facet widen, facets narrow one another, pages end."""

import pytest

from storefront.core import Invalid, NotFound
from tests import samples

IN = {"market": "eu", "locale": "en"}


def _handles(**kwargs: object) -> list[str]:
    return [card.handle for card in samples.fake_search().search_products(**IN, **kwargs).items]


def test_every_word_narrows() -> None:
    assert _handles(q="Meadow CUSHION") == ["meadow-cushion"]
    assert _handles(q="meadow rug") == []


def test_values_widen_and_facets_narrow() -> None:
    assert _handles(filters=["colour:Sea", "colour:Clay"]) == ["tide-rug", "ember-vase"]
    assert _handles(filters=["colour:Sea", "material:Wool"]) == ["tide-rug"]
    assert _handles(filters=["colour:Sea", "material:Linen"]) == []


def test_a_facets_own_choice_does_not_change_its_counts() -> None:
    result = samples.fake_search().search_products(filters=["material:Wool", "colour:Sea"], **IN)
    material = next(facet for facet in result.facets if facet.code == "material")
    assert {value.value: (value.count, value.selected) for value in material.values} == {"Wool": (1, True)}
    everything = samples.fake_search().search_products(filters=["material:Wool"], **IN)
    material = next(facet for facet in everything.facets if facet.code == "material")
    assert {value.value: value.count for value in material.values} == {
        "Linen": 1,
        "Wool": 1,
        "Paper": 1,
        "Stoneware": 1,
    }


def test_a_price_is_a_range_of_minor_units() -> None:
    assert _handles(filters=["price:2500-4999"]) == ["meadow-cushion", "ember-vase"]


def test_it_sorts() -> None:
    assert _handles(sort="price_asc")[0] == "ember-vase"
    assert _handles(sort="price_desc")[0] == "tide-rug"
    assert _handles(sort="title") == sorted(_handles())


def test_pages_end_where_results_end() -> None:
    search = samples.fake_search()
    result = search.search_products(page=2, limit=3, **IN)
    assert (result.total, result.page_count, len(result.items)) == (4, 2, 1)
    with pytest.raises(NotFound, match="page_out_of_range"):
        search.search_products(page=3, limit=3, **IN)
    assert search.search_products(q="nothing like it", **IN).page_count == 0


def test_unknown_names_are_refused() -> None:
    search = samples.fake_search()
    with pytest.raises(Invalid, match="unknown_facet"):
        search.search_products(filters=["weight:heavy"], **IN)
    with pytest.raises(NotFound):
        search.search_products(category="no-such", **IN)


def test_suggestions_are_categories_then_products() -> None:
    found = samples.fake_search().suggest(q="cush", **IN).items
    assert [(one.kind, one.target) for one in found] == [
        ("category", "cushions"),
        ("product", "meadow-cushion"),
    ]


def test_related_products_are_others_of_the_shelf_and_what_is_sold_out_comes_last() -> None:
    found = samples.fake_search().list_related_products(handle="tide-rug", **IN)
    assert [card.handle for card in found.items] == ["meadow-cushion", "fern-wallpaper"]
    assert samples.fake_search().list_related_products(handle="ember-vase", **IN).items == ()
    only = samples.fake_search().list_related_products(handle="tide-rug", limit=1, **IN)
    assert len(only.items) == 1
    with pytest.raises(NotFound, match="unknown_product"):
        samples.fake_search().list_related_products(handle="no-such", **IN)
