"""What a public page is made of: made anew as a stranger gets it, each part with where it is from.

In a thread and a context of its own: neither session nor cookies nor deadline of whoever asks are near. What
is made here is shown and thrown away; the kept copy stays what it was.
"""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from dataclasses import dataclass
from typing import Any, TypeVar

from storefront.cache import FoundPage, PageLayers
from storefront.telemetry import Part, journal
from storefront.web.page_cache.addresses import Address
from storefront.web.page_cache.bodies import Ready
from storefront.web.page_cache.renders import Rendered, Renderer
from storefront.web.page_cache.variants import Values, Variants

T = TypeVar("T")

MOST_SECONDS = 5.0
"""A page has less than that by its own deadline."""


@dataclass(frozen=True, slots=True)
class KeptCopy:
    """The copy that shoppers get now: the layer it lies in, its age in seconds, and whether it is still good.

    `purged` when a change of what it shows is known: then the next shopper waits for a new one.
    """

    layer: str
    age: float
    fresh: bool
    purged: bool


@dataclass(frozen=True, slots=True)
class Explained:
    """A page made anew: what came of it, its parts, and the copy that is kept (None for none).

    `ms` is what making it took, compressing it included.
    """

    rendered: Rendered
    parts: tuple[Part, ...]
    kept: KeptCopy | None
    ms: float


def explained(
    address: Address, layers: PageLayers[Ready], renderer: Renderer, variants: Variants
) -> Explained:
    """The page at `address`. Raises TimeoutError when it is not made in time."""
    asked = {"PATH_INFO": address.path}  # which is all that a stranger says

    def make() -> tuple[Rendered, tuple[Part, ...]]:
        with journal() as kept:
            return renderer.render(address, asked, renewal=True), kept.parts

    copy = _copy(address, layers, variants.values(asked, _reads(address, layers)))
    began = time.perf_counter()
    rendered, parts = _alone(make)
    return Explained(rendered, parts, copy, (time.perf_counter() - began) * 1_000)


def _alone(job: Callable[[], T]) -> T:
    """The job's result, from a new thread with an empty context."""
    pool = ThreadPoolExecutor(1, thread_name_prefix="explain")
    try:
        return pool.submit(Context().run, job).result(MOST_SECONDS)
    finally:
        pool.shutdown(wait=False)


def _reads(address: Address, layers: PageLayers[Ready]) -> tuple[str, ...]:
    """The flags that are known to be read at an address."""
    found = layers.find(address.key)
    return found.held.page.reads if found is not None else ()


def _copy(address: Address, layers: PageLayers[Ready], values: Values) -> KeptCopy | None:
    found: FoundPage[Ready] | None = layers.find(address.variant(values))
    if found is None or found.held.page.signpost:
        return None
    page, now = found.held.page, layers.now()
    return KeptCopy(found.layer.value, max(now - page.made_at, 0.0), now < page.soft_at, found.purged)


_KEY = "storefront.page_cache"


def put_into(environ: dict[str, Any], cache: object) -> None:
    """Let a view find the page cache that its request came through."""
    environ[_KEY] = cache


def found_in(meta: Mapping[str, Any]) -> object | None:
    """The page cache that a request (its META) came through, None where it is switched off."""
    return meta.get(_KEY)
