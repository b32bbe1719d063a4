"""The search service: results with facets, and suggestions."""

from storefront.clients.search.client import SearchClient
from storefront.clients.search.models import (
    Facet,
    FacetValue,
    FoundPage,
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
    "Search",
    "SearchClient",
    "SearchResult",
    "Sort",
    "Suggestion",
    "SuggestionList",
]
