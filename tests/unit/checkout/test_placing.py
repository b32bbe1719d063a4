"""Placing the order: exactly what was agreed to, once, or nothing at all with the reason."""

import pytest
from msgspec import structs

from storefront.clients.orders import NewOrder
from storefront.core import Conflict, UpstreamInvalid
from storefront.web.cart_cookie import cart_cookie_name
from tests import samples
from tests.paths import ShopClient
from tests.unit.cart.shopper import NO_STORE, Shopper, text_of, title_of
from tests.unit.web.shops import down

CHECKING = "/ie/en/checkout/checking/"


@pytest.fixture
def ready(shopper) -> Shopper:
    shopper.to_review(quantity="2")
    return shopper


@pytest.fixture
def losing(ready, twins, monkeypatch) -> Shopper:
    """The order service places orders, but its answer never arrives, until the test undoes that."""
    place = twins.orders.place_order

    def lost(**asked) -> NewOrder:
        place(**asked)
        raise down("orders")

    monkeypatch.setattr(twins.orders, "place_order", lost)
    return ready


def retry_of(response) -> dict[str, str]:
    page = text_of(response)
    assert 'action="/ie/en/checkout/place/"' in page
    values = ("version", "amount", "currency", "region")
    return {name: page.split(f'name="{name}" value="', 1)[1].split('"', 1)[0] for name in values}


def nothing_ordered(shopper: Shopper, response, sentence: str) -> None:
    assert response.status_code == 409
    assert sentence in text_of(response)
    assert "Nothing was ordered" in text_of(response)
    assert title_of(response).startswith("Error: Review your order")
    assert response["Cache-Control"] == NO_STORE
    assert shopper.orders == []
    assert shopper.cart.status == "open"


def test_the_order_is_placed_and_the_shopper_sent_to_pay(ready):
    response = ready.place()
    order = ready.orders[0]
    assert (response.status_code, response["Location"]) == (303, order.payment.redirect_url)
    assert response["Location"].startswith("http://payments.invalid/")
    assert (order.status, order.totals.total) == ("awaiting_payment", samples.eur(2 * 4900 + 495))
    assert ready.cart.status == "ordering"


@pytest.mark.parametrize(
    "page",
    [
        "https://evil.example/",
        "http://payments.invalid.evil.example/",
        "http://payments.invalid@evil.example/",
        "https://payments.invalid/",
        "http://payments.invalid:81/",
        "//payments.invalid/",
        "javascript:alert(1)//",
        "http://[oops/",
    ],
)
def test_nobody_is_sent_to_pay_anywhere_else(ready, twins, page):
    twins.orders._payment_page = page
    response = ready.place()
    assert response.status_code == 202
    assert "We are checking your order" in text_of(response)
    assert "Pay €" not in text_of(response)
    assert page not in text_of(response)


def test_the_same_agreement_twice_is_one_order(ready):
    agreed = ready.agreed()
    first, second = ready.place(agreed), ready.place(agreed)
    assert first["Location"] == second["Location"]
    assert len(ready.orders) == 1


def test_the_browser_then_sees_its_order(ready, client, twins):
    ready.place()
    order = ready.orders[0]
    twins.orders.settle(order.id, "approved")
    assert order.number in text_of(client.get(f"/orders/{order.id}/"))


@pytest.mark.parametrize("error", [down("orders"), UpstreamInvalid("orders", "place_order", "nonsense")])
def test_an_order_that_never_arrived_is_said_to_be_checked(ready, twins, error):
    twins.orders.fail(error, "place_order")
    response = ready.place()
    assert response.status_code == 202
    assert "We are checking your order" in text_of(response)
    assert "This can't place a second order" in text_of(response)
    assert response["Cache-Control"] == NO_STORE
    twins.orders.heal()
    assert ready.place(retry_of(response)).status_code == 303
    assert len(ready.orders) == 1


def test_an_answer_that_was_lost_is_found_by_asking_again(losing, monkeypatch):
    response = losing.place()
    assert response.status_code == 202
    assert len(losing.orders) == 1
    assert losing.place(retry_of(response)).status_code == 202
    monkeypatch.undo()
    found = losing.place(retry_of(response))
    assert (found.status_code, found["Location"]) == (303, losing.orders[0].payment.redirect_url)
    assert len(losing.orders) == 1


