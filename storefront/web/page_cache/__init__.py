"""Whole public pages, answered ahead of Django by a WSGI layer around it (docs/explanation/cache.md)."""

from storefront.web.page_cache.layer import PageCache
from storefront.web.page_cache.variants import NullVariants, Variants

__all__ = ["NullVariants", "PageCache", "Variants"]
