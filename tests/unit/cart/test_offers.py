"""Codes, offers gained and lost, and where it will go: all of it before anything personal is asked."""

import re

import pytest

from storefront.clients.orders.fake_deals import Deal
from storefront.web import promo_codes
from storefront.web.counters import AllowanceEach
from tests import samples
from tests.unit.cart.shopper import Shopper, text_of, title_of, value_of
from tests.unit.cart.test_adding import HTMX
from tests.unit.web.shops import down

OVER_100 = Deal("over100", "percentage", "5 % off from 100 euro", percent=5, minimum=10000)


@pytest.fixture(autouse=True)
def fresh_tries(monkeypatch) -> None:
    """Each test has tries of its own, and plenty of them."""
    monkeypatch.setattr(promo_codes, "_tries", AllowanceEach("a-test", 1000))


@pytest.fixture
def full(shopper) -> Shopper:
    shopper.add(quantity="2")
    return shopper


def code(shopper: Shopper, typed: str, *, headers=None, **more):
    data = {"code": typed, "version": shopper.cart.version, **more}
    return shopper.client.post("/cart/code/", data, headers=headers or {})


def estimate(shopper: Shopper, country: str, postcode: str, *, headers=None):
    data = {"country": country, "postcode": postcode, "version": shopper.cart.version}
    return shopper.client.post("/cart/estimate/", data, headers=headers or {})


# --- codes ------------------------------------------------------------------------------------------------


def test_a_code_takes_something_off_and_says_so(full, client):
    response = code(full, " meadow10 ")
    assert (response.status_code, response["Location"]) == (303, "/ie/en/cart/#promo")
    page = text_of(client.get("/cart/"))
    assert "10% off your order is applied." in page  # said aloud, once
    for words in ("MEADOW10", "€98.00", "Discount of €9.80, taken off in the total", "−€9.80", "€93.15"):
        assert words in page
    assert page.count("−€9.80") == 1
    assert "Add another code" in page
    assert "10% off your order is applied." not in text_of(client.get("/cart/"))


def test_htmx_gets_the_cart_and_hears_what_was_gained(full):
    response = code(full, "MEADOW10", headers=HTMX)
    assert response.status_code == 200
    announced = re.search(r'data-announce="([^"]*)"', text_of(response))
    assert announced
    assert "10% off your order is applied." in announced.group(1)
    assert "€93.15 in total" in announced.group(1)


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("NONSENSE", "We don't know this one"),
        ("OLD", "This one has ended"),
        ("SOON", "has not started yet"),
        ("GONE", "used as often as it could be"),
        ("", "Please type it as printed"),
        ('"><b>', "Please type it as printed"),
        ("../lines", "Please type it as printed"),
        ("x" * 500, "Please type it as printed"),
    ],
)
def test_a_code_that_can_not_be_used_says_why_beside_the_field(full, typed, sentence, headers):
    before = full.cart
    response = code(full, typed, headers=headers)
    assert response.status_code == 422
    found = re.search(r'id="code-error">(.*?)</p>', text_of(response))
    assert found
    assert sentence in found.group(1)
    assert value_of(response, "code") == typed
    assert 'id="promo-fold" open' in " ".join(text_of(response).split())
    assert b'"><b>' not in response.content
    assert full.cart == before
    if not headers:
        assert title_of(response).startswith("Error: Your cart")


def test_four_codes_are_too_many(full, twins):
    twins.orders.promote(Deal("more", "amount", "1 euro off", "MORE", amount=100))
    for typed in ("MEADOW10", "FIVE", "SENDFREE"):
        assert code(full, typed).status_code == 303
    page = text_of(full.client.get("/cart/"))
    assert "A cart takes three codes. Remove one to use another." in page
    assert "Add another code" not in page
    response = code(full, "MORE")
    assert response.status_code == 422
    assert value_of(response, "code") == "MORE"
    assert "a cart takes three" in text_of(response)


def test_a_code_that_does_not_apply_yet_is_kept_and_says_what_is_missing(full, client, twins):
    twins.orders.promote(Deal("big", "amount", "20 euro off", "BIG", amount=2000, minimum=20000))
    assert code(full, "BIG").status_code == 303
    page = text_of(client.get("/cart/"))
    assert "Applies once you add €102.00 more." in page
    assert "€102.95" in page
    full.change("5")
    page = text_of(client.get("/cart/"))
    assert "20 euro off is applied." in page
    assert "−€20.00" in page


