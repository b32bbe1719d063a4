"""The cart's writes. None of them invalidates anything shared: a cart is never cached."""

from dataclasses import dataclass
from uuid import uuid4

from storefront.clients.orders import Cart, CartRef, Orders
from storefront.core import Conflict, Gone, NotFound

MIN_QUANTITY, MAX_QUANTITY = 1, 99
"""How many of one SKU a line holds (contracts/orders.yaml)."""
NO_VERSION = 0
"""A version that no cart has: the contract counts from 1."""
_MOST_DIGITS = 9


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


def parse_version(text: str) -> int:
    """The cart's version that a form names; NO_VERSION for what is none, which is as good as an old one."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else NO_VERSION


def add_to_cart(
    orders: Orders, *, ref: CartRef | None, market: str, locale: str, sku: str, quantity: int, intent: str
) -> Added:
    """Put `quantity` of a SKU into the cart that `ref` opens, or into a new one.

    `intent` names this one press of the button: the same intent adds once. A cart that is gone or bought
    is replaced by a new one, so that no shopper is locked out by an old cookie.

    Raises the order service's errors:
    Invalid (`unknown_sku`, `quantity_limit`, `line_limit`), Conflict (`insufficient_stock`, `cart_locked`),
    UpstreamUnavailable.
    """
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


def new_intent() -> str:
    """A name for one press of a button, where the form brought none."""
    return uuid4().hex
