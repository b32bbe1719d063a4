"""What the order service needs of its neighbours; adapters join it to the real ones."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from apptier.kit.models import Image
from apptier.orders.models import PaymentStatus


@dataclass(frozen=True, slots=True)
class Offer:
    """What one of a SKU costs now, in minor units of the market's currency, and how many can be bought."""

    sku: str
    price: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Described:
    """How a SKU is shown: the product it belongs to, and what tells it from the product's other variants."""

    sku: str
    handle: str
    title: str
    variant_title: str
    image: Image | None


class CatalogPort(Protocol):
    """Prices, stock and names. Every method raises Problem 503 when the catalogue does not answer."""

    def offers(self, market: str, skus: Collection[str]) -> Mapping[str, Offer]:
        """The offers of those SKUs that the market sells, read fresh."""
        ...

    def describe(self, market: str, locale: str, sku: str) -> Described | None:
        """How the SKU is shown; None for one that the market doesn't sell."""
        ...


@dataclass(frozen=True, slots=True)
class PaymentState:
    """A payment as the provider tells it; `redirect_url` is where to pay, while it is pending."""

    id: str
    status: PaymentStatus
    redirect_url: str | None


class PaymentsUnavailable(Exception):  # noqa: N818 - says what happened
    """The payment service gave no usable answer; what it did is unknown. The message is for the log."""


def payment_key(order_id: str) -> str:
    """The idempotency key under which an order's one payment is made."""
    return f"order:{order_id}"


class PaymentsPort(Protocol):
    """The payment service. Every method raises PaymentsUnavailable when there is no usable answer."""

    def start(self, order_id: str, amount: int, currency: str, return_url: str) -> PaymentState:
        """The order's payment, made at the first call: asking again never makes a second one."""
        ...

    def state(self, payment_id: str) -> PaymentState:
        """How it stands."""
        ...

    def cancel(self, payment_id: str) -> PaymentState:
        """Cancel it unless it has ended, and say how it stands then: perhaps approved."""
        ...
