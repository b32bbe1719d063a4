"""From the list into the cart. The cart's own write, said here because slices do not import each other."""

import re
from functools import partial

from storefront.clients.orders import Cart, CartRef
from storefront.core import UpstreamError, UpstreamRefused
from storefront.experiments.tallies import Goal
from storefront.web.cart_cookie import cart_of
from storefront.web.cart_merge import new_own_cart
from storefront.web.counting import reached
from storefront.web.open_cart import fill_cart, press_key
from storefront.web.requests import ShopRequest
from storefront.wishlist import words

_SKU = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,79}")


class NotMoved(Exception):  # noqa: N818 - says what happened
    """It did not go into the cart; the message is for the shopper, `status` is HTTP's."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


def into_cart(request: ShopRequest, sku: str) -> CartRef:
    """Put one of a SKU into the cart of whoever asks, once however often the form arrives within seconds.

    Raises NotMoved.
    """
    if not _SKU.fullmatch(sku):
        raise NotMoved(str(words.NOT_MOVED), 422)

    def put(cart: CartRef) -> Cart:
        key = press_key(cart.id, "wish", sku)
        return request.shop.orders.add_line(cart=cart, sku=sku, quantity=1, idempotency_key=key)

    try:
        filled = fill_cart(request.shop, cart_of(request), put, partial(new_own_cart, request))
    except UpstreamRefused as refused:
        gone = refused.code in {"insufficient_stock", "unknown_sku"}
        raise NotMoved(str(words.SOLD_OUT if gone else words.NOT_MOVED), 409) from refused
    except UpstreamError as failed:
        raise NotMoved(str(words.NOT_MOVED), 503) from failed
    reached(request, Goal.CART)
    return filled.ref
