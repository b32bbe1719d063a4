"""Exactly once: whatever is lost on the way, the order is found again, and there is never a second one."""

import time
from types import SimpleNamespace
from typing import cast

import pytest
from django.core import signing
from django.test import RequestFactory

from storefront.checkout import intents
from storefront.checkout.intents import Intent
from storefront.clients.orders import NewOrder
from storefront.core import Conflict, Money
from storefront.sessions import MemorySessionTable
from storefront.sessions.backend import SessionStore
from storefront.web.cart_cookie import cart_cookie_name
from storefront.web.requests import ShopRequest
from tests import samples
from tests.paths import ShopClient
from tests.unit.cart.shopper import Shopper, text_of
from tests.unit.cart.test_adding import HTMX
from tests.unit.web.shops import down

CHECKING = "/ie/en/checkout/checking/"


@pytest.fixture
def ready(shopper) -> Shopper:
    shopper.to_review(quantity="2")
    return shopper


class WorkerKilledError(BaseException):
    """The process ends here."""


def killed(shopper: Shopper, monkeypatch, *, before: bool) -> None:
    """Press "Place order", and let the worker die before or after the order service acted."""
    orders = shopper.twins.orders
    place = orders.place_order

    def dies(**asked) -> NewOrder:
        if not before:
            place(**asked)
        raise WorkerKilledError

    agreed = shopper.agreed()
    with monkeypatch.context() as patch:
        patch.setattr(orders, "place_order", dies)
        with pytest.raises(WorkerKilledError):
            shopper.place(agreed)


@pytest.mark.parametrize("path", ["/checkout/", "/checkout/review/", "/checkout/delivery/"])
@pytest.mark.parametrize("sessions_down", [False, True])
def test_after_a_worker_was_killed_any_page_finds_the_order(
    ready, client, twins, monkeypatch, path, sessions_down
):
    twins.sessions.down = sessions_down
    killed(ready, monkeypatch, before=False)
    assert client.get(path)["Location"] == CHECKING
    response = client.get(CHECKING)
    assert response["Location"] == ready.orders[0].payment.redirect_url
    assert len(ready.orders) == 1
    assert client.get(f"/checkout/return/{ready.orders[0].id}/").status_code == 202


@pytest.mark.parametrize("sessions_down", [False, True])
def test_killed_before_anything_happened_it_is_agreed_to_anew(
    ready, client, twins, monkeypatch, sessions_down
):
    twins.sessions.down = sessions_down
    killed(ready, monkeypatch, before=True)
    assert client.get("/checkout/")["Location"] == "/ie/en/checkout/review/"
    assert client.get(CHECKING)["Location"] == "/ie/en/checkout/review/"
    assert ready.orders == []
    assert ready.place().status_code == 303
    assert len(ready.orders) == 1


def test_an_answer_that_the_browser_never_got_is_asked_for_again(ready, client):
    """The order was placed and the answer made, but the browser has none of it."""
    before = {name: morsel.value for name, morsel in client.cookies.items()}
    ready.place()
    order = ready.orders[0]
    client.cookies.clear()
    for name, value in before.items():
        client.cookies[name] = value
    assert client.get("/cart/").status_code == 200
    assert client.get("/checkout/")["Location"] == CHECKING
    assert client.get(CHECKING)["Location"] == order.payment.redirect_url
    assert client.get("/checkout/")["Location"] == f"/ie/en/checkout/return/{order.id}/"
    assert len(ready.orders) == 1


def test_the_session_alone_is_enough_and_so_is_the_cookie(ready, client, settings, monkeypatch):
    killed(ready, monkeypatch, before=False)
    cookie = f"{cart_cookie_name()}-p"
    kept = client.cookies[cookie].value
    del client.cookies[cookie]
    assert client.get("/checkout/")["Location"] == CHECKING
    client.cookies[cookie] = kept
    del client.cookies[settings.SESSION_COOKIE_NAME]
    assert client.get(CHECKING)["Location"] == ready.orders[0].payment.redirect_url


@pytest.mark.parametrize("value", ["", "nonsense", "a:b:c", "x" * 3000])
def test_a_cookie_that_is_not_ours_is_none(ready, client, settings, monkeypatch, value):
    killed(ready, monkeypatch, before=False)
    client.cookies[f"{cart_cookie_name()}-p"] = value
    del client.cookies[settings.SESSION_COOKIE_NAME]
    assert client.get("/checkout/")["Location"] == "/ie/en/cart/"


