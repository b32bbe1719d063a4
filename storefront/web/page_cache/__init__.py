"""Whole public pages, answered ahead of Django by a WSGI layer around it (docs/explanation/cache.md)."""

from storefront.web.page_cache.explain import Explained, KeptCopy
from storefront.web.page_cache.layer import PageCache, page_cache_of
from storefront.web.page_cache.variants import NullVariants, Variants

__all__ = ["Explained", "KeptCopy", "NullVariants", "PageCache", "Variants", "page_cache_of"]
