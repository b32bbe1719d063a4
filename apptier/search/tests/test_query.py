"""How a search becomes a query: facets, prices, pages, other words."""

from types import MappingProxyType

import pytest

from apptier.kit.problems import Problem
from apptier.search.documents import SEPARATOR
from apptier.search.prices import PriceRange
from apptier.search.query import (
    SORTS,
    Asked,
    Choice,
    choices,
    pages_body,
    parse_filters,
    questions,
    suggestions_body,
)
from apptier.search.results import corrected
from apptier.search.synonyms import Synonyms

USUAL = MappingProxyType(
    {
        "market": "eu",
        "locale": "en",
        "text": "",
        "category": None,
        "choice": Choice({}),
        "sort": "relevance",
        "page": 1,
        "limit": 24,
    }
)


def asked(**changes) -> Asked:
    choice = {name: changes.pop(name) for name in ("prices", "categories", "stars") if name in changes}
    if "facets" in changes or choice:
        changes["choice"] = Choice(changes.pop("facets", {}), **choice)
    return Asked(**(dict(USUAL) | changes))


def bodies(**changes):
    return questions(asked(**changes), ())


def body(**changes):
    return bodies(**changes)["page"]


def filters(query) -> int:
    """How many filters a query has beside the kind of document."""
    return len(query["query"]["bool"]["filter"]) - 1


def test_filters_are_grouped_by_facet():
    choice = parse_filters(["colour:Ink", "colour:Moss", "size:45 cm", "price:100-200", "colour:Ink"])
    assert choice.facets == {"colour": ["Ink", "Moss"], "size": ["45 cm"]}
    assert choice.prices == [PriceRange(100, 200)]


def test_categories_and_ratings_are_choices_of_their_own():
    choice = parse_filters(["category:cushions", "category:rugs", "rating:4", "rating:3"])
    assert (choice.categories, choice.stars, choice.facets) == (["cushions", "rugs"], 3, {})


def test_a_value_may_hold_a_colon():
    assert parse_filters(["note:a:b"]).facets == {"note": ["a:b"]}


@pytest.mark.parametrize("value", ["x", "1", "5-1", "-5", "5-", "1-2-3", "1.5-2", "٣-٤", "1-999999999999"])
def test_a_price_that_is_no_range_is_refused(value):
    with pytest.raises(Problem) as caught:
        parse_filters([f"price:{value}"])
    assert (caught.value.faults[0].pointer, caught.value.faults[0].code) == ("filter", "price_range")


@pytest.mark.parametrize("value", ["0", "1", "5", "9", "x", "4.5", "٣"])
def test_a_rating_that_is_none_is_refused(value):
    with pytest.raises(Problem) as caught:
        parse_filters([f"rating:{value}"])
    assert caught.value.faults[0].code == "rating_range"


def test_values_of_a_facet_widen_and_facets_narrow():
    found = choices(Choice({"colour": ["Ink", "Moss"], "size": ["S"]}, [PriceRange(1, 2)], ["rugs"], 4))
    assert found[0] == {"terms": {"facets": [f"colour{SEPARATOR}Ink", f"colour{SEPARATOR}Moss"]}}
    assert len(found) == 5


def test_a_facet_is_counted_without_its_own_choice():
    found = bodies(facets={"colour": ["Ink"], "size": ["S"]})
    assert sorted(found) == ["facet_colour", "facet_size", "page"]
    assert filters(found["page"]) == 2
    assert found["facet_colour"]["query"]["bool"]["filter"][1:] == [
        {"terms": {"facets": [f"size{SEPARATOR}S"]}}
    ]


@pytest.mark.parametrize(
    ("code", "choice"),
    [
        ("price", {"prices": [PriceRange(0, 2499)]}),
        ("rating", {"stars": 4}),
        ("category", {"categories": ["a"]}),
    ],
)
def test_what_search_makes_itself_is_counted_without_its_own_choice_too(code, choice):
    assert filters(bodies(**choice)[f"facet_{code}"]) == 0
    assert filters(bodies(facets={"colour": ["Ink"]}, **choice)[f"facet_{code}"]) == 1


