"""What the shop may ask of the search service, and the refusals to expect."""

from collections.abc import Sequence
from typing import Protocol

from storefront.clients.search.models import RelatedProducts, SearchResult, Sort, SuggestionList


class Search(Protocol):
    """What the shop may ask of search. Every method raises UpstreamUnavailable and UpstreamInvalid."""

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
        """One page (from 1) of at most 240 products by text, category and facets.

        `filters` are facet:value, as in "colour:Ink"; price is "price:min-max" in minor units, "rating:4" is
        four stars and up. Raises NotFound for an unknown category and `page_out_of_range`, Invalid for
        `unknown_facet` and for a text of more than 200 characters.
        """
        ...

    def list_related_products(
        self, *, market: str, locale: str, handle: str, limit: int = 8
    ) -> RelatedProducts:
        """At most `limit` (1 to 24) others of a product's category. Raises NotFound for an unknown one."""
        ...

    def suggest(self, *, market: str, locale: str, q: str, limit: int = 8) -> SuggestionList:
        """At most `limit` (1 to 10) completions of `q` (1 to 100 characters, else Invalid)."""
        ...
