"""Who a customer's cart and orders open to, until when, and what the shop's own client makes of it."""

from __future__ import annotations

import itertools
from uuid import uuid4

import pytest

from apptier.orders.tests.harness import Shop, at_once, idempotent
from storefront.clients.orders import OrderCode, OrdersClient
from storefront.core import Gone, NotFound, Unauthorized
from storefront.http import RequestsTransport, RestClient, Upstream
from storefront.resilience import Resource
from storefront.telemetry import Telemetry
from tests.integration.my_carts import bearer, code, held, mine

pytest_plugins = ["apptier.orders.tests.plugin"]
_people = itertools.count(1)


@pytest.fixture
def robin() -> str:
    """Somebody who was never here before."""
    return f"owner-{next(_people)}"


# --- closing ----------------------------------------------------------------------------------------------


def test_signing_out_everywhere_closes_the_carts_of_every_market(backend: Shop, robin: str) -> None:
    carts = [mine(backend, robin, backend.filled()), mine(backend, robin, market="us")]
    assert backend.ask("DELETE", "/orders/v1/carts/mine", headers=bearer(backend, robin)).status_code == 204
    for cart in carts:
        assert code(cart.ask("GET")) == (404, "not_found")
    anew = mine(backend, robin)
    assert anew.id == carts[0].id
    assert anew.headers != carts[0].headers
    assert held(anew.refresh()) == held(carts[0].cart)
    assert backend.ask("DELETE", "/orders/v1/carts/mine").status_code == 401


def test_no_write_under_way_brings_an_old_secret_back(backend: Shop, robin: str) -> None:
    cart, skus = mine(backend, robin), [backend.article() for _ in range(9)]

    def act(number: int):
        if number == 4:
            return backend.ask("DELETE", "/orders/v1/carts/mine", headers=bearer(backend, robin))
        return cart.ask("POST", "/lines", at=number, json={"sku": skus[number], "quantity": 1},
                        headers=idempotent())  # fmt: skip

    answers = at_once(9, act)
    assert answers[4].status_code == 204
    assert code(cart.ask("GET")) == (404, "not_found")
    kept = {skus[number] for number, answer in enumerate(answers) if number != 4 and answer.ok}
    assert held(mine(backend, robin).cart).keys() == kept


def test_an_order_under_way_is_asked_for_again_by_its_owner_after_closing(backend: Shop, robin: str) -> None:
    cart, key = mine(backend, robin, backend.filled()), "placed-before-it-closed"
    first = cart.place(key).json()
    backend.ask("DELETE", "/orders/v1/carts/mine", headers=bearer(backend, robin))
    assert code(cart.place(key)) == (404, "not_found")
    cart.headers = bearer(backend, robin)
    assert cart.place(key).json() == first


# --- orders -----------------------------------------------------------------------------------------------


def test_an_order_of_a_customers_cart_is_the_customers_however_it_is_opened(
    backend: Shop, robin: str
) -> None:
    by_secret = mine(backend, robin, backend.filled()).placed()
    listed = backend.ask("GET", "/orders/v1/orders", headers=bearer(backend, robin)).json()["items"]
    assert [one["id"] for one in listed] == [by_secret.id]

    path = f"/orders/v1/orders/{by_secret.id}"
    assert backend.ask("GET", path, headers=bearer(backend, robin)).status_code == 200
    stranger = bearer(backend, f"{robin}-other")
    assert code(backend.ask("GET", path, headers=stranger)) == (404, "not_found")
    assert code(backend.ask("PUT", f"{path}/cancellation", headers=stranger)) == (404, "not_found")
    given_up = backend.ask("PUT", f"{path}/cancellation", headers=bearer(backend, robin))
    assert given_up.json()["status"] == "cancelled"


def test_an_order_of_a_guests_cart_is_the_customers_who_says_so_and_stays_a_guests_else(
    backend: Shop, robin: str
) -> None:
    guest = backend.filled()
    guest.placed()
    signed_in = backend.filled()
    signed_in.headers |= bearer(backend, robin)
    order = signed_in.placed()
    listed = backend.ask("GET", "/orders/v1/orders", headers=bearer(backend, robin)).json()["items"]
    assert [one["id"] for one in listed] == [order.id]


def test_a_customer_orders_the_same_again_without_its_token(backend: Shop, robin: str) -> None:
    sku = backend.article()
    order = mine(backend, robin, backend.filled(sku)).placed()
    basket = backend.basket()
    body = {"order_id": order.id}
    for who, status in ((f"{robin}-other", 404), (robin, 200)):
        headers = basket.headers | bearer(backend, who) | idempotent()
        answer = backend.ask("POST", f"/orders/v1/carts/{basket.id}/order-lines", json=body, headers=headers)
        assert answer.status_code == status, answer.text
    assert held(basket.refresh()) == {sku: 1}


# --- as the shop asks -------------------------------------------------------------------------------------


@pytest.fixture
def shop(backend: Shop) -> OrdersClient:
    """The web tier's client, over a real connection."""
    upstream = Upstream("orders", backend.address("orders"), read_timeout=20.0, attempts=1)
    resource = Resource(upstream.resource, Telemetry())
    return OrdersClient(RestClient(upstream, RequestsTransport(pool_size=2), resource)).within("de")


def test_the_shops_client_opens_merges_undoes_and_closes(
    backend: Shop, shop: OrdersClient, robin: str
) -> None:
    token, place = backend.pool.token(robin), {"market": "eu", "locale": "de"}
    guest = shop.create_cart(idempotency_key=f"cart-of-{robin}-{uuid4().hex}", **place)
    sku = backend.article()
    shop.add_line(cart=guest.ref, sku=sku, quantity=2, idempotency_key=f"line-of-{robin}-{uuid4().hex}")

    opened = shop.open_my_cart(guest=guest.ref, access_token=token, **place)
    assert opened.merge is not None
    assert [(line.sku, line.title, line.quantity) for line in opened.merge.added] == [(sku, f"Ding {sku}", 2)]
    assert shop.get_cart(cart=opened.ref).item_count == 2
    with pytest.raises(Gone) as merged:
        shop.get_cart(cart=guest.ref)
    assert merged.value.code == OrderCode.CART_MERGED

    back = shop.undo_merge(merge_id=opened.merge.id, access_token=token)
    assert back.ref == guest.ref
    assert back.cart.lines[0].title == f"Ding {sku}"
    shop.close_my_carts(access_token=token)
    with pytest.raises(NotFound):
        shop.get_cart(cart=opened.ref)
    with pytest.raises(Unauthorized):
        shop.open_my_cart(access_token="not.a.token", **place)
