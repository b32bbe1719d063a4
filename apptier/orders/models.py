"""The bodies of contracts/orders.yaml, strict both ways; orders themselves are in `order_models`."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from apptier.kit.models import (
    LOCALE,
    MARKET,
    Address,
    Contact,
    DeliveryOption,
    Handle,
    Id,
    Image,
    Money,
    Sku,
    StrictModel,
    Totals,
    Version,
    not_null,
)

MOST_PER_SKU = 99
Quantity = Annotated[int, Field(ge=1, le=MOST_PER_SKU)]
CartStatus = Literal["open", "ordering", "ordered"]
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
FulfilmentKind = Literal["delivery", "pickup"]
PromotionKind = Literal["percentage", "amount", "free_delivery", "buy_x_get_y"]
CodeReason = Literal[
    "minimum_not_reached", "no_matching_items", "not_combinable", "code_expired", "code_used_up"
]
TimelineKind = Literal[
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
CountryCode = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Postcode = Annotated[str, Field(min_length=2, max_length=12)]
MethodId = Annotated[str, Field(pattern=r"^[a-z]+$", max_length=20)]


class CreateCart(StrictModel):
    """For whom a cart is made."""

    market: Annotated[str, Field(pattern=MARKET)]
    locale: Annotated[str, Field(pattern=LOCALE)]
    country: Annotated[CountryCode | None, BeforeValidator(not_null)] = None


class AddLine(StrictModel):
    """So many of a SKU more."""

    sku: Sku
    quantity: Quantity


class ChangeLine(StrictModel):
    """So many of a line's SKU altogether."""

    quantity: Quantity


class ChooseOption(StrictModel):
    """One of the delivery options, by id."""

    option_id: Annotated[str, Field(pattern=r"^[a-z0-9_]+$", max_length=40)]


class Estimate(StrictModel):
    """Where a cart will probably go."""

    country: CountryCode
    postcode: Postcode | None


class ChooseFulfilment(StrictModel):
    """Have it sent, or pick it up in a store."""

    kind: FulfilmentKind
    store_id: Annotated[Id | None, BeforeValidator(not_null)] = None


class ChoosePayment(StrictModel):
    """How it will be paid."""

    method: MethodId


class AddOrderLines(StrictModel):
    """An earlier order, and what opens it unless it is the customer's own."""

    order_id: Id
    order_token: Annotated[
        Annotated[str, Field(min_length=32, max_length=100)] | None, BeforeValidator(not_null)
    ] = None


class FindOrder(StrictModel):
    """What somebody knows of an order: its number, and the e-mail address it was placed with."""

    number: Annotated[str, Field(min_length=6, max_length=30)]
    email: Annotated[str, Field(min_length=3, max_length=254)]


class PlaceOrder(StrictModel):
    """What the shopper saw and agreed to, and where the payment page shall send the browser."""

    cart_id: Id
    cart_version: Annotated[int, Field(ge=1)]
    total: Money
    return_url: Annotated[str, Field(max_length=500)]


class PaymentEvent(StrictModel):
    """The payment service says how a payment ended."""

    payment_id: Id
    order_id: Id
    status: Literal["approved", "declined", "cancelled"]
    version: Version


class Notice(StrictModel):
    """Something about a line that the shopper should know; `detail` is for people."""

    code: Literal["price_changed", "insufficient_stock", "unavailable"]
    detail: str


class Line(StrictModel):
    """A line at today's price: `line_total` is before the `discount`, with what can still be bought of it."""

    id: Id
    sku: Sku
    handle: Handle
    title: Annotated[str, Field(min_length=1, max_length=200)]
    variant_title: Annotated[str, Field(max_length=200)]
    image: Image | None
    quantity: Quantity
    unit_price: Money
    line_total: Money
    discount: Money
    available: Annotated[int, Field(ge=0)]
    notices: list[Notice]


