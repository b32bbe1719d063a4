"""What the pages of orders hold."""

from dataclasses import dataclass
from datetime import datetime

from storefront.clients.orders import Order, OrderStep, StepKind
from storefront.orders.words import (
    STEPS,
    ahead,
    expected,
    is_new,
    lead_of,
    next_steps,
    notes_of,
    thanks_for,
    title_of,
)
from storefront.web.forms import Form
from storefront.web.moments import moment

PAYABLE = frozenset({"awaiting_payment"})
BOUGHT = frozenset({"placed", "preparing", "ready_for_pickup", "shipped", "delivered", "refunded"})


@dataclass(frozen=True, slots=True)
class Happened:
    """A step of the timeline, in words; `when` and `detail` may be empty. `ahead` ones are still to come."""

    what: str
    when: str
    detail: str
    ahead: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPage:
    """An order as its buyer sees it. `paid_by` names the way it was paid, "" where that is not known."""

    title: str
    lead: str
    order: Order
    notes: tuple[str, ...]
    coming: tuple[str, ...]
    timeline: tuple[Happened, ...]
    paid_by: str = ""

    @classmethod
    def of(cls, order: Order, now: datetime, paid_by: str = "") -> "OrderPage":
        """The page of an order in whatever state it is; one that was just paid is thanked for."""
        new = is_new(order, now)
        title, lead = thanks_for(order) if new else (title_of(order), lead_of(order))
        return cls(
            title=title,
            lead=lead,
            order=order,
            notes=notes_of(order),
            coming=next_steps(order) if new else (),
            timeline=(*map(_happened, order.timeline), *(_coming(order, kind) for kind in ahead(order))),
            paid_by=paid_by,
        )

    @property
    def bought(self) -> bool:
        """Whether it was paid once, whatever came after."""
        return self.order.status in BOUGHT

    @property
    def payable(self) -> bool:
        """Whether it can still be paid, or given up."""
        return self.order.status in PAYABLE


def _happened(step: OrderStep) -> Happened:
    return Happened(str(STEPS[step.kind]), moment(step.at), step.detail)


def _coming(order: Order, kind: StepKind) -> Happened:
    return Happened(str(STEPS[kind]), expected(order, kind), "", ahead=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class FindPage:
    """Looking an order up. `notice` says why somebody was led here."""

    title: str
    form: Form
    notice: str = ""