def test_a_code_is_removed(full, client):
    code(full, "MEADOW10")
    assert code(full, "MEADOW10", action="remove").status_code == 303
    page = text_of(client.get("/cart/"))
    assert "10% off your order no longer applies." in page
    assert "€102.95" in page
    assert full.cart.codes == ()


def test_a_code_that_is_in_the_cart_already_says_so_at_the_field(full):
    code(full, "MEADOW10")
    before = full.cart
    response = code(full, "meadow10")
    assert response.status_code == 422
    assert re.search(r'id="code-error">[^<]*in your cart already', text_of(response))
    assert full.cart == before


def test_free_delivery_by_a_code_and_by_itself_is_one_and_the_same(full, twins, client):
    """What is lost and gained at once is not said."""
    code(full, "SENDFREE")
    client.get("/cart/")
    twins.orders.promote(Deal("free", "free_delivery", "Free standard delivery", minimum=5000))
    code(full, "SENDFREE", action="remove")
    page = text_of(client.get("/cart/"))
    assert "no longer applies" not in page
    assert "is applied" not in page


def test_the_subtotal_says_that_it_is_before_offers(full, client):
    assert "Subtotal before offers" not in text_of(client.get("/cart/"))
    code(full, "MEADOW10")
    assert "Subtotal before offers" in text_of(client.get("/cart/"))


def test_a_code_gets_in_nobody_s_way(full):
    stale = full.cart.version
    full.change("3")
    assert code(full, "MEADOW10", version=stale).status_code == 303
    assert [line.quantity for line in full.cart.lines] == [3]
    assert full.cart.codes[0].applied


def test_a_code_while_the_order_service_is_away(full, twins):
    twins.orders.fail(down("orders"), "apply_code")
    response = code(full, "MEADOW10", version=1)
    assert response.status_code == 503
    assert "Your cart is safe" in text_of(response)


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_codes_can_not_be_guessed_at_will(full, twins, monkeypatch, headers):
    monkeypatch.setattr(promo_codes, "_tries", AllowanceEach("few", 2, lambda: 30.0))
    assert code(full, "MEADOW10").status_code == 303
    assert code(full, "NONSENSE").status_code == 422
    response, calls = full.calls_of(lambda: code(full, "FIVE", version=1, headers=headers))
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    assert re.search(r'id="code-error">That was tried very often', text_of(response))
    assert value_of(response, "code") == "FIVE"
    assert "apply_code" not in calls
    # What is no code at all, or is taken back, is no guess.
    assert code(full, "../").status_code == 422
    assert code(full, "MEADOW10", action="remove").status_code == 303


def test_guesses_are_counted_for_each_address(full, monkeypatch, settings):
    settings.PROXY_HOPS = 1
    monkeypatch.setattr(promo_codes, "_tries", AllowanceEach("few", 1, lambda: 30.0))
    one, other = {"X-Forwarded-For": "192.0.2.1"}, {"X-Forwarded-For": "192.0.2.2"}
    statuses = [code(full, "NONSENSE", headers=who).status_code for who in (one, one, other)]
    assert statuses == [422, 429, 422]


def test_free_delivery_is_shown_as_free(full, client):
    code(full, "SENDFREE")
    page = " ".join(text_of(client.get("/cart/")).split())
    assert "Free standard delivery" in page
    assert re.search(r"€4\.95</s> Free", page)
    assert "−€4.95" not in page
    assert full.cart.totals.total == samples.eur(9800)


# --- offers without a code --------------------------------------------------------------------------------


def test_what_is_within_reach_is_said_with_how_far_it_is(full, client, twins):
    twins.orders.promote(OVER_100)
    page = " ".join(text_of(client.get("/cart/")).split())
    assert "€2.00 more and you get: 5 % off from 100 euro" in page
    assert 'max="10000" value="9800"' in page


def test_an_offer_gained_and_lost_is_said_aloud_each_time(full, client, twins):
    twins.orders.promote(OVER_100)
    line = full.cart.lines[0].id

    def change(quantity: str) -> str:
        data = {"quantity": quantity, "version": full.cart.version, "action": "change"}
        page = text_of(client.post(f"/cart/lines/{line}/", data, headers=HTMX))
        found = re.search(r'data-announce="([^"]*)"', page)
        assert found
        return found.group(1)

    assert "5 % off from 100 euro is applied." in change("3")
    assert "5 % off" not in change("4")
    assert "5 % off from 100 euro no longer applies." in change("2")


