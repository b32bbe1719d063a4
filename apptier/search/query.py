"""From what a shopper asked to a query of OpenSearch: pure functions, no connection.

Values of one facet widen (OR), facets narrow one another (AND). A facet's own choice doesn't narrow its own
counts: every facet with a choice is counted once more under all the other choices. What isn't chosen costs
nothing: a list without filters is one query, and whatever can be known beforehand (`About`) isn't counted.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apptier.kit.problems import Fault, validation_failed
from apptier.search.documents import SEPARATOR, STARS, token
from apptier.search.folding import fold
from apptier.search.prices import PriceRange, is_aligned

WINDOW = 10_000
_MOST_VALUES = 5000
_MOST_PAGES_OF_HELP = 3
Query = dict[str, Any]

SORTS: Mapping[str, list[Query]] = {
    "relevance": [{"_score": "desc"}, {"published_at": "desc"}, {"handle": "desc"}],
    "newest": [{"published_at": "desc"}, {"handle": "desc"}],
    "price_asc": [{"price": "asc"}, {"handle": "asc"}],
    "price_desc": [{"price": "desc"}, {"handle": "asc"}],
    "title": [{"title_sort": "asc"}, {"handle": "asc"}],
}


@dataclass(frozen=True, slots=True)
class Choice:
    """What is chosen: facets' values by code, price ranges, categories by slug, the fewest stars (0: any)."""

    facets: Mapping[str, Sequence[str]]
    prices: Sequence[PriceRange] = ()
    categories: Sequence[str] = ()
    stars: int = 0

    def __bool__(self) -> bool:
        return bool(self.facets or self.prices or self.categories or self.stars)


@dataclass(frozen=True, slots=True)
class Asked:
    """A search as asked for, checked."""

    market: str
    locale: str
    text: str
    category: str | None
    choice: Choice
    sort: str
    page: int
    limit: int

    @property
    def counted_by(self) -> tuple[object, ...]:
        """What the counts depend on: neither order nor page."""
        choice = self.choice
        facets = tuple(sorted((code, tuple(sorted(values))) for code, values in choice.facets.items()))
        special = (tuple(choice.prices), tuple(choice.categories), choice.stars)
        return (self.market, self.locale, self.text, self.category, facets, special)


def parse_filters(filters: Sequence[str]) -> Choice:
    """Choices from `code:value` texts. Raises Problem 422 for an odd price range or number of stars."""
    facets: dict[str, list[str]] = {}
    special: dict[str, list[str]] = {"price": [], "category": [], "rating": []}
    for entry in filters:
        code, _, value = entry.partition(":")
        known = special[code] if code in special else facets.setdefault(code, [])
        if value not in known:
            known.append(value)
    stars = [_stars(value) for value in special["rating"]]
    prices = [_price_range(value) for value in special["price"]]
    return Choice(facets, prices, special["category"], min(stars, default=0))


def _price_range(value: str) -> PriceRange:
    found = re.fullmatch(r"(\d{1,11})-(\d{1,11})", value, re.ASCII)
    if found is None or int(found[1]) > int(found[2]):
        detail = "A price range is two amounts in minor units, the lower one first, such as price:2500-4999."
        raise validation_failed([Fault("filter", "price_range", detail)])
    return PriceRange(int(found[1]), int(found[2]))


def _stars(value: str) -> int:
    if value not in map(str, STARS):
        detail = "A rating is the fewest stars, 2, 3 or 4, such as rating:4."
        raise validation_failed([Fault("filter", "rating_range", detail)])
    return int(value)


