"""The bodies of contracts/orders.yaml, strict both ways."""

from typing import Annotated, Literal

from pydantic import Field

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
)

MOST_PER_SKU = 99
Quantity = Annotated[int, Field(ge=1, le=MOST_PER_SKU)]
CartStatus = Literal["open", "ordering", "ordered"]
OrderStatus = Literal["awaiting_payment", "placed", "payment_failed", "cancelled"]
PaymentStatus = Literal["pending", "approved", "declined", "cancelled"]


class CreateCart(StrictModel):
    """For whom a cart is made."""

    market: Annotated[str, Field(pattern=MARKET)]
    locale: Annotated[str, Field(pattern=LOCALE)]


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


class OrderLine(StrictModel):
    """A line as it was ordered."""

    id: Id
    sku: Sku
    handle: Handle
    title: Annotated[str, Field(min_length=1, max_length=200)]
    variant_title: Annotated[str, Field(max_length=200)]
    image: Image | None
    quantity: Quantity
    unit_price: Money
    line_total: Money


class Line(OrderLine):
    """A line of a cart, at today's price, with what can still be bought of it."""

    available: Annotated[int, Field(ge=0)]
    notices: list[Notice]


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
    totals: Totals
    expires_at: str
    version: Version
    updated_at: str


class CountryName(StrictModel):
    """A country that the cart's market serves."""

    code: str
    name: str


class DeliveryOptionList(StrictModel):
    """How the cart can be sent, cheapest first."""

    countries: list[CountryName]
    items: list[DeliveryOption]


class OrderPayment(StrictModel):
    """How an order's payment stands; `redirect_url` is where to pay, while it is pending."""

    id: Id
    status: PaymentStatus
    redirect_url: str | None


class Order(StrictModel):
    """An order; all of it but its status, payment and stamps is fixed when it is placed."""

    id: Id
    number: str
    status: OrderStatus
    market: str
    locale: str
    cart_id: Id
    lines: list[OrderLine]
    contact: Contact
    address: Address
    delivery_option: DeliveryOption
    totals: Totals
    payment: OrderPayment
    placed_at: str | None
    created_at: str
    version: Version
    updated_at: str


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
