"""What the order service answers about orders (contracts/orders.yaml): status, timeline, tracking, keys."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from storefront.clients.orders.models import (
    AppliedPromotion,
    OrderRef,
    PaymentMethodId,
    PickupStore,
    Secret,
)
from storefront.clients.shapes import (
    ID,
    Address,
    Contact,
    Count,
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

OrderStatus = Literal[
    "awaiting_payment",
    "placed",
    "preparing",
    "ready_for_pickup",
    "shipped",
    "delivered",
    "payment_failed",
    "cancelled",
    "refunded",
]
PaymentStatus = Literal["pending", "approved", "declined", "cancelled"]
StepKind = Literal[
    "created",
    "paid",
    "payment_failed",
    "cancelled",
    "preparing",
    "ready_for_pickup",
    "shipped",
    "delivered",
    "collected",
    "backordered",
    "refund_started",
    "refunded",
]


class OrderLine(Struct, frozen=True, kw_only=True):
    """One SKU of an order, at the price it was bought for.

    Of `quantity`, `backordered` come later and `refunded` could not be sent: their price goes back.
    """

    id: Annotated[LineId, ID]
    sku: SkuText
    handle: Handle
    title: Title
    variant_title: Annotated[str, Meta(max_length=200)]
    image: Image | None
    quantity: Quantity
    unit_price: Money
    line_total: Money
    discount: Money
    backordered: Count
    refunded: Count


class OrderPayment(Struct, frozen=True, kw_only=True):
    """How the order's payment stands; `redirect_url` is where to pay while it is pending.

    `refunded` is what goes back, or has gone back.
    """

    id: Annotated[str, ID]
    method: PaymentMethodId
    status: PaymentStatus
    redirect_url: str | None
    refunded: Money


class Tracking(Struct, frozen=True, kw_only=True):
    """The parcel as its carrier knows it."""

    carrier: Annotated[str, Meta(min_length=1, max_length=60)]
    number: Annotated[str, Meta(min_length=1, max_length=60)]
    url: Annotated[str, Meta(pattern=r"^https://", max_length=300)] | None


class OrderStep(Struct, frozen=True, kw_only=True):
    """One thing that happened to an order; `detail` is for people, in the order's language, often empty."""

    kind: StepKind
    at: Time
    detail: Annotated[str, Meta(max_length=300)]


class Order(Struct, frozen=True, kw_only=True):
    """An order. `number` is what people read out; `placed_at` is None until it is paid.

    What is sent has an `address`, what is fetched a `pickup` store. The `timeline` is oldest first.
    """

    id: Annotated[OrderId, ID]
    number: Annotated[str, Meta(pattern=r"^SF-[0-9A-Z]{4}-[0-9A-Z]{4}\Z")]
    status: OrderStatus
    market: MarketCode
    locale: str
    cart_id: Annotated[CartId, ID]
    lines: Annotated[tuple[OrderLine, ...], Meta(min_length=1)]
    contact: Contact
    address: Address | None
    pickup: PickupStore | None
    delivery_option: DeliveryOption
    promotions: Annotated[tuple[AppliedPromotion, ...], Meta(max_length=10)]
    totals: Totals
    payment: OrderPayment
    tracking: Tracking | None
    timeline: Annotated[tuple[OrderStep, ...], Meta(min_length=1, max_length=50)]
    placed_at: Time | None
    created_at: Time
    version: Version
    updated_at: Time


class OrderKey(Struct, frozen=True, kw_only=True):
    """What opens an order for somebody who knows its number and the e-mail address it was placed with."""

    order_id: Annotated[OrderId, ID]
    token: Secret

    @property
    def ref(self) -> OrderRef:
        """What later calls need to open the order."""
        return OrderRef(self.order_id, self.token)

    def __repr__(self) -> str:
        return f"OrderKey(order_id={self.order_id!r})"


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
