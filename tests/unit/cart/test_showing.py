"""The cart page: everything in it at today's prices, or a sentence that says why there is nothing to see."""

import pytest
from django.http import HttpRequest, HttpResponse

from storefront.core import Gone, NotFound, UpstreamInvalid
from storefront.web.cart_cookie import cart_cookie_name, keep_cart
from storefront.web.regions import region_by_key, within
from tests import samples
from tests.unit.cart.shopper import NO_STORE, text_of
from tests.unit.web.shops import down

URL = "/cart/"


def test_an_empty_cart_says_so_and_asks_nobody(client, twins, settings):
    response = client.get(URL)
    assert response.status_code == 200
    assert "Your cart is empty." in text_of(response)
    assert '<meta name="description" content="What you have chosen' in text_of(response)
    assert response["Cache-Control"] == NO_STORE
    assert twins.orders.calls == []
    assert not {cart_cookie_name(), settings.SESSION_COOKIE_NAME}.intersection(response.cookies)


def test_what_is_in_it_and_what_it_comes_to_with_delivery(shopper, client):
    shopper.add(quantity="2")
    page = text_of(client.get(URL))
    for words in (
        "Meadow cushion",
        "€49.00 each",
        "€98.00",
        "Estimated delivery",
        "€4.95",
        "Estimated total",
        "€102.95",
    ):
        assert words in page
    assert 'href="/ie/en/checkout/"' in page


def test_looking_needs_no_body(shopper, client):
    shopper.add()
    response = client.head(URL)
    assert response.status_code == 200
    assert not response.content


def test_without_quotes_and_stores_the_rest_is_there(shopper, client, twins):
    shopper.add()
    twins.orders.fail(down("orders"), "list_delivery_quotes")
    twins.stores.fail(down("stores"))
    response = client.get(URL)
    assert response.status_code == 200
    assert "€49.00" in text_of(response)
    assert "arrives" not in text_of(response)


@pytest.mark.parametrize("error", [down("orders"), UpstreamInvalid("orders", "get_cart", "nonsense")])
def test_a_cart_that_can_not_be_shown_is_safe(shopper, client, twins, settings, error):
    shopper.add()
    twins.orders.fail(error)
    response = client.get(URL)
    assert response.status_code == 503
    assert "Your cart is safe, but we can't show it right now." in text_of(response)
    assert cart_cookie_name() not in response.cookies
    twins.orders.heal()
    assert "Meadow cushion" in text_of(client.get(URL))


@pytest.mark.parametrize(
    "error", [NotFound("orders", "x", status=404), Gone("orders", "x", status=410, code="cart_expired")]
)
def test_a_cart_that_is_gone_is_said_to_be_and_forgotten(shopper, client, twins, settings, error):
    shopper.add()
    twins.orders.fail(error, "get_cart")
    response = client.get(URL)
    assert response.status_code == 200
    assert "Your earlier cart has expired, so this one is empty." in text_of(response)
    cookie = response.cookies[cart_cookie_name()]
    assert (cookie.value, cookie["max-age"]) == ("", 0)


def test_a_cart_that_was_bought_is_empty_and_forgotten(shopper, client, twins, settings):
    shopper.to_review()
    shopper.place()
    twins.orders.settle(shopper.orders[0].id, "approved")
    response = client.get(URL)
    assert "Your cart is empty." in text_of(response)
    assert response.cookies[cart_cookie_name()].value == ""


@pytest.mark.parametrize("value", ["nonsense", "", "a:b:c", "x" * 3_000, "{}"])
def test_a_cookie_that_is_not_ours_is_no_cart(client, twins, settings, value):
    client.cookies[cart_cookie_name()] = value
    response = client.get(URL)
    assert response.status_code == 200
    assert "Your cart is empty." in text_of(response)
    assert twins.orders.calls == []
    assert ("could not recognise the cart" in text_of(response)) is bool(value)


def test_a_tampered_cookie_is_cleared_with_a_word(shopper, client, twins, settings):
    shopper.add()
    name = cart_cookie_name()
    client.cookies[name] = client.cookies[name].value[:-3] + "xxx"
    response, calls = shopper.calls_of(lambda: client.get(URL))
    assert "We could not recognise the cart this browser remembered" in text_of(response)
    assert response.cookies[name].value == ""
    assert calls == []