def questions(
    asked: Asked, variants: Sequence[str], *, fuzzy: bool = False, counted: bool = True
) -> dict[str, Query]:
    """The queries for one page and its facets, by name, to be asked in one round trip.

    `page` finds and, where that is to be `counted`, counts all values under all choices. Each facet with a
    choice is counted by a query of its own under the other choices (`facet_<code>`): their filters are part
    of the query, so that only what they leave is looked at. `variants` say the text in other words. `fuzzy`
    forgives typos, and asks in the same breath which words were meant.
    """
    page = _page_body(asked, variants, fuzzy=fuzzy)
    if not counted:
        return {"page": page}
    page["aggs"] = {"values": {"terms": {"field": "facets", "size": _MOST_VALUES}}}
    found = {"page": page}
    for code in chosen_codes(asked.choice):
        only = {"terms": {"field": "facets", "size": _MOST_VALUES, "include": f"{code}{SEPARATOR}.*"}}
        found[f"facet_{code}"] = _count_body(asked, variants, code, only, fuzzy=fuzzy)
    own = [price for price in asked.choice.prices if not is_aligned(price)]
    if own:
        ranges = [{"key": price.value, "from": price.low, "to": price.high + 1} for price in own]
        counts = {"range": {"field": "price", "ranges": ranges}}
        found["own_prices"] = _count_body(asked, variants, "price", counts, fuzzy=fuzzy)
    if asked.text and asked.choice:
        found["matched"] = {
            "size": 0,
            "track_total_hits": True,
            "query": matching(asked, variants, fuzzy=fuzzy),
        }
    return found


def _page_body(asked: Asked, variants: Sequence[str], *, fuzzy: bool) -> Query:
    start = (asked.page - 1) * asked.limit
    inside = start < WINDOW
    body: Query = {
        "from": start if inside else 0,
        "size": min(asked.limit, WINDOW - start) if inside else 0,
        "track_total_hits": True,
        "_source": ["card"],
        "query": _narrowed(matching(asked, variants, fuzzy=fuzzy), choices(asked.choice)),
        "sort": SORTS[asked.sort],
    }
    if fuzzy:
        # Words that the index doesn't know, and the nearest that it does.
        term = {"field": "spelled", "suggest_mode": "missing", "size": 1, "prefix_length": 1}
        body["suggest"] = {"words": {"text": asked.text, "term": term}}
    return body


def _count_body(asked: Asked, variants: Sequence[str], code: str, counts: Query, *, fuzzy: bool) -> Query:
    """What the other choices leave, counted for the facet `code`."""
    others = choices(asked.choice, without=code)
    query = _narrowed(matching(asked, variants, fuzzy=fuzzy), others)
    return {"size": 0, "track_total_hits": False, "query": query, "aggs": {"values": counts}}


def _narrowed(query: Query, filters: list[Query]) -> Query:
    """The query with these filters beside its own."""
    inside = query["bool"]
    return {"bool": inside | {"filter": [*inside["filter"], *filters]}}


def related_bodies(shelf: str, handle: str, size: int) -> list[Query]:
    """The queries for others of a category: what is in stock, then what is not, each newest first."""
    sold_out = {"term": {"facets": token("availability", "out_of_stock")}}
    of_shelf = [{"term": {"kind": "product"}}, {"term": {"facets": token("category", shelf)}}]
    itself = {"term": {"handle": handle}}
    return [
        {
            "size": size,
            "track_total_hits": False,
            "_source": ["card"],
            "query": {"bool": {"filter": [*of_shelf, *wanted], "must_not": [itself, *unwanted]}},
            "sort": SORTS["newest"],
        }
        for wanted, unwanted in (([], [sold_out]), ([sold_out], []))
    ]


def existence_body(asked: Asked, text: str) -> Query:
    """A query that only asks how many products another text would find."""
    other = Asked(asked.market, asked.locale, text, asked.category, Choice({}), asked.sort, 1, 1)
    return {"size": 0, "track_total_hits": True, "query": matching(other, (), fuzzy=False)}


