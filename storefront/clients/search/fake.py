"""The search service in memory, over a list of entries: for tests and trials of what searches."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from storefront.clients.failing import Failing
from storefront.clients.search.models import (
    Facet,
    FacetValue,
    FoundPage,
    RelatedProducts,
    SearchResult,
    Sort,
    Suggestion,
    SuggestionList,
)
from storefront.clients.search.port import Search
from storefront.clients.shapes import ProductCard

_UPDATED = datetime(2030, 1, 1, tzinfo=UTC)
_PRICE_STEP = 2500  # minor units


@dataclass(frozen=True, slots=True)
class Entry:
    """One product as search sees it: its card, where it is filed, and its facets' values by facet code.

    `shelf` is its own category, "" for none; `categories` are that and those above it.
    """

    card: ProductCard
    categories: frozenset[str] = frozenset()
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    shelf: str = ""

    def matches(self, words: Sequence[str]) -> bool:
        """Whether every word is somewhere in what people would search for."""
        text = " ".join((self.card.title, self.card.vendor, self.card.handle, *self.card.colours)).lower()
        return all(word in text for word in words)

    def values(self, code: str) -> tuple[str, ...]:
        """The values of one facet; price is a range of minor units."""
        if code == "price":
            low = self.card.price_from.amount // _PRICE_STEP * _PRICE_STEP
            return (f"{low}-{low + _PRICE_STEP - 1}",)
        return self.facets.get(code, ())


class FakeSearch(Failing, Search):
    """Answers like the real service for one market, in the order given; knows no synonyms and no typos.

    `names` are the facets there are, name by code; a price facet is always there. `categories` are names by
    slug, for suggestions and to tell an unknown category. `pages` are found by a word of their title,
    `corrections` map texts that find nothing to what was meant.
    """

    def __init__(
        self,
        entries: Iterable[Entry] = (),
        *,
        names: Mapping[str, str] | None = None,
        categories: Mapping[str, str] | None = None,
        market: str = "eu",
        pages: Sequence[FoundPage] = (),
        corrections: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__("search")
        self._entries = tuple(entries)
        self._names = {**(names or {}), "price": "Price"}
        self._categories = dict(categories or {})
        self._market = market
        self._pages = tuple(pages)
        self._corrections = dict(corrections or {})

    def search_products(
        self,
        *,
        market: str,
        locale: str,
        q: str = "",
        category: str | None = None,
        filters: Sequence[str] = (),
        sort: Sort = "relevance",
        page: int = 1,
        limit: int = 24,
    ) -> SearchResult:
        """One page of results with facets."""
        del locale
        with self._call("search_products"):
            chosen = self._checked(market, category, filters)
            words = q.lower().split()
            found = [
                e for e in self._entries if e.matches(words) and (not category or category in e.categories)
            ]
            hits = [entry for entry in found if _passes(entry, chosen)]
            count = -(-len(hits) // limit)
            if page > max(count, 1):
                raise self._refusal(404, "page_out_of_range", f"There are {count} pages.")
            cards = _sorted([entry.card for entry in hits], sort)
            return SearchResult(
                total=len(hits),
                page=page,
                page_count=count,
                sort=sort,
                did_you_mean=None if found else self._corrections.get(q.lower()),
                items=tuple(cards[(page - 1) * limit : page * limit]),
                facets=tuple(_facet(code, name, found, chosen) for code, name in self._names.items()),
                pages=self._speaking_of(words) if page == 1 else (),
                version=1,
                updated_at=_UPDATED,
            )

    def list_related_products(
        self, *, market: str, locale: str, handle: str, limit: int = 8
    ) -> RelatedProducts:
        """Others of the product's category, what is in stock first."""
        del locale
        with self._call("list_related_products"):
            self._checked(market, None, ())
            itself = next((entry for entry in self._entries if entry.card.handle == handle), None)
            if itself is None:
                raise self._refusal(404, "unknown_product", f"There is no product {handle!r}.")
            others = [
                entry.card
                for entry in self._entries
                if entry is not itself and itself.shelf and itself.shelf in entry.categories
            ]
            others.sort(key=lambda card: card.availability == "out_of_stock")
            return RelatedProducts(items=tuple(others[:limit]), version=1, updated_at=_UPDATED)

    def suggest(self, *, market: str, locale: str, q: str, limit: int = 8) -> SuggestionList:
        """Categories, then products, whose name holds what was typed."""
        del locale
        with self._call("suggest"):
            self._checked(market, None, ())
            typed = q.lower()
            items = [
                Suggestion(kind="category", text=name, target=slug)
                for slug, name in self._categories.items()
                if typed in name.lower()
            ]
            items += [
                Suggestion(kind="product", text=entry.card.title, target=entry.card.handle)
                for entry in self._entries
                if typed in entry.card.title.lower()
            ]
            return SuggestionList(items=tuple(items[:limit]))

    def _speaking_of(self, words: Sequence[str]) -> tuple[FoundPage, ...]:
        found = (page for page in self._pages if words and all(w in page.title.lower() for w in words))
        return tuple(found)

    def _checked(self, market: str, category: str | None, filters: Sequence[str]) -> dict[str, set[str]]:
        """The chosen values by facet, if everything named exists."""
        if market != self._market:
            raise self._refusal(404, "unknown_market", f"There is no market {market!r}.")
        if category is not None and category not in self._categories:
            raise self._not_found()
        chosen: dict[str, set[str]] = {}
        for one in filters:
            code, _, value = one.partition(":")
            if code not in self._names:
                raise self._refusal(422, "unknown_facet", f"There is no facet {code!r}.")
            chosen.setdefault(code, set()).add(value)
        return chosen


def _passes(entry: Entry, chosen: Mapping[str, set[str]], *, apart_from: str = "") -> bool:
    """Whether an entry has one of the chosen values of every facet, one facet left aside if named."""
    return all(
        not wanted.isdisjoint(entry.values(code)) for code, wanted in chosen.items() if code != apart_from
    )


def _facet(code: str, name: str, found: Sequence[Entry], chosen: Mapping[str, set[str]]) -> Facet:
    """A facet's values, counted over what the other facets leave: its own values widen."""
    counts: dict[str, int] = dict.fromkeys(sorted(chosen.get(code, ())), 0)
    for entry in found:
        if _passes(entry, chosen, apart_from=code):
            for value in entry.values(code):
                counts[value] = counts.get(value, 0) + 1
    values = (
        FacetValue(value=value, label=value, count=count, selected=value in chosen.get(code, ()))
        for value, count in counts.items()
    )
    return Facet(code=code, name=name, values=tuple(values))


def _sorted(cards: list[ProductCard], sort: Sort) -> list[ProductCard]:
    match sort:
        case "price_asc":
            return sorted(cards, key=lambda card: card.price_from.amount)
        case "price_desc":
            return sorted(cards, key=lambda card: -card.price_from.amount)
        case "title":
            return sorted(cards, key=lambda card: card.title)
        case "newest":
            return sorted(cards, key=lambda card: card.updated_at, reverse=True)
        case _:
            return cards
