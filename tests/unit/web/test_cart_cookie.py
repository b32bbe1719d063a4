"""The cart's cookie: signed, dated, readable with an older key, and never trusted when it was changed."""

import pytest
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from storefront.clients.orders import CartRef
from storefront.core import CartId
from storefront.web.cart_cookie import (
    EXPIRED,
    LOST,
    MAX_AGE_SECONDS,
    cart_cookie_name,
    cart_in,
    cart_of,
    cart_problem,
    forget_all_carts,
    forget_cart,
    keep_cart,
    keep_left,
    left_in,
    settle_cookie,
)
from storefront.web.regions import region_by_key, within

REF = CartRef(CartId("crt_01HZX3V9Q8"), "s" * 43)


def kept(settings, ref: CartRef = REF) -> str:
    response = HttpResponse()
    keep_cart(HttpRequest(), response, ref)
    return response.cookies[cart_cookie_name()].value


def asking(settings, value: str):
    request = RequestFactory().get("/cart/")
    request.COOKIES[cart_cookie_name()] = value
    return request


def test_a_cart_comes_back(settings):
    request = asking(settings, kept(settings))
    assert cart_of(request) == REF
    assert cart_problem(request) == ""


def test_no_cookie_is_no_cart_and_no_problem():
    request = RequestFactory().get("/")
    assert (cart_of(request), cart_problem(request)) == (None, "")


def test_the_cookie_is_guarded(settings):
    response = HttpResponse()
    keep_cart(HttpRequest(), response, REF)
    cookie = response.cookies[cart_cookie_name()]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (
        True,
        "Lax",
        "/",
        "",
    )
    assert cookie["max-age"] == MAX_AGE_SECONDS == 30 * 24 * 3600
    assert len(cookie.OutputString()) < 4_096


def changed(value: str) -> list[str]:
    body, _, signature = value.partition(":")
    return [
        value[:-1] + ("A" if value[-1] != "A" else "B"),
        body,
        ":" + signature,
        "x" * 5_000,
        "é",
        "a:b:c",
        "\x00",
    ]


def test_a_changed_cookie_is_absent_and_said_to_be(settings):
    for value in changed(kept(settings)):
        request = asking(settings, value)
        assert cart_of(request) is None
        assert cart_problem(request) == LOST


@pytest.mark.parametrize("payload", [[], "text", {"id": "x"}, None, 7])
def test_a_payload_of_another_shape_is_absent(settings, payload):
    request = asking(settings, signing.dumps(payload, salt="storefront.cart:c-eu"))
    assert cart_of(request) is None
    assert cart_problem(request) == LOST


def test_a_value_signed_for_something_else_is_absent(settings):
    for salt in ("another", "storefront.cart"):
        value = signing.dumps({"id": REF.id, "secret": REF.secret}, salt=salt)
        request = asking(settings, value)
        assert (cart_of(request), cart_problem(request)) == (None, LOST)


def test_a_value_of_one_market_or_purpose_opens_nothing_in_another(settings):
    value = kept(settings)
    request = RequestFactory().get("/us/en/cart/")
    request.COOKIES |= {cart_cookie_name("us"): value, f"{cart_cookie_name('eu')}-l": value}
    assert cart_in(request, "us") is None
    assert left_in(request) is None
    with within(region_by_key("us-en")):
        assert (cart_of(request), cart_problem(request)) == (None, LOST)


def test_an_old_cookie_is_absent_and_said_to_be_old(settings, monkeypatch):
    value = kept(settings)
    now = signing.time.time()
    monkeypatch.setattr(signing.time, "time", lambda: now + MAX_AGE_SECONDS + 1)
    request = asking(settings, value)
    assert (cart_of(request), cart_problem(request)) == (None, EXPIRED)


def test_a_rotated_key_still_reads(settings):
    value, settings.SECRET_KEY_FALLBACKS = kept(settings), [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key, long enough to be one: 0123456789"
    assert cart_of(asking(settings, value)) == REF


def test_a_broken_cookie_is_cleared_unless_a_new_one_is_set(settings):
    request = asking(settings, "broken")
    assert cart_of(request) is None
    response = HttpResponse()
    settle_cookie(request, response)
    assert response.cookies[cart_cookie_name()].value == ""
    fresh = HttpResponse()
    keep_cart(HttpRequest(), fresh, REF)
    settle_cookie(request, fresh)
    assert fresh.cookies[cart_cookie_name()].value != ""


def test_on_https_forgetting_is_as_guarded_as_keeping(settings):
    settings.CART_COOKIE_NAME, settings.SESSION_COOKIE_SECURE = "__Host-c", True
    response = HttpResponse()
    forget_cart(response)
    assert response.cookies["__Host-c-eu"]["secure"] is True
    assert response.cookies["__Host-c-eu"]["path"] == "/"


def test_the_secret_is_in_no_repr():
    assert REF.secret not in repr(REF)


def test_what_did_not_fit_is_kept_beside_the_cart_and_both_are_forgotten(settings):
    response, other = HttpResponse(), CartRef(CartId("crt_01HZX3V9Q9"), "t" * 43)
    keep_cart(HttpRequest(), response, REF)
    keep_left(HttpRequest(), response, other)
    request = RequestFactory().get("/cart/")
    request.COOKIES |= {name: morsel.value for name, morsel in response.cookies.items()}
    assert (cart_of(request), left_in(request)) == (REF, other)
    assert all(morsel["httponly"] and morsel["samesite"] == "Lax" for morsel in response.cookies.values())

    gone = HttpResponse()
    forget_all_carts(gone)
    assert request.COOKIES.keys() <= gone.cookies.keys()
    assert all(morsel["max-age"] == 0 for morsel in gone.cookies.values())
    assert left_in(RequestFactory().get("/cart/")) is None


def test_a_cookie_of_an_earlier_release_says_nobodys_name_and_opens(settings):
    value = signing.dumps({"id": REF.id, "secret": REF.secret}, salt="storefront.cart:c-eu")
    assert cart_of(asking(settings, value)) == REF