def test_what_was_agreed_to_is_kept_before_anything_is_asked(ready, twins, monkeypatch):
    place, kept = twins.orders.place_order, []

    def dying(**asked) -> NewOrder:
        kept.extend(dict(one.data) for one in twins.sessions.sessions.values())
        return place(**asked)

    monkeypatch.setattr(twins.orders, "place_order", dying)
    ready.place()
    assert any("placing:eu" in data for data in kept)


@pytest.mark.parametrize("path", ["/checkout/", "/checkout/review/", "/checkout/contact/"])
def test_after_a_lost_answer_every_way_leads_to_asking_again(losing, client, monkeypatch, path):
    agreed = losing.agreed()
    losing.place(agreed)
    assert client.get(path)["Location"] == CHECKING
    response = client.get(CHECKING)
    assert response.status_code == 202
    assert retry_of(response) == agreed
    assert f'content="4; url={CHECKING}"' in text_of(response)
    monkeypatch.undo()
    assert client.get(CHECKING)["Location"] == losing.orders[0].payment.redirect_url
    assert client.get(path)["Location"] == f"/ie/en/checkout/return/{losing.orders[0].id}/"
    assert len(losing.orders) == 1


@pytest.mark.parametrize("other", [{"version": "2"}, {"amount": "1"}])
def test_an_old_tab_does_not_hide_the_order_whose_answer_was_lost(losing, client, monkeypatch, other):
    agreed = losing.agreed()
    losing.place(agreed)
    monkeypatch.undo()
    stale = losing.place({**agreed, **other})
    assert (stale.status_code, stale["Location"]) == (303, CHECKING)
    assert client.get(CHECKING)["Location"] == losing.orders[0].payment.redirect_url
    assert len(losing.orders) == 1


def test_an_order_that_is_just_being_placed_is_said_to_be_checked(ready, twins):
    busy = Conflict("orders", "place_order", status=409, code="request_in_progress")
    twins.orders.fail(busy, "place_order")
    response = ready.place()
    assert response.status_code == 202
    twins.orders.heal()
    assert ready.place(retry_of(response)).status_code == 303


def test_a_cart_that_another_browser_is_paying_is_found_by_who_agreed_to_the_same(ready, client, settings):
    agreed = ready.agreed()
    second = Shopper(ShopClient(), ready.twins)
    cart = client.cookies[cart_cookie_name()].value
    second.client.cookies[cart_cookie_name()] = cart
    second.place(agreed)
    response = ready.place({**agreed, "amount": "1"})
    assert (response.status_code, response["Location"]) == (303, CHECKING)
    # It agreed to the same cart for the same total, so it is this shopper's order too.
    assert client.get(CHECKING)["Location"] == ready.orders[0].payment.redirect_url
    assert len(ready.orders) == 1


def test_there_is_nothing_to_check_without_an_order_under_way(ready, client):
    assert client.get(CHECKING)["Location"] == "/ie/en/checkout/review/"
    assert ready.orders == []
    client.cookies.clear()
    assert client.get(CHECKING)["Location"] == "/ie/en/checkout/"


def test_another_price_is_agreed_to_anew(ready, twins):
    agreed = ready.agreed()
    twins.orders.reprice(samples.CUSHION, samples.eur(5900))
    nothing_ordered(ready, ready.place(agreed), "The total has changed.")
    assert "€122.95" in text_of(ready.client.get("/checkout/review/"))
    assert ready.place().status_code == 303
    assert ready.orders[0].totals.total == samples.eur(2 * 5900 + 495)


def test_a_cart_that_was_changed_in_another_tab(ready):
    agreed = ready.agreed()
    ready.change("3")
    nothing_ordered(ready, ready.place(agreed), "Your cart was changed since you looked at it.")
    assert ready.place().status_code == 303


@pytest.mark.parametrize(
    ("left", "sentence"), [(0, "Meadow cushion is sold out."), (1, "Meadow cushion: only 1 left.")]
)
def test_sold_to_somebody_else_meanwhile(ready, twins, left, sentence):
    agreed = ready.agreed()
    twins.orders.stock(samples.CUSHION, left)
    response = ready.place(agreed)
    nothing_ordered(ready, response, sentence)
    assert 'action="/ie/en/checkout/place/"' not in text_of(response)
    assert 'href="/ie/en/cart/"' in text_of(response)


def test_an_order_without_all_its_details_is_not_placed(shopper):
    shopper.add()
    cart = shopper.cart
    total = cart.totals.total
    asked = {"version": str(cart.version), "amount": str(total.amount), "currency": total.currency}
    response = shopper.place({**asked, "region": "ie-en"})
    assert (response.status_code, response["Location"]) == (303, "/ie/en/checkout/")
    assert shopper.orders == []
    assert shopper.cart == cart


