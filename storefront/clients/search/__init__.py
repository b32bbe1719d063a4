"""The search service: results with facets, related products, and suggestions."""

from storefront.clients.search.client import SearchClient
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

__all__ = [
    "Facet",
    "FacetValue",
    "FoundPage",
    "RelatedProducts",
    "Search",
    "SearchClient",
    "SearchResult",
    "Sort",
    "Suggestion",
    "SuggestionList",
]
