"""From a change in the backend to a purge that every worker sees: real bus, queue, store and purger."""

import io
import json
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests
from django.core.management import call_command

from apptier.catalog.news import CatalogNews
from apptier.catalog.records import Price, ProductRecord, VariantRecord
from apptier.catalog.writer import CatalogWriter
from apptier.content.models import MenuContent
from apptier.content.repository import ContentRepository
from apptier.inventory import LevelChange
from apptier.kit.clock import ManualClock, SystemClock
from apptier.kit.dynamo import Tables
from apptier.kit.events import Events, EventsNotSent
from apptier.kit.settings import Settings, load_settings
from config.env import Env
from config.upstreams import read_upstreams
from dev.stack.devstack import DevStack
from dev.stack.environment import AWS_OWN, backend_origin
from storefront.cache import REDIS, CachedAnswers, KeySpace, Store, cached_answers, open_redis
from storefront.cache.manifest import OFFERS
from storefront.cache.purger import PurgerState, heard
from storefront.purging import parts
from storefront.resilience import Resource
from storefront.telemetry import Telemetry

SOON = 20.0
"""Seconds within which everything here has to have happened, on a machine that has much else to do."""
CLOCK = SystemClock()
EVENTS = 60
KEYS = KeySpace("development", "local", "eu", "en")


@dataclass
class Shop:
    stack: DevStack
    settings: Settings
    tables: Tables
    store: Store
    cache: CachedAnswers

    def writer(self, events: Any = None) -> CatalogWriter:
        return CatalogWriter(self.tables, events or Events(self.settings, "catalog", CLOCK), CLOCK)

    def handles(self, count: int) -> list[str]:
        base = uuid.uuid4().hex[:6]
        handles = [f"lamp-{base}-{number}" for number in range(count)]
        self.writer().put_products([lamp(handle) for handle in handles])
        self.until(lambda: all(self.version(f"product:{one}") == 1 for one in handles))
        return handles

    def version(self, tag: str) -> int:
        """The highest version that the shared store refuses copies below."""
        return self._stamp(tag)[0]

    def plain_at(self, tag: str) -> float:
        return self._stamp(tag)[2]

    def _stamp(self, tag: str) -> Any:
        stamps = self.store.read([], [KEYS.tag_key(tag)])[1]
        return stamps[0] if stamps else (0, 0.0, 0.0)

    def until(self, holds: Callable[[], bool]) -> None:
        end = time.monotonic() + SOON
        while not holds():
            assert time.monotonic() < end, "it did not come to be in time"
            time.sleep(0.05)

    def offers_version(self, handle: str) -> int:
        answer = requests.get(
            f"{backend_origin(self.stack.ports)}/catalog/v1/products/{handle}/offers",
            params={"market": "eu"},
            timeout=10,
        )
        return int(answer.json()["version"])

    def state(self) -> PurgerState | None:
        return heard(self.store, KEYS)


def lamp(handle: str, price: int = 4900) -> ProductRecord:
    variant = VariantRecord(
        sku=f"{handle}-A".upper(), title="A", options={}, prices={"eu": Price(amount=price)}
    )
    return ProductRecord(handle=handle, title="A lamp", variants=(variant,))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    extra = {"web": {"PURGE_SWEEP_SECONDS": "1"}}
    services = ("ministack", "valkey", "search", "backend")
    stack = DevStack(tmp_path_factory.mktemp("purging"), services=services, extra=extra)  # type: ignore[arg-type]
    with stack, pytest.MonkeyPatch.context() as patch:
        environment = stack.environment("backend")
        for name in AWS_OWN:
            patch.setenv(name, environment[name])
        settings, telemetry = load_settings(environment), Telemetry()
        client = open_redis(stack.environment("web")["REDIS_URL"], connect=5, read=5)
        store = Store(client, Resource(REDIS, telemetry), telemetry, timeout=5)
        stack.start("purger")
        shop = Shop(stack, settings, Tables(settings), store, cached_answers(KEYS, telemetry, store=store))
        shop.until(lambda: shop.state() is not None)
        yield shop


