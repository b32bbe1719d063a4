"""How a search becomes a query: facets, prices, pages, other words."""

import pytest

from apptier.kit.problems import Problem
from apptier.search.documents import SEPARATOR
from apptier.search.query import (
    SORTS,
    Asked,
    PriceRange,
    choices,
    parse_filters,
    price_steps,
    search_body,
    suggestions_body,
)
from apptier.search.results import corrected
from apptier.search.synonyms import Synonyms


def asked(**changes) -> Asked:
    base = {
        "market": "eu",
        "text": "",
        "category": None,
        "facets": {},
        "prices": (),
        "sort": "relevance",
        "page": 1,
        "limit": 24,
    }
    return Asked(**(base | changes))


def test_filters_are_grouped_by_facet():
    facets, prices = parse_filters(["colour:Ink", "colour:Moss", "size:45 cm", "price:100-200", "colour:Ink"])
    assert facets == {"colour": ["Ink", "Moss"], "size": ["45 cm"]}
    assert prices == [PriceRange(100, 200)]


def test_a_value_may_hold_a_colon():
    assert parse_filters(["note:a:b"])[0] == {"note": ["a:b"]}


@pytest.mark.parametrize("value", ["x", "1", "5-1", "-5", "5-", "1-2-3", "1.5-2", "٣-٤", "1-999999999999"])
def test_a_price_that_is_no_range_is_refused(value):
    with pytest.raises(Problem) as caught:
        parse_filters([f"price:{value}"])
    assert caught.value.faults[0].pointer == "filter"


def test_values_of_a_facet_widen_and_facets_narrow():
    filters = choices(asked(facets={"colour": ["Ink", "Moss"], "size": ["S"]}, prices=[PriceRange(1, 2)]))
    colours = [f"colour{SEPARATOR}Ink", f"colour{SEPARATOR}Moss"]
    assert filters[0] == {"terms": {"facets": colours}}
    assert len(filters) == 3


def test_a_facet_is_counted_without_its_own_choice():
    body = search_body(asked(facets={"colour": ["Ink"], "size": ["S"]}), (), fuzzy=False)
    under = body["aggs"]["facet_colour"]["filter"]["bool"]["filter"]
    assert under == [{"terms": {"facets": [f"size{SEPARATOR}S"]}}]
    assert len(body["aggs"]["everything"]["filter"]["bool"]["filter"]) == 2
    assert len(body["post_filter"]["bool"]["filter"]) == 2


def test_price_is_counted_without_its_own_choice():
    body = search_body(asked(prices=[PriceRange(0, 2499)]), (), fuzzy=False)
    assert body["aggs"]["price"]["filter"]["bool"]["filter"] == []
    assert len(body["aggs"]["everything"]["filter"]["bool"]["filter"]) == 1


def test_every_price_is_in_exactly_one_step():
    for amount in (0, 2499, 2500, 4999, 5000, 9999, 20_000, 10_000_000):
        assert sum(step.low <= amount <= step.high for step in price_steps(())) == 1


def test_a_chosen_range_of_ones_own_is_counted_too():
    assert PriceRange(1, 2) in price_steps([PriceRange(1, 2)])
    assert len(price_steps([PriceRange(0, 2499)])) == len(price_steps(()))


@pytest.mark.parametrize(
    ("page", "limit", "start", "size"),
    [(1, 24, 0, 24), (3, 24, 48, 24), (417, 24, 9984, 16), (418, 24, 0, 0), (10_000_000, 100, 0, 0)],
)
def test_pages_stay_inside_the_window(page, limit, start, size):
    body = search_body(asked(page=page, limit=limit), (), fuzzy=False)
    assert (body["from"], body["size"]) == (start, size)


def test_a_whole_sku_is_found_first():
    ways = search_body(asked(text="FN-1"), (), fuzzy=False)["query"]["bool"]["must"][0]["dis_max"]["queries"]
    assert {"term": {"skus": {"value": "fn-1", "boost": 100.0}}} in ways


def test_only_the_second_try_forgives_typos():
    strict, loose = (str(search_body(asked(text="cusion"), (), fuzzy=f)) for f in (False, True))
    assert "fuzziness" not in strict
    assert "fuzziness" in loose


def test_every_order_ends_in_something_unique():
    assert all(list(order[-1]) == ["handle"] for order in SORTS.values())


def test_other_words_ask_for_the_same():
    synonyms = Synonyms([["cushion", "pillow"], ["tea towel", "dish towel"], ["grey", "gray"]])
    assert synonyms.variants("Blue  Cushions") == ["blue pillow"]
    assert synonyms.variants("tea towel grey") == ["dish towel grey", "tea towel gray"]
    assert synonyms.variants("greyhound") == []
    assert synonyms.variants("") == []


def test_the_shipped_words_are_lower_case_and_in_pairs():
    synonyms = Synonyms.shipped()
    assert "pillow" in synonyms.variants("cushion")
    assert len(synonyms.variants("check stripe grey navy floral card")) <= 6


def test_a_correction_keeps_what_was_right():
    answer = {
        "suggest": {
            "words": [
                {"offset": 0, "length": 8, "options": [{"text": "botanical"}]},
                {"offset": 9, "length": 4, "options": []},
                {"offset": 14, "length": 6, "options": [{"text": "cushion"}]},
            ]
        }
    }
    assert corrected("botanicl blue cusion", answer) == "botanical blue cushion"
    assert corrected("x", {"suggest": {"words": []}}) is None


def test_suggestions_ask_only_for_the_market():
    body = suggestions_body("us", "cu", 10)
    assert body["query"]["bool"]["filter"] == [{"term": {"market": "us"}}]
