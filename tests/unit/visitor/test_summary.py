"""The header's personal fragment: always an answer, never stored, never anybody else's."""

import re
from html import unescape

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from storefront.core import Gone, NotFound
from storefront.sessions.backend import SessionStore
from storefront.web.cart_cookie import cart_cookie_name, keep_cart
from storefront.web.notices import add_notice
from tests import samples
from tests.unit.web.shops import down, sign_in_browser

URL = "/fragments/personal/summary/"


@pytest.fixture
def with_cart(client, twins, settings):
    new = twins.orders.create_cart(market="eu", locale="en", idempotency_key="k" * 8)
    twins.orders.add_line(cart=new.ref, sku=samples.CUSHION, quantity=3, idempotency_key="l" * 8)
    response = HttpResponse()
    keep_cart(HttpRequest(), response, new.ref)
    client.cookies[cart_cookie_name()] = response.cookies[cart_cookie_name()].value
    return new.ref


def with_notices(client, twins, settings, *texts: str) -> SessionStore:
    request = RequestFactory().get("/")
    request.session = SessionStore(None, twins.sessions)
    for text in texts:
        add_notice(request, text)
    request.session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = request.session.session_key
    return request.session


def text_of(response) -> str:
    return unescape(response.content.decode())


def test_a_stranger_has_nothing_in_the_cart(client, twins):
    response = client.get(URL)
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store"
    assert not response.cookies
    assert "get_cart" not in twins.orders.calls


def test_the_number_in_the_cart(client, twins, with_cart):
    assert ">3<" in text_of(client.get(URL))


def test_without_the_cart_service_there_is_no_number(client, twins, with_cart):
    twins.orders.fail(down("orders"))
    response = client.get(URL)
    assert response.status_code == 200
    assert ">3<" not in text_of(response)
    assert not response.cookies


@pytest.mark.parametrize("error", [NotFound("orders", "x", status=404), Gone("orders", "x", status=410)])
def test_a_cart_that_is_gone_is_forgotten(client, twins, with_cart, settings, error):
    twins.orders.fail(error)
    response = client.get(URL)
    assert response.cookies[cart_cookie_name()].value == ""


def test_a_tampered_cookie_counts_as_none_and_is_cleared_with_a_word(client, twins, with_cart, settings):
    name = cart_cookie_name()
    client.cookies[name] = client.cookies[name].value[:-2] + "xx"
    response = client.get(URL)
    assert "could not recognise the cart" in text_of(response)
    assert response.cookies[name].value == ""
    assert "get_cart" not in twins.orders.calls[-1:]
    assert twins.sessions.calls == []


def test_notices_are_shown_once(client, twins, settings):
    with_notices(client, twins, settings, "First.", "Second.")
    text = text_of(client.get(URL))
    assert text.index("First.") < text.index("Second.")
    assert "First." not in text_of(client.get(URL))


def test_a_notice_is_text_and_not_markup(client, twins, settings):
    with_notices(client, twins, settings, "<script>alert(1)</script>")
    assert b"<script>alert" not in client.get(URL).content


def test_without_the_session_table_the_rest_is_there(client, twins, with_cart, settings):
    session = with_notices(client, twins, settings, "First.")
    twins.sessions.down = True
    response = client.get(URL)
    assert ">3<" in text_of(response)
    assert not response.cookies
    twins.sessions.down = False
    assert SessionStore(session.session_key, twins.sessions).keys()


# --- who is signed in --------------------------------------------------------------------------------------

IN_HEADER = {"HX-Request": "true", "HX-Target": "summary"}


def test_the_header_says_who_is_signed_in(client, twins):
    sign_in_browser(client, twins, name="<b>Robin</b> Byrne")
    response = client.get(URL, headers=IN_HEADER)
    page = response.content.decode()
    assert page.count("<bdi>&lt;b&gt;Robin&lt;/b&gt;</bdi>") == 2  # in the bar, and in the menu of phones
    assert 'id="who"' in page
    assert response["Cache-Control"] == "private, no-store"


def test_who_has_told_no_name_is_called_by_their_address(client, twins):
    sign_in_browser(client, twins, name="", email="robin@example.com")
    assert "<bdi>robin</bdi>" in text_of(client.get(URL, headers=IN_HEADER))


def test_the_menu_of_phones_says_it_too_and_lets_one_sign_out(client, twins):
    sign_in_browser(client, twins, name="Robin Byrne")
    page = text_of(client.get(URL, headers=IN_HEADER))
    assert re.search(
        r'<li id="menu-who".*<bdi>Robin</bdi>.*action="/ie/en/account/sign-out/"', page, re.DOTALL
    )
    assert 'id="menu-who"' in text_of(client.get("/"))
    assert "Sign out" not in text_of(client.get("/"))


def test_a_stranger_has_no_name(client, twins):
    assert 'id="who"' not in text_of(client.get(URL, headers=IN_HEADER))


def test_a_frame_without_a_place_for_the_name_is_sent_none(client, twins):
    """htmx would look for the place and complain."""
    sign_in_browser(client, twins)
    assert 'id="who"' not in text_of(client.get(URL, headers={"HX-Request": "true"}))


def test_without_the_session_table_there_is_no_name_and_no_error(client, twins):
    sign_in_browser(client, twins)
    twins.sessions.down = True
    response = client.get(URL, headers=IN_HEADER)
    assert response.status_code == 200
    assert 'id="who"' not in text_of(response)
    assert not response.cookies


def test_the_header_has_the_same_link_for_everybody_and_its_place(client, twins):
    page = text_of(client.get("/"))
    assert page.count('href="/ie/en/account/"') == 2  # in the menu for phones, in the bar for the rest
    assert '<span class="header__who" id="who">Account</span>' in page
    assert 'id="summary"' in page
