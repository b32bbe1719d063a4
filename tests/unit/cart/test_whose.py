"""Whose cart a browser opens: nobody else's who is signed in, and none that was signed out of."""

import pytest
from django.conf import settings as site
from django.http import HttpResponse

from storefront.web.cart_cookie import cart_cookie_name
from storefront.web.list_cookie import keep_list
from tests import samples
from tests.paths import ShopClient
from tests.unit.cart.conftest import EMAIL, PASSWORD
from tests.unit.cart.shopper import Shopper, text_of
from tests.unit.cart.test_merging import enter, held, opened_by, sign_in
from tests.unit.web.shops import down, sign_in_browser

KIM_IN = {"sub": "kim", "token": "kim", "email": "kim@example.com", "name": "Kim Moss"}


def kims_browser(twins, cookies) -> Shopper:
    """Kim's, who is signed in and has the cart cookies of another browser."""
    kim = Shopper(ShopClient(), twins)
    sign_in_browser(kim.client, twins, **KIM_IN)
    carts = {name: one for name, one in cookies.items() if name.startswith(cart_cookie_name("eu"))}
    kim.client.cookies.update(carts)
    return kim


@pytest.mark.parametrize("url", ["/checkout/contact/", "/checkout/", "/cart/", "/cart/?about=empty"])
def test_a_customers_cart_opens_to_nobody_else_who_is_signed_in(shopper, own, twins, url):
    sign_in(shopper)
    shopper.to_review()
    before = shopper.cart
    kim = kims_browser(twins, shopper.client.cookies)
    page = text_of(kim.client.get(url, follow=True))
    for theirs in ("robin@example.com", "Robin Byrne", "Harbour Street", "Ember vase"):
        assert theirs not in page
    assert twins.orders.get_cart(cart=shopper.ref) == before
    assert kim.ref is None or kim.ref.id != own.id


def test_nothing_is_written_into_a_cart_of_somebody_else(shopper, own, twins):
    sign_in(shopper)
    shopper.add()
    before = shopper.cart
    kim = kims_browser(twins, shopper.client.cookies)
    version = str(before.version)
    kim.client.post(f"/cart/lines/{before.lines[0].id}/", {"quantity": "9", "version": version})
    kim.client.post("/cart/code/", {"code": "MEADOW10", "version": version})
    kim.client.post(
        "/checkout/contact/", {"email": "kim@example.com", "name": "Kim Moss", "version": version}
    )
    kim.client.post("/checkout/place/", {"version": version})
    assert kim.add(samples.LAST_RUGS).status_code == 303
    assert shopper.cart == before
    assert held(kim) == {samples.LAST_RUGS: 1}


def test_what_did_not_fit_is_nobody_elses_either(shopper, own, twins, monkeypatch):
    monkeypatch.setattr("storefront.clients.orders.fake_mine.MOST_LINES", 1)
    shopper.add()
    sign_in(shopper)
    shopper.client.get("/cart/")
    monkeypatch.setattr("storefront.clients.orders.fake_mine.MOST_LINES", 89)
    kim = kims_browser(twins, shopper.client.cookies)
    for _ in range(2):
        kim.client.get("/cart/")
    assert held(kim) == {}


def test_a_cookie_of_somebody_else_is_taken_off_the_browser(shopper, own, twins):
    sign_in(shopper)
    shopper.add()
    kim = kims_browser(twins, shopper.client.cookies)
    kim.client.get("/fragments/personal/summary/")
    assert kim.ref is None


def test_the_cart_goes_on_and_stays_whose_it_is_while_nobody_is_signed_in(shopper, own, twins, settings):
    sign_in(shopper)
    shopper.add()
    del shopper.client.cookies[settings.SESSION_COOKIE_NAME]
    assert shopper.add(samples.LAST_RUGS).status_code == 303
    assert held(shopper) == {samples.VASE: 3, samples.CUSHION: 1, samples.LAST_RUGS: 1}
    sign_in_browser(shopper.client, twins, **KIM_IN)
    assert "Ember vase" not in text_of(shopper.client.get("/cart/"))


def test_a_sign_in_while_the_order_service_is_away_leaves_nobody_elses_cart(shopper, own, twins, settings):
    sign_in(shopper)
    shopper.add()
    del shopper.client.cookies[settings.SESSION_COOKIE_NAME]  # that sign-in has ended
    twins.people.add("kim@example.com", PASSWORD, "Kim")
    twins.orders.fail(down("orders"))
    shopper.client.post("/account/sign-in/", {"email": "kim@example.com", "password": PASSWORD})
    twins.orders.heal()
    assert "Ember vase" not in text_of(shopper.client.get("/cart/"))


def test_the_cart_is_still_theirs_after_the_key_was_changed(shopper, own, settings):
    sign_in(shopper)
    shopper.add()
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key, long enough to be one: 0123456789"
    before = opened_by(shopper)
    assert "Ember vase" in text_of(shopper.client.get("/cart/"))
    assert opened_by(shopper) == before


