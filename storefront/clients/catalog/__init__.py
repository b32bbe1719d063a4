"""The catalog service: products, categories, offers."""

from storefront.clients.catalog.client import CatalogClient
from storefront.clients.catalog.models import (
    Attribute,
    Category,
    CategoryTree,
    Offer,
    OfferList,
    Product,
    ProductOption,
    ProductPage,
    Quantity,
    SitemapEntry,
    SitemapPage,
    UnitMeasure,
    UnitPrice,
    Variant,
)
from storefront.clients.catalog.port import Catalog

__all__ = [
    "Attribute",
    "Catalog",
    "CatalogClient",
    "Category",
    "CategoryTree",
    "Offer",
    "OfferList",
    "Product",
    "ProductOption",
    "ProductPage",
    "Quantity",
    "SitemapEntry",
    "SitemapPage",
    "UnitMeasure",
    "UnitPrice",
    "Variant",
]
