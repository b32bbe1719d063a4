"""What the order service answers (contracts/orders.yaml): carts, delivery options, orders.

The secret of a guest's cart and the token of a guest's order open them for whoever holds them, so no repr
shows either: a model may end up in a log line or an error page.
"""

from dataclasses import dataclass, field
from typing import Annotated, Literal

from msgspec import Meta, Struct

from storefront.clients.shapes import (
    ID,
    Address,
    Contact,
    Count,
    CountryCode,
    DeliveryOption,
    Handle,
    Image,
    MarketCode,
    Quantity,
    SkuText,
    Time,
    Title,
    Totals,
    Version,
)
from storefront.core import CartId, LineId, Money, OrderId

CartStatus = Literal["open", "ordering", "ordered"]
NoticeCode = Literal["price_changed", "insufficient_stock", "unavailable"]
OrderStatus = Literal["awaiting_payment", "placed", "payment_failed", "cancelled"]
PaymentStatus = Literal["pending", "approved", "declined", "cancelled"]
Secret = Annotated[str, Meta(min_length=32, max_length=100)]


@dataclass(frozen=True, slots=True)
class CartRef:
    """A cart and what opens it: a guest's secret, or the access token of the customer who owns it."""

    id: CartId
    secret: str = field(default="", repr=False)
    access_token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class OrderRef:
    """An order and what opens it: a guest's token, or the access token of the customer who owns it."""

    id: OrderId
    token: str = field(default="", repr=False)
    access_token: str = field(default="", repr=False)


class Notice(Struct, frozen=True, kw_only=True):
    """Something about a line that changed since it was put in."""

    code: NoticeCode
    detail: str


class Line(Struct, frozen=True, kw_only=True):
    """One SKU in a cart, at today's price; `available` is how many can be bought now."""

    id: Annotated[LineId, ID]
    sku: SkuText
    handle: Handle
    title: Title
    variant_title: Annotated[str, Meta(max_length=200)]
    image: Image | None
    quantity: Quantity
    unit_price: Money
    line_total: Money
    available: Count
    notices: tuple[Notice, ...]


class Cart(Struct, frozen=True, kw_only=True):
    """A cart at today's prices. `version` is what a change has to name."""

    id: Annotated[CartId, ID]
    status: CartStatus
    order_id: OrderId | None
    market: MarketCode
    locale: str
    lines: Annotated[tuple[Line, ...], Meta(max_length=100)]
    item_count: Count
    contact: Contact | None
    address: Address | None
    delivery_option: DeliveryOption | None
    totals: Totals
    expires_at: Time
    version: Version
    updated_at: Time


class NewCart(Struct, frozen=True, kw_only=True):
    """A cart just made, with the secret that is told this once."""

    secret: Secret
    cart: Cart

    @property
    def ref(self) -> CartRef:
        """What later calls need to open the cart."""
        return CartRef(self.cart.id, self.secret)

    def __repr__(self) -> str:
        return f"NewCart(cart={self.cart!r})"


class Country(Struct, frozen=True, kw_only=True):
    """A country that the market delivers to."""

    code: CountryCode
    name: str


class DeliveryOptionList(Struct, frozen=True, kw_only=True):
    """Where the market delivers to, and how, cheapest first."""

    countries: Annotated[tuple[Country, ...], Meta(min_length=1)]
    items: Annotated[tuple[DeliveryOption, ...], Meta(min_length=1)]


class OrderLine(Struct, frozen=True, kw_only=True):
    """One SKU of an order, at the price it was bought for."""

    id: Annotated[LineId, ID]
    sku: SkuText
    handle: Handle
    title: Title
    variant_title: Annotated[str, Meta(max_length=200)]
    image: Image | None
    quantity: Quantity
    unit_price: Money
    line_total: Money


class OrderPayment(Struct, frozen=True, kw_only=True):
    """How the order's payment stands; `redirect_url` is where to pay while it is pending."""

    id: Annotated[str, ID]
    status: PaymentStatus
    redirect_url: str | None


class Order(Struct, frozen=True, kw_only=True):
    """An order. `number` is what people read out; `placed_at` is None until it is paid."""

    id: Annotated[OrderId, ID]
    number: Annotated[str, Meta(pattern=r"^SF-[0-9A-Z]{4}-[0-9A-Z]{4}\Z")]
    status: OrderStatus
    market: MarketCode
    locale: str
    cart_id: Annotated[CartId, ID]
    lines: Annotated[tuple[OrderLine, ...], Meta(min_length=1)]
    contact: Contact
    address: Address
    delivery_option: DeliveryOption
    totals: Totals
    payment: OrderPayment
    placed_at: Time | None
    created_at: Time
    version: Version
    updated_at: Time


class NewOrder(Struct, frozen=True, kw_only=True):
    """An order just made, awaiting its payment, with the token that opens it for a guest."""

    token: Secret
    order: Order

    @property
    def ref(self) -> OrderRef:
        """What later calls need to open the order."""
        return OrderRef(self.order.id, self.token)

    def __repr__(self) -> str:
        return f"NewOrder(order={self.order!r})"


class OrderSummary(Struct, frozen=True, kw_only=True):
    """What a list shows of an order."""

    id: Annotated[OrderId, ID]
    number: str
    status: OrderStatus
    item_count: Annotated[int, Meta(ge=1)]
    total: Money
    created_at: Time


class OrderPage(Struct, frozen=True, kw_only=True):
    """Some orders, newest first, and the cursor that asks for the next ones (None at the end)."""

    items: tuple[OrderSummary, ...]
    next_cursor: str | None
