"""What the shop may ask of the order service, and the refusals to expect."""

from typing import Protocol, Self

from storefront.clients.orders.models import (
    Cart,
    CartRef,
    DeliveryOptionList,
    DeliveryQuotes,
    MyCart,
    NewCart,
    OrderRef,
    PaymentMethodList,
    Reordered,
)
from storefront.clients.orders.order_models import NewOrder, Order, OrderKey, OrderPage
from storefront.clients.shapes import Address, Contact
from storefront.core import Money


class Orders(Protocol):
    """Carts and orders. Every method raises UpstreamUnavailable and UpstreamInvalid.

    Whatever takes a `cart` or an `order` raises NotFound when it is not there or what `CartRef` or `OrderRef`
    hold does not open it, and Gone for a cart that has expired (`cart_expired`) or was put into a customer's
    (`cart_merged`). Changes to a cart raise Conflict
    `cart_locked` while an order holds it. Whatever takes the `version` that was changed raises
    PreconditionFailed `version_mismatch` when that is not the version now. The readers of
    `storefront.clients.orders.errors` tell the details.
    """

    def within(self, locale: str) -> Self:
        """The same service, which says all it says of a cart in that language from now on.

        A change makes it the cart's own language, and an order is made in it. Without it, the cart's own.
        """
        ...

    def create_cart(
        self,
        *,
        market: str,
        locale: str,
        country: str | None = None,
        idempotency_key: str,
        access_token: str = "",
    ) -> NewCart:
        """A new, empty cart: a customer's if their `access_token` is given, else a guest's with its secret.

        `country` is where it will probably go, None for the market's main one; raises Invalid
        `country_not_served` for one that the market does not serve. The same key with the same values gives
        the same answer for 24 hours, with others Invalid `idempotency_key_reused`.
        """
        ...

    def open_my_cart(
        self,
        *,
        market: str,
        locale: str,
        country: str | None = None,
        guest: CartRef | None = None,
        access_token: str,
    ) -> MyCart:
        """The customer's open cart of a market, made if there is none, with the guest's cart put into it.

        Again gives the same. Of each SKU the higher quantity counts; a guest's cart that is not there, is
        somebody's own, was bought or has expired is passed over. Raises Unauthorized, NotFound for an
        unknown market, Invalid `country_not_served`, and Conflict `cart_locked` while an order holds one of
        two carts that both hold things.
        """
        ...

    def undo_merge(self, *, merge_id: str, access_token: str) -> NewCart:
        """What a merge put in is taken out again: the guest's cart as it was, and what opens it, each time.

        What was said since of who buys, where it goes and how it is paid stays. Raises Unauthorized, NotFound
        when it is not theirs or older than a day, Conflict `cart_locked`, or `cart_changed` once the
        customer's cart holds other lines or codes.
        """
        ...

    def close_my_carts(self, *, access_token: str) -> None:
        """Let no secret told before open the customer's carts, in any market. Raises Unauthorized."""
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

    def set_estimate(self, *, cart: CartRef, country: str, postcode: str | None, version: int) -> Cart:
        """Say where it will probably go. Raises Invalid `country_not_served`, `postcode_invalid`."""
        ...

    def set_fulfilment(self, *, cart: CartRef, store_id: str | None, version: int) -> Cart:
        """Have it sent (None) or pick it up in a store; forgets the delivery option, keeps the address.

        Raises Invalid `store_not_offered`.
        """
        ...

    def set_payment_method(self, *, cart: CartRef, method: str, version: int) -> Cart:
        """Say how it will be paid. Raises Invalid `unknown_payment_method`."""
        ...

    def apply_code(self, *, cart: CartRef, code: str, version: int) -> Cart:
        """Use a promotion's code (2 to 40 letters, digits, `_` and `-`); the same twice is no error.

        A known code whose conditions are not met is kept, and `Cart.codes` says why it does not apply. Raises
        Invalid `unknown_code`, `code_expired`, `code_not_started`, `code_used_up`, `code_limit`.
        """
        ...

    def remove_code(self, *, cart: CartRef, code: str, version: int) -> Cart:
        """No longer use a code; one that is not in the cart is no error."""
        ...

    def add_order_lines(self, *, cart: CartRef, order: OrderRef, idempotency_key: str) -> Reordered:
        """Put what an earlier order held into the cart, as much of it as can be bought now.

        Raises NotFound when `order` does not open its order.
        """
        ...

    def list_payment_methods(self, *, market: str, locale: str) -> PaymentMethodList:
        """How one can pay; the first is the usual one. Raises NotFound for an unknown market."""
        ...

    def list_delivery_quotes(
        self, *, market: str, locale: str, country: str, postcode: str | None = None
    ) -> DeliveryQuotes:
        """What sending something costs and when it arrives, before there is a cart.

        Raises NotFound for an unknown market; Invalid `country_not_served`, `postcode_invalid`.
        """
        ...

    def find_order(self, *, number: str, email: str) -> OrderKey:
        """What opens an order, for its number and the e-mail address it was placed with.

        Raises NotFound `order_not_found` whatever is wrong, and UpstreamUnavailable with the reason THROTTLED
        when a number was tried too often.
        """
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