def test_every_changed_price_is_purged_with_the_version_of_its_new_offers(shop: Shop) -> None:
    handles = shop.handles(EVENTS)
    writer, began = shop.writer(), shop.state()
    for number, handle in enumerate(handles):
        writer.put_products([lamp(handle, price=1_000 + number)])
    shop.until(lambda: all(shop.version(f"offers:{handle}") == 2 for handle in handles))
    assert {shop.version(f"product:{handle}") for handle in handles} == {2}
    assert shop.offers_version(handles[0]) == 2, "what is asked for from now on is new enough"
    shop.until(
        lambda: (now := shop.state()) is not None and now.events >= (began.events if began else 0) + EVENTS
    )
    state = shop.state()
    assert state is not None
    assert state.lag_count >= EVENTS
    assert state.lag_p50 < SOON / 2, state


def test_a_plain_purge_by_a_clock_that_is_behind_takes_none_back(shop: Shop) -> None:
    key, now = KEYS.tag_key(f"product:lamp-{uuid.uuid4().hex[:6]}"), CLOCK.now().timestamp()
    for at, known in ((now - 2, now - 2), (now, now), (now - 1, now)):
        assert shop.store.stamp(key, None, at)
        (stamp,) = shop.store.read([], [key])[1] or []
        assert stamp.plain_at == known


def test_a_worker_serves_no_price_from_before_the_change(shop: Shop) -> None:
    [handle] = shop.handles(1)
    seen: list[int] = []

    def ask() -> int:
        def fetch() -> dict[str, int]:
            seen.append(1)
            return {"version": shop.offers_version(handle)}

        return shop.cache.get(OFFERS, {"handle": handle}, fetch, type=dict[str, int]).value["version"]

    assert ask() == ask() == 1
    shop.writer().put_products([lamp(handle, price=1)])
    shop.until(lambda: ask() == 2)


def test_stock_goes_by_the_version_of_the_offers(shop: Shop) -> None:
    [handle] = shop.handles(1)
    shop.writer().put_levels([LevelChange(f"{handle}-A".upper(), handle, 3)])
    shop.until(lambda: shop.version(f"offers:{handle}") == 2)
    assert shop.offers_version(handle) == 2


def test_a_withdrawn_product_takes_lists_with_it(shop: Shop) -> None:
    [handle] = shop.handles(1)
    before = CLOCK.now().timestamp()
    shop.writer().retire([handle])
    shop.until(lambda: shop.version(f"product:{handle}") == 2)
    shop.until(lambda: min(shop.plain_at(tag) for tag in ("products", "search", f"offers:{handle}")) > before)


def test_published_content_is_purged(shop: Shop) -> None:
    before, name = CLOCK.now().timestamp(), "footer"
    repository = ContentRepository(shop.tables, CLOCK)
    menu = MenuContent(name=name, groups=[])
    repository.put(f"MENU#{name}", "eu", "en", menu, Events(shop.settings, "content", CLOCK))
    shop.until(lambda: shop.plain_at(f"menu:{name}") > before)


def test_a_purger_that_was_away_catches_up(shop: Shop) -> None:
    handles = shop.handles(15)
    shop.stack.stop("purger")
    for handle in handles:
        shop.writer().put_products([lamp(handle, price=2)])
    assert {shop.version(f"offers:{handle}") for handle in handles} == {0}
    shop.stack.start("purger")
    shop.until(lambda: all(shop.version(f"offers:{handle}") == 2 for handle in handles))


def test_a_store_that_was_away_gets_every_purge(shop: Shop) -> None:
    handles = shop.handles(15)
    shop.stack.pause("valkey")
    for handle in handles:
        shop.writer().put_products([lamp(handle, price=2)])
    time.sleep(3)
    shop.stack.resume("valkey")
    shop.until(lambda: all(shop.version(f"offers:{handle}") == 2 for handle in handles))