def test_the_cookie_is_of_one_cart(ready, client, monkeypatch):
    killed(ready, monkeypatch, before=False)
    other = Shopper(ShopClient(), ready.twins)
    other.add(samples.VASE)
    other.client.cookies[f"{cart_cookie_name()}-p"] = client.cookies[f"{cart_cookie_name()}-p"].value
    assert other.client.get("/checkout/")["Location"] == "/ie/en/checkout/contact/"


def asked_of(session, cart_id: str, market: str) -> ShopRequest:
    """A request of one browser, made in one market."""
    request = cast("ShopRequest", RequestFactory().get("/"))
    request.session = session
    request.shop = SimpleNamespace(market=market)
    return request


def test_two_carts_can_be_on_their_way_at_once():
    """One in each market: that one order is known must not lose how to ask for the other."""
    session = SessionStore(table=MemorySessionTable())
    eu, us = (asked_of(session, cart, market) for cart, market in (("crt_eu", "eu"), ("crt_us", "us")))
    euros, dollars = Intent(7, Money(100, "EUR"), "ie-en"), Intent(3, Money(200, "USD"), "us-en")
    intents.write_down(eu, "crt_eu", euros)
    intents.write_down(us, "crt_us", dollars)
    assert intents.written_down(us, "crt_eu") == euros
    intents.write_down(us, "crt_eu", None)  # its page may be opened in the other region
    assert intents.written_down(eu, "crt_eu") is None
    assert intents.written_down(eu, "crt_us") == dollars
    intents.write_down(us, "crt_us2", euros)  # a later cart of the same market takes its place
    assert intents.written_down(us, "crt_us") is None


def test_an_order_that_is_known_leaves_what_another_cart_was_asked(ready, client, twins):
    ready.place()
    order = ready.orders[0]
    del client.cookies[cart_cookie_name()]
    ready.to_review(samples.VASE)
    name = f"{cart_cookie_name()}-p"
    kept = client.cookies[name].value
    assert client.get(f"/checkout/return/{order.id}/").status_code == 202
    assert client.cookies[name].value == kept


# --- the page that waits ----------------------------------------------------------------------------------


@pytest.fixture
def unsure(ready, twins, monkeypatch) -> Shopper:
    """Somebody whose order was placed while its answer, and every further one, is lost."""
    place = twins.orders.place_order

    def lost(**asked) -> NewOrder:
        place(**asked)
        raise down("orders")

    monkeypatch.setattr(twins.orders, "place_order", lost)
    assert ready.place().status_code == 202
    return ready


def test_a_page_that_waits_hears_nothing_until_it_is_known(unsure, client, monkeypatch):
    response = client.get(CHECKING, headers=HTMX)
    assert (response.status_code, response.content) == (204, b"")
    monkeypatch.undo()
    response = client.get(CHECKING, headers=HTMX)
    assert response.status_code == 204
    assert response["HX-Redirect"] == unsure.orders[0].payment.redirect_url


def test_an_order_that_never_arrived_is_asked_for_by_the_page_itself(ready, client, twins):
    twins.orders.fail(down("orders"), "place_order")
    response = ready.place()
    assert response.status_code == 202
    assert f'data-hx-get="{CHECKING}"' in text_of(response)
    assert client.get(CHECKING).status_code == 202
    twins.orders.heal()
    assert client.get(CHECKING)["Location"] == ready.orders[0].payment.redirect_url
    assert len(ready.orders) == 1


def test_what_was_refused_in_the_end_is_said_with_the_total_that_was_agreed_to(ready, client, twins):
    twins.orders.fail(down("orders"), "place_order")
    ready.place()
    twins.orders.heal()
    twins.orders.reprice(samples.CUSHION, samples.eur(5900))
    response = client.get(CHECKING)
    assert response["Location"] == "/ie/en/checkout/review/?outcome=changed"
    page = text_of(client.get(response["Location"]))
    assert "Nothing was ordered" in page
    assert "It is now €122.95" in page
    assert ready.orders == []


