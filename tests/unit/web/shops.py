"""A Shop of in-memory twins for view tests: real cache (in memory), real composition, no server anywhere."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver

from storefront import urls
from storefront.cache import KeySpace, cached_answers
from storefront.clients.catalog.fake import FakeCatalog
from storefront.clients.content.fake import FakeContent
from storefront.clients.customers.fake import FakeCustomers
from storefront.clients.fraud import NullScreen
from storefront.clients.lists.fake import FakeLists
from storefront.clients.orders.fake import FakeOrders
from storefront.clients.reviews.fake import FakeReviews
from storefront.clients.search.fake import FakeSearch
from storefront.clients.stores.fake import FakeStores
from storefront.configuration import Configuration
from storefront.core import Reason, SystemClock, UpstreamUnavailable
from storefront.experiments.memory import MemoryPublisher, MemoryTallies
from storefront.experiments.recording import Recorder
from storefront.experiments.running import Running
from storefront.flags import ATTRIBUTES, DECLARED
from storefront.flags.changes import Changes
from storefront.flags.live import Live
from storefront.flags.memory import MemoryFlagTable
from storefront.identity.fake import FakePeople
from storefront.orchestration import Composer
from storefront.sessions import MemorySessionTable, SessionRegistry, Vault
from storefront.sessions.backend import SessionStore
from storefront.telemetry import Telemetry
from storefront.web.limits import Limits, Turns
from storefront.web.regions import carried
from storefront.web.shop import Shop
from storefront.web.windows import Windows
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
    people: FakePeople
    customers: FakeCustomers
    lists: FakeLists
    flags: MemoryFlagTable
    tallies: MemoryTallies
    bus: MemoryPublisher


VAULT = Vault(["c2Vzc2lvbnMgb2YgdGVzdHMsIGtlcHQgaW4gbWVtb3I="])


def fakes() -> Fakes:
    telemetry = Telemetry()
    catalog, search = samples.fake_catalog(), samples.fake_search()
    orders, content, sessions = samples.fake_orders(), samples.fake_content(), MemorySessionTable()
    stores, reviews = samples.fake_stores(), samples.fake_reviews()
    people, customers, lists = FakePeople(), samples.fake_customers(), samples.fake_lists()
    flags, clock = MemoryFlagTable(), SystemClock()
    tallies, bus = MemoryTallies(), MemoryPublisher()
    live = Live(flags, DECLARED, ATTRIBUTES, clock, telemetry)
    turns = Turns(at_once=64, per_second=1e6, burst=1000)
    shop = Shop(
        catalog=catalog,
        search=search,
        orders=orders,
        content=content,
        configuration=Configuration(None),
        stores=stores,
        reviews=reviews,
        customers=customers,
        lists=lists,
        fraud=NullScreen(),
        people=people,
        hosted=None,
        cache=cached_answers(KeySpace("test", "t", "eu", "en"), telemetry),
        compose=Composer(telemetry, workers=8, around=carried),
        sessions=sessions,
        vault=VAULT,
        limits=Limits(Windows(None, telemetry), telemetry, turns=turns, forms=turns, step=0),
        telemetry=telemetry,
        clock=clock,
        flags=live,
        # A test sees what it has changed at once, as a worker does that was told.
        flag_changes=Changes(flags, DECLARED, ATTRIBUTES, clock, announce=lambda: _poll(live)),
        experiments=Recorder(tallies, bus, Running(lambda: live.snapshot), clock, telemetry),
        market="eu",
        locale="en",
        country="IE",
    )
    return Fakes(
        *(shop, catalog, search, orders, content, stores, reviews, sessions, people, customers, lists),
        *(flags, tallies, bus),
    )


def _poll(live: Live) -> None:
    live.poll()


def sign_in_browser(
    client: Client,
    made: Fakes,
    *,
    sub: str = samples.ROBIN.id,
    token: str = samples.ROBIN_TOKEN,
    email: str = "robin@example.com",
    name: str = "Robin Byrne",
    groups: tuple[str, ...] = ("shopper",),
    ago: float = 0,
) -> SessionStore:
    """Let the test's browser be signed in, since `ago` seconds, with `token` as its access token."""
    now = int(made.shop.clock.now().timestamp())
    session = SessionStore(None, made.sessions, VAULT)
    at = int(now - ago)
    who = {"sub": sub, "email": email, "name": name, "groups": list(groups), "email_verified": True, "at": at}
    session["auth"] = who
    session["tokens"] = {"access": token, "refresh": f"refresh-{sub}", "until": now + 3600}
    session["active"] = at
    session.save()
    registry = SessionRegistry(made.sessions, settings.SESSION_COOKIE_AGE, made.shop.clock)
    registry.add(sub, session.digest, {"browser": "Firefox", "system": "Linux", "country": "IE"})
    client.cookies[settings.SESSION_COOKIE_NAME] = str(session.session_key)
    return session


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