def test_an_order_under_way_can_be_looked_at_or_given_up_and_nothing_else(shopper, client):
    shopper.to_review()
    shopper.place()
    page = text_of(client.get(URL))
    order = shopper.orders[0].id
    assert "awaits its payment" in page
    assert f'action="/ie/en/checkout/cancel/{order}/"' in page
    assert "Continue to payment" in page
    assert client.get("/checkout/")["Location"] == f"/ie/en/checkout/return/{order}/"
    assert 'id="quantity-lin' not in page


def test_what_changed_since_it_was_put_in_is_said(shopper, client, twins):
    shopper.add(quantity="2")
    twins.orders.reprice(samples.CUSHION, samples.eur(5900))
    assert "The price was 49.00 EUR when you added it." in text_of(client.get(URL))


@pytest.mark.parametrize("left", [0, 1])
def test_what_can_not_be_bought_stands_in_the_way_of_checking_out(shopper, client, twins, left):
    shopper.add(quantity="2")
    twins.orders.stock(samples.CUSHION, left)
    page = text_of(client.get(URL))
    assert "Change the lines marked on this page" in page
    assert 'href="/ie/en/checkout/"' not in page


def test_without_the_session_table_the_cart_is_there(shopper, client, twins, settings):
    shopper.add()
    twins.sessions.down = True
    response = client.get(URL)
    assert response.status_code == 200
    assert "Meadow cushion" in text_of(response)
    assert settings.SESSION_COOKIE_NAME not in response.cookies


def test_an_empty_cart_names_the_one_in_another_market(shopper, client):
    shopper.add()
    page = " ".join(text_of(client.get("/us/en/cart/")).split())
    assert "Your cart is empty." in page
    assert "You have things in your cart in Ireland." in page
    assert 'href="/ie/en/cart/">Go to that cart' in page
    assert "You have things" not in text_of(client.get(URL))


def test_the_country_chosen_once_is_the_one_that_is_named(shopper, client, settings):
    shopper.add()
    client.cookies[settings.REGION_COOKIE_NAME] = "de-de"
    page = text_of(client.get("/us/ar/cart/"))
    assert 'href="/de/ar/cart/"' in page


@pytest.mark.parametrize("what", ["emptied", "away", "forged"])
def test_a_cart_elsewhere_without_things_is_not_worth_a_word(shopper, client, twins, what):
    shopper.add()
    if what == "emptied":
        cart = shopper.cart
        twins.orders.remove_line(cart=shopper.ref, line_id=cart.lines[0].id, version=cart.version)
    elif what == "away":
        twins.orders.fail(down("orders"), "get_cart")
    else:
        client.cookies[cart_cookie_name("eu")] = "nonsense"
    response = client.get("/us/en/cart/")
    assert response.status_code == 200
    assert "You have things" not in text_of(response)


def test_another_country_of_the_market_offers_its_total(shopper, client):
    shopper.add()
    assert "Show the total for" not in text_of(client.get(URL))
    assert "Show the total for Germany" in text_of(client.get("/de/en/cart/"))
    data = {"country": "DE", "version": shopper.cart.version}
    assert client.post("/de/en/cart/estimate/", data).status_code == 303
    page = text_of(client.get("/de/en/cart/"))
    assert "Delivery to Germany" in page
    assert "Show the total for" not in page


def test_america_is_asked_for_a_zip_code(shopper, client):
    shopper.add()
    response, ref = HttpResponse(), shopper.ref
    with within(region_by_key("us-en")):
        keep_cart(HttpRequest(), response, ref)
    client.cookies[cart_cookie_name("us")] = response.cookies[cart_cookie_name("us")].value
    page = text_of(client.get("/us/en/cart/"))
    assert "ZIP code" in page
    assert "Postcode" not in page


@pytest.mark.parametrize("why", ["empty", "expired", "merged", "closed", "ordered", "elsewhere", "cancelled"])
def test_an_address_says_nothing_that_is_not_so(shopper, client, why):
    shopper.add()
    led = text_of(client.get(f"{URL}?about={why}"))
    for words in ("there is nothing to check out", "Nothing was ordered", "was cancelled", "being paid"):
        assert words not in led
