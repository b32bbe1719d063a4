"""A shopper who changes the language of the shop has the whole cart, and the order, in that language."""

from __future__ import annotations

from typing import Any

import pytest

from apptier.inventory import Inventory
from apptier.orders.remote import RemoteCatalog
from apptier.orders.tests.harness import Basket, Shop, idempotent

pytest_plugins = ["apptier.orders.tests.plugin"]


@pytest.fixture(scope="module")
def offer(backend: Shop) -> None:
    labels = {"en": "Ten off", "de": "Zehn weniger", "ar": "خصم"}
    backend.promotion("speaks", "percentage", percent=1000, code="SPEAKS", labels=labels)


@pytest.fixture
def basket(backend: Shop, offer: None) -> Basket:
    made = backend.filled(backend.article())
    assert made.write("PUT", "/codes/SPEAKS").status_code == 200
    return made


def words(cart: dict[str, Any]) -> tuple[Any, ...]:
    line = cart["lines"][0]
    return (
        cart["locale"],
        line["title"].split()[0],
        line["variant_title"],
        cart["delivery_option"]["name"],
        cart["promotions"][0]["label"],
    )


ENGLISH = ("en", "Thing", "Ink / 45 cm", "Standard delivery", "Ten off")
GERMAN = ("de", "Ding", "Tinte / 45 cm", "Standardversand", "Zehn weniger")


def test_a_cart_made_in_english_is_read_in_german(basket: Basket) -> None:
    assert words(basket.ask("GET", "?locale=de").json()) == GERMAN
    assert words(basket.ask("GET", "?locale=de-DE").json()) == GERMAN
    assert words(basket.ask("GET", "?locale=fr").json()) == ENGLISH
    assert words(basket.ask("GET").json()) == ENGLISH, "looking changes nothing"
    options = basket.ask("GET", "/delivery-options?locale=de").json()["items"]
    assert "Standardversand" in {option["name"] for option in options}
    assert basket.ask("GET", "?locale=d").status_code == 422


def test_a_catalogue_elsewhere_says_the_products_title_too(basket: Basket, backend: Shop) -> None:
    sku = basket.cart["lines"][0]["sku"]
    remote = RemoteCatalog(backend.address("catalog"), Inventory(backend.tables, backend.clock))
    assert remote.offers("eu", "de", [sku])[sku].title == f"Ding {sku}"


def test_notices_and_reasons_are_in_the_language_of_the_request(basket: Basket, backend: Shop) -> None:
    sku = basket.cart["lines"][0]["sku"]
    backend.price(sku, 5900)
    cart = basket.ask("GET", "?locale=de").json()
    assert cart["lines"][0]["notices"][0]["detail"].startswith("Der Preis war 49,00 EUR")
    gone = basket.write("DELETE", "/codes/SPEAKS?locale=de").json()
    assert gone["notices"][0]["detail"] == "Wird nicht mehr angewendet: Zehn weniger."


def test_a_change_in_german_makes_the_cart_german(basket: Basket) -> None:
    body = {"sku": basket.cart["lines"][0]["sku"], "quantity": 1}
    added = basket.ask("POST", "/lines?locale=de", json=body, headers=idempotent())
    assert words(added.json()) == words(basket.ask("GET").json()) == GERMAN


def test_an_order_is_made_in_the_language_of_placing(basket: Basket, backend: Shop) -> None:
    headers = basket.headers | idempotent()
    answer = backend.ask("POST", "/orders/v1/orders?locale=de", headers=headers, json=basket.order_body())
    assert answer.status_code == 201, answer.text
    assert words(answer.json()["order"]) == GERMAN
    assert words(basket.ask("GET", "?locale=de").json()) == GERMAN
    assert words(basket.ask("GET", "?locale=en").json()) == ENGLISH, "the held cart speaks too"


def test_another_languages_way_back_does_not_lock_anybody_out(basket: Basket, backend: Shop) -> None:
    first = basket.place("placed-in-two-languages", return_url="http://shop.invalid/ie/en/{order_id}/")
    again = basket.place("placed-in-two-languages", return_url="http://shop.invalid/de/de/{order_id}/")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    kept = backend.order_item(first.json()["order"]["id"])
    assert kept["return_url"].startswith("http://shop.invalid/ie/en/")


def test_receipts_hold_nobodys_name_or_address(basket: Basket, backend: Shop) -> None:
    sku, key = basket.cart["lines"][0]["sku"], "nobody-in-the-receipt"
    added = basket.add(sku, key=key)
    row = backend.tables.get("idempotency", {"pk": f"addLine:{basket.id}#{key}"}, consistent=True)
    assert row is not None
    for private in ("robin@example.com", "Robin", "Harbour"):
        assert private not in row["result"]
    assert basket.add(sku, key=key).json()["lines"] == added.json()["lines"], "added once"
