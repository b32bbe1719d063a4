"""Checkout for who is signed in: known by name and by the addresses they keep, and never stopped by it."""

import re

import pytest
from django.template.loader import get_template

from storefront.clients.customers import AddressInput
from storefront.clients.shapes import Address
from storefront.core import Conflict, Unauthorized
from storefront.web.regions import REGIONS, within
from tests import samples
from tests.paths import ShopClient
from tests.unit.cart.shopper import Shopper, text_of, title_of, value_of
from tests.unit.cart.test_adding import HTMX
from tests.unit.web.shops import down, sign_in_browser

URL = "/ie/en/checkout/delivery/"
BERLIN = Address(line1="Invalidenstr. 116", city="Berlin", postcode="10115", country="DE")
AUSTIN = Address(line1="500 Congress Ave", city="Austin", region="TX", postcode="78701", country="US")
CORK = {"line1": "1 Grand Parade", "city": "Cork", "postcode": "T12 AB12", "country": "IE"}


@pytest.fixture
def robin(shopper, twins) -> Shopper:
    """Somebody signed in, with a thing in the cart."""
    sign_in_browser(shopper.client, twins)
    shopper.add()
    return shopper


def keep(twins, label: str, address: Address) -> str:
    given = AddressInput(label=label, name="Robin Byrne", address=address)
    saved = twins.customers.add_address(
        token=samples.ROBIN_TOKEN, address=given, idempotency_key=f"keeps-{label}"
    )
    return saved.id


def book(twins) -> list[Address]:
    return [one.address for one in twins.customers.list_addresses(token=samples.ROBIN_TOKEN).items]


def chosen(response) -> str:
    found = re.search(r'<input type="radio"\s+id="saved-[^"]*"\s+name="saved"\s+value="([^"]*)"[^>]* checked',
                      text_of(response))  # fmt: skip
    return found.group(1) if found else ""


def send(shopper: Shopper, saved: str, **other: str):
    data = {"by": "delivery", "saved": saved, "version": shopper.cart.version, "option_id": "standard"}
    return shopper.client.post(URL, data | other)


# --- who buys ---------------------------------------------------------------------------------------------


def test_checkout_begins_at_where_it_goes(robin, client):
    response = client.get("/checkout/")
    assert response["Location"] == URL
    assert (robin.cart.contact.email, robin.cart.contact.name) == ("robin@example.com", "Robin Byrne")


def test_what_was_said_before_is_not_overwritten(robin, client):
    robin.contact(email="other@example.com", name="Kim")
    client.get("/checkout/")
    assert robin.cart.contact.email == "other@example.com"


def test_the_contact_is_filled_in_and_can_be_changed(robin, client):
    page = client.get("/checkout/contact/")
    assert value_of(page, "email") == "robin@example.com"
    assert value_of(page, "name") == "Robin Byrne"
    assert "You buy as a guest" not in text_of(page)
    assert "checkout-sign-in" not in text_of(page)


def test_who_has_told_us_no_name_is_asked_for_it(shopper, twins, client):
    sign_in_browser(client, twins, name="")
    shopper.add()
    assert client.get("/checkout/")["Location"] == "/ie/en/checkout/contact/"
    assert value_of(client.get("/checkout/contact/"), "email") == "robin@example.com"


@pytest.mark.parametrize("error", [down("orders"), Conflict("orders", "x", status=409, code="cart_locked")])
def test_a_contact_that_can_not_be_taken_now_is_asked_for(robin, client, twins, error):
    twins.orders.fail(error, "set_contact")
    assert client.get("/checkout/")["Location"] == "/ie/en/checkout/contact/"
    assert value_of(client.get("/checkout/contact/"), "name") == "Robin Byrne"


def test_a_guest_finds_a_quiet_way_to_sign_in_and_needs_none(shopper, client):
    shopper.add()
    page = text_of(client.get("/checkout/contact/"))
    assert 'id="checkout-sign-in" href="/ie/en/account/sign-in/?next=%2Fie%2Fen%2Fcheckout%2F"' in page
    assert "You buy as a guest" in page
    shopper.to_review()
    assert shopper.place().status_code == 303


# --- where it goes ----------------------------------------------------------------------------------------


def test_the_newest_address_is_chosen_and_one_press_goes_on(robin, client, twins):
    home = keep(twins, "Home", samples.ADDRESS)
    client.get("/checkout/")
    response = client.get(URL)
    assert chosen(response) == home
    assert "12 Harbour Street, Galway, H91 AB12, Ireland" in text_of(response)
    assert send(robin, home)["Location"] == "/ie/en/checkout/payment/"
    assert robin.cart.address == samples.ADDRESS
    assert chosen(client.get(URL)) == home


def test_only_addresses_that_are_sent_to_are_offered(robin, client, twins):
    keep(twins, "Home", samples.ADDRESS)
    keep(twins, "Austin", AUSTIN)
    client.get("/checkout/")
    page = text_of(client.get(URL))
    assert "12 Harbour Street" in page
    assert "500 Congress Ave" not in page


def test_an_address_in_another_country_changes_the_country(robin, client, twins):
    keep(twins, "Home", samples.ADDRESS)
    berlin = keep(twins, "Berlin", BERLIN)
    client.get("/checkout/")
    assert 'data-hx-vals=\'{"action": "country"}\'' in text_of(client.get(URL)).partition('class="kept"')[2]
    swapped = client.post(URL, {"action": "country", "saved": berlin}, headers=HTMX)
    assert swapped.status_code == 200
    assert value_of(swapped, "country") == "DE"
    assert chosen(swapped) == berlin
    assert send(robin, berlin)["Location"] == "/ie/en/checkout/payment/"
    assert robin.cart.address == BERLIN


