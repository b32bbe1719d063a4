"""Checkout's writes of more than one call, and placing the order. They invalidate nothing shared."""

from dataclasses import replace

from storefront.checkout.intents import Intent, order_key
from storefront.clients.orders import Cart, CartRef, NewOrder, Orders
from storefront.clients.shapes import Address
from storefront.core import Unauthorized


def set_delivery(
    orders: Orders, *, ref: CartRef, cart: Cart, address: Address, option_id: str, version: int
) -> Cart:
    """Have it sent: the address and then the option, which must be one that the address allows.

    Raises Invalid with pointers when the backend refuses either; an address that it took stays.
    """
    if cart.fulfilment.kind == "pickup":
        version = orders.set_fulfilment(cart=ref, store_id=None, version=version).version
    changed = orders.set_address(cart=ref, address=address, version=version)
    return orders.set_delivery_option(cart=ref, option_id=option_id, version=changed.version)


def has_delivery(cart: Cart, address: Address, option_id: str) -> bool:
    """Whether that is what the cart says already: an answer that was lost may have done it."""
    option = cart.delivery_option
    sent = cart.fulfilment.kind == "delivery"
    return sent and cart.address == address and option is not None and option.id == option_id


def place(orders: Orders, *, cart: CartRef, intent: Intent) -> NewOrder:
    """Place the order that the shopper agreed to, in the language of that page. Again gives the same order.

    With an access token the order is that customer's. Where the service does not take it (it ended a moment
    ago), nothing was done, and the cart's secret alone places it.

    Raises Conflict (`cart_changed`, `total_changed`, `insufficient_stock`, `cart_incomplete`,
    `cart_locked`), NotFound or Gone when there is no such cart, and UpstreamUnavailable when the outcome is
    not known.
    """
    try:
        return _placed(orders, cart, intent)
    except Unauthorized:
        if not cart.access_token:
            raise
        return _placed(orders, replace(cart, access_token=""), intent)


def _placed(orders: Orders, cart: CartRef, intent: Intent) -> NewOrder:
    return orders.within(intent.language).place_order(
        cart=cart,
        version=intent.version,
        total=intent.total,
        return_url=intent.return_url,
        idempotency_key=order_key(cart, intent),
    )
