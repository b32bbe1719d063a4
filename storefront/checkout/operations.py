"""Checkout's writes: contact, delivery, placing the order, giving it up. They invalidate nothing shared."""

from dataclasses import dataclass

from storefront.clients.orders import Cart, CartRef, NewOrder, Orders
from storefront.clients.shapes import Address
from storefront.core import Money


@dataclass(frozen=True, slots=True)
class Intent:
    """What the shopper agreed to: this version of the cart for this total."""

    version: int
    total: Money

    @property
    def plain(self) -> dict[str, int | str]:
        """The intent as the session keeps it."""
        return {"version": self.version, "amount": self.total.amount, "currency": self.total.currency}

    @classmethod
    def read(cls, version: str, amount: str, currency: str) -> "Intent | None":
        """The intent that a form or the session holds, None when it is none."""
        if not (version.isdigit() and amount.isdigit() and len(version) < 10 and len(amount) < 13):  # noqa: PLR2004
            return None
        try:
            return cls(int(version), Money(int(amount), currency))
        except ValueError:
            return None


def order_key(cart: CartRef, intent: Intent) -> str:
    """The idempotency key of an intent: the same when repeated, another after any change (ADR 0003)."""
    return f"order:{cart.id}:{intent.version}"


def set_delivery(orders: Orders, *, cart: CartRef, address: Address, option_id: str, version: int) -> Cart:
    """Set the address and then the option, which must be one that the address allows.

    Raises Invalid with pointers when the backend refuses either; an address that it took stays.
    """
    changed = orders.set_address(cart=cart, address=address, version=version)
    return orders.set_delivery_option(cart=cart, option_id=option_id, version=changed.version)


def place(orders: Orders, *, cart: CartRef, intent: Intent, return_url: str) -> NewOrder:
    """Place the order that the shopper agreed to. Repeating it gives the same order.

    Raises Conflict (`cart_changed`, `total_changed`, `insufficient_stock`, `cart_incomplete`,
    `cart_locked`), NotFound or Gone when there is no such cart, and UpstreamUnavailable when the outcome is
    not known.
    """
    return orders.place_order(
        cart=cart,
        version=intent.version,
        total=intent.total,
        return_url=return_url,
        idempotency_key=order_key(cart, intent),
    )
