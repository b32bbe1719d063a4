"""The site over in-memory twins, with the page cache in front, and a hand on its flags."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from storefront.flags.records import Who
from storefront.flags.state import FlagState
from storefront.web.flags.variants import FlagVariants
from storefront.web.handler import ShopHandler
from storefront.web.page_cache import PageCache
from tests.unit.web.page_cache.toys import Seen, ask
from tests.unit.web.shops import Fakes, fakes

SAM = Who("sam", "Sam Okafor")
Say = Callable[..., None]


@pytest.fixture
def twins(settings) -> Iterator[Fakes]:
    made = fakes()
    settings.SHOP_FACTORY = lambda: made.shop
    yield made
    made.shop.compose.close()


@pytest.fixture
def say(twins: Fakes) -> Say:
    """Decide about a flag: `say("theme", otherwise=..., rules=...)`; all processes know of it at once."""

    def decide(key: str, **fields: Any) -> None:
        changes = twins.shop.flag_changes
        standing = changes.state(key)
        changes.save(FlagState(key=key, version=standing.version, **fields), standing.version, SAM, "a test")

    return decide


@pytest.fixture
def kill(twins: Fakes) -> Callable[[str], None]:
    return lambda key: twins.shop.flag_changes.kill(key, SAM, "a test") and None


@pytest.fixture
def site(twins: Fakes) -> Iterator[Callable[..., Seen]]:
    """Ask the page cache around Django, as a server does: `site("/ie/en/", HTTP_COOKIE=...)`."""
    app = PageCache(ShopHandler(), variants=FlagVariants())
    app._timing = True
    yield lambda path, query="", method="GET", **more: ask(app, path, query, method, **more)
    app.close()


def source(seen: Seen) -> str:
    """How the page cache came by an answer; "" for one that passed it by."""
    return seen.get("Server-Timing").rpartition('cache;desc="')[2].rstrip('"')


@pytest.fixture
def edge(settings) -> None:
    """A CDN in front writes X-Variants, and takes off what a browser sent by that name."""
    settings.EDGE_VARIANTS = True
