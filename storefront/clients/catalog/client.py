"""Asks the catalog service: products, categories, offers. Reads only."""

from collections.abc import Sequence

from storefront.clients.calls import in_market
from storefront.clients.catalog.models import (
    CategoryTree,
    OfferList,
    Product,
    ProductPage,
    SitemapPage,
    VersionPage,
)
from storefront.clients.catalog.port import Catalog
from storefront.http import RestClient


class CatalogClient(Catalog):
    """The real service. Offers may have a RestClient, so a budget and a bulkhead, of their own."""

    def __init__(self, rest: RestClient, offers: RestClient | None = None) -> None:
        self._rest = rest
        self._offers = offers or rest

    def list_categories(self, *, market: str, locale: str) -> CategoryTree:
        """GET /categories."""
        return self._rest.get("/categories", query=in_market(market, locale), type=CategoryTree)

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
        """GET /products."""
        named = None if handles is None else _joined("handles", handles)
        query = {"category": category, "handles": named, "cursor": cursor, "limit": limit}
        return self._rest.get("/products", query=in_market(market, locale) | query, type=ProductPage)

    def list_sitemap_entries(
        self, *, market: str, cursor: str | None = None, limit: int = 1_000
    ) -> SitemapPage:
        """GET /sitemap-entries."""
        query = {"market": market, "cursor": cursor, "limit": limit}
        return self._rest.get("/sitemap-entries", query=query, type=SitemapPage)

    def list_versions(self, *, cursor: str | None = None, limit: int = 1_000) -> VersionPage:
        """GET /versions."""
        return self._rest.get("/versions", query={"cursor": cursor, "limit": limit}, type=VersionPage)

    def get_product(self, *, handle: str, market: str, locale: str) -> Product:
        """GET /products/{handle}."""
        query = in_market(market, locale)
        return self._rest.get("/products/{handle}", {"handle": handle}, query=query, type=Product)

    def get_product_offers(self, *, handle: str, market: str) -> OfferList:
        """GET /products/{handle}/offers."""
        path, query = "/products/{handle}/offers", {"market": market}
        return self._offers.get(path, {"handle": handle}, query=query, type=OfferList)

    def list_offers(self, *, market: str, skus: Sequence[str]) -> OfferList:
        """GET /offers."""
        query = {"market": market, "skus": _joined("skus", skus)}
        return self._offers.get("/offers", query=query, type=OfferList)


def _joined(name: str, values: Sequence[str]) -> str:
    """A list as the contract's parameters with `explode: false` take it."""
    if not values:
        raise ValueError(f"{name} must name something")
    return ",".join(values)
