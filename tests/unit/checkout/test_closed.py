"""The checkout switched off: carts are kept, nothing new is ordered, and what was ordered goes its way."""

import pytest

from storefront.flags.records import Who
from tests.unit.cart.shopper import NO_STORE, Shopper, text_of, title_of
from tests.unit.cart.test_adding import HTMX
from tests.unit.checkout.test_losing_answers import CHECKING
from tests.unit.web.shops import down

SAM = Who("sam", "Sam Okafor")
CLOSED = "The checkout is closed for a moment"


@pytest.fixture
def ready(shopper) -> Shopper:
    shopper.to_review(quantity="2")
    return shopper


def close(twins) -> None:
    twins.shop.flag_changes.kill("checkout", SAM, "the provider is down")


@pytest.mark.parametrize("step", ["", "contact/", "delivery/", "payment/", "review/"])
def test_every_step_says_so_and_leads_back_to_the_cart(ready, client, twins, step):
    close(twins)
    response = client.get(f"/checkout/{step}")
    assert response.status_code == 503
    assert title_of(response).startswith(CLOSED)
    assert 'href="/ie/en/cart/"' in text_of(response)
    assert int(response["Retry-After"]) > 0
    assert response["Cache-Control"] == NO_STORE


def test_nothing_is_ordered_and_the_cart_is_as_it_was(ready, client, twins):
    agreed, before = ready.agreed(), ready.cart
    close(twins)
    response = ready.place(agreed)
    assert response.status_code == 503
    assert "Nothing was ordered" in text_of(response)
    assert ready.orders == []
    assert ready.cart == before
    assert client.get("/cart/").status_code == 200


def test_a_form_by_htmx_gets_the_sentence(ready, client, twins):
    close(twins)
    response = client.post("/checkout/delivery/", {"action": "option", "option_id": "express"}, headers=HTMX)
    assert response.status_code == 503
    assert "<html" not in text_of(response)
    assert "Nothing was ordered" in text_of(response)


def test_what_was_ordered_before_can_be_paid_and_given_up(ready, client, twins):
    agreed = ready.agreed()
    first = ready.place(agreed)
    close(twins)
    order = ready.orders[0]
    for path in ("/checkout/", "/checkout/review/"):
        assert client.get(path)["Location"] == f"/ie/en/checkout/return/{order.id}/"
    assert ready.place(agreed).status_code == 303
    assert first["Location"] in text_of(client.get(f"/checkout/return/{order.id}/"))
    twins.orders.settle(order.id, "approved")
    assert client.get(f"/checkout/return/{order.id}/")["Location"] == f"/ie/en/orders/{order.id}/"


def test_it_opens_again_with_a_second_person(ready, client, twins):
    close(twins)
    changes = twins.shop.flag_changes
    proposal = changes.revive("checkout", SAM, "it is back").proposal
    assert client.get("/checkout/review/").status_code == 503
    changes.approve(proposal.id, Who("kim", "Kim Lee"))
    assert client.get("/checkout/review/").status_code == 200


@pytest.fixture
def lost(ready, twins) -> Shopper:
    """Somebody whose order never arrived, and whose page asks for it when the checkout has closed."""
    twins.orders.fail(down("orders"), "place_order")
    assert ready.place().status_code == 202
    twins.orders.heal()
    close(twins)
    return ready


def test_a_page_that_asks_for_a_lost_order_places_none_and_says_why(lost, client, twins):
    tries = twins.orders.calls.count("place_order")
    polled = client.get(CHECKING, headers=HTMX)
    response = client.get(polled["HX-Redirect"])
    assert (response.status_code, title_of(response).startswith(CLOSED)) == (202, True)
    assert f'data-hx-get="{polled["HX-Redirect"]}"' in text_of(response)
    assert 'action="/ie/en/checkout/place/"' not in text_of(response)
    assert client.get(polled["HX-Redirect"], headers=HTMX).status_code == 204
    assert title_of(client.get(CHECKING)).startswith(CLOSED)
    assert twins.orders.calls.count("place_order") == tries
    assert lost.orders == []


def test_what_was_sent_is_asked_for_again_once_it_opens(lost, client, twins):
    closed = client.get(CHECKING, headers=HTMX)["HX-Redirect"]
    changes = twins.shop.flag_changes
    changes.approve(changes.revive("checkout", SAM, "it is back").proposal.id, Who("kim", "Kim Lee"))
    target = client.get(closed, headers=HTMX)["HX-Redirect"]
    assert [order.payment.redirect_url for order in lost.orders] == [target]


def test_an_order_that_had_arrived_is_found_while_it_is_closed(ready, client, twins, monkeypatch):
    place = twins.orders.place_order

    def loses_the_answer(**asked):
        place(**asked)
        raise down("orders")

    with monkeypatch.context() as patch:
        patch.setattr(twins.orders, "place_order", loses_the_answer)
        assert ready.place().status_code == 202
    close(twins)
    assert client.get(CHECKING)["Location"] == ready.orders[0].payment.redirect_url
    assert len(ready.orders) == 1
