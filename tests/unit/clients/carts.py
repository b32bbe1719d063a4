"""Short ways to a full cart, and to an order of it, in the order twin."""

from storefront.clients.orders import Cart, CartRef, NewOrder
from storefront.clients.orders.fake import FakeOrders
from tests import samples

IN = {"market": "eu", "locale": "en"}
RETURN = "http://shop.test/checkout/return/{order_id}/"


def add(orders: FakeOrders, cart: CartRef, sku: str, quantity: int = 1, key: str = "") -> Cart:
    key = key or f"add-{len(orders.calls):08d}"
    return orders.add_line(cart=cart, sku=sku, quantity=quantity, idempotency_key=key)


def ready(orders: FakeOrders, cart: CartRef) -> Cart:
    """A cart with two cushions that lacks nothing for an order."""
    version = add(orders, cart, samples.CUSHION, 2).version
    version = orders.set_contact(cart=cart, contact=samples.CONTACT, version=version).version
    version = orders.set_address(cart=cart, address=samples.ADDRESS, version=version).version
    return orders.set_delivery_option(cart=cart, option_id="standard", version=version)


def place(orders: FakeOrders, cart: CartRef, seen: Cart, key: str = "the-key-of-the-order") -> NewOrder:
    return orders.place_order(
        cart=cart, version=seen.version, total=seen.totals.total, return_url=RETURN, idempotency_key=key
    )
