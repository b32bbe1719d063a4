"""From the catalog to the indexes: everything at once, or what changed.

python -m apptier.search.indexer     rebuilds every index beside the old one and swaps it in
"""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from apptier.catalog.layout import StoredCategory
from apptier.catalog.repository import CatalogRepository, Stamp
from apptier.inventory import Inventory
from apptier.kit.clock import Clock, SystemClock
from apptier.kit.dynamo import Tables
from apptier.kit.markets import LOCALES, MARKETS
from apptier.kit.settings import load_settings
from apptier.ratings import Ratings as TableRatings
from apptier.search.about import About, Shelf
from apptier.search.documents import (
    Document,
    Place,
    Source,
    category_documents,
    facets_of,
    page_document,
    product_document,
    product_id,
    query_documents,
    shelves_in,
)
from apptier.search.help_pages import HelpPages
from apptier.search.index import SearchIndex
from apptier.search.prices import PriceRange, price_steps, slot_of
from apptier.search.ratings import NoRatings, Ratings

BATCH = 100
PLACES = tuple(Place(market, locale) for market in MARKETS.values() for locale in LOCALES)
Categories = Mapping[str, StoredCategory]
logger = logging.getLogger("apptier.search")


class Indexer:
    """Reads the catalog's tables and writes the indexes."""

    def __init__(
        self, tables: Tables, index: SearchIndex, clock: Clock, ratings: Ratings | None = None
    ) -> None:
        self._repository = CatalogRepository(tables, clock)
        self._inventory = Inventory(tables, clock)
        self._pages = HelpPages(tables, clock)
        self._index = index
        self._clock = clock
        self._ratings = ratings or NoRatings()

    def rebuild(self) -> int:
        """Build all indexes anew from the whole catalog; returns the number of documents."""
        # Made before anything is read: whatever changes from here on is written into them by its own writer.
        names = [(place.market.code, place.locale) for place in PLACES]
        fresh = {name: self._index.begin(*name) for name in names}
        try:
            return self._fill(fresh)
        finally:
            for unfinished in fresh.values():
                self._index.abandon(unfinished)

    def _fill(self, fresh: dict[tuple[str, str], str]) -> int:
        """Fill and finish these indexes; what is finished is taken out of `fresh`."""
        read_at = self._clock.now()
        categories, stamp = self._categories(), self._repository.stamp()
        sources = list(self._sources(self._repository.handles()))
        count = 0
        for place in PLACES:
            everything = self._everything(place, sources, categories, stamp)
            name = (place.market.code, place.locale)
            count += self._index.finish(*name, fresh[name], everything, read_at)
            del fresh[name]
        return count

    def sync(self, handles: Iterable[str]) -> int:
        """Bring these products and all categories up to date, retired ones out; returns what was written.

        What is suggested as a search is only made anew by `rebuild`.
        """
        wanted, read_at = list(dict.fromkeys(handles)), self._clock.now()
        categories, stamp = self._categories(), self._repository.stamp()
        sources = list(self._sources(wanted))
        written = 0
        for place in PLACES:
            market, locale = place.market.code, place.locale
            self._index.ensure(market, locale)
            documents = [*_products(place, sources, categories)]
            kept = {document["id"] for document in documents}
            about = _about(place, sources, categories, stamp, steps_of(documents))
            documents += category_documents(place, categories.values())
            known = self._index.about(market, locale)
            documents.append((known.joined(about, about.shelves) if known else about).to_document())
            written += self._index.put(market, locale, documents, read_at)
            gone = sorted({product_id(handle) for handle in wanted} - kept)
            self._index.delete(market, locale, gone, read_at)
            self._index.refresh(market, locale)
        return written

    def refresh(self, handles: Iterable[str]) -> int:
        """Bring stock and ratings of these products up to date; returns how many documents were written."""
        read_at = self._clock.now()
        categories = self._categories()
        sources = list(self._sources(dict.fromkeys(handles)))
        written = 0
        for place in PLACES:
            documents = [*_products(place, sources, categories)]
            if documents:
                written += self._index.put(place.market.code, place.locale, documents, read_at)
                self._index.refresh(place.market.code, place.locale)
        return written

    def refresh_page(self, slug: str, market: str, locale: str) -> bool:
        """Bring a page of help up to date, in one market and language; whether there is such a page."""
        read_at = self._clock.now()
        page = self._pages.page(slug, market, locale)
        if page is not None:
            self._index.put(market, locale, [page_document(page, locale)], read_at)
            self._index.refresh(market, locale)
        return page is not None

    def _everything(
        self, place: Place, sources: Sequence[Source], categories: Categories, stamp: Stamp
    ) -> Iterator[Document]:
        products = [*_products(place, sources, categories)]
        yield from products
        yield from category_documents(place, categories.values())
        yield from query_documents(place, sources, categories)
        for page in self._pages.pages(place.market.code, place.locale):
            yield page_document(page, place.locale)
        yield _about(place, sources, categories, stamp, steps_of(products)).to_document()

    def _categories(self) -> dict[str, StoredCategory]:
        return {category.record.id: category for category in self._repository.categories()}

    def _sources(self, handles: Iterable[str]) -> Iterator[Source]:
        waiting = iter(handles)
        while batch := list(islice(waiting, BATCH)):
            cards = self._repository.cards(batch)
            products = self._repository.products(batch)
            levels = self._inventory.levels(v.sku for card in cards.values() for v in card.variants)
            stock = {sku: level.quantity for sku, level in levels.items()}
            ratings = self._ratings.summaries(cards)
            for handle, card in cards.items():
                if handle in products:
                    own = {v.sku: stock.get(v.sku, 0) for v in card.variants}
                    yield Source(card, products[handle], own, ratings.get(handle))


