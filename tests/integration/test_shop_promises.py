"""What the running shop promises about money and orders, through its pages: carts of two markets kept apart,
totals that add up, consent to a new price, pick-up in a store, and a look-up that nobody can guess at.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests

from dev.stack.devstack import DevStack
from tests.integration.shop_visitor import (
    DETAILS,
    Visitor,
    cart_of,
    money_rows,
    proper,
    rows,
    some_product,
)

MOST_TRIES = 30


@pytest.fixture(scope="module")
def product(shop: DevStack) -> tuple[str, str, int]:
    """Something there is at least 5 of: handle, SKU, and how many there are."""
    return some_product(shop, least=5)


@pytest.fixture(scope="module")
def dynamodb(shop: DevStack) -> Any:
    return shop.boto("dynamodb")


@pytest.fixture
def visitor(origin: str) -> Visitor:
    return Visitor(origin)


def cents(shown: str) -> int:
    """Minor units of an amount as an English page of the EU shows it: `−€1,234.50`."""
    digits = re.fullmatch(r"(−?)€([0-9,]+)\.([0-9]{2})", shown)
    assert digits, shown
    amount = int(digits[2].replace(",", "") + digits[3])
    return -amount if digits[1] else amount


def test_the_carts_of_two_markets_are_kept_apart(visitor: Visitor, product: tuple[str, str, int]) -> None:
    handle, sku, _ = product
    assert visitor.add(sku, "2").status == 303
    european = visitor.cookies["c-eu"]
    for path in ("/us/en/cart/", "/us/ar/cart/"):
        assert "€" not in visitor.get(path).text
    assert "Your cart is empty" in visitor.get("/us/en/cart/").text

    added = visitor.post("/us/en/cart/lines/", {"sku": sku, "quantity": "1"})
    assert (added.status, added.location) == (303, "/us/en/cart/")
    american = visitor.get("/us/en/cart/")
    proper(american, 200, "Sales tax")
    assert "$" in american.text
    assert "€" not in american.text
    assert {"c-eu", "c-us"} <= visitor.cookies.keys()
    assert visitor.cookies["c-eu"] == european

    for path in ("/ie/en/cart/", "/de/en/cart/"):  # one market, two countries
        page = visitor.get(path)
        proper(page, 200, "VAT")
        assert "$" not in page.text
        assert page.value_of(re.findall(r'id="(quantity-lin_[^"]+)"', page.text)[0]) == "2"
    assert handle in visitor.get("/de/de/cart/").text


def test_the_totals_of_the_page_add_up_and_are_the_order_services_own(
    dynamodb: Any, visitor: Visitor, product: tuple[str, str, int]
) -> None:
    assert visitor.add(product[1], "2").status == 303
    plain = money_rows(visitor.get("/cart/"))
    assert set(plain) > {"Subtotal", "Estimated total"}
    assert adds_up(plain)

    version = cart_of(dynamodb, visitor)["version"]["N"]
    used = visitor.post("/cart/code/", {"code": "meadow10", "version": version})
    assert (used.status, used.location) == (303, "/ie/en/cart/#promo")
    less = money_rows(visitor.get("/cart/"))
    discount = "10% off your order MEADOW10"
    assert cents(less[discount]) == -round(cents(plain["Subtotal"]) * 10 / 100)
    assert cents(less["Subtotal before offers"]) == cents(plain["Subtotal"])
    assert adds_up(less)

    # To the end of checkout it stays the total that was shown before anything personal was asked.
    for path, form in DETAILS:
        assert visitor.fill(path, form).status == 303
    at_review = money_rows(visitor.get("/checkout/review/"))
    assert at_review["Total"] == less["Estimated total"]
    agreed = visitor.agreed()
    assert (int(agreed["amount"]), agreed["currency"]) == (cents(at_review["Total"]), "EUR")

    version = cart_of(dynamodb, visitor)["version"]["N"]
    form = {"code": "MEADOW10", "version": version, "action": "remove"}
    assert visitor.post("/cart/code/", form).status == 303
    gone = money_rows(visitor.get("/cart/"))
    assert discount not in gone
    assert gone["Subtotal"] == plain["Subtotal"]


def adds_up(shown: dict[str, str]) -> bool:
    """Subtotal, less what is taken off, and delivery are the total; the part that is tax says so."""
    known = {name: value for name, value in shown.items() if not name.startswith("Including")}
    total = known.pop("Estimated total")
    return sum(0 if "Free" in value else cents(value) for value in known.values()) == cents(total)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("NO-SUCH", "We don't know this one"),
        ("SPRING25", "This one has ended"),
        ("a b", "Please type it as printed"),
        ("<script>", "Please type it as printed"),
    ],
)
def test_a_code_that_does_not_help_says_why(
    dynamodb: Any, visitor: Visitor, product: tuple[str, str, int], code: str, words: str
) -> None:
    assert visitor.add(product[1]).status == 303
    visitor.get("/cart/")
    before = cart_of(dynamodb, visitor)
    answer = visitor.post("/cart/code/", {"code": code, "version": before["version"]["N"]})
    proper(answer, 422, words)
    assert answer.value_of("code") == code
    assert cart_of(dynamodb, visitor) == before


@contextmanager
def dearer(dynamodb: Any, handle: str, sku: str, cents_more: int) -> Iterator[None]:
    """While it lasts, the SKU costs so much more in the EU."""
    key = {"TableName": "storefront-catalog", "Key": {"pk": {"S": f"P#{handle}"}, "sk": {"S": "CARD"}}}
    card = dynamodb.get_item(**key, ConsistentRead=True)["Item"]
    body = json.loads(card["body"]["S"])
    variant = next(one for one in body["variants"] if one["sku"] == sku)
    variant["prices"]["eu"][0] += cents_more
    changed = {**card, "body": {"S": json.dumps(body)}}
    dynamodb.put_item(TableName=key["TableName"], Item=changed)
    try:
        yield
    finally:
        dynamodb.put_item(TableName=key["TableName"], Item=card)


def test_a_price_that_changes_at_the_last_moment_is_agreed_to_anew(
    shop: DevStack, dynamodb: Any, visitor: Visitor, product: tuple[str, str, int]
) -> None:
    handle, sku, _ = product
    agreed = visitor.to_review(sku)
    orders, payments = rows(dynamodb, "orders"), rows(dynamodb, "payments")
    with dearer(dynamodb, handle, sku, 1000):
        for _ in range(2):  # pressing again is no consent
            answer = visitor.post("/checkout/place/", agreed)
            proper(answer, 409, "The total has changed. Nothing was ordered; this is what it costs now.")
        assert "You agreed to" in answer.text
        now = visitor.agreed()
        assert int(now["amount"]) == int(agreed["amount"]) + 1000
        assert cents(money_rows(visitor.get("/checkout/review/"))["Total"]) == int(now["amount"])
        assert (rows(dynamodb, "orders"), rows(dynamodb, "payments")) == (orders, payments)

        placed = visitor.post("/checkout/place/", now)
        assert placed.status == 303
        assert placed.location.startswith(shop.environment("web")["PAYMENT_ORIGINS"] + "/")
    order = cart_of(dynamodb, visitor)["order_id"]["S"]
    assert visitor.post(f"/checkout/cancel/{order}/", {}).status == 303


def pay(location: str) -> str:
    """Approve a payment on the provider's page; where it sends the browser back to."""
    paid = requests.post(f"{location}/approve", allow_redirects=False, timeout=60)
    return str(paid.headers["Location"])


