"""Checkout for who is signed in: known by name and by the addresses they keep, and never stopped by it."""

import re

import pytest
from django.template.loader import get_template

from storefront.clients.customers import AddressInput
from storefront.clients.shapes import Address
from storefront.core import Conflict
from storefront.web.regions import REGIONS, within
from tests import samples
from tests.unit.cart.shopper import Shopper, text_of, value_of
from tests.unit.cart.test_adding import HTMX
from tests.unit.web.shops import down, sign_in_browser

URL = "/ie/en/checkout/delivery/"
BERLIN = Address(line1="Invalidenstr. 116", city="Berlin", postcode="10115", country="DE")
AUSTIN = Address(line1="500 Congress Ave", city="Austin", region="TX", postcode="78701", country="US")
CORK = {"line1": "1 Grand Parade", "city": "Cork", "postcode": "T12 AB12", "country": "IE"}


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
