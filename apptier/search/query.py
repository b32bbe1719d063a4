"""From what a shopper asked to a query of OpenSearch: pure functions, no connection.

Values of one facet widen (OR), facets narrow one another (AND). A facet's own choice doesn't narrow its own
counts: every facet with a choice is counted once more under all the other choices.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apptier.kit.problems import Fault, validation_failed
from apptier.search.documents import SEPARATOR, token

WINDOW = 10_000
_MOST_VALUES = 2000
_MOST_NAMES = 300
Query = dict[str, Any]

# Upper bounds of the price facet's steps, in minor units; the last step is open.
PRICE_STEPS = (2500, 5000, 10_000, 20_000)
OPEN_END = 99_999_999_999

SORTS: Mapping[str, list[Query]] = {
    "relevance": [{"_score": "desc"}, {"published_at": "desc"}, {"handle": "desc"}],
    "newest": [{"published_at": "desc"}, {"handle": "desc"}],
    "price_asc": [{"price": "asc"}, {"handle": "asc"}],
    "price_desc": [{"price": "desc"}, {"handle": "asc"}],
    "title": [{"title_sort": "asc"}, {"handle": "asc"}],
}


@dataclass(frozen=True, slots=True)
class PriceRange:
    """Prices from `low` to `high`, both included, in minor units."""

    low: int
    high: int

    @property
    def value(self) -> str:
        """The range as a filter's value."""
        return f"{self.low}-{self.high}"


@dataclass(frozen=True, slots=True)
class Asked:
    """A search as asked for, checked."""

    market: str
    text: str
    category: str | None
    facets: Mapping[str, Sequence[str]]
    prices: Sequence[PriceRange]
    sort: str
    page: int
    limit: int


def parse_filters(filters: Sequence[str]) -> tuple[dict[str, list[str]], list[PriceRange]]:
    """Facet choices and price ranges from `code:value` texts. Raises Problem 422 for an odd price range."""
    facets: dict[str, list[str]] = {}
    prices: list[PriceRange] = []
    for entry in filters:
        code, _, value = entry.partition(":")
        if code == "price":
            prices.append(_price_range(value))
        elif value not in facets.setdefault(code, []):
            facets[code].append(value)
    return facets, list(dict.fromkeys(prices))


def _price_range(value: str) -> PriceRange:
    found = re.fullmatch(r"(\d{1,11})-(\d{1,11})", value, re.ASCII)
    if found is None or int(found[1]) > int(found[2]):
        detail = "A price range is two amounts in minor units, the lower one first, such as price:2500-5000."
        raise validation_failed([Fault("filter", "price_range", detail)])
    return PriceRange(int(found[1]), int(found[2]))


def price_steps(chosen: Sequence[PriceRange]) -> list[PriceRange]:
    """The price facet's ranges, and the chosen ones that are none of them."""
    lows = (0, *PRICE_STEPS)
    highs = (*(step - 1 for step in PRICE_STEPS), OPEN_END)
    steps = [PriceRange(low, high) for low, high in zip(lows, highs, strict=True)]
    return steps + [price for price in chosen if price not in steps]


def search_body(asked: Asked, variants: Sequence[str], *, fuzzy: bool) -> Query:
    """The query for one page, its facets and the index's stamp; `variants` say the text in other words."""
    start = (asked.page - 1) * asked.limit
    inside = start < WINDOW
    return {
        "from": start if inside else 0,
        "size": min(asked.limit, WINDOW - start) if inside else 0,
        "track_total_hits": True,
        "_source": ["card"],
        "query": _matching(asked, variants, fuzzy=fuzzy),
        "post_filter": {"bool": {"filter": choices(asked)}},
        "sort": SORTS[asked.sort],
        "aggs": _counts(asked),
    }


def corrections_body(text: str) -> Query:
    """A query that only asks which words of the index are near the words of `text`."""
    suggestion = {"text": text, "term": {"field": "words.typed", "suggest_mode": "missing", "size": 1}}
    return {"size": 0, "suggest": {"words": suggestion}}


