"""What the order service answers about carts (contracts/orders.yaml), and what goes into one.

The secret of a guest's cart and the token of a guest's order open them for whoever holds them, so no repr
shows either: a model may end up in a log line or an error page. Orders are in `order_models`.
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
from storefront.core import CartId, LineId, Money, OrderId, StoreId

CartStatus = Literal["open", "ordering", "ordered"]
NoticeCode = Literal["price_changed", "insufficient_stock", "unavailable"]
FulfilmentKind = Literal["delivery", "pickup"]
PromotionKind = Literal["percentage", "amount", "free_delivery", "buy_x_get_y"]
CodeReason = Literal[
    "minimum_not_reached", "no_matching_items", "not_combinable", "code_expired", "code_used_up"
]
CartNoticeCode = Literal["promotion_gained", "promotion_lost"]
LeftOutReason = Literal["out_of_stock", "unknown_sku", "quantity_limit", "line_limit"]
Secret = Annotated[str, Meta(min_length=32, max_length=100)]
PaymentMethodId = Annotated[str, Meta(pattern=r"^[a-z]+\Z", max_length=20)]
Postcode = Annotated[str, Meta(min_length=2, max_length=12)]
STANDARD_OPTION = "standard"
"""The way to send things that offers make free; the others stay as they are."""


@dataclass(frozen=True, slots=True)
class CartRef:
    """A cart and what opens it: its secret, or the access token of the customer who owns it."""

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
    """One SKU in a cart, at today's price; `available` is how many can be bought now.

    `line_total` is before discounts, `discount` what promotions take off this line, 0 or more.
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
    available: Count
    notices: tuple[Notice, ...]


class Estimate(Struct, frozen=True, kw_only=True):
    """Where it will probably go, before anybody says who they are."""

    country: CountryCode
    postcode: Postcode | None


class PickupStore(Struct, frozen=True, kw_only=True):
    """A store that has it ready from `ready_from` on."""

    id: Annotated[StoreId, ID]
    name: Annotated[str, Meta(min_length=1, max_length=120)]
    address: Address
    ready_from: Time


class Fulfilment(Struct, frozen=True, kw_only=True):
    """How it gets to the shopper; `store` is the chosen one for `pickup`."""

    kind: FulfilmentKind
    store: PickupStore | None


class PromotionCode(Struct, frozen=True, kw_only=True):
    """A code that the shopper entered. When it is not applied now, `reason` and `detail` say why not.

    `missing` comes with `minimum_not_reached`: how much more the goods must cost.
    """

    code: str
    applied: bool
    reason: CodeReason | None
    detail: str
    missing: Money | None


class AppliedPromotion(Struct, frozen=True, kw_only=True):
    """A promotion that applies and what it takes off, 0 or more; `code` is None where none is needed."""

    id: Annotated[str, Meta(pattern=r"^[a-z0-9-]+\Z", max_length=60)]
    code: str | None
    kind: PromotionKind
    label: Annotated[str, Meta(max_length=160)]
    amount: Money


class Nudge(Struct, frozen=True, kw_only=True):
    """A promotion without a code that is within reach: `missing` more of goods brings it."""

    id: str
    label: str
    missing: Money


class CartNotice(Struct, frozen=True, kw_only=True):
    """What the last change brought or cost; only in the answer to a change."""

    code: CartNoticeCode
    detail: str


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
    fulfilment: Fulfilment
    estimate: Estimate
    payment_method: PaymentMethodId
    codes: Annotated[tuple[PromotionCode, ...], Meta(max_length=3)]
    promotions: Annotated[tuple[AppliedPromotion, ...], Meta(max_length=10)]
    nudges: Annotated[tuple[Nudge, ...], Meta(max_length=3)]
    notices: tuple[CartNotice, ...]
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


class MergedLine(Struct, frozen=True, kw_only=True):
    """So many of a SKU, as the customer's cart holds it now, or the guest's what is left."""

    sku: SkuText
    title: Title
    quantity: Quantity


class Merge(Struct, frozen=True, kw_only=True):
    """What came of putting a guest's cart into a customer's.

    `raised` lines were there already, but fewer; `left` did not fit and is in the guest's cart still.
    """

    id: Annotated[str, ID]
    added: Annotated[tuple[MergedLine, ...], Meta(max_length=100)]
    raised: Annotated[tuple[MergedLine, ...], Meta(max_length=100)]
    left: Annotated[tuple[MergedLine, ...], Meta(max_length=100)]
    left_codes: Annotated[tuple[str, ...], Meta(max_length=3)]


class MyCart(NewCart, frozen=True, kw_only=True):
    """A customer's own cart and what opens it; `merge` is None when no guest's cart was put in."""

    merge: Merge | None

    def __repr__(self) -> str:
        return f"MyCart(cart={self.cart!r}, merge={self.merge!r})"


class Country(Struct, frozen=True, kw_only=True):
    """A country that the market delivers to."""

    code: CountryCode
    name: str


class DeliveryOptionList(Struct, frozen=True, kw_only=True):
    """Where the market delivers to, and how, cheapest first."""

    countries: Annotated[tuple[Country, ...], Meta(min_length=1)]
    items: Annotated[tuple[DeliveryOption, ...], Meta(min_length=1)]


class DeliveryQuotes(Struct, frozen=True, kw_only=True):
    """What sending something to a country costs and when it arrives, before there is a cart; cheapest first.

    `free_from` is the goods value from which the cheapest is free, None where it never is.
    """

    country: CountryCode
    countries: Annotated[tuple[Country, ...], Meta(min_length=1)]
    items: Annotated[tuple[DeliveryOption, ...], Meta(min_length=1)]
    free_from: Money | None


class PaymentMethod(Struct, frozen=True, kw_only=True):
    """One way to pay, in words."""

    id: PaymentMethodId
    name: Annotated[str, Meta(min_length=1, max_length=60)]
    detail: Annotated[str, Meta(max_length=160)]


class PaymentMethodList(Struct, frozen=True, kw_only=True):
    """How one can pay in a market; the first is the usual one."""

    items: Annotated[tuple[PaymentMethod, ...], Meta(min_length=1, max_length=8)]


class LeftOut(Struct, frozen=True, kw_only=True):
    """What of an earlier order did not go into the cart, or not all of it: `added` of `wanted`."""

    sku: SkuText
    title: str
    reason: LeftOutReason
    wanted: Annotated[int, Meta(ge=1)]
    added: Count


class Reordered(Struct, frozen=True, kw_only=True):
    """The cart with what an earlier order held, and what was left out."""

    cart: Cart
    left_out: tuple[LeftOut, ...]