# --- where it will go -------------------------------------------------------------------------------------


def test_the_whole_total_is_known_before_anything_personal_is_asked(full, client):
    assert estimate(full, "DE", "10115").status_code == 303
    page = text_of(client.get("/cart/"))
    for words in ("Delivery to 10115, Germany", "Including 19% VAT", "€102.95", "Standard delivery arrives"):
        assert words in page
    assert full.cart.contact is None
    assert full.cart.address is None


def test_where_it_goes_is_asked_without_a_postcode_too(full, client):
    assert estimate(full, "DE", "").status_code == 303
    assert "Delivery to Germany" in text_of(client.get("/cart/"))


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize(
    ("country", "postcode"), [("FR", "75001"), ("", ""), ("<b>", "1"), ("DE", "nowhere")]
)
def test_a_place_that_is_none_is_said_and_kept(full, country, postcode, headers):
    before = full.cart
    response = estimate(full, country, postcode, headers=headers)
    assert response.status_code == 422
    assert "Please choose a country from the list" in text_of(response)
    assert value_of(response, "postcode") == postcode
    assert b"<b>" not in response.content
    assert full.cart == before


def test_the_nearest_store_is_hinted_at(full, client, twins):
    assert "pick it up for free in Galway" in text_of(client.get("/cart/"))


def test_where_nothing_can_be_picked_up_nothing_is_hinted(full, client):
    estimate(full, "DE", "10115")
    assert "pick it up" not in text_of(client.get("/cart/"))


@pytest.mark.parametrize("path", ["code", "estimate", "undo"])
def test_without_a_cart_there_is_nothing_to_do(client, twins, path):
    response = client.post(f"/cart/{path}/", {"code": "MEADOW10", "country": "IE", "version": "1"})
    assert (response.status_code, response["Location"]) == (303, "/ie/en/cart/")
    assert twins.orders.calls == []


def test_until_when_it_is_kept_is_said(full, client):
    assert "We keep your cart for 30 days, until" in text_of(client.get("/cart/"))


@pytest.mark.parametrize("left", [3, 30])
def test_few_left_are_said(full, client, twins, left):
    twins.orders.stock(samples.CUSHION, left)
    assert ("Only 3 left" in text_of(client.get("/cart/"))) is (left == 3)


# --- races ------------------------------------------------------------------------------------------------


@pytest.fixture
def raced(full, twins, monkeypatch):
    """Each time the cart was looked at, another tab changes it; as often as the test says."""
    left = [0]
    read = twins.orders.get_cart

    def overtaken(*, cart):
        seen = read(cart=cart)
        if left[0] > 0:
            left[0] -= 1
            line = seen.lines[0]
            twins.orders.change_line(
                cart=cart, line_id=line.id, quantity=3 - line.quantity, version=seen.version
            )
        return seen

    monkeypatch.setattr(twins.orders, "get_cart", overtaken)
    return full, left


def test_a_code_is_taken_although_the_cart_changes_meanwhile(raced):
    full, left = raced
    version = full.cart.version
    left[0] = 3
    assert full.client.post("/cart/code/", {"code": "MEADOW10", "version": version}).status_code == 303
    assert [one.code for one in full.cart.codes] == ["MEADOW10"]


@pytest.mark.parametrize("path", ["/cart/code/", "/checkout/code/"])
def test_a_cart_that_changes_all_the_time_is_shown_with_words_to_try_again(raced, twins, path):
    full, left = raced
    for answer in (full.contact(), full.delivery(), full.payment()):
        assert answer.status_code == 303
    left[0] = 100
    response = full.client.post(path, {"code": "MEADOW10", "version": "1"})
    left[0] = 0
    assert response.status_code == 409
    assert "Your cart was being changed at the same moment. Please try again." in text_of(response)
    assert "Meadow cushion" in text_of(response)


def test_a_place_is_not_worth_an_outage_either(raced):
    full, left = raced
    left[0] = 100
    data = {"country": "DE", "postcode": "10115", "version": "999"}
    response = full.client.post("/cart/estimate/", data)
    left[0] = 0
    assert response.status_code == 409
    assert "Your cart was changed in another tab." in text_of(response)
