"""The version of the cart that a form was made from, as cart and checkout post it (If-Match)."""

from collections.abc import Callable

from storefront.clients.orders import Cart, CartRef, Orders
from storefront.core import PreconditionFailed

NO_VERSION = 0
"""A version that no cart has: the contract counts from 1."""
_MOST_DIGITS = 9
_MOST_TRIES = 4


def parse_version(text: str) -> int:
    """The cart's version that a form names; NO_VERSION for what is none, which is as good as an old one."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else NO_VERSION


def at_version(orders: Orders, ref: CartRef, version: int, write: Callable[[int], Cart]) -> Cart:
    """Do a write that gets in nobody's way, whatever the cart's version is by now.

    Raises what `write` raises; PreconditionFailed only when the cart changed before each of four tries.
    """
    for _again in range(_MOST_TRIES - 1):
        try:
            return write(version)
        except PreconditionFailed:
            version = orders.get_cart(cart=ref).version
    return write(version)