def test_what_was_sent_long_ago_is_not_ordered_by_looking(ready, client, twins, monkeypatch):
    twins.orders.fail(down("orders"), "place_order")
    ready.place()
    twins.orders.heal()
    monkeypatch.setattr(intents, "SENT_SECONDS", -1)
    assert client.get(CHECKING)["Location"] == "/ie/en/checkout/review/"
    assert ready.orders == []


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize("away", [("get_cart",), ("get_cart", "place_order"), ("place_order",)])
def test_what_was_only_shown_is_never_ordered_by_looking(ready, client, twins, away, headers):
    """Somebody saw the review page, pressed nothing, and looked here while the service was away."""
    for _ in range(2):
        twins.orders.fail(down("orders"), *away)
        response = client.get(CHECKING, headers=headers)
        assert 'action="/ie/en/checkout/place/"' not in text_of(response)
        twins.orders.heal()
        client.get(CHECKING, headers=headers)
        client.get("/checkout/")
    assert "place_order" not in twins.orders.calls
    assert ready.orders == []


@pytest.mark.parametrize("away", [("place_order",), ("get_cart", "place_order")])
def test_what_was_sent_is_not_asked_for_longer_because_somebody_looks(
    ready, client, twins, monkeypatch, away
):
    agreed = ready.agreed()
    twins.orders.fail(down("orders"), *away)
    ready.place(agreed)
    start = time.time()
    for minutes in (5, 10, 14):
        monkeypatch.setattr(signing, "time", SimpleNamespace(time=lambda m=minutes: start + 60 * m))
        page = client.get(CHECKING)
        assert page.status_code == 202
        assert 'action="/ie/en/checkout/place/"' in text_of(page)
    monkeypatch.setattr(signing, "time", SimpleNamespace(time=lambda: start + 60 * 16))
    twins.orders.heal()
    assert client.get(CHECKING)["Location"] == "/ie/en/checkout/review/"
    assert ready.orders == []


def test_one_that_is_just_being_placed_is_waited_for(unsure, client, twins, monkeypatch):
    monkeypatch.undo()
    twins.orders.fail(Conflict("orders", "x", status=409, code="request_in_progress"), "place_order")
    assert client.get(CHECKING).status_code == 202


def test_while_the_order_service_is_away_the_page_waits(unsure, client, twins):
    twins.orders.fail(down("orders"))
    assert client.get(CHECKING).status_code == 202
    assert client.get(CHECKING, headers=HTMX).status_code == 204


def test_an_order_that_was_paid_meanwhile_is_shown_and_not_paid_again(unsure, client, twins, monkeypatch):
    monkeypatch.undo()
    order = unsure.orders[0]
    twins.orders.settle(order.id, "approved")
    assert client.get(CHECKING)["Location"] == f"/ie/en/orders/{order.id}/"
    assert client.get(f"/orders/{order.id}/").status_code == 200


def test_one_that_was_declined_meanwhile_can_be_tried_again(unsure, client, twins, monkeypatch):
    monkeypatch.undo()
    twins.orders.settle(unsure.orders[0].id, "declined")
    assert client.get("/checkout/")["Location"] == "/ie/en/checkout/review/"
    assert unsure.place().status_code == 303
    assert [order.status for order in unsure.orders] == ["payment_failed", "awaiting_payment"]


def test_a_page_that_follows_the_payment_leaves_when_it_is_known(ready, client, twins):
    ready.place()
    back = f"/checkout/return/{ready.orders[0].id}/"
    assert client.get(back, headers=HTMX).status_code == 204
    twins.orders.settle(ready.orders[0].id, "approved")
    response = client.get(back, headers=HTMX)
    assert response["HX-Redirect"] == f"/ie/en/orders/{ready.orders[0].id}/"


def test_another_language_meanwhile_asks_for_the_same_order(unsure, client, monkeypatch):
    monkeypatch.undo()
    response = client.get("/ie/de/checkout/checking/")
    assert response["Location"] == unsure.orders[0].payment.redirect_url
    assert len(unsure.orders) == 1


def test_going_back_after_the_order_shows_that_it_was_ordered(ready, client, twins):
    ready.place()
    order = ready.orders[0]
    twins.orders.settle(order.id, "approved")
    # The browser never came back from the payment page: the old tab leads to the order.
    assert client.get("/checkout/review/")["Location"] == f"/ie/en/checkout/return/{order.id}/"
    client.get(f"/checkout/return/{order.id}/")
    assert "See your latest order" in text_of(client.get("/cart/"))
