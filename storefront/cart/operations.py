"""The cart's writes. None of them invalidates anything shared: a cart is never cached."""

from dataclasses import dataclass
from uuid import uuid4

from storefront.clients.orders import Cart, CartRef, Orders
from storefront.core import Conflict, Gone, NotFound

MIN_QUANTITY, MAX_QUANTITY = 1, 99
"""How many of one SKU a line holds (contracts/orders.yaml)."""


@dataclass(frozen=True, slots=True)
class Added:
    """A SKU went into a cart; `restarted` when the cart before it had expired or was bought already."""

    ref: CartRef
    cart: Cart
    restarted: bool


def parse_quantity(text: str) -> int | None:
    """The quantity that somebody typed, or None when it is not a whole number from 1 to 99."""
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) <= len(str(MAX_QUANTITY))):
        return None
    quantity = int(digits)
    return quantity if MIN_QUANTITY <= quantity <= MAX_QUANTITY else None


def add_to_cart(
    orders: Orders, *, ref: CartRef | None, market: str, locale: str, sku: str, quantity: int
) -> Added:
    """Put `quantity` of a SKU into the cart that `ref` opens, or into a new one.

    A cart that is gone or bought is replaced by a new one, so that an old cookie locks nobody out.
    Each call is an intent of its own: a page that is one copy for everybody can't carry a name for the press
    of a button, so a repetition adds again.

    Raises the order service's errors:
    Invalid (`unknown_sku`, `quantity_limit`, `line_limit`), Conflict (`insufficient_stock`, `cart_locked`),
    UpstreamUnavailable.
    """
    intent = uuid4().hex
    if ref is not None:
        try:
            cart = orders.add_line(cart=ref, sku=sku, quantity=quantity, idempotency_key=intent)
            return Added(ref, cart, restarted=False)
        except (NotFound, Gone):
            pass
        except Conflict as refused:
            if refused.code != "cart_locked" or orders.get_cart(cart=ref).status != "ordered":
                raise
    created = orders.create_cart(market=market, locale=locale, idempotency_key=f"cart:{intent}")
    cart = orders.add_line(cart=created.ref, sku=sku, quantity=quantity, idempotency_key=intent)
    return Added(created.ref, cart, restarted=ref is not None)
