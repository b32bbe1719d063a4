"""The cart's writes. None of them invalidates anything shared: a cart is never cached."""

import re
from collections.abc import Callable

from storefront.clients.orders import Cart, CartRef, NewCart
from storefront.web.open_cart import Filled, fill_cart, press_key
from storefront.web.shop import Shop

MIN_QUANTITY, MAX_QUANTITY = 1, 99
"""How many of one SKU a line holds (contracts/orders.yaml)."""
# What the value of a number field may be ("valid floating-point number" of the HTML standard, 2.3.4.3).
_NUMBER = re.compile(r"-?([0-9]+(\.[0-9]+)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_FORM_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


def parse_quantity(text: str) -> int | None:
    """The quantity that somebody typed, or None when it is not a whole number from 1 to 99."""
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) <= len(str(MAX_QUANTITY))):
        return None
    quantity = int(digits)
    return quantity if MIN_QUANTITY <= quantity <= MAX_QUANTITY else None


def shown_quantity(text: str) -> str:
    """What a number field can show again of what was typed; "" for what is no number at all."""
    return text if _NUMBER.fullmatch(text) else ""


def add_to_cart(
    shop: Shop,
    *,
    ref: CartRef | None,
    sku: str,
    quantity: int,
    form_key: str = "",
    own: Callable[[], NewCart | None] = lambda: None,
) -> Filled[Cart]:
    """Put `quantity` of a SKU into the cart that `ref` opens, or into a new one: a customer's `own`.

    The same form twice within two seconds is one press (ADR 0013); so is the same `form_key` at any time,
    where the form has a name of its own.

    Raises the order service's errors:
    Invalid (`unknown_sku`, `quantity_limit`, `line_limit`), Conflict (`insufficient_stock`, `cart_locked`),
    UpstreamUnavailable.
    """

    def put(cart: CartRef) -> Cart:
        named = f"form:{form_key}" if _FORM_KEY.fullmatch(form_key) else press_key(cart.id, sku, quantity)
        return shop.orders.add_line(cart=cart, sku=sku, quantity=quantity, idempotency_key=named)

    return fill_cart(shop, ref, put, own)