def test_a_queue_that_was_away_loses_nothing(shop: Shop) -> None:
    handles = shop.handles(15)
    for handle in handles[:8]:
        shop.writer().put_products([lamp(handle, price=2)])
    shop.stack.pause("ministack")
    time.sleep(3)
    shop.stack.resume("ministack")
    for handle in handles[8:]:
        shop.writer().put_products([lamp(handle, price=2)])
    shop.until(lambda: all(shop.version(f"offers:{handle}") == 2 for handle in handles))


class Deaf:
    """A bus that takes nothing."""

    def publish(self, _kind: str, details: list[object]) -> int:
        raise EventsNotSent(len(details), "deaf")


class Hole:
    """A bus that takes everything and delivers nothing."""

    def publish(self, _kind: str, details: list[object]) -> int:
        return len(details)


def test_what_the_bus_did_not_take_is_told_by_the_relay(shop: Shop) -> None:
    [handle] = shop.handles(1)
    shop.stack.stop("purger")  # its sweep would find it, too
    try:
        assert shop.writer(Deaf()).put_products([lamp(handle, price=3)])[0].version == 2
    finally:
        shop.stack.start("purger")
    later = ManualClock(CLOCK.now())
    later.advance(120)
    outbox = CatalogNews(shop.tables, later).outbox(Events(shop.settings, "catalog", later))
    assert outbox.relay() == 2, "the product and its price"
    shop.until(lambda: shop.version(f"offers:{handle}") == 2)
    assert outbox.relay() == 0


def test_an_event_that_was_lost_is_found_by_the_sweep(shop: Shop) -> None:
    [handle] = shop.handles(1)
    shop.until(lambda: (state := shop.state()) is not None and state.swept_at > 0)
    before = shop.plain_at(f"offers:{handle}")
    shop.writer(Hole()).put_products([lamp(handle, price=3)])
    shop.until(lambda: shop.version(f"product:{handle}") == 2)
    shop.until(lambda: shop.plain_at(f"offers:{handle}") > before)
    shop.until(lambda: (state := shop.state()) is not None and state.missed >= 1)


def test_poison_ends_in_the_queue_and_holds_nothing_up(shop: Shop) -> None:
    [handle] = shop.handles(1)
    sqs = shop.stack.boto("sqs")
    url = sqs.get_queue_url(QueueName="storefront-purges")["QueueUrl"]
    for body in ("nonsense", json.dumps({"detail-type": "PriceChanged", "detail": {"handle": 7}})):
        sqs.send_message(QueueUrl=url, MessageBody=body)
    shop.writer().put_products([lamp(handle, price=9)])
    shop.until(lambda: shop.version(f"offers:{handle}") == 2)
    shop.until(lambda: (state := shop.state()) is not None and state.unreadable >= 2)


def test_it_ends_soon_after_it_is_told_to(shop: Shop) -> None:
    shop.stack.stop("purger")
    assert "Traceback" not in shop.stack.log("purger").read_text(encoding="utf-8")
    shop.stack.start("purger")


def test_the_command_shows_what_it_will_hit_and_hits_it(shop: Shop, settings: Any) -> None:
    [handle] = shop.handles(1)
    settings.ENVIRONMENT, settings.RELEASE = "development", "local"
    named = {"REDIS_URL": shop.stack.environment("web")["REDIS_URL"]}
    settings.UPSTREAMS = read_upstreams(Env(named), schemes=("http",))
    assert parts.build().consumer is None, "no queue is named here"
    shop.cache.get(OFFERS, {"handle": handle}, lambda: {"n": 1}, type=dict[str, int])
    out, before = io.StringIO(), shop.plain_at(f"offers:{handle}")
    call_command("purge", product=[handle], stdout=out)
    shown = out.getvalue()
    assert "Nothing was done" in shown
    assert "price and stock" in shown
    assert shop.plain_at(f"offers:{handle}") == before
    call_command("purge", product=[handle], yes=True, stdout=out)
    assert shop.plain_at(f"offers:{handle}") > before
