"""Add to cart: it is in and says so, or it is not in, says why, and keeps what was typed."""

import pytest
from django.http import HttpRequest, HttpResponse

from storefront.clients.orders import CartRef
from storefront.core import Conflict, Invalid
from storefront.web.cart_cookie import MAX_AGE_SECONDS, cart_cookie_name, keep_cart
from tests import samples
from tests.unit.cart.shopper import NO_STORE, text_of, value_of
from tests.unit.web.shops import down

ADD = "/cart/lines/"
HTMX = {"HX-Request": "true"}
NO_NUMBERS = ("abc", "", " ", "１", "1.", "+1", "Infinity", '"><b>')
NO_QUANTITIES = ("0", "-1", "1000000000", "1.5", "1e1", "100", "099", *NO_NUMBERS)


def test_without_script_the_cart_follows_and_says_so(shopper, client):
    response = shopper.add(quantity="2")
    assert (response.status_code, response["Location"]) == (303, "/ie/en/cart/")
    page = text_of(client.get("/cart/"))
    assert "Meadow cushion is in your cart." in page
    assert "€98.00" in page
    assert "is in your cart." not in text_of(client.get("/cart/"))


def test_htmx_gets_the_panel_and_the_header_is_told(client, twins):
    response = client.post(ADD, {"sku": samples.CUSHION, "quantity": "2"}, headers=HTMX)
    assert response.status_code == 200
    assert response["HX-Trigger"] == "cart:changed"
    assert response.content.lstrip().startswith(b'<div id="added"')
    assert "Meadow cushion is in your cart." in text_of(response)
    assert b"<html" not in response.content
    assert response["Cache-Control"] == NO_STORE
    assert client.get("/cart/").content.count(b'class="line"') == 1


def test_the_cookie_is_the_browsers_alone_for_thirty_days(shopper, settings):
    cookie = shopper.add().cookies[cart_cookie_name()]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"
    assert not cookie["domain"]
    assert int(cookie["max-age"]) == MAX_AGE_SECONDS == 30 * 24 * 3600
    assert shopper.ref.secret not in shopper.client.get("/cart/").content.decode()


def test_over_https_the_cookie_is_secure(shopper, settings):
    settings.SESSION_COOKIE_SECURE = True
    assert shopper.add().cookies[cart_cookie_name()]["secure"]


def test_the_same_thing_again_makes_one_line(shopper):
    shopper.add(quantity="2")
    shopper.add(quantity=" 3 ")
    assert [(line.sku, line.quantity) for line in shopper.cart.lines] == [(samples.CUSHION, 5)]


def test_no_quantity_named_is_one(client, shopper):
    client.post(ADD, {"sku": samples.CUSHION})
    assert shopper.cart.item_count == 1


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize("typed", NO_QUANTITIES)
def test_what_is_no_quantity_is_said_and_kept_if_it_is_a_number(shopper, client, twins, typed, headers):
    """Nothing but a number may be the value of a number field (HTML standard)."""
    shopper.add()
    before = shopper.cart
    response, calls = shopper.calls_of(
        lambda: client.post(ADD, {"sku": samples.VASE, "quantity": typed}, headers=headers)
    )
    assert response.status_code == 422
    assert "Not added: Please type a whole number from 1 to 99." in text_of(response)
    assert value_of(response, "quantity-again") == ("" if typed in NO_NUMBERS else typed)
    assert b'"><b>' not in response.content
    assert f'name="sku" value="{samples.VASE}"' in text_of(response)
    assert response["Cache-Control"] == NO_STORE
    assert not {"add_line", "create_cart"}.intersection(calls)
    assert shopper.cart == before


def refused(shopper, sku: str, quantity: str, status: int, sentence: str) -> HttpResponse:
    before = shopper.cart
    response = shopper.add(sku, quantity)
    assert response.status_code == status
    assert sentence in text_of(response)
    assert shopper.cart == before
    return response


def test_more_than_there_is(shopper):
    shopper.add()
    response = refused(shopper, samples.LAST_RUGS, "3", 409, "Only 2 of this are left. Choose 2 or fewer.")
    assert value_of(response, "quantity-again") == "3"


def test_more_than_there_is_together_with_what_is_in(shopper):
    shopper.add(samples.LAST_RUGS, "2")
    refused(shopper, samples.LAST_RUGS, "1", 409, "Only 2 of this are left. Choose 2 or fewer.")


def test_sold_out(shopper):
    shopper.add()
    refused(shopper, samples.SOLD_OUT, "1", 409, "This is sold out.")


def test_more_than_a_line_holds(shopper, twins):
    twins.orders.stock(samples.VASE, 1000)
    shopper.add(samples.VASE, "99")
    refused(shopper, samples.VASE, "1", 422, "A cart holds at most 99 of one thing.")


