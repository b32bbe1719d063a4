"""A Shop of in-memory twins for view tests: real cache (in memory), real composition, no server anywhere."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver

from storefront import urls
from storefront.cache import KeySpace, cached_answers
from storefront.clients.catalog.fake import FakeCatalog
from storefront.clients.content.fake import FakeContent
from storefront.clients.orders.fake import FakeOrders
from storefront.clients.reviews.fake import FakeReviews
from storefront.clients.search.fake import FakeSearch
from storefront.clients.stores.fake import FakeStores
from storefront.configuration import Configuration
from storefront.core import Reason, UpstreamUnavailable
from storefront.orchestration import Composer
from storefront.sessions import MemorySessionTable
from storefront.telemetry import Telemetry
from storefront.web.regions import carried
from storefront.web.shop import Shop
from tests import samples


@dataclass(frozen=True)
class Fakes:
    """The twins, with their own types, and the Shop made of them."""

    shop: Shop
    catalog: FakeCatalog
    search: FakeSearch
    orders: FakeOrders
    content: FakeContent
    stores: FakeStores
    reviews: FakeReviews
    sessions: MemorySessionTable


def fakes() -> Fakes:
    telemetry = Telemetry()
    catalog, search = samples.fake_catalog(), samples.fake_search()
    orders, content, sessions = samples.fake_orders(), samples.fake_content(), MemorySessionTable()
    stores, reviews = samples.fake_stores(), samples.fake_reviews()
    shop = Shop(
        catalog=catalog,
        search=search,
        orders=orders,
        content=content,
        configuration=Configuration(None),
        stores=stores,
        reviews=reviews,
        cache=cached_answers(KeySpace("test", "t", "eu", "en"), telemetry),
        compose=Composer(telemetry, workers=8, around=carried),
        sessions=sessions,
        telemetry=telemetry,
        market="eu",
        locale="en",
        country="IE",
    )
    return Fakes(shop, catalog, search, orders, content, stores, reviews, sessions)


def down(upstream: str = "upstream") -> UpstreamUnavailable:
    return UpstreamUnavailable(upstream, "anything", Reason.CONNECTION, sent=False)


def urlconf(*patterns: URLPattern | URLResolver) -> ModuleType:
    """A table of addresses for one test, with the site's own error pages."""
    made = ModuleType("urls_of_a_test")
    made.urlpatterns = list(patterns)
    for handler in ("handler400", "handler403", "handler404", "handler500"):
        setattr(made, handler, getattr(urls, handler))
    return made


@contextmanager
def captured(caplog: pytest.LogCaptureFixture) -> Iterator[list[dict[str, Any]]]:
    """The shop's own log lines of the block; structlog's own capture misses loggers that were used before."""
    caplog.set_level(logging.INFO)
    caplog.clear()
    lines: list[dict[str, Any]] = []
    yield lines
    lines.extend(record.msg for record in caplog.records if isinstance(record.msg, dict))
