"""Secrets open what they belong to and nothing else; signatures count only as they were made."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apptier.orders.access import Caller
from apptier.orders.opening import Secrets, fingerprint, opens
from apptier.orders.order import StoredOrder, new_number
from apptier.orders.signature import genuine
from apptier.payments.signing import sign

SECRETS = Secrets("k" * 32)


def test_secrets_differ_by_thing_purpose_and_key() -> None:
    made = {
        SECRETS.cart_secret("crt_1"),
        SECRETS.cart_secret("crt_2"),
        SECRETS.order_token("crt_1"),
        Secrets("x" * 32).cart_secret("crt_1"),
    }
    assert len(made) == 4
    assert {len(secret) for secret in made} == {43}
    assert SECRETS.cart_secret("crt_1") == SECRETS.cart_secret("crt_1")


def test_nothing_opens_without_a_fingerprint() -> None:
    secret = SECRETS.cart_secret("crt_1")
    assert opens(secret, fingerprint(secret))
    assert not opens(secret, None)
    assert not opens("", None)
    assert not opens("", fingerprint(secret))


@pytest.mark.parametrize(
    ("caller", "cart", "order"),
    [
        (Caller(None, "right"), True, True),
        (Caller(None, "wrong"), False, False),
        (Caller("me", None), False, False),
        (Caller("me", "right"), True, True),
    ],
)
def test_who_opens_what_is_a_guests(caller: Caller, cart: bool, order: bool) -> None:
    assert caller.owns_cart(None, fingerprint("right")) is cart
    assert caller.owns_order(None, fingerprint("right")) is order


@pytest.mark.parametrize(
    ("caller", "cart", "order"),
    [
        (Caller("me", None), True, True),
        (Caller("you", None), False, False),
        (Caller("me", "wrong"), True, True),
        (Caller(None, "right"), True, True),
        (Caller(None, "wrong"), False, False),
        # Who signs in in a browser that holds somebody else's cart does not get it.
        (Caller("you", "right"), False, True),
    ],
)
def test_who_opens_what_is_a_customers(caller: Caller, cart: bool, order: bool) -> None:
    assert caller.owns_cart("me", fingerprint("right")) is cart
    assert caller.owns_order("me", fingerprint("right")) is order


@given(body=st.binary(max_size=50), at=st.integers(0, 10**11), drift=st.integers(-600, 600))
def test_a_signature_counts_for_five_minutes_either_way(body: bytes, at: int, drift: int) -> None:
    header = sign("shared", body, at)
    assert genuine("shared", header, body, at + drift) is (abs(drift) <= 300)
    assert not genuine("other", header, body, at)
    assert not genuine("shared", header, body + b"!", at)
    assert not genuine("shared", header.replace(f"t={at}", f"t={at + 1}"), body, at)


def test_numbers_can_be_read_aloud() -> None:
    numbers = [new_number() for _ in range(200)]
    assert len(set(numbers)) == 200
    assert not set("0O1IL2Z5S8BUV") & set("".join(number[3:] for number in numbers))


def test_an_order_of_before_can_still_be_read() -> None:
    """Without promotions, pick-up and timeline, as orders were kept at first."""
    euros = {"currency": "EUR"}
    line = {"id": "lin_00000001", "sku": "A", "handle": "a", "title": "A", "variant_title": "", "image": None}
    item = {
        **dict.fromkeys(("number", "market", "locale", "token_hash", "return_url", "hold_until"), "x"),
        "pk": "ord_00000001",
        "sk": "order",
        "status": "placed",
        "version": 2,
        "cart_id": "crt_00000001",
        "lines": [
            line | {"quantity": 1} | {n: {"amount": 500, **euros} for n in ("unit_price", "line_total")}
        ],
        "contact": {"email": "a@example.com", "name": "A"},
        "address": {"line1": "1", "city": "B", "postcode": "10115", "country": "DE"},
        "delivery_option": {"id": "standard", "name": "S", "price": {"amount": 0, **euros}}
        | {"earliest": "2026-11-25", "latest": "2026-11-27"},
        "totals": {n: {"amount": 500, **euros} for n in ("subtotal", "delivery", "tax", "total")}
        | {"tax_included": True},
        "payment_id": "pay_00000001",
        "payment_url": None,
        "payment_status": "approved",
        **dict.fromkeys(("created_at", "updated_at", "placed_at"), "2026-11-22T10:00:00.000Z"),
    }
    order = StoredOrder.of_item(item)
    assert (order.shown().status, order.shown().totals.discount.amount) == ("placed", 0)
    assert StoredOrder.of_item(order.to_item()) == order


def test_each_generation_of_a_cart_has_a_secret_of_its_own() -> None:
    secrets = Secrets("a-key-of-this-test")
    made = [secrets.cart_secret("crt_00000001", generation) for generation in range(3)]
    assert len(set(made)) == 3
    for generation, secret in enumerate(made):
        stored = fingerprint(secret)
        assert secrets.known_cart_secret("crt_00000001", stored, generation) == secret
        turned = Secrets("a-newer-key", ("a-key-of-this-test",))
        assert turned.known_cart_secret("crt_00000001", stored, generation) == secret
