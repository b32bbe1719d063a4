"""What the shop may ask of the catalog service, and the refusals to expect."""

from collections.abc import Sequence
from typing import Protocol

from storefront.clients.catalog.models import (
    CategoryTree,
    OfferList,
    Product,
    ProductPage,
    SitemapPage,
    VersionPage,
)


class Catalog(Protocol):
    """What the shop may ask about products. Every method raises UpstreamUnavailable and UpstreamInvalid.

    An unknown market is NotFound `unknown_market`, a value that the contract forbids is Invalid.
    """

    def list_categories(self, *, market: str, locale: str) -> CategoryTree:
        """The whole category tree, flat."""
        ...

    def list_products(
        self,
        *,
        market: str,
        locale: str,
        category: str | None = None,
        handles: Sequence[str] | None = None,
        cursor: str | None = None,
        limit: int = 24,
    ) -> ProductPage:
        """Cards, newest first: all, those of a category and below it, or 1 to 50 named ones in their order.

        An empty `handles` asks for nothing and is a ValueError. Raises NotFound for an unknown category and
        Invalid `bad_cursor`.
        """
        ...

    def list_sitemap_entries(
        self, *, market: str, cursor: str | None = None, limit: int = 1_000
    ) -> SitemapPage:
        """What sitemaps need of all products, newest first, up to 5,000. Raises Invalid `bad_cursor`."""
        ...

    def list_versions(self, *, cursor: str | None = None, limit: int = 1_000) -> VersionPage:
        """The version of every product there ever was, up to 5,000 at a time. Raises Invalid `bad_cursor`."""
        ...

    def get_product(self, *, handle: str, market: str, locale: str) -> Product:
        """One product, without prices. Raises NotFound."""
        ...

    def get_product_offers(self, *, handle: str, market: str) -> OfferList:
        """Price and stock of every variant of a product, now. Raises NotFound."""
        ...

    def list_offers(self, *, market: str, skus: Sequence[str]) -> OfferList:
        """Price and stock of 1 to 100 SKUs; unknown ones are left out. No SKU at all is a ValueError."""
        ...
