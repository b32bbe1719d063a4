"""Whatever anybody sends to the running shop: a page that says what is wrong in plain words, with the right
status, that tells nothing of how the shop is made, and nothing changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from dev.stack.devstack import DevStack
from tests.integration.shop_visitor import (
    DETAILS,
    FORM,
    Visitor,
    cart_of,
    proper,
    raw,
    rows,
    some_product,
)

WRONG_HOST = "does not answer to that host name"
NOT_TEXT = "We could not read "
UNREADABLE = "could not read that request"
TABLES = ("carts", "orders", "sessions", "payments")


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


@pytest.fixture
def unchanged(dynamodb: Any) -> Iterator[None]:
    """No cart, order, payment or session is made by what a test does."""
    before = {table: rows(dynamodb, table) for table in TABLES}
    yield
    assert {table: rows(dynamodb, table) for table in TABLES} == before


# --- addresses ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/p/no-such-thing/", 404, "missing"),
        ("/c/no-such-shelf/", 404, "missing"),
        ("/pages/no-such-page/", 404, "missing"),
        ("/nowhere/", 404, "missing"),
        ("/search/?q=a&page=1000000", 404, "There is no page 1000000"),
        ("/search/?q=a&page=0", 404, "There is no page 0"),
        ("/search/?q=a&page=-1", 404, "There is no page -1"),
        ("/search/?q=a&page=abc", 404, "There is no page abc"),
        ("/search/?q=a&page=" + "9" * 400, 404, "There is no page 999"),
        ("/search/?q=a&page=%3Cscript%3E", 404, "There is no page"),
        ("/search/?q=" + "a" * 1_000, 400, "at most 200 characters"),
        ("/search/?q=" + "a" * 3_000, 414, "too long"),
        ("/search/?q=" + "a" * 10_000, 414, "too long"),
        ("/search/?q=%ff", 400, NOT_TEXT),
        ("/search/?%ff=a", 400, NOT_TEXT),
        ("/search/?q=%00", 400, NOT_TEXT),
        ("/p/%ff/", 400, NOT_TEXT),
        ("/c/%c3%28/", 400, NOT_TEXT),
        ("/p/%00/", 400, NOT_TEXT),
        ("/static/..%2f..%2fconfig%2fsettings%2fbase.py", 404, "missing"),
        ("/media/..%2f..%2f..%2fetc%2fpasswd", 400, ""),
    ],
)
@pytest.mark.usefixtures("unchanged")
def test_an_address_that_leads_nowhere(visitor: Visitor, path: str, status: int, words: str) -> None:
    answer = visitor.get(path)
    proper(answer, status, words)
    assert b"<script>" not in answer.body.replace(b"<script src", b"")
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("order", ["ord_00000000", "x", "ord_" + "0" * 200])
@pytest.mark.usefixtures("unchanged")
def test_an_order_that_there_is_not(visitor: Visitor, order: str) -> None:
    answer = visitor.get(f"/orders/{order}/")
    proper(answer, 404, "Look it up by its number and your email address.")
    assert answer.value_of("number") == ""
    assert set(answer.cookies) == {"f"}  # what its form needs, and no session


@pytest.mark.parametrize("page", ["1000000", "0", "-1", "abc"])
def test_a_page_that_a_category_does_not_have(visitor: Visitor, page: str) -> None:
    category = re.search(r'href="(/ie/en/c/[a-z0-9-]+/)"', visitor.get("/").text)
    assert category
    answer = visitor.get(f"{category.group(1)}?page={page}")
    proper(answer, 404, f"There is no page {page}")
    assert f'href="{category.group(1)}' in answer.text  # to where the list ends
    assert "Set-Cookie" not in answer.headers


def test_a_variant_that_there_is_not(visitor: Visitor, product: tuple[str, str, int]) -> None:
    answer = visitor.get(f"/p/{product[0]}/?variant=no-such-variant")
    assert answer.status == 200
    assert "no longer available" in answer.text
    assert 'name="sku"' in answer.text
    assert "Set-Cookie" not in answer.headers


def test_a_search_that_is_too_long_is_kept_to_be_shortened(visitor: Visitor) -> None:
    typed = "linen " * 60
    answer = visitor.get("/search/?q=" + typed.replace(" ", "+"))
    proper(answer, 400, "at most 200 characters")
    assert re.search(rf'<input[^>]*\bvalue="{typed[:190]}', answer.text)


@pytest.mark.parametrize(
    "target",
    [
        b"/ie/en/p/\xff\xfe/",
        b"/ie/en/search/?q=\xff",
        b"/ie/en/search/?q=\xc3\xa9",
        b"/ie/en/p/a\x01b/",
        b"*",
    ],
)
@pytest.mark.usefixtures("unchanged")
def test_bytes_that_no_address_may_hold(origin: str, target: bytes) -> None:
    host = origin.split("//")[1].encode()
    answer = raw(origin, b"GET " + target + b" HTTP/1.1\r\nHost: " + host + b"\r\nConnection: close\r\n\r\n")
    proper(answer, 400, UNREADABLE)
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "host", ["evil.example", "{own}.evil.example", "evil.example:80", "a b", '"><b>', "[::1", ""]
)
@pytest.mark.parametrize("path", ["/", "/cart/", "/nowhere/"])
def test_a_host_that_is_not_ours(origin: str, host: str, path: str) -> None:
    name = host.replace("{own}", origin.split("//")[1])
    answer = raw(origin, f"GET {path} HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n".encode())
    proper(answer, 400, WRONG_HOST)
    assert "evil" not in answer.text
    assert "Set-Cookie" not in answer.headers


def test_no_host_or_two(origin: str) -> None:
    proper(raw(origin, b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n"), 400, WRONG_HOST)
    own = f"Host: {origin.split('//')[1]}\r\n"
    both = f"GET / HTTP/1.1\r\n{own}Host: evil.example\r\nConnection: close\r\n\r\n"
    proper(raw(origin, both.encode()), 400, UNREADABLE)


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW"])
@pytest.mark.parametrize("path", ["/", "/cart/", "/checkout/contact/", "/checkout/place/", "/nowhere/"])
@pytest.mark.usefixtures("unchanged")
def test_a_method_that_does_nothing_here(visitor: Visitor, method: str, path: str) -> None:
    answer = visitor.ask(method, path, headers={"Sec-Fetch-Site": "same-origin", "X-Echo": "do-not-echo"})
    proper(answer, 405, "Nothing has changed")
    assert "GET" in answer.headers["Allow"]
    assert "do-not-echo" not in answer.text
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("path", ["/cart/lines/", "/checkout/place/"])
def test_a_form_that_is_only_looked_at(visitor: Visitor, path: str) -> None:
    proper(visitor.get(path), 405, "Nothing has changed")


# --- forms --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/cart/lines/", "/checkout/contact/", "/checkout/place/"])
@pytest.mark.parametrize(
    "body",
    ["sku=" + "x" * 1_000_000, "&".join(f"field{n}=1" for n in range(500))],
    ids=["1 MB", "500 fields"],
)
def test_a_form_that_is_too_much(dynamodb: Any, shopper: Visitor, path: str, body: str) -> None:
    before = cart_of(dynamodb, shopper)
    proper(shopper.post(path, body), 413, "larger than this shop accepts")
    assert cart_of(dynamodb, shopper) == before


def test_a_form_of_another_kind(visitor: Visitor) -> None:
    upload = b'--x\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\nhello\r\n--x--\r\n'
    kind = {"Content-Type": "multipart/form-data; boundary=x", "Sec-Fetch-Site": "same-origin"}
    proper(visitor.ask("POST", "/cart/lines/", upload, kind), 413, "larger than this shop accepts")
    proper(visitor.post("/cart/lines/", "sku=%ff"), 400, NOT_TEXT)


@pytest.mark.parametrize("quantity", ["0", "-1", "1000000000", "abc", "", "1.5", "１", "100", '"><b>'])
def test_a_quantity_that_is_none(
    dynamodb: Any, shopper: Visitor, product: tuple[str, str, int], quantity: str
) -> None:
    before = cart_of(dynamodb, shopper)
    added = shopper.add(product[1], quantity)
    proper(added, 422, "whole number from 1 to 99")
    kept = quantity if quantity.isascii() and quantity.strip("-").replace(".", "").isdigit() else ""
    assert added.value_of("quantity-again") == kept, "nothing but a number may be the value of a number field"

    line = before["lines"]["L"][0]["M"]["id"]["S"]
    form = {"quantity": quantity, "version": before["version"]["N"], "action": "change"}
    changed = shopper.post(f"/cart/lines/{line}/", form)
    proper(changed, 422, "whole number from 1 to 99")
    assert changed.value_of(f"quantity-{line}") == kept
    assert cart_of(dynamodb, shopper) == before


@pytest.mark.parametrize("version", ["", "0", "999999999", "²", "abc"])
def test_a_version_that_is_none_changes_nothing(dynamodb: Any, shopper: Visitor, version: str) -> None:
    before = cart_of(dynamodb, shopper)
    line = before["lines"]["L"][0]["M"]["id"]["S"]
    for action in ("change", "remove"):
        form = {"quantity": "2", "version": version, "action": action}
        proper(shopper.post(f"/cart/lines/{line}/", form), 412, "changed in another tab")
    path, who = DETAILS[0]
    proper(shopper.post(path, {**who, "version": version}), 422, "changed in another tab")
    assert cart_of(dynamodb, shopper) == before


@pytest.mark.parametrize("sku", ["no-such-sku", "", "a b", "é", "x" * 5_000, "<script>alert(1)</script>"])
def test_something_that_is_not_sold(dynamodb: Any, shopper: Visitor, sku: str) -> None:
    before = cart_of(dynamodb, shopper)
    answer = shopper.add(sku)
    proper(answer, 422, "Not added to your cart")
    assert b"<script>alert" not in answer.body
    assert cart_of(dynamodb, shopper) == before


def test_more_than_there_is(dynamodb: Any, visitor: Visitor, product: tuple[str, str, int]) -> None:
    _, sku, _ = product
    key = {"TableName": "storefront-stock", "Key": {"pk": {"S": sku}}}
    there = dynamodb.get_item(**key, ConsistentRead=True)["Item"]["quantity"]

    def stock(quantity: dict[str, str]) -> None:
        values = {":q": quantity}
        dynamodb.update_item(**key, UpdateExpression="SET quantity = :q", ExpressionAttributeValues=values)

    assert visitor.add(sku).status == 303
    before = cart_of(dynamodb, visitor)
    stock({"N": "2"})
    try:
        answer = visitor.add(sku, "7")
        assert cart_of(dynamodb, visitor) == before
        line = before["lines"]["L"][0]["M"]["id"]["S"]
        form = {"quantity": "8", "version": before["version"]["N"], "action": "change"}
        changed = visitor.post(f"/cart/lines/{line}/", form)
    finally:
        stock(there)
    proper(answer, 409, "Only 2 of this are left.")
    assert answer.value_of("quantity-again") == "7"
    proper(changed, 409, "Only 2 of this are left.")
    assert changed.value_of(f"quantity-{line}") == "8"
    assert cart_of(dynamodb, visitor) == before


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"postcode": "99999"}, "postcode", "Eircode: "),
        ({"postcode": "9"}, "postcode", "Eircode: "),
        ({"city": ""}, "city", "Enter the town or city."),
        ({"line1": "x" * 101}, "line1", "Address: please use at most 100 characters."),
        ({"country": "ZZ"}, "country", "Country: please choose one of the list."),
        ({"option_id": "pigeon"}, "option_id", "Delivery: please choose one of the list."),
    ],
)
def test_an_address_that_is_refused(
    dynamodb: Any, shopper: Visitor, wrong: dict[str, str], field: str, words: str
) -> None:
    (contact, who), (delivery, where), _ = DETAILS
    assert shopper.fill(contact, who).status == 303
    before = cart_of(dynamodb, shopper)
    answer = shopper.fill(delivery, {**where, **wrong})
    proper(answer, 422, words)
    assert f'<a href="#{field}">' in answer.text
    assert "<title>Error: " in re.sub(r"\s*\n\s*", "", answer.text)
    for name in ("line1", "city", "postcode"):
        assert answer.value_of(name) == {**where, **wrong}[name]
    assert cart_of(dynamodb, shopper) == before


@pytest.mark.parametrize("email", ["", "robin", "robin@nowhere", "robin@@example.com", "robin@exa mple.com"])
def test_an_email_address_that_is_refused(dynamodb: Any, shopper: Visitor, email: str) -> None:
    before = cart_of(dynamodb, shopper)
    answer = shopper.fill("/checkout/contact/", {"email": email, "name": "Robin Byrne"})
    proper(answer, 422, "Email address: " if email else "Enter your email address.")
    assert (answer.value_of("email"), answer.value_of("name")) == (email, "Robin Byrne")
    assert cart_of(dynamodb, shopper) == before


@pytest.mark.parametrize("change", [{"amount": "1"}, {"version": "1"}, {"currency": "USD"}])
def test_an_order_for_another_price_or_cart(
    dynamodb: Any, visitor: Visitor, product: tuple[str, str, int], change: dict[str, str]
) -> None:
    agreed = visitor.to_review(product[1])
    before, orders = cart_of(dynamodb, visitor), rows(dynamodb, "orders")
    proper(visitor.post("/checkout/place/", {**agreed, **change}), 409, "Nothing was ordered")
    assert (cart_of(dynamodb, visitor), rows(dynamodb, "orders")) == (before, orders)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "same-site", "Origin": "null"},
    ],
)
def test_a_form_that_another_site_sent(dynamodb: Any, shopper: Visitor, headers: dict[str, str]) -> None:
    before = cart_of(dynamodb, shopper)
    answer = shopper.ask("POST", "/cart/lines/", b"sku=a", {"Content-Type": FORM, **headers})
    proper(answer, 403, "")
    assert shopper.ask("POST", "/cart/lines/", b"sku=a", {"Content-Type": FORM}).status == 403
    assert cart_of(dynamodb, shopper) == before
