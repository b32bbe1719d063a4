"""The cart's writes. None of them invalidates anything shared: a cart is never cached."""

import re
from collections.abc import Callable

from storefront.clients.orders import Cart, CartRef, Orders
from storefront.core import PreconditionFailed
from storefront.web.open_cart import Filled, fill_cart, press_key
from storefront.web.shop import Shop

MIN_QUANTITY, MAX_QUANTITY = 1, 99
"""How many of one SKU a line holds (contracts/orders.yaml)."""
_FORM_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


def parse_quantity(text: str) -> int | None:
    """The quantity that somebody typed, or None when it is not a whole number from 1 to 99."""
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) <= len(str(MAX_QUANTITY))):
        return None
    quantity = int(digits)
    return quantity if MIN_QUANTITY <= quantity <= MAX_QUANTITY else None


def add_to_cart(
    shop: Shop, *, ref: CartRef | None, sku: str, quantity: int, form_key: str = ""
) -> Filled[Cart]:
    """Put `quantity` of a SKU into the cart that `ref` opens, or into a new one.

    The same form twice within two seconds is one press (ADR 0013); so is the same `form_key` at any time,
    where the form has a name of its own.

    Raises the order service's errors:
    Invalid (`unknown_sku`, `quantity_limit`, `line_limit`), Conflict (`insufficient_stock`, `cart_locked`),
    UpstreamUnavailable.
    """

    def put(cart: CartRef) -> Cart:
        named = f"form:{form_key}" if _FORM_KEY.fullmatch(form_key) else press_key(cart.id, sku, quantity)
        return shop.orders.add_line(cart=cart, sku=sku, quantity=quantity, idempotency_key=named)

    return fill_cart(shop, ref, put)


def at_version(orders: Orders, ref: CartRef, version: int, write: Callable[[int], Cart]) -> Cart:
    """Do a write that gets in nobody's way, whatever the cart's version is by now.

    Raises what `write` raises; PreconditionFailed only when the cart changes twice meanwhile.
    """
    try:
        return write(version)
    except PreconditionFailed:
        return write(orders.get_cart(cart=ref).version)
