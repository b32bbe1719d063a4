"""Back from the payment page, by whatever way: the shopper sees where the order stands, and can act on it."""

import pytest

from storefront.clients.orders.fake_deals import Deal
from storefront.core import UpstreamInvalid
from storefront.web.cart_cookie import cart_cookie_name
from tests import samples
from tests.paths import ShopClient
from tests.unit.cart.shopper import NO_STORE, Shopper, text_of
from tests.unit.cart.test_adding import HTMX
from tests.unit.web.shops import down

CANCELLED = "/ie/en/cart/"
FIND = "/ie/en/orders/"


@pytest.fixture
def placed(shopper) -> Shopper:
    shopper.to_review(quantity="2")
    assert shopper.place().status_code == 303
    return shopper


def back(shopper: Shopper):
    return shopper.client.get(f"/checkout/return/{shopper.orders[0].id}/")


def cancel(shopper: Shopper):
    return shopper.client.post(f"/checkout/cancel/{shopper.orders[0].id}/")


def declined(shopper: Shopper) -> str:
    return f"/ie/en/checkout/review/?outcome=declined&order={shopper.orders[0].id}"


def test_a_paid_order_is_confirmed_and_its_cart_forgotten(placed, client, twins, settings):
    order = placed.orders[0]
    twins.orders.settle(order.id, "approved")
    response = back(placed)
    assert (response.status_code, response["Location"]) == (303, f"/ie/en/orders/{order.id}/")
    assert response.cookies[cart_cookie_name()].value == ""
    assert order.number in text_of(client.get(response["Location"]))
    assert "Your cart is empty." in text_of(client.get("/cart/"))


def test_a_new_cart_that_was_begun_meanwhile_is_kept(placed, client, twins, settings):
    old = client.cookies.pop(cart_cookie_name())
    placed.add(samples.VASE)
    assert old.value != client.cookies[cart_cookie_name()].value
    twins.orders.settle(placed.orders[0].id, "approved")
    assert cart_cookie_name() not in back(placed).cookies
    assert [line.sku for line in placed.cart.lines] == [samples.VASE]


def test_a_declined_payment_is_said_and_can_be_tried_again(placed, client, twins):
    twins.orders.settle(placed.orders[0].id, "declined")
    response = back(placed)
    assert (response.status_code, response["Location"]) == (303, declined(placed))
    page = text_of(client.get(response["Location"]))
    assert "Your payment was declined, so nothing was charged." in page
    assert placed.cart.item_count == 2
    assert placed.place().status_code == 303
    assert [order.status for order in placed.orders] == ["payment_failed", "awaiting_payment"]


def test_a_payment_that_is_not_known_yet_is_said_to_be_checked(placed):
    response = back(placed)
    order = placed.orders[0]
    page = text_of(response)
    assert response.status_code == 202
    assert "We are checking your order" in page
    assert order.number in page
    assert f'href="{order.payment.redirect_url}"' in page
    assert f'action="/ie/en/checkout/cancel/{order.id}/"' in page
    assert f'content="8; url=/ie/en/checkout/return/{order.id}/"' in page
    assert response["Cache-Control"] == NO_STORE


def test_waiting_comes_before_paying_again(placed):
    page = text_of(back(placed)).partition('id="checking"')[2].partition("</section>")[0]
    assert "This usually takes a few seconds" in page
    assert 'class="button' not in page
    assert page.index("usually takes") < page.index("Go to the payment page")


def test_a_page_that_waits_leaves_the_session_alone(placed, client, twins):
    url = f"/checkout/return/{placed.orders[0].id}/"
    twins.sessions.calls.clear()
    response = client.get(url, headers=HTMX)
    assert (response.status_code, response.content) == (204, b"")
    assert "HX-Redirect" not in response
    assert twins.sessions.calls == []
    twins.orders.settle(placed.orders[0].id, "approved")
    assert client.get(url, headers=HTMX)["HX-Redirect"] == f"/ie/en/orders/{placed.orders[0].id}/"


@pytest.mark.parametrize("path", ["/checkout/", "/checkout/contact/", "/checkout/review/"])
def test_every_step_leads_to_the_order_that_is_being_paid(placed, client, path):
    response = client.get(path)
    assert (response.status_code, response["Location"]) == (
        303,
        f"/ie/en/checkout/return/{placed.orders[0].id}/",
    )


def test_a_step_of_an_order_that_is_being_paid_changes_nothing(placed):
    response, calls = placed.calls_of(lambda: placed.contact(name="Mallory"))
    assert response["Location"] == f"/ie/en/checkout/return/{placed.orders[0].id}/"
    assert "set_contact" not in calls


def test_an_order_that_is_not_paid_can_be_given_up(placed, client):
    response = cancel(placed)
    assert (response.status_code, response["Location"]) == (303, CANCELLED)
    page = text_of(client.get(CANCELLED))
    assert "The order was cancelled and nothing was charged." in page
    assert 'href="/ie/en/checkout/"' in page
    assert placed.orders[0].status == "cancelled"
    assert placed.cart.status == "open"
    assert back(placed)["Location"] == CANCELLED


def test_giving_up_twice_is_as_good_as_once(placed):
    assert cancel(placed)["Location"] == cancel(placed)["Location"] == CANCELLED


def test_an_order_given_up_can_be_placed_anew(placed):
    cancel(placed)
    assert placed.place().status_code == 303
    assert [order.status for order in placed.orders] == ["cancelled", "awaiting_payment"]


def test_an_order_that_was_paid_meanwhile_is_not_given_up(placed, twins):
    order = placed.orders[0]
    twins.orders.settle(order.id, "approved")
    response = cancel(placed)
    assert (response.status_code, response["Location"]) == (303, f"/ie/en/orders/{order.id}/")
    assert placed.orders[0].status == "placed"


