"""The order of who is signed in: theirs from every browser, and never lost with a session."""

import pytest

from storefront.core import Unauthorized
from tests import samples
from tests.paths import ShopClient
from tests.unit.cart.shopper import Shopper, text_of, title_of
from tests.unit.cart.test_adding import HTMX
from tests.unit.web.shops import down, sign_in_browser

# --- the order --------------------------------------------------------------------------------------------


def ordered(shopper: Shopper) -> list[str]:
    listed = shopper.twins.orders.list_orders(access_token=samples.ROBIN_TOKEN).items
    return [one.id for one in listed]


def test_the_order_is_the_customers(robin):
    robin.to_review()
    assert robin.place().status_code == 303
    assert ordered(robin) == [robin.orders[0].id]


def test_an_order_of_a_guests_cart_is_the_customers_who_has_signed_in_meanwhile(shopper, twins):
    shopper.to_review()
    sign_in_browser(shopper.client, twins)
    assert shopper.place().status_code == 303
    assert ordered(shopper) == [shopper.orders[0].id]


def test_while_sessions_are_away_it_is_ordered_by_the_carts_secret(robin, twins):
    robin.to_review()
    agreed = robin.agreed()
    twins.sessions.down = True
    assert robin.place(agreed).status_code == 303
    # The cart is the customer's, so the order is too.
    assert ordered(robin) == [robin.orders[0].id]


def test_a_token_that_ended_a_moment_ago_does_not_stop_the_order(robin, twins, monkeypatch):
    robin.to_review()
    place = twins.orders.place_order

    def refusing(**asked):
        if asked["cart"].access_token:
            raise Unauthorized("orders", "place_order", status=401, code="unauthorized")
        return place(**asked)

    monkeypatch.setattr(type(twins.orders), "place_order", lambda _self, **asked: refusing(**asked))
    assert robin.place().status_code == 303
    assert len(robin.orders) == 1


def test_without_the_identity_provider_it_is_ordered_all_the_same(shopper, twins):
    session = sign_in_browser(shopper.client, twins)
    shopper.add()
    kept = session["tokens"]
    session["tokens"] = kept | {"until": 1}
    session.save()
    twins.people.fail(down("cognito"))
    shopper.to_review()
    assert shopper.place().status_code == 303
    assert len(shopper.orders) == 1


def test_the_session_ends_at_the_payment_step_and_nothing_is_lost(shopper, twins, settings):
    """R14: 100 of 100 go on where they were, with what they had said; a guest's checkout needs no sign-in."""
    for number in range(100):
        person = Shopper(ShopClient(), twins)
        sign_in_browser(person.client, twins, sub=f"robin-{number}", token=f"token-{number}")
        person.add(samples.CUSHION)
        person.contact(name=f"Robin {number}")
        person.delivery()
        version = person.cart.version
        if number % 2:
            twins.sessions.down = True
        else:
            del person.client.cookies[settings.SESSION_COOKIE_NAME]
        response = person.client.post("/checkout/payment/", {"method": "bank", "version": version})
        assert response["Location"] == "/ie/en/checkout/review/"
        cart = person.cart
        assert (cart.payment_method, cart.contact.name, cart.item_count) == ("bank", f"Robin {number}", 1)
        assert cart.address == samples.ADDRESS
        twins.sessions.down = False
        person.change("1", action="remove")


def test_who_signs_in_from_the_payment_step_comes_back_with_the_whole_cart(shopper, twins, client):
    shopper.add()
    shopper.contact()
    shopper.delivery()
    before = shopper.cart
    sign_in_browser(client, twins)
    client.get("/cart/")
    response = client.get("/checkout/payment/")
    assert title_of(response).startswith("Payment")
    cart = shopper.cart
    assert cart.id != before.id
    assert (cart.contact, cart.address, cart.delivery_option) == (
        before.contact,
        before.address,
        before.delivery_option,
    )


# --- back from the payment page, and the order's own page -------------------------------------------------


@pytest.fixture
def elsewhere(robin, twins) -> Shopper:
    """Robin's other browser, after an order was begun in the first."""
    robin.to_review()
    robin.place()
    other = Shopper(ShopClient(), twins)
    sign_in_browser(other.client, twins)
    return other


