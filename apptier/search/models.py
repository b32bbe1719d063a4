"""The answers of contracts/search.yaml."""

from typing import Literal

from apptier.kit.models import ProductCard, StrictModel

Sort = Literal["relevance", "newest", "price_asc", "price_desc", "title"]
SuggestionKind = Literal["product", "category", "query"]


class FacetValue(StrictModel):
    """One value of a facet with the number of products behind it."""

    value: str
    label: str
    count: int
    selected: bool


class Facet(StrictModel):
    """Something to filter by."""

    code: str
    name: str
    values: list[FacetValue]


class FoundPage(StrictModel):
    """A page of help that speaks of what was searched for."""

    slug: str
    title: str
    description: str


class SearchResult(StrictModel):
    """One page of results and the facets of them all."""

    total: int
    page: int
    page_count: int
    sort: Sort
    did_you_mean: str | None
    items: list[ProductCard]
    facets: list[Facet]
    pages: list[FoundPage]
    version: int
    updated_at: str


class RelatedProducts(StrictModel):
    """Others of a product's category."""

    items: list[ProductCard]
    version: int
    updated_at: str


class Suggestion(StrictModel):
    """A completion; `target` is a product handle, a category slug, or the text to search for."""

    kind: SuggestionKind
    text: str
    target: str


class SuggestionList(StrictModel):
    """Completions, best first."""

    items: list[Suggestion]
