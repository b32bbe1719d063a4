"""From the catalog to the index: everything at once, or the products that changed.

python -m apptier.search.indexer     rebuilds the whole index beside the old one and swaps it in
"""

import logging
from collections.abc import Iterable, Iterator
from itertools import islice

from apptier.catalog.layout import StoredCategory
from apptier.catalog.repository import CatalogRepository, Stamp
from apptier.inventory import Inventory
from apptier.kit.clock import Clock, SystemClock
from apptier.kit.dynamo import Tables
from apptier.kit.markets import MARKETS
from apptier.kit.settings import load_settings
from apptier.search.documents import (
    Document,
    Source,
    category_documents,
    product_document,
    product_id,
    query_documents,
)
from apptier.search.index import SearchIndex

BATCH = 100
logger = logging.getLogger("apptier.search")


class Indexer:
    """Reads the catalog's tables and writes the index."""

    def __init__(self, tables: Tables, index: SearchIndex, clock: Clock) -> None:
        self._repository = CatalogRepository(tables, clock)
        self._inventory = Inventory(tables, clock)
        self._index = index

    def rebuild(self) -> int:
        """Build the index anew from the whole catalog; returns the number of documents."""
        return self._index.rebuild(self._everything())

    def sync(self, handles: Iterable[str]) -> int:
        """Bring these products and all categories up to date, retired ones out; returns what was written.

        What is suggested as a search is only made anew by `rebuild`.
        """
        self._index.ensure()
        wanted = list(dict.fromkeys(handles))
        categories = {category.record.id: category for category in self._repository.categories()}
        stamp = self._repository.stamp()
        sources = list(self._sources(wanted))
        documents = [d for source in sources for d in _documents(source, categories, stamp)]
        documents += [d for m in MARKETS.values() for d in category_documents(m, categories.values())]
        written = self._index.put(documents)
        kept = {document["id"] for document in documents}
        possible = {product_id(market, handle) for market in MARKETS for handle in wanted}
        self._index.delete(sorted(possible - kept))
        self._index.refresh()
        return written

    def _everything(self) -> Iterator[Document]:
        categories = {category.record.id: category for category in self._repository.categories()}
        names = {key: category.record.name for key, category in categories.items()}
        stamp = self._repository.stamp()
        sources = list(self._sources(self._repository.handles()))
        for source in sources:
            yield from _documents(source, categories, stamp)
        for market in MARKETS.values():
            yield from category_documents(market, categories.values())
            yield from query_documents(market, sources, names)

    def _sources(self, handles: Iterable[str]) -> Iterator[Source]:
        waiting = iter(handles)
        while batch := list(islice(waiting, BATCH)):
            cards = self._repository.cards(batch)
            products = self._repository.products(batch)
            best = self._inventory.best({h: [v.sku for v in card.variants] for h, card in cards.items()})
            for handle, card in cards.items():
                if handle in products:
                    yield Source(card, products[handle], best[handle])


def _documents(source: Source, categories: dict[str, StoredCategory], stamp: Stamp) -> list[Document]:
    made = (product_document(market, source, categories, stamp) for market in MARKETS.values())
    return [document for document in made if document is not None]


def main() -> None:
    """Rebuild the index that the environment names."""
    logging.basicConfig(format="%(message)s")
    logger.setLevel(logging.INFO)
    settings = load_settings()
    clock = SystemClock()
    count = Indexer(Tables(settings), SearchIndex(settings, clock), clock).rebuild()
    logger.info("%d documents indexed", count)


if __name__ == "__main__":
    main()
