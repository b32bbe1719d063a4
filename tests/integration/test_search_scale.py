"""Search over a catalogue of 20,000 products: as many questions as over 300, well within its budget.

Runs on the real local search server, in this process, so that every request to it can be counted. All 20,000
are indexed with everything that is counted, filtered and sorted by; long texts only for the first of them.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from apptier.kit.clock import SystemClock
from apptier.kit.markets import MARKETS
from apptier.kit.problems import Problem
from apptier.kit.settings import Settings
from apptier.search.about import About, Shelf
from apptier.search.documents import Document, Place, category_documents, product_document
from apptier.search.index import SearchIndex
from apptier.search.indexer import steps_of
from apptier.search.operations import Searcher
from apptier.search.query import Asked, Choice, parse_filters
from apptier.search.synonyms import Synonyms
from apptier.search.tests.goods import many, tree
from dev.ports import Ports
from dev.stack.devstack import DevStack

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGE, SMALL = 20_000, 300
BUDGET_SECONDS = 0.6  # the web tier's budget for an answer of search (config/upstreams.py)
PLACE = Place(MARKETS["eu"], "en")
QUESTIONS = {
    "everything": {},
    "category": {"category": "cushions"},
    "deep category": {"category": "cushions-2", "sort": "price_asc"},
    "one value": {"category": "cushions", "choice": parse_filters(["colour:Ink"])},
    "several facets": {
        "choice": parse_filters(
            ["colour:Ink", "colour:Moss", "material:Linen", "rating:3", "price:2500-4999"]
        )
    },
    "words": {"text": "meadow cushion", "sort": "relevance"},
    "words and facets": {"text": "rug", "sort": "relevance", "choice": parse_filters(["colour:Ink"])},
    "a late page": {"page": 100},
}


class Counting(SearchIndex):
    """The index, with a count of the requests that go to the server."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.requests = 0
        send = self.client.transport.perform_request

        def counted(*args: object, **kwargs: object) -> object:
            self.requests += 1
            return send(*args, **kwargs)

        self.client.transport.perform_request = counted


def asked(**changes: object) -> Asked:
    usual = {"text": "", "category": None, "choice": Choice({}), "sort": "newest", "page": 1, "limit": 24}
    return Asked(market="eu", locale="en", **(usual | changes))


def documents(count: int) -> Iterator[Document]:
    """Products, categories and what the index says of itself; copies of a few hundred real documents."""
    shelves = tree()
    kept = [product_document(PLACE, source, shelves) for source in many(SMALL)]
    products = [copy_of(kept[number % SMALL], number) for number in range(count)]
    yield from products
    yield from category_documents(PLACE, shelves.values())
    names = {code: code.capitalize() for code in ("colour", "size", "material", "vendor")}
    known = {slug: Shelf(c.record.name, c.record.parent_id, c.record.position) for slug, c in shelves.items()}
    yield About(1, "2026-11-01T00:00:00Z", names, {}, known, steps_of(products)).to_document()


def copy_of(document: Document, number: int) -> Document:
    if number < SMALL:
        return document
    handle = f"{document['handle']}-{number}"
    card = document["card"] | {"handle": handle}
    lean = {"body": "", "suggest": "", "spelled": "", "card": card, "handle": handle}
    return document | lean | {"id": f"product:{handle}", "price": document["price"] + number % 700}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    ports = Ports.free()
    with DevStack(tmp_path_factory.mktemp("scale") / "state", ports=ports, services=("search",)):
        yield f"http://127.0.0.1:{ports.search}"


def shelf_of(server: str, name: str, count: int) -> Counting:
    index = Counting(Settings(opensearch_url=server, search_index=name))
    index.finish("eu", "en", index.begin("eu", "en"), documents(count), datetime.now(UTC))
    return index


@pytest.fixture(scope="module")
def small(server: str) -> Counting:
    return shelf_of(server, "small", SMALL)


@pytest.fixture(scope="module")
def large(server: str) -> Counting:
    return shelf_of(server, "large", LARGE)


def requests_for(index: Counting, question: dict[str, object]) -> int:
    searcher = Searcher(index, Synonyms.shipped(), SystemClock())
    index.requests = 0
    with suppress(Problem):  # a short list has no late page; asking for it costs the same
        searcher.search(asked(**question))
    return index.requests


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_long_catalogue_takes_as_many_questions_as_a_short_one(small: Counting, large: Counting, name: str):
    question = QUESTIONS[name]
    # The index's own description, and the question; help pages come along in the same request.
    assert requests_for(large, question) == requests_for(small, question) == 2


def test_related_products_take_as_many_questions(small: Counting, large: Counting):
    for index in (small, large):
        searcher = Searcher(index, Synonyms.shipped(), SystemClock())
        handle = searcher.search(asked(category="cushions-2", limit=1)).items[0].handle
        index.requests = 0
        assert Searcher(index, Synonyms.shipped(), SystemClock()).related("eu", "en", handle, 8).items
        # The product's categories, the index's own description, and both questions in one.
        assert index.requests == 3


def test_related_products_are_the_list_without_the_product_and_what_is_sold_out_comes_last(small: Counting):
    searcher = Searcher(small, Synonyms.shipped(), SystemClock())
    itself, *others = searcher.search(asked(category="cushions-2", limit=240)).items
    found = searcher.related("eu", "en", itself.handle, 240).items
    assert {"in_stock", "out_of_stock"} <= {card.availability for card in others}
    assert found == sorted(others, key=lambda card: card.availability == "out_of_stock")


def test_all_are_there_and_can_be_counted(large: Counting):
    found = Searcher(large, Synonyms.shipped(), SystemClock()).search(asked())
    assert found.total == LARGE
    colours = next(facet for facet in found.facets if facet.code == "colour")
    prices = next(facet for facet in found.facets if facet.code == "price")
    assert sum(value.count for value in colours.values) == 2 * LARGE
    assert sum(value.count for value in prices.values) == LARGE


def test_pages_and_orders_of_a_list_are_counted_once(large: Counting):
    searcher = Searcher(large, Synonyms.shipped(), SystemClock())
    first = searcher.search(asked())
    seen: list[object] = []
    ask = large.search
    large.search = lambda market, locale, body: seen.append(body) or ask(market, locale, body)
    second = searcher.search(asked(page=2, sort="title"))
    assert second.facets == first.facets
    assert ["aggs" in body for body in seen] == [False]


@pytest.mark.parametrize("name", QUESTIONS)
def test_an_answer_is_no_more_work_than_its_budget(large: Counting, server: str, name: str):
    engine = engine_of(server)
    taken = []
    for _ in range(3):
        searcher = Searcher(large, Synonyms.shipped(), SystemClock())  # nothing is kept from the one before
        before = work(engine)
        with suppress(Problem):  # no answer in time is work as well
            searcher.search(asked(**QUESTIONS[name]))
        taken.append(work(engine) - before)
    assert min(taken) < BUDGET_SECONDS, [round(one, 3) for one in taken]


def engine_of(server: str) -> int:
    """The process id of the search server; 0 where the system does not tell."""
    address = server.removeprefix("http://").encode()
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if address in file.read_bytes():
                return int(file.parent.name)
    return 0


def work(engine: int) -> float:
    """Seconds of processor time that the engine and this process have had: other programs do not count."""
    if not engine:
        return time.perf_counter()
    fields = Path(f"/proc/{engine}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") + time.process_time()