class OrderLine(StrictModel):
    """A line as it was ordered; how many of it come later, and how many can't be sent and are paid back."""

    id: Id
    sku: Sku
    handle: Handle
    title: Annotated[str, Field(min_length=1, max_length=200)]
    variant_title: Annotated[str, Field(max_length=200)]
    image: Image | None
    quantity: Quantity
    unit_price: Money
    line_total: Money
    discount: Money
    backordered: Annotated[int, Field(ge=0)] = 0
    refunded: Annotated[int, Field(ge=0)] = 0

    @property
    def net(self) -> int:
        """What the line costs after its discount, in minor units."""
        return self.line_total.amount - self.discount.amount


class PickupStore(StrictModel):
    """A store to pick up in, and from when (RFC 3339)."""

    id: Id
    name: Annotated[str, Field(min_length=1, max_length=120)]
    address: Address
    ready_from: str


class Fulfilment(StrictModel):
    """How it reaches the shopper."""

    kind: FulfilmentKind
    store: PickupStore | None


class AppliedPromotion(StrictModel):
    """A promotion that takes `amount` off, with the code that it needed."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]+$", max_length=60)]
    code: str | None
    kind: PromotionKind
    label: Annotated[str, Field(max_length=160)]
    amount: Money


class CodeState(StrictModel):
    """A code that was entered, and why it doesn't apply when it doesn't."""

    code: str
    applied: bool
    reason: CodeReason | None
    detail: str
    missing: Money | None


class Nudge(StrictModel):
    """A promotion within reach: so much more and it applies."""

    id: str
    label: str
    missing: Money


class CartNotice(StrictModel):
    """What a change brought or cost."""

    code: Literal["promotion_gained", "promotion_lost"]
    detail: str


class Cart(StrictModel):
    """A cart with everything worked out."""

    id: Id
    status: CartStatus
    order_id: str | None
    market: str
    locale: str
    lines: list[Line]
    item_count: Annotated[int, Field(ge=0)]
    contact: Contact | None
    address: Address | None
    delivery_option: DeliveryOption | None
    fulfilment: Fulfilment
    estimate: Estimate
    payment_method: MethodId
    codes: list[CodeState]
    promotions: list[AppliedPromotion]
    nudges: list[Nudge]
    notices: list[CartNotice]
    totals: Totals
    expires_at: str
    version: Version
    updated_at: str


class LeftOut(StrictModel):
    """What of an earlier order could not be put into the cart."""

    sku: Sku
    title: str
    reason: Literal["out_of_stock", "unknown_sku", "quantity_limit", "line_limit"]
    wanted: Annotated[int, Field(ge=1)]
    added: Annotated[int, Field(ge=0)]


class Reordered(StrictModel):
    """The cart with an earlier order's lines in it, and what was left out."""

    cart: Cart
    left_out: list[LeftOut]


class CountryName(StrictModel):
    """A country that the cart's market serves."""

    code: str
    name: str


class DeliveryOptionList(StrictModel):
    """How the cart can be sent, cheapest first."""

    countries: list[CountryName]
    items: list[DeliveryOption]


class DeliveryQuotes(StrictModel):
    """What sending something to a country costs; `free_from` is the goods value that makes one way free."""

    country: CountryCode
    countries: list[CountryName]
    items: list[DeliveryOption]
    free_from: Money | None


class PaymentMethod(StrictModel):
    """One way to pay, in words."""

    id: MethodId
    name: Annotated[str, Field(min_length=1, max_length=60)]
    detail: Annotated[str, Field(max_length=160)]


class PaymentMethodList(StrictModel):
    """How one can pay, the usual way first."""

    items: list[PaymentMethod]


class OrderKey(StrictModel):
    """What opens an order."""

    order_id: Id
    token: str


class OrderSummary(StrictModel):
    """An order in a list."""

    id: Id
    number: str
    status: OrderStatus
    item_count: Annotated[int, Field(ge=1)]
    total: Money
    created_at: str


class OrderPage(StrictModel):
    """One page of a customer's orders, newest first."""

    items: list[OrderSummary]
    next_cursor: str | None