def suggestions_body(market: str, text: str, size: int) -> Query:
    """The query for completions: every word but the last is whole, the last may have just begun."""
    return {
        "size": size,
        "_source": ["kind", "title", "handle"],
        "query": {
            "bool": {
                "filter": [{"term": {"market": market}}],
                "must": [{"match": {"suggest": {"query": text, "operator": "and"}}}],
                "should": [
                    {"match_phrase_prefix": {"title.typed": {"query": text, "boost": 2}}},
                    {"term": {"kind": {"value": "category", "boost": 3}}},
                ],
            }
        },
        "sort": [{"_score": "desc"}, {"handle": "asc"}],
    }


def choices(asked: Asked, *, without: str = "") -> list[Query]:
    """The filters of all facets with a choice, except those of the facet `without`."""
    filters: list[Query] = [
        {"terms": {"facets": [token(code, value) for value in values]}}
        for code, values in asked.facets.items()
        if code != without
    ]
    if asked.prices and without != "price":
        ranges = [{"range": {"price": {"gte": price.low, "lte": price.high}}} for price in asked.prices]
        filters.append({"bool": {"should": ranges, "minimum_should_match": 1}})
    return filters


def _matching(asked: Asked, variants: Sequence[str], *, fuzzy: bool) -> Query:
    base: list[Query] = [{"term": {"kind": "product"}}, {"term": {"market": asked.market}}]
    if asked.category is not None:
        base.append({"term": {"categories": asked.category}})
    if not asked.text:
        return {"bool": {"filter": base}}
    ways = [_text(asked.text, 2.0, fuzzy=fuzzy)] + [_text(variant, 1.0, fuzzy=False) for variant in variants]
    ways.append({"term": {"skus": {"value": asked.text.lower(), "boost": 100.0}}})
    return {"bool": {"filter": base, "must": [{"dis_max": {"queries": ways, "tie_breaker": 0.1}}]}}


def _text(text: str, boost: float, *, fuzzy: bool) -> Query:
    """Most of the words must be there somewhere; where they are decides on the rank."""
    words: Query = {"query": text, "operator": "or", "minimum_should_match": "2<75%"}
    field = "words"
    if fuzzy:
        field = "words.typed"  # stems are too far from a misspelt whole word
        # The first letter is rarely the wrong one, and this keeps short words from matching everything.
        words |= {"fuzziness": "AUTO:4,8", "prefix_length": 1, "max_expansions": 30}
    fields = ["title^4", "category_names^2", "words"]
    return {
        "bool": {
            "must": [{"match": {field: words}}],
            "should": [
                {"multi_match": {"query": text, "fields": fields, "type": "most_fields"}},
                {"match_phrase": {"title": {"query": text, "slop": 2, "boost": 4}}},
                {"match": {"body": {"query": text, "boost": 0.3}}},
            ],
            "boost": boost,
        }
    }


def _counts(asked: Asked) -> Query:
    """Values under all choices, each chosen facet under the others, prices, names, and the index's stamp."""
    values = {"terms": {"field": "facets", "size": _MOST_VALUES}}
    aggs: Query = {
        "matched": {"filter": {"match_all": {}}},
        "everything": _under(choices(asked), {"values": values}),
        "price": _under(choices(asked, without="price"), {"ranges": _price_counts(asked.prices)}),
        "names": {"terms": {"field": "facet_names", "size": _MOST_NAMES}},
        "stamp": {
            "global": {},
            "aggs": {
                "version": {"max": {"field": "catalog_version"}},
                "time": {"max": {"field": "catalog_time"}},
            },
        },
    }
    for code in asked.facets:
        own = {"terms": {"field": "facets", "size": _MOST_VALUES, "include": f"{code}{SEPARATOR}.*"}}
        aggs[f"facet_{code}"] = _under(choices(asked, without=code), {"values": own})
    return aggs


def _under(filters: list[Query], aggs: Query) -> Query:
    return {"filter": {"bool": {"filter": filters}}, "aggs": aggs}


def _price_counts(chosen: Sequence[PriceRange]) -> Query:
    ranges = [{"key": step.value, "from": step.low, "to": step.high + 1} for step in price_steps(chosen)]
    return {"range": {"field": "price", "ranges": ranges}}
