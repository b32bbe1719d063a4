"""A change in the backend is seen through the CDN within seconds: event, purger, ban by tag, new page."""

from __future__ import annotations

import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from apptier.catalog.records import Price, ProductRecord, VariantRecord
from apptier.catalog.writer import CatalogWriter
from apptier.kit.clock import SystemClock
from apptier.kit.dynamo import Tables
from apptier.kit.events import Events
from apptier.kit.settings import load_settings
from dev.ports import base_environment
from dev.stack import tiers
from dev.stack.devstack import DevStack
from dev.stack.environment import AWS_OWN
from storefront.purging.edge import SETTLE_SECONDS
from tests.integration.cdn_edge import Edge, Wire, edge_before

ROOT = Path(__file__).resolve().parents[2]
SOON = 20.0
"""Seconds within which everything here has to have happened, on a machine that has much else to do."""
PURGER, TELLING = "purger", "purger-of-cdn"
TOLD = b"52.00"


@pytest.fixture(scope="module")
def edge(shop: DevStack) -> Iterator[Edge]:
    """A CDN, and a purger that knows of it."""
    with edge_before(shop, name="varnish-purged") as edge:
        told = {**shop.environment("web"), "VARNISH_ORIGINS": edge.url}
        shop.stop(PURGER)
        shop.start(services=[replace(tiers.purger(told), name=TELLING)])
        try:
            yield edge
        finally:
            shop.stop(TELLING)
            shop.start(PURGER)


@pytest.fixture
def wire(edge: Edge) -> Iterator[Wire]:
    wire = Wire(edge)
    yield wire
    wire.close()


@pytest.fixture
def writer(shop: DevStack, monkeypatch: pytest.MonkeyPatch) -> CatalogWriter:
    environment = shop.environment("backend")
    for name in AWS_OWN:
        monkeypatch.setenv(name, environment[name])
    settings, clock = load_settings(environment), SystemClock()
    return CatalogWriter(Tables(settings), Events(settings, "catalog", clock), clock)


@pytest.fixture
def lamps(writer: CatalogWriter) -> Iterator[tuple[str, str]]:
    """Two products that nothing else of the shop shows."""
    base = uuid.uuid4().hex[:6]
    first, second = (f"lamp-{base}-{number}" for number in (1, 2))
    writer.put_products([lamp(first), lamp(second)])
    yield first, second
    writer.retire([first, second])


def lamp(handle: str, price: int = 4900) -> ProductRecord:
    sku = f"{handle}-A".upper()
    variant = VariantRecord(sku=sku, title="A", options={}, prices={"eu": Price(amount=price)})
    return ProductRecord(handle=handle, title="A lamp", variants=(variant,))


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + SOON
    while not holds():
        assert time.monotonic() < end, "it did not come to be in time"
        time.sleep(0.1)


def test_a_new_price_is_seen_on_all_that_shows_the_product_and_other_pages_stay(
    writer: CatalogWriter, wire: Wire, lamps: tuple[str, str]
) -> None:
    changed, other = lamps
    shows = [f"/ie/en/p/{changed}/", f"/ie/en/fragments/public/cards/?handles={other},{changed}"]
    apart = f"/ie/en/p/{other}/"
    for path in (*shows, apart):
        until(lambda path=path: wire.get(path).hit)  # type: ignore[misc]
        assert TOLD not in wire.get(path).body
    # What the making of the lamps has told is carried out by then.
    time.sleep(3 * SETTLE_SECONDS)
    for path in (*shows, apart):
        until(lambda path=path: wire.get(path).hit)  # type: ignore[misc]

    writer.put_products([lamp(changed, price=5200)])
    began = time.monotonic()
    for path in shows:
        until(lambda path=path: TOLD in wire.get(path).body)  # type: ignore[misc]
    assert time.monotonic() - began < SOON
    for path in shows:
        time.sleep(0.5)
        assert TOLD in wire.get(path).body, "an old page came back"
    assert wire.get(apart).hit, "a page that does not show the product was given up"


def test_a_change_of_flags_is_seen_through_the_cdn(shop: DevStack, edge: Edge, wire: Wire) -> None:
    """The command is told of the CDN as the web tier is in the cloud."""
    told = {**base_environment(), **shop.environment("web"), "VARNISH_ORIGINS": edge.url}

    def flags(*words: str) -> None:
        why = ("--who", "sam", "--reason", "a test")
        subprocess.run(
            [sys.executable, "manage.py", "flags", *words, *why], cwd=ROOT, env=told, check=True, timeout=60
        )

    def themed() -> bool:
        return b'data-theme="harbour"' in wire.get("/ie/en/").body

    until(lambda: wire.get("/ie/en/").hit)
    assert not themed()
    flags("set", "theme", "--variant", "harbour")
    try:
        until(lambda: themed() and wire.get("/ie/en/").hit)
    finally:
        flags("kill", "theme")
    until(lambda: not themed() and wire.get("/ie/en/").hit)
    time.sleep(0.5)
    assert not themed(), "an old page came back"
    flags("revive", "theme")
    flags("set", "theme", "--default")
    until(lambda: wire.get("/ie/en/").hit)
    assert not themed()