@pytest.mark.parametrize(
    "change",
    [
        {"version": ""}, {"version": "abc"}, {"version": "-1"}, {"version": "²"}, {"version": "9" * 5000},
        {"amount": ""}, {"amount": "1.5"}, {"amount": "-1"}, {"amount": "9" * 5000},
        {"currency": ""}, {"currency": "eur"}, {"currency": "<b>"}, {"region": ""}, {"region": "//evil"},
    ],
)  # fmt: skip
def test_an_agreement_that_is_none_orders_nothing(ready, change):
    response, calls = ready.calls_of(lambda: ready.place({**ready.agreed(), **change}))
    assert (response.status_code, response["Location"]) == (303, "/ie/en/checkout/")
    assert "place_order" not in calls
    assert ready.orders == []


@pytest.mark.parametrize("change", [{"amount": "1"}, {"currency": "USD"}])
def test_nobody_names_a_price_of_their_own(ready, change):
    nothing_ordered(ready, ready.place({**ready.agreed(), **change}), "The total has changed.")


def test_a_cart_that_expired_meanwhile(ready, client, twins):
    agreed = ready.agreed()
    twins.orders.expire(ready.ref.id)
    response = ready.place(agreed)
    assert (response.status_code, response["Location"]) == (303, "/ie/en/cart/")
    assert "Nothing was ordered and nothing was charged" in text_of(client.get(response["Location"]))
    assert ready.orders == []


def test_without_a_cart_nothing_is_placed(client, twins):
    response = client.post("/checkout/place/", {"version": "1", "amount": "1", "currency": "EUR"})
    assert (response.status_code, response["Location"]) == (303, "/ie/en/checkout/")
    assert twins.orders.calls == []


def test_a_guest_buys_without_the_session_table(ready, client, twins, settings):
    agreed = ready.agreed()
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    twins.sessions.down = True
    first, second = ready.place(agreed), ready.place(agreed)
    assert first.status_code == second.status_code == 303
    assert first["Location"] == second["Location"]
    assert len(ready.orders) == 1
    assert settings.SESSION_COOKIE_NAME not in first.cookies
    assert client.cookies[settings.SESSION_COOKIE_NAME].value == session


def test_two_browsers_with_one_cart_place_one_order(ready, settings):
    agreed = ready.agreed()
    second = Shopper(ShopClient(), ready.twins)
    cart = ready.client.cookies[cart_cookie_name()].value
    second.client.cookies[cart_cookie_name()] = cart
    assert ready.place(agreed)["Location"] == second.place(agreed)["Location"]
    assert len(ready.orders) == 1


def test_the_review_page_may_send_its_form_on_to_the_payment_page_only(ready, client):
    policy = client.get("/checkout/review/")["Content-Security-Policy"]
    allowed = next(part for part in policy.split(";") if part.strip().startswith("form-action"))
    assert allowed.split()[1:] == ["'self'", "http://payments.invalid"]
    assert "payments.invalid" not in client.get("/cart/")["Content-Security-Policy"]


def test_an_order_that_needs_no_more_paying_is_shown(ready, client, twins, monkeypatch):
    place = twins.orders.place_order

    def paid_at_once(**asked) -> NewOrder:
        placed = place(**asked)
        return structs.replace(placed, order=twins.orders.settle(placed.order.id, "approved"))

    monkeypatch.setattr(twins.orders, "place_order", paid_at_once)
    assert ready.place()["Location"] == f"/ie/en/orders/{ready.orders[0].id}/"


def test_sessions_that_fail_after_the_order_was_placed_keep_nobody_from_paying(
    ready, client, twins, monkeypatch
):
    place = twins.orders.place_order

    def then_down(**asked) -> NewOrder:
        twins.sessions.down = True
        return place(**asked)

    agreed = ready.agreed()
    monkeypatch.setattr(twins.orders, "place_order", then_down)
    response = ready.place(agreed)
    order = ready.orders[0]
    assert (response.status_code, response["Location"]) == (303, order.payment.redirect_url)
    assert client.get(f"/checkout/return/{order.id}/").status_code == 202


def test_payment_returns_to_no_other_market_than_the_cart_s(ready):
    response = ready.place({**ready.agreed(), "region": "us-en"})
    assert (response.status_code, response["Location"]) == (303, "/ie/en/checkout/")
    assert ready.orders == []