def test_an_order_is_picked_up_in_a_store(visitor: Visitor, product: tuple[str, str, int]) -> None:
    assert visitor.add(product[1]).status == 303
    assert visitor.fill(*DETAILS[0]).status == 303
    page = visitor.get("/checkout/delivery/?by=pickup&postcode=H91+AB12")
    proper(page, 200, "Which store?")
    assert "km away" in page.text
    store = re.search(r'name="store_id"\s+value="([^"]+)" checked', page.text)
    assert store, "no store has it"
    form = {"by": "pickup", "postcode": "H91 AB12", "store_id": store.group(1)}
    assert visitor.fill("/checkout/delivery/?by=pickup", form).status == 303
    assert visitor.fill(*DETAILS[2]).status == 303

    shown = visitor.get("/checkout/review/")
    assert money_rows(shown)["Delivery"] == "Free"
    placed = visitor.post("/checkout/place/", visitor.agreed())
    assert placed.status == 303, placed.text
    back = visitor.get(pay(placed.location).removeprefix(visitor.origin))
    assert back.status == 303
    order = visitor.get(back.location)
    proper(order, 200, "ick")
    assert "12 Harbour Street" not in order.text


def test_an_order_is_looked_up_by_its_number_and_address_but_not_guessed(
    origin: str, dynamodb: Any, visitor: Visitor, product: tuple[str, str, int]
) -> None:
    agreed = visitor.to_review(product[1])
    back = visitor.get(pay(visitor.post("/checkout/place/", agreed).location).removeprefix(origin))
    page = visitor.get(back.location)
    number = re.search(r"SF-[0-9A-Z]{4}-[0-9A-Z]{4}", page.text)
    assert number
    email = DETAILS[0][1]["email"]

    stranger = Visitor(origin)
    form = {"number": number.group().lower().replace("-", " "), "email": email.upper()}
    found = stranger.post("/orders/", form)
    assert (found.status, found.location) == (303, back.location)
    proper(stranger.get(found.location), 200, number.group())

    thief = Visitor(origin)
    for _ in range(MOST_TRIES):
        answer = thief.post("/orders/", {"number": number.group(), "email": "thief@example.com"})
        if answer.status != 422:
            break
        proper(answer, 422, "We found no order with this number and this email address.")
    proper(answer, 429, "That was tried very often in a short time. Please try again in about")
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.value_of("number") == number.group()
    # Not even who knows both gets in now, so that trying tells nothing.
    proper(
        thief.post("/orders/", form),
        429,
        "That was tried very often in a short time. Please try again in about",
    )