# --- after a sign-out -------------------------------------------------------------------------------------

LATE = [
    ("/cart/lines/", {"sku": samples.VASE, "quantity": "1"}),
    ("/cart/estimate/", {"country": "IE", "postcode": "", "version": "2"}),
    ("/checkout/contact/", {"email": "robin@example.com", "name": "Robin Byrne", "version": "2"}),
    ("/checkout/place/", {"version": "2", "amount": "4900", "currency": "EUR", "region": "ie-en"}),
]


@pytest.mark.parametrize(("path", "data"), LATE)
@pytest.mark.parametrize("how", ["out", "another"])
def test_what_was_under_way_at_a_sign_out_brings_no_cart_back(shopper, account, twins, path, data, how):
    """A form whose last byte comes after the sign-out still has the cookies of before."""
    twins.orders._owner_of = lambda _token: "robin"
    shopper.add()
    enter(shopper)
    shopper.contact()
    late = Shopper(ShopClient(), twins)
    late.client.cookies.update(shopper.client.cookies)
    if how == "out":
        assert shopper.client.post("/account/sign-out/").status_code == 303
    else:
        twins.people.add("kim@example.com", PASSWORD, "Kim")
        shopper.client.post("/account/sign-in/", {"email": "kim@example.com", "password": PASSWORD})
    late.client.post(path, data)
    page = text_of(late.client.get("/cart/")) + text_of(late.client.get("/checkout/contact/", follow=True))
    assert "Meadow cushion" not in page
    assert EMAIL not in page
    assert site.ORDER_COOKIE_NAME not in late.client.cookies


def test_a_request_that_outlives_its_sign_in_opens_no_cart_by_its_token(shopper, account, twins, monkeypatch):
    """It knew who was signed in before that ended, and finds the cart closed after."""
    twins.orders._owner_of = lambda _token: "robin"
    shopper.add()
    enter(shopper)
    late = Shopper(ShopClient(), twins)
    late.client.cookies.update(shopper.client.cookies)
    add_line = twins.orders.add_line

    def outlived(**asked):
        monkeypatch.setattr(twins.orders, "add_line", add_line)
        assert shopper.client.post("/account/sign-out/").status_code == 303
        return add_line(**asked)

    monkeypatch.setattr(twins.orders, "add_line", outlived)
    late.add(samples.VASE)
    assert "Meadow cushion" not in text_of(late.client.get("/cart/"))


def test_signing_out_works_without_the_order_service(shopper, account, twins):
    shopper.add()
    enter(shopper)
    twins.orders.fail(down("orders"))
    assert shopper.client.post("/account/sign-out/").status_code == 303
    assert shopper.ref is None


# What another browser of theirs does next, and where it says how the cart is.
NEXT = {
    "look": lambda other: other.client.get("/cart/"),
    "header": lambda other: other.client.get("/fragments/personal/summary/"),
    "add": lambda other: other.add(),
    "change": lambda other: other.client.post(
        f"/cart/lines/{other.line}/", {"quantity": "2", "version": str(other.version), "action": "change"}
    ),
    "code": lambda other: other.client.post("/cart/code/", {"code": "X", "version": str(other.version)}),
}


@pytest.mark.parametrize("act", NEXT)
def test_another_browser_of_theirs_goes_on_with_the_cart(shopper, own, twins, act):
    sign_in(shopper)
    shopper.add()
    shopper.line, shopper.version = shopper.cart.lines[0].id, shopper.cart.version
    twins.orders.close_my_carts(access_token=samples.ROBIN_TOKEN)  # by signing out in another browser
    page = text_of(NEXT[act](shopper))
    assert "expired" not in page
    assert "not in your cart any more" not in page
    assert shopper.ref.id == own.id
    assert held(shopper).keys() == {samples.VASE, samples.CUSHION}
    page = text_of(shopper.client.get("/cart/"))
    assert "Ember vase" in page
    assert "so this is a new one" not in page


# --- what else the browser forgets ------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["out", "another"])
def test_what_checkout_asked_about_and_a_list_that_waited_are_forgotten(shopper, account, twins, how):
    twins.orders._owner_of = lambda _token: "robin"
    enter(shopper)
    shopper.to_review()
    beside, saved = f"{cart_cookie_name('eu')}-p", site.LIST_COOKIE_NAME
    answer = HttpResponse()
    made = twins.lists.create_list(idempotency_key="a-guests-list")
    keep_list(answer, made.ref)
    shopper.client.cookies.update(answer.cookies)
    assert {beside, saved} <= shopper.client.cookies.keys()
    if how == "out":
        gone = shopper.client.post("/account/sign-out/")
    else:
        twins.people.add("kim@example.com", PASSWORD, "Kim")
        gone = shopper.client.post("/account/sign-in/", {"email": "kim@example.com", "password": PASSWORD})
        assert "open_my_list" not in twins.lists.calls
    assert (gone.cookies[beside]["max-age"], gone.cookies[saved]["max-age"]) == (0, 0)