def test_another_browser_of_theirs_comes_back_from_the_payment_page(robin, elsewhere, twins):
    order = robin.orders[0].id
    assert elsewhere.client.get(f"/checkout/return/{order}/").status_code == 202
    twins.orders.settle(order, "approved")
    back = elsewhere.client.get(f"/checkout/return/{order}/")
    assert back["Location"] == f"/ie/en/orders/{order}/"


def test_a_page_that_waits_keeps_nobody_signed_in(robin, elsewhere, twins):
    url = f"/checkout/return/{robin.orders[0].id}/"
    sign_in_browser(elsewhere.client, twins, ago=300)
    twins.sessions.calls.clear()
    assert elsewhere.client.get(url, headers=HTMX).status_code == 204
    assert set(twins.sessions.calls) == {"read"}
    assert elsewhere.client.get(url).status_code == 202
    assert "update" in twins.sessions.calls


def test_another_browser_of_theirs_can_pay_or_give_it_up(robin, elsewhere):
    order = robin.orders[0].id
    page = text_of(elsewhere.client.get("/cart/"))
    assert f'action="/ie/en/checkout/cancel/{order}/"' in page
    assert elsewhere.client.get("/checkout/")["Location"] == f"/ie/en/checkout/return/{order}/"
    assert elsewhere.client.post(f"/checkout/cancel/{order}/").status_code == 303
    assert robin.orders[0].status == "cancelled"


def test_somebody_else_who_is_signed_in_finds_nothing(robin, elsewhere, twins):
    order = robin.orders[0].id
    kim = Shopper(ShopClient(), twins)
    sign_in_browser(kim.client, twins, sub="kim", token="kims-token")
    assert kim.client.get(f"/orders/{order}/").status_code == 404
    assert kim.client.post(f"/orders/{order}/again/").status_code == 404
    assert kim.client.post(f"/checkout/cancel/{order}/").status_code == 404
    assert kim.client.get(f"/checkout/return/{order}/")["Location"] == "/ie/en/orders/"
    assert robin.orders[0].status == "awaiting_payment"


def test_an_order_that_there_is_not_looks_the_same_to_who_is_signed_in(robin):
    assert robin.client.get("/orders/ord_99999999/").status_code == 404
    assert robin.client.get("/checkout/return/ord_99999999/")["Location"] == "/ie/en/orders/"


def test_the_owner_sees_the_order_and_orders_it_again_from_anywhere(robin, elsewhere, twins):
    order = robin.orders[0].id
    twins.orders.settle(order, "approved")
    assert robin.orders[0].number in text_of(elsewhere.client.get(f"/orders/{order}/"))
    assert elsewhere.client.post(f"/orders/{order}/again/")["Location"] == "/ie/en/cart/"
    assert [line.sku for line in elsewhere.cart.lines] == [samples.CUSHION]
    assert elsewhere.twins.orders.open_my_cart(
        market="eu", locale="en", access_token=samples.ROBIN_TOKEN
    ).cart.id == elsewhere.cart.id  # fmt: skip


def test_a_cart_that_was_closed_meanwhile_says_where_the_order_is(robin, twins, settings):
    robin.to_review()
    agreed = robin.agreed()
    twins.orders.close_my_carts(access_token=samples.ROBIN_TOKEN)
    del robin.client.cookies[settings.SESSION_COOKIE_NAME]  # signed out here, too
    assert robin.place(agreed)["Location"] == "/ie/en/cart/"
    assert "We can't open this cart any more." in text_of(robin.client.get("/cart/"))


def test_signing_out_in_another_browser_stops_no_checkout_here(robin, twins):
    robin.to_review()
    agreed, before = robin.agreed(), robin.ref
    twins.orders.close_my_carts(access_token=samples.ROBIN_TOKEN)
    for step in ("contact", "delivery", "payment", "review"):
        twins.orders.close_my_carts(access_token=samples.ROBIN_TOKEN)
        page = robin.client.get(f"/checkout/{step}/")
        assert (page.status_code, robin.ref.id) == (200, before.id)
    twins.orders.close_my_carts(access_token=samples.ROBIN_TOKEN)
    assert robin.place(agreed).status_code == 409  # to be agreed to once more
    assert robin.place()["Location"].startswith("http")