@pytest.mark.parametrize("order_id", ["ord_99999999", "x", "%3Cscript%3E", "x" * 500])
def test_an_order_that_is_not_there(placed, client, order_id):
    back_from_payment = client.get(f"/checkout/return/{order_id}/")
    assert (back_from_payment.status_code, back_from_payment["Location"]) == (303, FIND)
    assert client.post(f"/checkout/cancel/{order_id}/").status_code == 404
    assert placed.orders[0].status == "awaiting_payment"


def test_somebody_elses_order_is_not_there(placed):
    stranger = Shopper(ShopClient(), placed.twins)
    response, calls = placed.calls_of(lambda: back(Shopper(stranger.client, placed.twins)))
    assert (response.status_code, response["Location"]) == (303, FIND)
    assert ["Look it up here" in text_of(stranger.client.get(FIND)) for _ in range(2)] == [True, False]
    assert cancel(stranger).status_code == 404
    assert calls == []
    assert placed.orders[0].status == "awaiting_payment"


def test_with_the_cart_alone_another_browser_learns_nothing_of_the_order(placed, settings):
    other = Shopper(ShopClient(), placed.twins)
    name = cart_cookie_name()
    other.client.cookies[name] = placed.client.cookies[name].value
    response = other.client.get("/checkout/")
    assert (response.status_code, response["Location"]) == (303, "/ie/en/cart/")
    assert "being paid in another browser" in text_of(other.client.get(response["Location"]))
    assert back(other)["Location"] == FIND


@pytest.mark.parametrize("error", [down("orders"), UpstreamInvalid("orders", "get_order", "nonsense")])
def test_while_the_order_service_is_away_the_order_is_being_checked(placed, twins, error):
    twins.orders.fail(error, "get_order")
    response = back(placed)
    assert response.status_code == 202
    assert "We are checking your order" in text_of(response)


def test_giving_up_while_the_order_service_is_away(placed, twins):
    twins.orders.fail(down("orders"))
    response = cancel(placed)
    assert response.status_code == 503
    assert int(response["Retry-After"]) > 0
    twins.orders.heal()
    assert placed.orders[0].status == "awaiting_payment"


@pytest.mark.parametrize("act", [back, cancel])
def test_without_the_session_table_the_order_is_still_the_shopper_s(placed, twins, settings, act):
    twins.sessions.down = True
    response = act(placed)
    assert response.status_code in {202, 303}
    assert settings.SESSION_COOKIE_NAME not in response.cookies


def test_a_code_that_does_not_apply_is_no_news_after_a_declined_payment(shopper, client, twins):
    twins.orders.promote(Deal("big", "amount", "20 euro off", "BIG", amount=2000, minimum=20000))
    shopper.add()
    client.post("/cart/code/", {"code": "BIG", "version": shopper.cart.version})
    for answer in (shopper.contact(), shopper.delivery(), shopper.payment()):
        assert answer.status_code == 303
    shopper.place()
    twins.orders.settle(shopper.orders[0].id, "declined")
    page = text_of(client.get(declined(shopper)))
    assert "Your payment was declined" in page
    assert "BIG:" not in page
    assert page.count("Applies once you add") == 1


@pytest.mark.parametrize("outcome", ["declined", "changed"])
def test_the_review_page_believes_no_address(shopper, client, twins, outcome):
    shopper.to_review()
    address = f"/checkout/review/?outcome={outcome}"
    page = text_of(client.get(address))
    assert "declined" not in page
    assert "Nothing was ordered" not in page
    shopper.place()
    order = shopper.orders[0].id
    shopper.client.post(f"/checkout/cancel/{order}/")
    assert "declined" not in text_of(client.get(f"{address}&order={order}"))


def test_that_an_order_was_cancelled_is_said_once(placed, client):
    cancel(placed)
    words = "The order was cancelled and nothing was charged."
    assert [words in text_of(client.get(CANCELLED)) for _ in range(2)] == [True, False]


def test_while_sessions_are_away_nothing_is_said_and_all_goes_on(placed, client, twins):
    twins.sessions.down = True
    assert cancel(placed)["Location"] == CANCELLED
    page = client.get(CANCELLED)
    assert page.status_code == 200
    assert "was cancelled" not in text_of(page)


def test_an_old_form_leads_to_the_order_that_holds_the_cart_now(shopper, client, settings):
    shopper.to_review()
    first = shopper.agreed()
    shopper.place(first)
    cancel(shopper)
    shopper.place()
    second = shopper.orders[1]
    known = client.cookies[settings.ORDER_COOKIE_NAME].value
    response = shopper.place(first)
    assert (response.status_code, response["Location"]) == (303, f"/ie/en/checkout/return/{second.id}/")
    assert client.cookies[settings.ORDER_COOKIE_NAME].value == known
    assert f'href="{second.payment.redirect_url}"' in text_of(client.get(response["Location"]))
    # So does the way back from the first order's payment page.
    assert back(shopper)["Location"] == f"/ie/en/checkout/return/{second.id}/"
    assert len(shopper.orders) == 2


def test_an_order_given_up_is_not_found_again_for_the_one_whose_answer_was_lost(
    shopper, client, twins, monkeypatch
):
    shopper.to_review()
    shopper.place()
    cancel(shopper)
    agreed, place = shopper.agreed(), twins.orders.place_order

    def lost(**asked):
        place(**asked)
        raise down("orders")

    twins.sessions.down = True
    monkeypatch.setattr(twins.orders, "place_order", lost)
    assert shopper.place(agreed).status_code == 202
    monkeypatch.undo()
    twins.sessions.down = False
    second = shopper.orders[1]
    assert client.get("/checkout/checking/")["Location"] == second.payment.redirect_url
