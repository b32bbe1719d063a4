"""What the order service needs of its neighbours; adapters join it to the real ones."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from apptier.kit.models import Image
from apptier.orders.models import PaymentStatus
from apptier.stores.models import KnownStore


@dataclass(frozen=True, slots=True)
class Offer:
    """What one of a SKU costs now, in minor units of the market's currency, and how many can be bought.

    With it what it is called in the language that was asked for, and its picture with a text in it; what is
    None here is as it was when it was put into the cart.
    """

    sku: str
    price: int
    quantity: int
    title: str | None = None
    variant_title: str | None = None
    image: Image | None = None


@dataclass(frozen=True, slots=True)
class Described:
    """How a SKU is shown: the product it belongs to, and what tells it from the product's other variants.

    `categories` are the slugs of the product's categories and of those above them.
    """

    sku: str
    handle: str
    title: str
    variant_title: str
    image: Image | None
    categories: tuple[str, ...] = ()


class CatalogPort(Protocol):
    """Prices, stock and names. Every method raises Problem 503 when the catalogue does not answer."""

    def offers(self, market: str, locale: str, skus: Collection[str]) -> Mapping[str, Offer]:
        """The offers of those SKUs that the market sells, read fresh, however many they are."""
        ...

    def describe(self, market: str, locale: str, sku: str) -> Described | None:
        """How the SKU is shown; None for one that the market doesn't sell."""
        ...


class StoresPort(Protocol):
    """The brand's stores. Every method raises Problem 503 when the store service does not answer."""

    def get(self, market: str, store_id: str) -> KnownStore | None:
        """A store of the market where orders can be picked up; None when there is no such."""
        ...


@dataclass(frozen=True, slots=True)
class PaymentState:
    """A payment as the provider tells it.

    `redirect_url` is where to pay, while it is pending; `refunded` (minor units) is what has gone back of it.
    """

    id: str
    status: PaymentStatus
    redirect_url: str | None
    refunded: int = 0


class PaymentsUnavailable(Exception):  # noqa: N818 - says what happened
    """The payment service gave no usable answer; what it did is unknown. The message is for the log."""


class RefundRefused(Exception):  # noqa: N818 - says what happened
    """The payment service will not give this money back, however often it is asked: a person has to look."""


def payment_key(order_id: str) -> str:
    """The idempotency key under which an order's one payment is made."""
    return f"order:{order_id}"


@dataclass(frozen=True, slots=True)
class PaymentWish:
    """What a payment is started with; `amount` in minor units of `currency`."""

    order_id: str
    order_number: str
    method: str
    locale: str
    amount: int
    currency: str
    return_url: str


RefundReason = Literal["out_of_stock", "order_given_up"]


class PaymentsPort(Protocol):
    """The payment service. Every method raises PaymentsUnavailable when there is no usable answer."""

    def start(self, wish: PaymentWish) -> PaymentState:
        """The order's payment, made at the first call: asking again never makes a second one."""
        ...

    def state(self, payment_id: str) -> PaymentState:
        """How it stands."""
        ...

    def cancel(self, payment_id: str) -> PaymentState:
        """Cancel it unless it has ended, and say how it stands then: perhaps approved."""
        ...

    def refund(
        self, payment_id: str, amount: int, currency: str, reason: RefundReason, key: str
    ) -> PaymentState:
        """Give so much of an approved payment back, once per key. Raises RefundRefused as well."""
        ...
