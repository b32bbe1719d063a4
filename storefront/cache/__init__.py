"""Answers of upstreams, cached by one manifest: in memory, in Redis, and as the last good copy."""

import random

from storefront.cache.background import Background
from storefront.cache.connect import REDIS, open_redis
from storefront.cache.entry import Tag
from storefront.cache.keys import KeySpace
from storefront.cache.layers import Layers
from storefront.cache.lru import EntryCache
from storefront.cache.manifest import (
    CATEGORIES,
    CONTENT_PAGE,
    HOME,
    MANIFEST,
    MENU,
    OFFERS,
    PAGE,
    PRODUCT,
    PRODUCTS,
    QUERIED_PAGE,
    SEARCH,
    SUGGESTIONS,
    Family,
)
from storefront.cache.pages import FoundPage, Held, Layer, PageLayers, StoredPage
from storefront.cache.recorder import Recorder, Use, recording
from storefront.cache.store import Store
from storefront.cache.swr import Cached, CachedAnswers, State
from storefront.core import Clock, SystemClock
from storefront.telemetry import Telemetry

__all__ = [
    "CATEGORIES",
    "CONTENT_PAGE",
    "HOME",
    "MANIFEST",
    "MENU",
    "OFFERS",
    "PAGE",
    "PRODUCT",
    "PRODUCTS",
    "QUERIED_PAGE",
    "REDIS",
    "SEARCH",
    "SUGGESTIONS",
    "Background",
    "Cached",
    "CachedAnswers",
    "EntryCache",
    "Family",
    "FoundPage",
    "Held",
    "KeySpace",
    "Layer",
    "Layers",
    "PageLayers",
    "Recorder",
    "State",
    "Store",
    "StoredPage",
    "Tag",
    "Use",
    "cached_answers",
    "open_redis",
    "recording",
]


def cached_answers(
    keys: KeySpace,
    telemetry: Telemetry,
    *,
    store: Store | None = None,
    local_bytes: int = 16 * 1024 * 1024,
    clock: Clock | None = None,
    rng: random.Random | None = None,
) -> CachedAnswers:
    """The cache of one process, put together. Without a `store` it lives in this process's memory alone."""
    clock = clock or SystemClock()
    layers = Layers(store, EntryCache(local_bytes), keys, clock, telemetry, rng)
    return CachedAnswers(layers, Background(telemetry), clock, telemetry)
