"""Orders as contracts/orders.yaml shows them, and what the warehouse says about one."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from apptier.kit.clock import rfc3339
from apptier.kit.models import (
    Address,
    Contact,
    DeliveryOption,
    Id,
    Money,
    StrictModel,
    Totals,
    Version,
    not_null,
)
from apptier.orders.models import (
    AppliedPromotion,
    MethodId,
    OrderLine,
    OrderStatus,
    PaymentStatus,
    PickupStore,
    Quantity,
    TimelineKind,
)

EventKind = Literal["preparing", "shipped", "ready_for_pickup", "delivered", "collected", "short"]


def _utc(value: str) -> str:
    """A date-time of RFC 3339 in the fixed form that sorts by time. Raises ValueError for anything else."""
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None or "T" not in value.upper():
        raise ValueError("must be a date and time with its offset, such as 2026-11-23T09:00:00Z")
    return rfc3339(moment)


def _day(value: str) -> str:
    return datetime.strptime(value, "%Y-%m-%d").date().isoformat()  # noqa: DTZ007 - a day has no zone


Moment = Annotated[str, AfterValidator(_utc)]
Day = Annotated[str, AfterValidator(_day)]


class OrderPayment(StrictModel):
    """How an order's payment stands; `redirect_url` is where to pay, while it is pending."""

    id: Id
    method: MethodId
    status: PaymentStatus
    redirect_url: str | None
    refunded: Money


class Tracking(StrictModel):
    """Where a parcel can be followed."""

    carrier: Annotated[str, Field(min_length=1, max_length=60)]
    number: Annotated[str, Field(min_length=1, max_length=60)]
    url: Annotated[str, Field(pattern=r"^https://", max_length=300)] | None


class TimelineEntry(StrictModel):
    """Something that happened to an order; `detail` is in the order's language and may be empty."""

    kind: TimelineKind
    at: str
    detail: Annotated[str, Field(max_length=300)]


class Order(StrictModel):
    """An order; what was ordered, for how much and by whom is fixed when it is placed."""

    id: Id
    number: str
    status: OrderStatus
    market: str
    locale: str
    cart_id: Id
    lines: list[OrderLine]
    contact: Contact
    address: Address | None
    pickup: PickupStore | None
    delivery_option: DeliveryOption
    promotions: list[AppliedPromotion]
    totals: Totals
    payment: OrderPayment
    tracking: Tracking | None
    timeline: list[TimelineEntry]
    placed_at: str | None
    created_at: str
    version: Version
    updated_at: str


class ShortLine(StrictModel):
    """So many of a line that are not there."""

    line_id: Id
    quantity: Quantity


class FulfilmentEvent(StrictModel):
    """What the warehouse or store says about a paid order."""

    event_id: Id
    kind: EventKind
    at: Moment
    tracking: Tracking | None = None
    resolution: Annotated[Literal["backorder", "refund"] | None, BeforeValidator(not_null)] = None
    expected: Day | None = None
    lines: Annotated[list[ShortLine], Field(max_length=100, default_factory=list)]
