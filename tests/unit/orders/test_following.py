"""An order after it was bought: how far it is, what went otherwise, and the same again."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests import samples
from tests.paths import ShopClient
from tests.unit.cart.shopper import Shopper, text_of, title_of
from tests.unit.web.shops import down


@pytest.fixture
def bought(shopper, twins) -> Shopper:
    shopper.to_review(samples.VASE, "3")
    shopper.place()
    twins.orders.settle(shopper.orders[0].id, "approved")
    return shopper


def look(shopper: Shopper):
    return shopper.client.get(f"/orders/{shopper.orders[0].id}/")


def again(shopper: Shopper):
    return shopper.client.post(f"/orders/{shopper.orders[0].id}/again/")


@pytest.mark.parametrize(
    ("event", "title", "step"),
    [
        ("preparing", "paid, being packed", "Being packed"),
        ("shipped", "on its way", "Handed to the carrier"),
        ("ready_for_pickup", "ready to be picked up", "Ready to be picked up"),
        ("delivered", "delivered", "Delivered"),
        ("collected", "picked up", "Picked up"),
    ],
)
def test_how_far_it_is_and_what_has_happened(bought, twins, event, title, step):
    order = bought.orders[0]
    twins.orders._keep(replace(order, placed_at=order.placed_at - timedelta(hours=1)))
    twins.orders.fulfil(order.id, event)
    response = look(bought)
    page = text_of(response)
    assert title_of(response).startswith(f"Order {order.number}: {title}")
    for words in ("Ordered", "Paid", step):
        assert f"<strong>{words}</strong>" in page


def test_the_parcel_can_be_followed(bought, twins):
    assert "Follow the parcel" not in text_of(look(bought))
    twins.orders.fulfil(bought.orders[0].id, "shipped")
    page = text_of(look(bought))
    assert "CE123456789IE" in page
    assert 'href="https://www.anpost.example/CE123456789IE"' in page


def test_what_comes_later_is_said_clearly(bought, twins):
    twins.orders.run_short(bought.orders[0].id, 1, "backorder")
    page = text_of(look(bought))
    assert "Part of your order comes later." in page
    assert "1 comes later" in page


def test_what_goes_back_is_said_with_its_amount(bought, twins):
    twins.orders.run_short(bought.orders[0].id, 1, "refund")
    page = text_of(look(bought))
    assert "Part of your order could not be sent. €39.00 goes back to you." in page
    assert "1 could not be sent; its price goes back to you" in page
    assert "Goes back to you" in page


def test_an_order_of_which_nothing_is_left_gives_all_of_it_back(bought, twins):
    twins.orders.run_short(bought.orders[0].id, 3, "refund")
    response = look(bought)
    assert title_of(response).startswith(f"Order {bought.orders[0].number}: could not be sent")
    assert "We are refunding the full €117.00." in text_of(response)


def test_what_is_picked_up_names_the_store(shopper, client, twins):
    shopper.add()
    shopper.contact()
    data = {"by": "pickup", "store_id": "sto_galway01", "version": shopper.cart.version}
    client.post("/checkout/delivery/", data)
    shopper.place()
    twins.orders.settle(shopper.orders[0].id, "approved")
    page = text_of(look(shopper))
    for words in ("Pick up in", "4 Quay Lane", "Bring the order number"):
        assert words in page
    assert "Goes to" not in page


def test_how_to_come_back_is_said(bought):
    page = text_of(look(bought))
    assert f"Keep the number {bought.orders[0].number}" in page
    assert 'href="/ie/en/orders/"' in page


# --- the same again ---------------------------------------------------------------------------------------


def test_the_same_again_fills_a_cart(bought, client):
    client.get(f"/checkout/return/{bought.orders[0].id}/")
    response = again(bought)
    assert (response.status_code, response["Location"]) == (303, "/ie/en/cart/")
    assert [(line.sku, line.quantity) for line in bought.cart.lines] == [(samples.VASE, 3)]
    assert "Everything of that order is in your cart" in text_of(client.get("/cart/"))


def test_pressing_it_twice_fills_it_once(bought, client):
    client.get(f"/checkout/return/{bought.orders[0].id}/")
    bought.add()
    again(bought)
    again(bought)
    assert bought.cart.item_count == 4


@pytest.mark.parametrize(
    ("left", "sentence"),
    [(0, "Ember vase is sold out and was left out."), (2, "Ember vase: only 2 of 3 could be added.")],
)
def test_what_can_not_be_had_is_left_out_and_named(bought, client, twins, left, sentence):
    twins.orders.stock(samples.VASE, left)
    assert again(bought).status_code == 303
    assert sentence in text_of(client.get("/cart/"))


def test_somebody_else_can_not_order_it_again(bought):
    stranger = ShopClient()
    before = len(bought.twins.orders.calls)
    assert stranger.post(f"/orders/{bought.orders[0].id}/again/").status_code == 404
    assert bought.twins.orders.calls[before:] == []


def test_while_another_order_is_being_paid_the_cart_takes_nothing(bought, client, twins):
    bought.to_review()
    bought.place()
    assert again(bought)["Location"] == "/ie/en/cart/"
    assert "order is being paid" in text_of(client.get("/cart/"))


def test_while_the_order_service_is_away_it_says_so(bought, client, twins):
    bought.add()
    twins.orders.fail(down("orders"), "add_order_lines")
    response = again(bought)
    assert response["Location"] == f"/ie/en/orders/{bought.orders[0].id}/"
    twins.orders.heal()
    assert "We could not put it into your cart right now." in text_of(client.get(response["Location"]))
