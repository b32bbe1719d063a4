"""Nobody pays a total that they did not agree to: what changed is said, and the button is pressed anew."""

import re

import pytest

from storefront.clients.orders.fake_deals import Deal
from storefront.core import Conflict, FieldProblem, Invalid
from storefront.web import promo_codes
from storefront.web.counters import AllowanceEach
from tests import samples
from tests.unit.cart.shopper import Shopper, summary_of, text_of, value_of
from tests.unit.web.shops import down


@pytest.fixture
def ready(shopper) -> Shopper:
    shopper.to_review(quantity="2")
    return shopper


def test_a_new_price_is_shown_from_old_to_new_with_its_reason(ready, twins):
    agreed = ready.agreed()
    twins.orders.reprice(samples.CUSHION, samples.eur(5900))
    response = ready.place(agreed)
    assert response.status_code == 409
    summary = summary_of(response)
    for words in ("You agreed to", "€102.95", "It is now €122.95", "Meadow cushion: The price was 49.00 EUR"):
        assert words in summary
    assert "Place order at the new total, €122.95" in text_of(response)
    assert ready.orders == []


def test_agreeing_to_the_old_total_again_does_not_help(ready, twins):
    agreed = ready.agreed()
    twins.orders.reprice(samples.CUSHION, samples.eur(5900))
    assert [ready.place(agreed).status_code for _ in range(3)] == [409, 409, 409]
    assert ready.orders == []
    assert ready.place().status_code == 303


def test_an_offer_that_ended_is_a_change_too(ready, client, twins):
    twins.orders.promote(Deal("now", "percentage", "10% off today", percent=10))
    agreed = ready.agreed()
    assert agreed["amount"] == "9315"
    twins.orders.end_deal("now")
    response = ready.place(agreed)
    assert response.status_code == 409
    assert "It is now €102.95" in summary_of(response)
    assert ready.orders == []


def test_a_lower_total_is_agreed_to_as_well(ready, twins):
    agreed = ready.agreed()
    twins.orders.reprice(samples.CUSHION, samples.eur(4000))
    assert "It is now €84.95" in summary_of(ready.place(agreed))


@pytest.mark.parametrize(
    ("pointer", "sentence"),
    [
        ("/fulfilment", "The store does not offer pick-up any more."),
        ("/totals/total", "An order has to cost something."),
        ("/contact", "Something is still missing."),
    ],
)
def test_what_is_missing_is_named(ready, twins, pointer, sentence):
    problem = FieldProblem(pointer, "missing", "x")
    refused = Conflict("orders", "x", status=409, code="cart_incomplete", errors=(problem,))
    twins.orders.fail(refused, "place_order")
    response = ready.place()
    assert response.status_code == 409
    assert sentence in summary_of(response)


@pytest.mark.parametrize(
    "refused",
    [
        Invalid("orders", "x", status=422, code="idempotency_key_reused"),
        Invalid("orders", "x", status=422, code="validation_failed"),
        Invalid("orders", "x", status=400, code="bad_request"),
        Conflict("orders", "x", status=409, code="anything_else"),
    ],
)
def test_whatever_is_refused_there_is_a_page_that_says_nothing_was_ordered(ready, twins, refused):
    twins.orders.fail(refused, "place_order")
    response = ready.place()
    assert response.status_code == 409
    assert "Nothing was ordered" in summary_of(response)
    twins.orders.heal()
    assert ready.place().status_code == 303


def test_a_code_can_be_used_here_too(ready, client):
    data = {"code": "MEADOW10", "version": ready.cart.version}
    response = client.post("/checkout/code/", data)
    assert (response.status_code, response["Location"]) == (303, "/ie/en/checkout/review/#promo")
    page = text_of(client.get("/checkout/review/"))
    assert "10% off your order is applied." in page
    assert "Place order and pay €93.15" in page


@pytest.mark.parametrize(("typed", "status"), [("NONSENSE", 422), ("", 422)])
def test_a_code_that_is_none_is_said_beside_the_field(ready, client, typed, status):
    response = client.post("/checkout/code/", {"code": typed, "version": ready.cart.version})
    assert response.status_code == status
    assert re.search(r'id="code-error">\w', text_of(response))
    assert value_of(response, "code") == typed
    assert "Place order and pay €102.95" in text_of(response)


def test_codes_can_not_be_guessed_here_either(ready, client, monkeypatch):
    monkeypatch.setattr(promo_codes, "_tries", AllowanceEach("none", 0, lambda: 30.0))
    response = client.post("/checkout/code/", {"code": "MEADOW10", "version": ready.cart.version})
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    assert re.search(r'id="code-error">That was tried very often', text_of(response))
    assert ready.cart.codes == ()


def test_a_code_while_it_can_not_be_checked(ready, client, twins):
    twins.orders.fail(down("orders"), "apply_code")
    response = client.post("/checkout/code/", {"code": "MEADOW10", "version": ready.cart.version})
    assert response.status_code == 503
    assert "We could not check it right now." in text_of(response)


def test_the_button_says_what_is_happening_once_pressed(ready, client):
    page = text_of(client.get("/checkout/review/"))
    form = page[page.index('action="/ie/en/checkout/place/"') :]
    assert 'data-busy="Placing your order…"' in form
    assert 'data-behaviour="once"' in form


def test_terms_are_one_link_away(ready, client):
    assert 'href="/ie/en/pages/terms/"' in text_of(client.get("/checkout/review/"))
