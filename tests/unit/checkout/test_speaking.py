"""The order service is asked in the language of the page, so that its words are those of the page."""

import re

import pytest

from tests import samples
from tests.unit.cart.shopper import CONTACT, DELIVERY, PAYMENT, Shopper, text_of
from tests.unit.web.shops import down

OF_THE_CART = {
    "add_line",
    "apply_code",
    "change_line",
    "get_cart",
    "list_delivery_options",
    "place_order",
    "remove_code",
    "remove_line",
    "set_contact",
    "set_delivery_option",
    "set_address",
    "set_estimate",
    "set_payment_method",
}


def buy_in_german(shopper: Shopper) -> None:
    client, at = shopper.client, "/ie/de"

    def send(path: str, data: dict[str, str]) -> None:
        version = re.search(r'name="version"\s+value="(\d+)"', text_of(client.get(f"{at}/cart/")))
        seen = {"version": version.group(1)} if version else {}
        assert client.post(at + path, {**data, **seen}).status_code == 303

    send("/cart/lines/", {"sku": samples.CUSHION, "quantity": "1"})
    line = re.search(r"/cart/lines/(lin_\w+)/", text_of(client.get(f"{at}/cart/")))
    assert line
    send(f"/cart/lines/{line.group(1)}/", {"quantity": "2"})
    send(f"/cart/lines/{line.group(1)}/", {"action": "remove"})
    send("/cart/lines/", {"sku": samples.CUSHION, "quantity": "1"})
    send("/cart/estimate/", {"country": "IE", "postcode": ""})
    send("/cart/code/", {"code": "FIVE"})
    send("/cart/code/", {"code": "FIVE", "action": "remove"})
    send("/checkout/contact/", CONTACT)
    send("/checkout/delivery/", {"by": "delivery", **DELIVERY})
    send("/checkout/payment/", PAYMENT)
    page = text_of(client.get(f"{at}/checkout/review/"))
    agreed = dict(re.findall(r'name="(version|amount|currency|region)"\s+value="([^"]*)"', page))
    assert client.post(f"{at}/checkout/place/", agreed).status_code == 303


def test_every_call_about_a_cart_is_made_in_the_language_of_the_page(shopper, twins):
    buy_in_german(shopper)
    heard = {name: locale for name, locale in twins.orders.heard if name in OF_THE_CART}
    assert heard == dict.fromkeys(OF_THE_CART, "de")
    assert {locale for name, locale in twins.orders.heard if name in OF_THE_CART} == {"de"}


@pytest.mark.parametrize("language", ["en", "de", "ar"])
def test_one_cart_is_read_in_whatever_language_it_is_looked_at(shopper, client, twins, language):
    shopper.add()
    client.get(f"/ie/{language}/cart/")
    assert [locale for name, locale in twins.orders.heard if name == "get_cart"][-1] == language


def test_an_order_is_made_in_the_language_it_was_agreed_to_in(shopper, client, twins):
    """Whoever asks again for a lost answer, in whatever language, asks for the very same order."""
    shopper.to_review()
    twins.orders.fail(down("orders"), "place_order")
    assert shopper.place().status_code == 202
    twins.orders.heal()
    assert client.get("/ie/de/checkout/checking/").status_code == 303
    assert [locale for name, locale in twins.orders.heard if name == "place_order"] == ["en"]
    assert len(shopper.orders) == 1
