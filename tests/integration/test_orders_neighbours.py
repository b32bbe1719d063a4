"""The order service gets the same from its neighbours whether they run in its process or over HTTP."""

from __future__ import annotations

import pytest

from apptier.inventory import Inventory
from apptier.kit.ids import new_id
from apptier.kit.problems import Problem
from apptier.orders.neighbours import LocalCatalog, LocalPayments, LocalStores
from apptier.orders.ports import PaymentsUnavailable, PaymentWish, RefundRefused
from apptier.orders.remote import RemoteCatalog, RemotePayments, RemoteStores
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

    offers = catalog.offers("eu", "en", [sku, elsewhere, "NO-SUCH-SKU"])
    assert {name: (offer.price, offer.quantity) for name, offer in offers.items()} == {
        sku: (4900, 7),
        elsewhere: (4900, 50),
    }
    assert set(catalog.offers("us", "en", [sku, elsewhere])) == {elsewhere}
    assert catalog.offers("eu", "en", []) == {}

    shown = catalog.describe("eu", "en", sku)
    assert (shown.title, shown.variant_title, shown.image) == (f"Thing {sku}", "Ink / 45 cm", None)
    assert catalog.describe("us", "en", sku) is None
    assert catalog.describe("eu", "en", "NO-SUCH-SKU") is None


def wish(order_id: str) -> PaymentWish:
    return PaymentWish(
        order_id=order_id,
        order_number="SF-7K3M-92QD",
        method="card",
        locale="de",
        amount=500,
        currency="EUR",
        return_url="http://shop.invalid/x",
    )


@pytest.fixture(params=["local", "remote"])
def stores(request: pytest.FixtureRequest, backend: Shop):
    if request.param == "local":
        return LocalStores(backend.tables, backend.clock)
    return RemoteStores(backend.address("stores"))


def test_stores(stores) -> None:
    galway = stores.get("eu", "sto_galway01")
    assert (galway.name, galway.timezone, galway.address.country) == (
        "Fieldnote Galway",
        "Europe/Dublin",
        "IE",
    )
    assert galway.hours
    assert stores.get("us", "sto_galway01") is None
    assert stores.get("eu", "sto_copenha1") is None, "nothing can be picked up there"
    assert stores.get("eu", "sto_nowhere1") is None


def test_a_payment_from_start_to_end(backend: Shop, payments) -> None:
    order_id = new_id("ord")
    started = [payments.start(wish(order_id)) for _ in range(2)]
    assert started[0] == started[1]
    assert started[0].status == "pending"
    assert payments.state(started[0].id) == started[0]
    assert payments.cancel(started[0].id).status == "cancelled"

    approved = payments.start(wish(f"{order_id}x"))
    backend.ask("POST", f"/payments/v1/hosted/{approved.id}/approve")
    assert payments.cancel(approved.id).status == "approved"
    back = [payments.refund(approved.id, 200, "EUR", "out_of_stock", "refund-1") for _ in range(2)]
    assert [state.refunded for state in back] == [200, 200]
    for payment_id, amount in ((approved.id, 301), (started[0].id, 1), ("pay_00000000", 1)):
        with pytest.raises(RefundRefused):
            payments.refund(payment_id, amount, "EUR", "out_of_stock", f"refund-{payment_id}")
    with pytest.raises(PaymentsUnavailable):
        payments.state("pay_00000000")


def test_neighbours_that_are_away(backend: Shop) -> None:
    away = "http://127.0.0.1:9"
    with pytest.raises(PaymentsUnavailable):
        RemotePayments(away, "key").state("pay_00000000")
    with pytest.raises(PaymentsUnavailable):
        RemotePayments(away, "key").refund("pay_00000000", 1, "EUR", "out_of_stock", "key-00001")
    with pytest.raises(Problem) as problem:
        RemoteStores(away).get("eu", "sto_galway01")
    assert problem.value.status == 503
    with pytest.raises(Problem) as problem:
        RemoteCatalog(away, Inventory(backend.tables, backend.clock)).offers("eu", "en", ["SKU-1"])
    assert problem.value.status == 503
