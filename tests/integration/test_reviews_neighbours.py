"""Whether somebody is a buyer: the order service's own answer, in the same process and over HTTP."""

from __future__ import annotations

import pytest

from apptier.orders.tests.harness import CONTACT, Shop
from apptier.reviews.neighbours import LocalOrders, LocalProducts, RemoteOrders, RemoteProducts
from apptier.reviews.ports import NotKnown, OrdersPort

pytest_plugins = ["apptier.orders.tests.plugin"]


@pytest.fixture(params=["local", "remote"])
def orders(request: pytest.FixtureRequest, backend: Shop) -> OrdersPort:
    if request.param == "remote":
        return RemoteOrders(backend.address("orders"), backend.settings.service_key)
    return LocalOrders(backend.settings, backend.tables, backend.clock)


def handle_of(sku: str) -> str:
    return f"thing-{sku.lower()}"


def test_a_buyer_is_one_who_knows_number_and_address_of_a_paid_order(
    backend: Shop, orders: OrdersPort
) -> None:
    sku, other = backend.article(), backend.article()
    bought = backend.filled(sku).placed()
    number, email = bought.first["order"]["number"], CONTACT["email"]

    assert not orders.bought(number, email, handle_of(sku)), "it is not paid yet"
    assert bought.answer_page("approve").status_code < 400
    assert bought.settled() == "placed"

    assert orders.bought(number, email, handle_of(sku))
    assert orders.bought(number.lower().replace("-", " "), email.upper(), handle_of(sku))
    assert not orders.bought(number, email, handle_of(other))
    assert not orders.bought(number, "sam@example.com", handle_of(sku))
    assert not orders.bought("SF-AAAA-AAAA", email, handle_of(sku))


def test_guessing_ends_in_a_plain_no(backend: Shop, orders: OrdersPort) -> None:
    sku = backend.article()
    bought = backend.filled(sku).placed()
    bought.answer_page("approve")
    assert bought.settled() == "placed"
    number = bought.first["order"]["number"]
    for guess in range(11):
        assert not orders.bought(number, f"guess{guess}@example.com", handle_of(sku))
    assert not orders.bought(number, CONTACT["email"], handle_of(sku))


def test_an_order_service_that_is_away_is_no_answer() -> None:
    with pytest.raises(NotKnown):
        RemoteOrders("http://127.0.0.1:9/orders/v1", "key").bought("SF-AAAA-AAAA", "a@example.com", "thing")


def test_a_product_is_sold_if_some_market_sells_it(backend: Shop) -> None:
    handle = handle_of(backend.article())
    for products in (
        LocalProducts(backend.tables, backend.clock),
        RemoteProducts(backend.address("catalog")),
    ):
        assert products.sold(handle)
        assert not products.sold("no-such-thing")