def _products(place: Place, sources: Iterable[Source], categories: Categories) -> Iterator[Document]:
    made = (product_document(place, source, categories) for source in sources)
    return (document for document in made if document is not None)


def _about(
    place: Place,
    sources: Iterable[Source],
    categories: Categories,
    stamp: Stamp,
    steps: Mapping[str, Sequence[PriceRange]],
) -> About:
    """What these products make of the index: each facet's most frequent name, all labels, the categories."""
    names: dict[str, Counter[str]] = {}
    labels: dict[str, dict[str, str]] = {}
    for source in sources:
        if not source.card.sold_in(place.market.code):
            continue
        for code, facet in facets_of(source.product, place.locale).items():
            names.setdefault(code, Counter())[facet.name] += 1
            labels.setdefault(code, {}).update(facet.labels)
    slugs = {key: category.record.slug for key, category in categories.items()}
    shelves: dict[str, Shelf] = {}
    for category in categories.values():
        if category.counts.get(place.market.code, 0) > 0:
            record = category.record.in_language(place.locale)
            shelves[record.slug] = Shelf(record.name, slugs.get(record.parent_id or ""), record.position)
    return About(
        stamp.version,
        stamp.updated_at,
        {code: count.most_common(1)[0][0] for code, count in names.items()},
        {code: found for code, found in labels.items() if found},
        shelves,
        steps,
    )


def steps_of(products: Iterable[Document]) -> dict[str, list[PriceRange]]:
    """The price facet's ranges of every category, and of everything ("")."""
    counts: dict[str, Counter[int]] = {}
    for document in products:
        for slug in ("", *shelves_in(document["facets"])):
            counts.setdefault(slug, Counter())[slot_of(document["price"])] += 1
    return {slug: steps for slug, found in counts.items() if (steps := price_steps(found))}


def main() -> None:
    """Rebuild the indexes that the environment names."""
    logging.basicConfig(format="%(message)s")
    logger.setLevel(logging.INFO)
    settings = load_settings()
    clock = SystemClock()
    tables = Tables(settings)
    count = Indexer(tables, SearchIndex(settings, clock), clock, TableRatings(tables)).rebuild()
    logger.info("%d documents indexed", count)


if __name__ == "__main__":
    main()
