"""Carts, sessions and orders that are not the browser's own: they are not there, whatever it sends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core import signing

from dev.stack.devstack import DevStack
from tests.integration.shop_visitor import DETAILS, Visitor, cart_of, proper, raw, rows, some_product

CART_SALT = "storefront.cart:c-eu"


@pytest.fixture(scope="module")
def product(shop: DevStack) -> tuple[str, str, int]:
    """Something there is at least 3 of: handle, SKU, and how many there are."""
    return some_product(shop)


@pytest.fixture(scope="module")
def dynamodb(shop: DevStack) -> Any:
    return shop.boto("dynamodb")


@pytest.fixture
def visitor(origin: str) -> Visitor:
    return Visitor(origin)


@pytest.fixture
def shopper(visitor: Visitor, product: tuple[str, str, int]) -> Visitor:
    """A visitor with one thing in the cart."""
    assert visitor.add(product[1]).status == 303
    assert "is in your cart" in visitor.get("/cart/").text  # seen once, so that later pages are alike
    return visitor


def signed(shop: DevStack, **content: str) -> str:
    """A cart cookie with a good signature, as only the shop itself could make it."""
    return signing.dumps(content, key=shop.environment("web")["SECRET_KEY"], salt=CART_SALT)


def tampered(_shop: DevStack, theirs: Visitor) -> str:
    return theirs.cookies["c-eu"][:-3] + "xxx"


def grafted(shop: DevStack, theirs: Visitor) -> str:
    """Their cart under the signature of another one."""
    mine = signed(shop, id="crt_0", secret="x")
    return theirs.cookies["c-eu"].split(":", 1)[0] + ":" + mine.split(":", 1)[1]


def of_another_key(_shop: DevStack, theirs: Visitor) -> str:
    return signing.dumps(theirs.cart, key="not the shop's key", salt=CART_SALT)


def guessed(shop: DevStack, theirs: Visitor) -> str:
    return signed(shop, id=theirs.cart["id"], secret="x" * 43)


def unknown(shop: DevStack, _theirs: Visitor) -> str:
    return signed(shop, id="crt_00000000000000000000000000", secret="x" * 43)


Forge = Callable[[DevStack, Visitor], str]


@pytest.mark.parametrize(
    ("forge", "words"),
    [
        (tampered, "could not recognise the cart"),
        (grafted, "could not recognise the cart"),
        (of_another_key, "could not recognise the cart"),
        (guessed, "has expired"),
        (unknown, "has expired"),
    ],
)
def test_a_cart_that_is_not_ones_own(
    shop: DevStack, dynamodb: Any, shopper: Visitor, product: tuple[str, str, int], forge: Forge, words: str
) -> None:
    before = cart_of(dynamodb, shopper)
    line = before["lines"]["L"][0]["M"]["id"]["S"]
    forged = {"c-eu": forge(shop, shopper)}

    thief = Visitor(shopper.origin, dict(forged))
    shown = thief.get("/cart/")
    proper(shown, 200, words)
    assert "Your cart is empty" in shown.text
    assert "c-eu" not in thief.cookies

    for path, form in (
        (f"/cart/lines/{line}/", {"action": "remove", "version": before["version"]["N"]}),
        *DETAILS,
        ("/checkout/place/", {"version": before["version"]["N"], "amount": "1", "currency": "EUR"}),
    ):
        answer = Visitor(shopper.origin, dict(forged)).post(path, form)
        assert answer.status in {303, 404}
        assert answer.location.partition("?about=")[0] in {"", "/ie/en/cart/", "/ie/en/checkout/"}
        assert 'class="line"' not in answer.text
    thief.cookies.update(forged)
    assert thief.add(product[1]).status == 303
    assert thief.cart["id"] != before["pk"]["S"]
    assert cart_of(dynamodb, shopper) == before


def test_a_cart_that_expired(dynamodb: Any, shopper: Visitor, product: tuple[str, str, int]) -> None:
    old = shopper.cart["id"]
    dynamodb.update_item(
        TableName="storefront-carts",
        Key={"pk": {"S": old}},
        UpdateExpression="SET expires_at = :past",
        ExpressionAttributeValues={":past": {"N": "1"}},
    )
    kept = dict(shopper.cookies)
    proper(shopper.get("/cart/"), 200, "Your earlier cart has expired")
    assert "c-eu" not in shopper.cookies
    shopper.cookies = dict(kept)
    assert shopper.get("/checkout/").location == "/ie/en/cart/"
    proper(shopper.get("/cart/"), 200, "Nothing was ordered and nothing was charged.")
    shopper.cookies = dict(kept)
    assert shopper.add(product[1]).status == 303
    assert shopper.cart["id"] != old
    proper(shopper.get("/cart/"), 200, "Your earlier cart had ended")


@pytest.mark.parametrize("cookie", ["x" * 43, "", "a=b", "é", "../../etc/passwd"])
def test_a_session_that_there_is_not(dynamodb: Any, origin: str, cookie: str) -> None:
    sessions = rows(dynamodb, "sessions")
    answer = raw(
        origin,
        f"GET /ie/en/cart/ HTTP/1.1\r\nHost: {origin.split('//')[1]}\r\nCookie: s={cookie}\r\n"
        "Connection: close\r\n\r\n".encode(),
    )
    proper(answer, 200, "Your cart is empty")
    assert answer.cookies.get("s", "") == ""
    assert rows(dynamodb, "sessions") == sessions


def test_somebody_elses_order(dynamodb: Any, visitor: Visitor, product: tuple[str, str, int]) -> None:
    agreed = visitor.to_review(product[1])
    assert visitor.post("/checkout/place/", agreed).status == 303
    order = cart_of(dynamodb, visitor)["order_id"]["S"]
    assert visitor.get(f"/checkout/return/{order}/").status == 202

    stranger = Visitor(visitor.origin)
    proper(stranger.get(f"/orders/{order}/"), 404, "can't show this order in this browser")
    for path in (order, "ord_00000000"):  # whether there is such an order is not to be seen
        assert stranger.get(f"/checkout/return/{path}/").location == "/ie/en/orders/"
    proper(stranger.get("/orders/"), 200, "you won't be charged twice")
    proper(stranger.post(f"/checkout/cancel/{order}/", {}), 404, "missing")
    assert visitor.get(f"/checkout/return/{order}/").status == 202
    assert visitor.post(f"/checkout/cancel/{order}/", {}).location == "/ie/en/cart/"
    proper(visitor.get("/cart/"), 200, "nothing was charged")
