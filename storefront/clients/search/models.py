"""What the search service answers (contracts/search.yaml): result pages, related products, suggestions."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from storefront.clients.shapes import Code, Count, Handle, NonEmpty, ProductCard, Time, Version

Sort = Literal["relevance", "newest", "price_asc", "price_desc", "title"]


class FacetValue(Struct, frozen=True, kw_only=True):
    """One value of a facet; `count` is how many results choosing it would leave or add."""

    value: str
    label: str
    count: Count
    selected: bool


class Facet(Struct, frozen=True, kw_only=True):
    """Something to narrow by. Values of one facet widen, facets narrow one another."""

    code: Code
    name: str
    values: tuple[FacetValue, ...]


class FoundPage(Struct, frozen=True, kw_only=True):
    """A page of help that speaks of what was searched for."""

    slug: Handle
    title: NonEmpty
    description: str


class SearchResult(Struct, frozen=True, kw_only=True):
    """One page of results with the facets of the whole result. Pages count from 1."""

    total: Count
    page: Annotated[int, Meta(ge=1)]
    page_count: Count
    sort: Sort
    did_you_mean: str | None
    items: tuple[ProductCard, ...]
    facets: tuple[Facet, ...]
    pages: Annotated[tuple[FoundPage, ...], Meta(max_length=4)] = ()
    version: Version
    updated_at: Time


class RelatedProducts(Struct, frozen=True, kw_only=True):
    """Others of a product's category, what is in stock first."""

    items: Annotated[tuple[ProductCard, ...], Meta(max_length=24)]
    version: Version
    updated_at: Time


class Suggestion(Struct, frozen=True, kw_only=True):
    """One completion. `target` is a product handle, a category slug, or the text to search for."""

    kind: Literal["product", "category", "query"]
    text: str
    target: str


class SuggestionList(Struct, frozen=True, kw_only=True):
    """Up to ten completions, best first."""

    items: Annotated[tuple[Suggestion, ...], Meta(max_length=10)]