def test_a_list_without_choices_is_one_query_and_a_counted_one_counts_nothing():
    assert list(bodies(category="textiles")) == ["page"]
    assert "aggs" not in questions(asked(), (), counted=False)["page"]


def test_only_a_range_of_ones_own_is_counted_by_itself():
    assert "own_prices" not in bodies(prices=[PriceRange(2500, 4999)])
    ranges = bodies(prices=[PriceRange(1, 2)])["own_prices"]["aggs"]["values"]["range"]["ranges"]
    assert ranges == [{"key": "1-2", "from": 1, "to": 3}]


def test_whether_a_text_finds_anything_does_not_depend_on_the_choices():
    assert filters(bodies(text="rug", facets={"colour": ["Ink"]})["matched"]) == 0
    assert "matched" not in bodies(text="rug")


def test_counts_depend_on_neither_order_nor_page():
    one = asked(facets={"a": ["x", "y"], "b": ["z"]}, sort="title", page=3)
    other = asked(facets={"b": ["z"], "a": ["y", "x"]}, sort="newest", limit=240)
    assert one.counted_by == other.counted_by
    assert one.counted_by != asked(facets={"a": ["x"], "b": ["z"]}).counted_by


@pytest.mark.parametrize(
    ("page", "limit", "start", "size"),
    [(1, 24, 0, 24), (3, 24, 48, 24), (417, 24, 9984, 16), (418, 24, 0, 0), (10_000_000, 100, 0, 0)],
)
def test_pages_stay_inside_the_window(page, limit, start, size):
    found = body(page=page, limit=limit)
    assert (found["from"], found["size"]) == (start, size)


def test_a_whole_sku_a_handle_and_a_title_come_first():
    ways = body(text="FN-1")["query"]["bool"]["must"][0]["dis_max"]["queries"]
    assert {"term": {"skus": {"value": "fn-1", "boost": 100.0}}} in ways
    assert {"term": {"handle": {"value": "fn-1", "boost": 90.0}}} in ways
    ways = body(text="Meadow Cushion")["query"]["bool"]["must"][0]["dis_max"]["queries"]
    assert {"term": {"handle": {"value": "meadow-cushion", "boost": 90.0}}} in ways


def test_only_the_second_try_forgives_typos_and_asks_for_the_right_words():
    strict, loose = (questions(asked(text="cusion"), (), fuzzy=f)["page"] for f in (False, True))
    assert "fuzziness" not in str(strict)
    assert "suggest" not in strict
    assert "fuzziness" in str(loose)
    assert loose["suggest"]["words"]["text"] == "cusion"


def test_every_order_ends_in_something_unique():
    assert all(list(order[-1]) == ["handle"] for order in SORTS.values())


def test_other_words_ask_for_the_same():
    synonyms = Synonyms([["cushion", "pillow"], ["tea towel", "dish towel"], ["grey", "gray"]])
    assert synonyms.variants("Blue  Cushions") == ["blue pillow"]
    assert synonyms.variants("tea towel grey") == ["dish towel grey", "tea towel gray"]
    assert synonyms.variants("greyhound") == []
    assert synonyms.variants("") == []


@pytest.mark.parametrize(
    ("locale", "typed", "other"),
    [
        ("en", "cushion", "pillow"),
        ("de", "Teppiche", "läufer"),
        ("de", "tassen", "becher"),
        ("ar", "كوب", "فنجان"),
    ],
)
def test_the_shipped_words_are_there_in_every_language(locale, typed, other):
    synonyms = Synonyms.shipped()[locale]
    assert any(other in variant for variant in synonyms.variants(typed))


def test_a_long_text_has_few_variants():
    assert len(Synonyms.shipped()["en"].variants("check stripe grey navy floral card")) <= 6


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


def test_a_correction_is_never_the_text_itself():
    answer = {"suggest": {"words": [{"offset": 0, "length": 7, "options": [{"text": "cushion"}]}]}}
    assert corrected("Cushion", answer) is None


def test_suggestions_and_pages_of_help_are_few():
    assert suggestions_body("cu", "en", 10)["size"] == 10
    assert pages_body(asked(text="returns"), ["refund"])["size"] <= 4
    assert "fuzziness" in str(suggestions_body("cuhsion", "en", 10, fuzzy=True))
