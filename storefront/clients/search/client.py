"""Asks the search service: result pages, related products, and suggestions while typing. Reads only."""

from collections.abc import Sequence

from storefront.clients.calls import in_market
from storefront.clients.search.models import RelatedProducts, SearchResult, Sort, SuggestionList
from storefront.clients.search.port import Search
from storefront.http import RestClient


class SearchClient(Search):
    """The real service. Suggestions may have a RestClient, so a budget and a bulkhead, of their own."""

    def __init__(self, rest: RestClient, suggestions: RestClient | None = None) -> None:
        self._rest = rest
        self._suggestions = suggestions or rest

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
        """GET /products."""
        query = {
            "q": q or None,
            "category": category,
            "filter": list(filters),
            "sort": sort,
            "page": page,
            "limit": limit,
        }
        return self._rest.get("/products", query=in_market(market, locale) | query, type=SearchResult)

    def list_related_products(
        self, *, market: str, locale: str, handle: str, limit: int = 8
    ) -> RelatedProducts:
        """GET /products/{handle}/related."""
        path, query = "/products/{handle}/related", in_market(market, locale) | {"limit": limit}
        return self._rest.get(path, {"handle": handle}, query=query, type=RelatedProducts)

    def suggest(self, *, market: str, locale: str, q: str, limit: int = 8) -> SuggestionList:
        """GET /suggestions."""
        query = in_market(market, locale) | {"q": q, "limit": limit}
        return self._suggestions.get("/suggestions", query=query, type=SuggestionList)
