"""What the shop may ask of the order service, and the refusals to expect."""

from typing import Protocol

from storefront.clients.orders.models import (
    Cart,
    CartRef,
    DeliveryOptionList,
    NewCart,
    NewOrder,
    Order,
    OrderPage,
    OrderRef,
)
from storefront.clients.shapes import Address, Contact
from storefront.core import Money


class Orders(Protocol):
    """Carts and orders. Every method raises UpstreamUnavailable and UpstreamInvalid.

    Whatever takes a `cart` or an `order` raises NotFound when it is not there or what `CartRef` or `OrderRef`
    hold does not open it, and Gone for a cart that has expired. Changes to a cart raise Conflict
    `cart_locked` while an order holds it. Whatever takes the `version` that was changed raises
    PreconditionFailed `version_mismatch` when that is not the version now. The readers of
    `storefront.clients.orders.errors` tell the details.
    """

    def create_cart(
        self, *, market: str, locale: str, idempotency_key: str, access_token: str = ""
    ) -> NewCart:
        """A new, empty cart: a customer's if their `access_token` is given, else a guest's with its secret.

        The same key with the same values gives the same answer for 24 hours, with others Invalid
        `idempotency_key_reused`.
        """
        ...

    def get_cart(self, *, cart: CartRef) -> Cart:
        """The cart at today's prices, with notices about what changed."""
        ...

    def add_line(self, *, cart: CartRef, sku: str, quantity: int, idempotency_key: str) -> Cart:
        """Put 1 to 99 of a SKU in; one that is there already grows.

        Raises Conflict `insufficient_stock`; Invalid `unknown_sku`, `quantity_limit`, `line_limit`.
        """
        ...

    def change_line(self, *, cart: CartRef, line_id: str, quantity: int, version: int) -> Cart:
        """Set a line's quantity, 1 to 99. Raises as `add_line`, and NotFound for an unknown line."""
        ...

    def remove_line(self, *, cart: CartRef, line_id: str, version: int) -> Cart:
        """Take a line out. Raises NotFound for an unknown line."""
        ...

    def set_contact(self, *, cart: CartRef, contact: Contact, version: int) -> Cart:
        """Say who buys. Raises Invalid with a pointer such as `/email`."""
        ...

    def set_address(self, *, cart: CartRef, address: Address, version: int) -> Cart:
        """Say where it goes. Raises Invalid with a pointer such as `/postcode`."""
        ...

    def list_delivery_options(self, *, cart: CartRef) -> DeliveryOptionList:
        """How it can be sent, cheapest first; for the market's main country until the address is known."""
        ...

    def set_delivery_option(self, *, cart: CartRef, option_id: str, version: int) -> Cart:
        """Choose one of the delivery options. Raises Invalid `unknown_delivery_option`."""
        ...

    def place_order(
        self, *, cart: CartRef, version: int, total: Money, return_url: str, idempotency_key: str
    ) -> NewOrder:
        """Take the stock, make the order and start its payment: all or nothing, and once per key.

        `version` and `total` are what the shopper saw; `{order_id}` in `return_url` is replaced. Raises
        Conflict `cart_changed`, `total_changed`, `insufficient_stock`, `cart_incomplete` or `cart_locked`.
        """
        ...

    def get_order(self, *, order: OrderRef) -> Order:
        """The order, with how its payment stands."""
        ...

    def cancel_order(self, *, order: OrderRef) -> Order:
        """Give up an unpaid order; its cart opens again. Raises Conflict `order_paid`."""
        ...

    def list_orders(self, *, access_token: str, cursor: str | None = None, limit: int = 24) -> OrderPage:
        """A customer's orders, newest first. Raises Unauthorized and Invalid `bad_cursor`."""
        ...