def idle(client, twins) -> None:
    """Nobody has said a word for longer than the account waits, and the cart is as it was."""
    sign_in_browser(client, twins, ago=29 * 24 * 3600)


def test_whoever_was_away_for_long_sees_no_kept_address_until_they_sign_in_again(robin, client, twins):
    keep(twins, "Home", samples.ADDRESS)
    client.get("/checkout/")
    idle(client, twins)
    for _press in range(2):
        page = text_of(client.get(URL))
        assert "12 Harbour Street" not in page
        assert 'id="keep"' not in page
        assert (
            'id="open-book" href="/ie/en/account/sign-in/?next=%2Fie%2Fen%2Fcheckout%2Fdelivery%2F&again=1"'
            in page
        )
    sign_in_browser(client, twins)
    page = text_of(client.get(URL))
    assert "12 Harbour Street" in page
    assert "open-book" not in page


def test_whoever_was_away_for_long_can_still_buy(robin, client, twins):
    client.get("/checkout/")
    idle(client, twins)
    assert send(robin, "", keep="yes", **CORK)["Location"] == "/ie/en/checkout/payment/"
    assert book(twins) == []


def test_a_kept_address_that_is_sent_too_late_asks_for_a_sign_in_first(robin, client, twins):
    home = keep(twins, "Home", samples.ADDRESS)
    client.get("/checkout/")
    idle(client, twins)
    response = send(robin, home)
    assert "again=1" in response["Location"]
    assert robin.cart.address is None


def test_another_address_is_typed_and_kept_only_when_asked(robin, client, twins):
    keep(twins, "Home", samples.ADDRESS)
    client.get("/checkout/")
    assert send(robin, "other", **CORK).status_code == 303
    assert book(twins) == [samples.ADDRESS]
    assert chosen(client.get(URL)) == "other"
    assert value_of(client.get(URL), "line1") == "1 Grand Parade"
    for _ in range(2):
        assert send(robin, "other", keep="yes", **CORK).status_code == 303
    assert [one.line1 for one in book(twins)] == ["1 Grand Parade", "12 Harbour Street"]


def ticked(response) -> bool:
    return bool(re.search(r'name="keep"\s+value="yes" checked', text_of(response)))


def test_the_first_address_is_kept_unless_the_tick_is_taken_away(robin, client, twins):
    client.get("/checkout/")
    assert ticked(client.get(URL))
    assert not ticked(client.post(URL, {"action": "country", "country": "IE"}, headers=HTMX))
    assert send(robin, "", **CORK).status_code == 303
    assert book(twins) == []
    assert not ticked(client.get(URL))


def test_no_tick_is_set_where_there_are_addresses_or_may_be(robin, client, twins):
    client.get("/checkout/")
    twins.customers.fail(down("customers"))
    assert not ticked(client.get(URL))
    twins.customers.fail(None)
    keep(twins, "Austin", AUSTIN)
    assert not ticked(client.get(URL))


@pytest.mark.parametrize(("address", "words"), [(BERLIN, "10115 Berlin"), (AUSTIN, "Austin, TX 78701")])
def test_a_kept_address_stands_as_its_country_writes_it(address, words):
    line = get_template("components/address.html").template.module.address_line
    with within(REGIONS[0]):
        assert f", {words}, " in str(line(address))


def test_what_is_wrong_with_another_address_is_said_beside_it(robin, client, twins):
    keep(twins, "Home", samples.ADDRESS)
    client.get("/checkout/")
    response = send(robin, "other", keep="yes", **CORK | {"city": ""})
    assert response.status_code == 422
    assert chosen(response) == "other"
    assert value_of(response, "line1") == "1 Grand Parade"
    assert ticked(response)
    assert book(twins) == [samples.ADDRESS]


def test_a_kept_address_that_is_wrong_can_be_put_right(robin, client, twins):
    old = keep(twins, "Old", Address(line1="1 Old Street", city="Galway", postcode="none", country="IE"))
    client.get("/checkout/")
    response = send(robin, old)
    assert response.status_code == 422
    assert chosen(response) == "other"
    assert value_of(response, "line1") == "1 Old Street"


@pytest.mark.parametrize("saved", ["adr_of_kim_1", "", "<b>", "../.."])
def test_an_address_that_is_none_of_theirs_chooses_nothing(robin, client, twins, saved):
    keep(twins, "Home", samples.ADDRESS)
    client.get("/checkout/")
    assert send(robin, saved).status_code == 422
    assert robin.cart.address is None


def test_without_the_address_book_it_is_typed_as_ever(robin, client, twins):
    keep(twins, "Home", samples.ADDRESS)
    client.get("/checkout/")
    twins.customers.fail(down("customers"))
    page = client.get(URL)
    assert page.status_code == 200
    assert 'name="saved"' not in text_of(page)
    assert send(robin, "other", keep="yes", **CORK)["Location"] == "/ie/en/checkout/payment/"
    assert "we could not put the address into your address book" in text_of(client.get("/checkout/payment/"))


def test_choosing_how_fast_keeps_the_address_that_is_chosen(robin, client, twins):
    home = keep(twins, "Home", samples.ADDRESS)
    client.get("/checkout/")
    data = {"action": "option", "option_id": "express", "saved": home, "version": robin.cart.version}
    response = client.post(URL, data, headers=HTMX)
    assert chosen(response) == home
    assert robin.cart.delivery_option.id == "express"


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
