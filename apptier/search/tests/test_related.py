"""Others of a product's category: which category it is, what comes first, and who has none."""

from typing import Any

import pytest

from apptier.kit.clock import SystemClock
from apptier.kit.markets import MARKETS
from apptier.kit.problems import Problem
from apptier.search.about import About, Shelf
from apptier.search.documents import Document, Place, product_document, shelves_in, token
from apptier.search.operations import Searcher
from apptier.search.query import related_bodies
from apptier.search.tests.goods import source, tree

PLACE = Place(MARKETS["eu"], "en")
SHELVES = {"cushions": Shelf("Cushions", None, 1), "cushions-2": Shelf("Cushions 2", "cushions", 1)}


def document(handle: str, **changes: Any) -> Document:
    made = product_document(PLACE, source(handle, **changes), tree())
    assert made is not None
    return made


class Index:
    """An index of these products that knows these categories; finds as many as it is asked for."""

    def __init__(self, *documents: Document, shelves: dict[str, Shelf] | None = None) -> None:
        self.asked: list[Document] = []
        self._documents = {made["handle"]: made for made in documents}
        self._about = About(7, "2026-11-01T00:00:00Z", shelves=SHELVES if shelves is None else shelves)

    def tokens_of(self, _market: str, _locale: str, handle: str) -> list[str] | None:
        return self._documents[handle]["facets"] if handle in self._documents else None

    def about(self, _market: str, _locale: str) -> About:
        return self._about

    def search_all(self, _market: str, _locale: str, bodies: list[Document]) -> list[Document]:
        self.asked += bodies
        hits = [{"_source": {"card": made["card"]}} for made in self._documents.values()]
        return [{"hits": {"hits": hits[: body["size"]]}} for body in bodies]


def shelves_asked_for(index: Index) -> list[dict[str, Any]]:
    return [body["query"]["bool"]["filter"][1] for body in index.asked]


def related(index: Index, handle: str = "meadow-cushion", limit: int = 8):
    return Searcher(index, {}, SystemClock()).related("eu", "en", handle, limit)


def test_a_product_s_own_category_comes_before_those_above_it():
    assert shelves_in(document("meadow-cushion")["facets"]) == ["cushions-2", "cushions-1", "cushions"]


def test_it_asks_for_the_first_category_that_the_market_has():
    for shelves, slug in ((SHELVES, "cushions-2"), ({"cushions": SHELVES["cushions"]}, "cushions")):
        index = Index(document("meadow-cushion"), shelves=shelves)
        related(index)
        assert shelves_asked_for(index) == [{"term": {"facets": token("category", slug)}}] * 2


def test_what_is_in_no_category_has_none_and_costs_no_question():
    index = Index(document("meadow-cushion"), shelves={})
    found = related(index)
    assert (found.items, found.version, index.asked) == ([], 7, [])


def test_an_unknown_product_is_told_by_the_catalogues_word():
    with pytest.raises(Problem) as caught:
        related(Index(document("meadow-cushion")), "no-such")
    assert (caught.value.status, caught.value.code) == (404, "unknown_product")


def test_no_more_are_told_than_were_asked_for():
    index = Index(*(document(f"cushion-{number}") for number in range(5)))
    assert [card.handle for card in related(index, "cushion-0", 3).items] == [
        "cushion-0",
        "cushion-1",
        "cushion-2",
    ]
    assert [body["size"] for body in index.asked] == [3, 3]


def test_what_is_in_stock_is_asked_for_first_and_the_product_itself_never():
    there, gone = (body["query"]["bool"] for body in related_bodies("cushions", "meadow-cushion", 8))
    sold_out = {"term": {"facets": token("availability", "out_of_stock")}}
    assert (sold_out in there["must_not"], sold_out in gone["filter"]) == (True, True)
    for query in (there, gone):
        assert {"term": {"handle": "meadow-cushion"}} in query["must_not"]
        assert {"term": {"kind": "product"}} in query["filter"]
