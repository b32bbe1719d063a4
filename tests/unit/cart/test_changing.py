"""Changing a line: done and shown, or not done, with the reason at the line and what was typed kept."""

import re

import pytest

from tests import samples
from tests.unit.cart.shopper import NO_STORE, Shopper, text_of, value_of
from tests.unit.cart.test_adding import HTMX, NO_NUMBERS, NO_QUANTITIES
from tests.unit.web.shops import down

PLAIN = "Please type a whole number from 1 to 99. To take it out, use Remove."
CHANGED = "Your cart was changed in another tab. This is how it is now."


@pytest.fixture
def full(shopper) -> Shopper:
    shopper.add(quantity="2")
    shopper.add(samples.LAST_RUGS)
    return shopper


def typed_in(response, line_id: str) -> str:
    return value_of(response, f"quantity-{line_id}")


def wrong_at(response, line_id: str) -> str:
    found = re.search(rf'id="wrong-{line_id}">(.*?)</p>', text_of(response), re.DOTALL)
    return found.group(1) if found else ""


def test_a_quantity_is_changed(full, client):
    response = full.change("5")
    assert (response.status_code, response["Location"]) == (303, f"/ie/en/cart/#line-{full.cart.lines[0].id}")
    assert [line.quantity for line in full.cart.lines] == [5, 1]
    assert typed_in(client.get("/cart/"), full.cart.lines[0].id) == "5"


def test_htmx_gets_the_cart_alone_and_the_header_is_told(full, client):
    line = full.cart.lines[0]
    data = {"quantity": "5", "version": full.cart.version, "action": "change"}
    response = client.post(f"/cart/lines/{line.id}/", data, headers=HTMX)
    assert response.status_code == 200
    assert response["HX-Trigger"] == "cart:changed"
    assert b"<html" not in response.content
    assert b'id="cart"' in response.content
    assert typed_in(response, line.id) == "5"
    assert f'name="version" value="{full.cart.version}"' in text_of(response)


def test_a_line_is_taken_out(full, client):
    gone = full.cart.lines[0]
    assert gone.title in text_of(client.get("/cart/"))
    assert full.change("", action="remove").status_code == 303
    assert [line.sku for line in full.cart.lines] == [samples.LAST_RUGS]
    client.get("/cart/")  # says so, and offers to put it back
    assert gone.title not in text_of(client.get("/cart/"))


def test_the_last_line_taken_out_leaves_an_empty_cart(shopper, client):
    shopper.add()
    shopper.change("", action="remove")
    page = text_of(client.get("/cart/"))
    assert "Your cart is empty." in page
    assert 'href="/ie/en/checkout/"' not in page


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize("typed", NO_QUANTITIES)
def test_what_is_no_quantity_is_said_and_kept_if_it_is_a_number(full, client, typed, headers):
    before, line = full.cart, full.cart.lines[0]
    data = {"quantity": typed, "version": before.version, "action": "change"}
    response, calls = full.calls_of(lambda: client.post(f"/cart/lines/{line.id}/", data, headers=headers))
    assert response.status_code == 422
    assert wrong_at(response, line.id) == PLAIN
    assert typed_in(response, line.id) == ("" if typed in NO_NUMBERS else typed)
    assert typed_in(response, before.lines[1].id) == "1"
    assert b'"><b>' not in response.content
    assert response["Cache-Control"] == NO_STORE
    assert "change_line" not in calls
    assert full.cart == before


def test_more_than_there_is(full):
    before, line = full.cart, full.cart.lines[1]
    response = full.change("3", line=1)
    assert response.status_code == 409
    assert wrong_at(response, line.id) == "Only 2 of this are left. Choose 2 or fewer."
    assert typed_in(response, line.id) == "3"
    assert full.cart == before


@pytest.mark.parametrize("action", ["change", "remove"])
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_an_old_tab_sees_the_cart_as_it_is_now(full, client, action, headers):
    seen = full.cart
    full.change("7")
    data = {"quantity": "3", "version": seen.version, "action": action}
    response = client.post(f"/cart/lines/{seen.lines[0].id}/", data, headers=headers)
    assert response.status_code == 412
    assert CHANGED in text_of(response)
    assert typed_in(response, seen.lines[0].id) == "7"
    assert full.cart.lines[0].quantity == 7
    assert f'name="version" value="{full.cart.version}"' in text_of(response)


@pytest.mark.parametrize("version", ["", "0", "-1", "abc", "²", "1.0", "9" * 5_000, "9" * 20])
def test_a_version_that_is_none_is_an_old_tab(full, version):
    before = full.cart
    line = before.lines[0]
    data = {"quantity": "3", "version": version, "action": "change"}
    response = full.client.post(f"/cart/lines/{line.id}/", data)
    assert response.status_code == 412
    assert CHANGED in text_of(response)
    assert full.cart == before


@pytest.mark.parametrize("line_id", ["lin_99999999", "nonsense", "%3Cb%3E", "x" * 500])
def test_a_line_that_is_not_there(full, client, line_id):
    before = full.cart
    data = {"quantity": "3", "version": before.version, "action": "change"}
    response = client.post(f"/cart/lines/{line_id}/", data)
    assert response.status_code == 404
    assert "That line is not in your cart any more." in text_of(response)
    assert full.cart == before


def test_without_a_cart_there_is_nothing_to_change(client, twins):
    response = client.post("/cart/lines/lin_00000001/", {"quantity": "3", "version": "1"})
    assert (response.status_code, response["Location"]) == (303, "/ie/en/cart/")
    assert twins.orders.calls == []


def test_a_cart_that_expired_meanwhile(full, client, twins):
    line = full.cart.lines[0]
    twins.orders.expire(full.ref.id)
    response = client.post(f"/cart/lines/{line.id}/", {"quantity": "3", "version": "1"})
    assert response.status_code == 404
    assert "has expired" in text_of(response)


def test_while_its_order_is_being_paid_a_cart_stays_as_it_is(shopper):
    shopper.to_review()
    shopper.place()
    for action in ("change", "remove"):
        response = shopper.change("5", action=action)
        assert response.status_code == 409
        assert "The order of this cart is being paid." in text_of(response)
    assert [line.quantity for line in shopper.cart.lines] == [1]


@pytest.mark.parametrize("action", ["change", "remove"])
def test_while_the_order_service_is_away(full, twins, action):
    line, version = full.cart.lines[0], full.cart.version
    twins.orders.fail(down("orders"))
    data = {"quantity": "3", "version": version, "action": action}
    response = full.client.post(f"/cart/lines/{line.id}/", data)
    assert response.status_code == 503
    assert "Your cart is safe" in text_of(response)
    twins.orders.heal()
    assert full.cart.lines[0].quantity == 2


def test_every_control_of_a_line_has_a_name_by_which_it_keeps_the_focus(full, client):
    page = text_of(client.get("/cart/"))
    for line in full.cart.lines:
        assert f'id="quantity-{line.id}"' in page
        assert f'id="remove-{line.id}"' in page