@pytest.mark.parametrize("sku", ["no-such-thing", "<script>alert(1)</script>", "é" * 500])
def test_something_that_is_not_sold_can_not_be_tried_again(shopper, sku):
    shopper.add()
    response = refused(shopper, sku, "1", 422, "We don't sell this any more, or never did.")
    assert "Try again" not in text_of(response)
    assert b"<script>alert" not in response.content


@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [
        (Invalid("orders", "x", status=422, code="line_limit"), 422, "Your cart is full"),
        (Invalid("orders", "x", status=422, code="validation_failed"), 422, "can't be added"),
        (Conflict("orders", "x", status=409, code="request_in_progress"), 409, "We could not add this"),
        (Conflict("orders", "x", status=409, code="insufficient_stock"), 409, "This is sold out."),
        (down("orders"), 503, "We could not add this right now. Nothing has changed"),
    ],
)
def test_whatever_else_the_order_service_says(shopper, twins, settings, error, status, sentence):
    shopper.add()
    twins.orders.fail(error, "add_line")
    response = shopper.add(samples.VASE, "7")
    assert response.status_code == status
    assert sentence in text_of(response)
    assert value_of(response, "quantity-again") == "7"
    assert cart_cookie_name() not in response.cookies


def test_without_the_session_table_it_is_added_all_the_same(shopper, twins):
    twins.sessions.down = True
    assert shopper.add().status_code == 303
    assert shopper.cart.item_count == 1


@pytest.mark.parametrize("ended", ["expired", "ordered"])
def test_a_cart_that_ended_is_replaced_and_that_is_said(shopper, twins, client, ended):
    shopper.add()
    old = shopper.ref
    if ended == "expired":
        twins.orders.expire(old.id)
    else:
        twins.orders._baskets[old.id].status = "ordered"
    assert shopper.add(samples.VASE).status_code == 303
    assert shopper.ref.id != old.id
    assert [line.sku for line in shopper.cart.lines] == [samples.VASE]
    assert "Your earlier cart had ended, so this is a new one." in text_of(client.get("/cart/"))


def test_somebody_elses_cart_is_neither_shown_nor_changed(shopper, twins, client, settings):
    theirs = twins.orders.create_cart(market="eu", locale="en", idempotency_key="k" * 8)
    twins.orders.add_line(cart=theirs.ref, sku=samples.VASE, quantity=9, idempotency_key="l" * 8)
    forged = HttpResponse()
    keep_cart(HttpRequest(), forged, CartRef(theirs.ref.id, "guessed-secret-" + "x" * 20))
    client.cookies[cart_cookie_name()] = forged.cookies[cart_cookie_name()].value
    assert "Ember vase" not in text_of(client.get("/cart/"))

    client.cookies[cart_cookie_name()] = forged.cookies[cart_cookie_name()].value
    shopper.add()
    assert shopper.ref.id != theirs.ref.id
    assert twins.orders.get_cart(cart=theirs.ref).item_count == 9


def test_a_tampered_cookie_counts_as_none(shopper, client, settings):
    shopper.add()
    name = cart_cookie_name()
    client.cookies[name] = client.cookies[name].value[:-3] + "xxx"
    assert shopper.add(samples.VASE).status_code == 303
    assert [line.sku for line in shopper.cart.lines] == [samples.VASE]


def test_while_its_order_is_being_paid_a_cart_takes_nothing(shopper):
    shopper.to_review()
    shopper.place()
    response = shopper.add(samples.VASE, "2")
    assert response.status_code == 409
    assert "The order of this cart is being paid." in text_of(response)
    assert value_of(response, "quantity-again") == "2"
    assert shopper.cart.item_count == 1


@pytest.mark.parametrize(
    "target", ["https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil", "javascript:alert(1)",
               " //evil.example", "evil.example", "/\t/evil.example", "///evil.example", ""]
)  # fmt: skip
@pytest.mark.parametrize("quantity", ["1", "abc"])
def test_a_form_never_leads_away(client, twins, target, quantity):
    response = client.post(ADD, {"sku": samples.CUSHION, "quantity": quantity, "next": target})
    if response.status_code == 303:
        assert response["Location"] == "/ie/en/cart/"
    else:
        assert f'href="{target}"' not in text_of(response)
        assert f'value="{target}"' not in text_of(response).replace('value=""', "")
        plain = " ".join(text_of(response).split()).replace('" >', '">')
        assert 'href="/ie/en/">Back to the product' in plain


def test_a_path_of_the_shop_leads_back(client, twins):
    back = "/ie/en/p/meadow-cushion/?variant=FN-MEA-INK-45"
    response = client.post(ADD, {"sku": samples.CUSHION, "quantity": "0", "next": back})
    assert f'href="{back}"' in text_of(response)
