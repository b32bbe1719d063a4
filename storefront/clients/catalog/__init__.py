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
    ProductVersion,
    Quantity,
    SitemapEntry,
    SitemapPage,
    UnitMeasure,
    UnitPrice,
    Variant,
    VersionPage,
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
    "ProductVersion",
    "Quantity",
    "SitemapEntry",
    "SitemapPage",
    "UnitMeasure",
    "UnitPrice",
    "Variant",
    "VersionPage",
]
