"""The order service gets the same from its neighbours whether they run in its process or over HTTP."""

from __future__ import annotations

import pytest

from apptier.inventory import Inventory
from apptier.kit.ids import new_id
from apptier.kit.problems import Problem
from apptier.orders.neighbours import LocalCatalog, LocalPayments
from apptier.orders.ports import PaymentsUnavailable
from apptier.orders.remote import RemoteCatalog, RemotePayments
from apptier.orders.tests.harness import Shop

pytest_plugins = ["apptier.orders.tests.plugin"]


@pytest.fixture(params=["local", "remote"])
def catalog(request: pytest.FixtureRequest, backend: Shop):
    if request.param == "local":
        return LocalCatalog(backend.tables, backend.clock)
    return RemoteCatalog(backend.address("catalog"), Inventory(backend.tables, backend.clock))


@pytest.fixture(params=["local", "remote"])
def payments(request: pytest.FixtureRequest, backend: Shop):
    if request.param == "local":
        return LocalPayments(backend.settings, backend.tables, backend.clock)
    return RemotePayments(backend.address("payments"), backend.settings.service_key)


def test_offers_and_names(backend: Shop, catalog) -> None:
    sku, elsewhere = backend.article(7, price=4900), backend.article(us_price=100)

    offers = catalog.offers("eu", [sku, elsewhere, "NO-SUCH-SKU"])
    assert {name: (offer.price, offer.quantity) for name, offer in offers.items()} == {
        sku: (4900, 7),
        elsewhere: (4900, 50),
    }
    assert set(catalog.offers("us", [sku, elsewhere])) == {elsewhere}
    assert catalog.offers("eu", []) == {}

    shown = catalog.describe("eu", "en", sku)
    assert (shown.title, shown.variant_title, shown.image) == (f"Thing {sku}", "Ink / 45 cm", None)
    assert catalog.describe("us", "en", sku) is None
    assert catalog.describe("eu", "en", "NO-SUCH-SKU") is None


def test_a_payment_from_start_to_end(backend: Shop, payments) -> None:
    order_id = new_id("ord")
    started = [payments.start(order_id, 500, "EUR", "http://shop.invalid/x") for _ in range(2)]
    assert started[0] == started[1]
    assert started[0].status == "pending"
    assert payments.state(started[0].id) == started[0]
    assert payments.cancel(started[0].id).status == "cancelled"

    approved = payments.start(f"{order_id}x", 500, "EUR", "http://shop.invalid/x")
    backend.ask("POST", f"/payments/v1/hosted/{approved.id}/approve")
    assert payments.cancel(approved.id).status == "approved"
    with pytest.raises(PaymentsUnavailable):
        payments.state("pay_00000000")


def test_neighbours_that_are_away(backend: Shop) -> None:
    away = "http://127.0.0.1:9"
    with pytest.raises(PaymentsUnavailable):
        RemotePayments(away, "key").state("pay_00000000")
    with pytest.raises(Problem) as problem:
        RemoteCatalog(away, Inventory(backend.tables, backend.clock)).offers("eu", ["SKU-1"])
    assert problem.value.status == 503