def pages_body(asked: Asked, variants: Sequence[str]) -> Query:
    """The query for pages of help: their titles and descriptions, else a phrase of what they say."""
    ways: list[Query] = []
    for words in (fold(text, asked.locale) for text in (asked.text, *variants)):
        ways.append({"match": {"words": {"query": words, "operator": "and", "boost": 3}}})
        ways.append({"match": {"title": {"query": words, "minimum_should_match": "2<75%", "boost": 3}}})
        if " " in words:
            ways.append({"match_phrase": {"body": {"query": words, "slop": 3}}})
    found = {"dis_max": {"queries": ways}}
    return {
        "size": _MOST_PAGES_OF_HELP,
        "_source": ["card"],
        "query": {"bool": {"filter": [{"term": {"kind": "page"}}], "must": [found]}},
    }


def suggestions_body(typed: str, locale: str, size: int, *, fuzzy: bool = False) -> Query:
    """The query for completions: every word but the last is whole, the last may have just begun."""
    text = fold(typed, locale, endings=False)
    words: Query = {"query": text, "operator": "and"}
    if fuzzy:
        words |= {"fuzziness": "AUTO:4,8", "prefix_length": 1, "max_expansions": 20}
    return {
        "size": size,
        "track_total_hits": False,
        "_source": ["kind", "card.title", "handle"],
        "query": {
            "bool": {
                "must": [{"match": {"suggest": words}}],
                "should": [
                    {"match": {"title": {"query": text, "boost": 2}}},
                    {"term": {"kind": {"value": "category", "boost": 3}}},
                ],
            }
        },
        "sort": [{"_score": "desc"}, {"handle": "asc"}],
    }


def choices(choice: Choice, *, without: str = "") -> list[Query]:
    """The filters of all facets with a choice, except those of the facet `without`."""
    filters: list[Query] = [
        {"terms": {"facets": [token(code, value) for value in values]}}
        for code, values in choice.facets.items()
        if code != without
    ]
    if choice.categories and without != "category":
        filters.append({"terms": {"facets": [token("category", slug) for slug in choice.categories]}})
    if choice.prices and without != "price":
        ranges = [{"range": {"price": {"gte": price.low, "lte": price.high}}} for price in choice.prices]
        filters.append({"bool": {"should": ranges, "minimum_should_match": 1}})
    if choice.stars and without != "rating":
        filters.append({"term": {"facets": token("rating", str(choice.stars))}})
    return filters


def matching(asked: Asked, variants: Sequence[str], *, fuzzy: bool) -> Query:
    """What text and category find, before any choice."""
    base: list[Query] = [{"term": {"kind": "product"}}]
    if asked.category is not None:
        base.append({"term": {"facets": token("category", asked.category)}})
    if not asked.text:
        return {"bool": {"filter": base}}
    words = fold(asked.text, asked.locale)
    ways = [_text(asked.text if fuzzy else words, 2.0, fuzzy=fuzzy)]
    ways += [_text(fold(variant, asked.locale), 1.0, fuzzy=False) for variant in variants]
    exact = asked.text.lower()
    ways.append({"term": {"skus": {"value": exact, "boost": 100.0}}})
    ways.append({"term": {"handle": {"value": exact.replace(" ", "-"), "boost": 90.0}}})
    ways.append({"term": {"title_sort": {"value": asked.text.casefold(), "boost": 90.0}}})
    return {"bool": {"filter": base, "must": [{"dis_max": {"queries": ways, "tie_breaker": 0.1}}]}}


def _text(text: str, boost: float, *, fuzzy: bool) -> Query:
    """Most of the words must be there somewhere; where they are decides on the rank."""
    words: Query = {"query": text, "operator": "or", "minimum_should_match": "2<75%"}
    field = "words"
    if fuzzy:
        field = "spelled"  # stems are too far from a misspelt whole word
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


def chosen_codes(choice: Choice) -> list[str]:
    """The codes of all facets with a choice."""
    special = {"category": choice.categories, "price": choice.prices, "rating": choice.stars}
    return [*choice.facets, *(code for code, chosen in special.items() if chosen)]
