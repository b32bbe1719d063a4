"""What the pages of orders hold."""

from dataclasses import dataclass

from storefront.clients.orders import Order
from storefront.orders.words import STEPS, lead_of, next_steps, notes_of, title_of
from storefront.web.forms import Form
from storefront.web.moments import moment

PAYABLE = frozenset({"awaiting_payment"})
BOUGHT = frozenset({"placed", "preparing", "ready_for_pickup", "shipped", "delivered", "refunded"})


@dataclass(frozen=True, slots=True)
class Happened:
    """One entry of the timeline, in words; `detail` may be empty."""

    what: str
    when: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPage:
    """An order as its buyer sees it."""

    title: str
    lead: str
    order: Order
    notes: tuple[str, ...]
    coming: tuple[str, ...]
    timeline: tuple[Happened, ...]

    @classmethod
    def of(cls, order: Order) -> "OrderPage":
        """The page of an order in whatever state it is."""
        return cls(
            title=title_of(order),
            lead=lead_of(order),
            order=order,
            notes=notes_of(order),
            coming=next_steps(order),
            timeline=tuple(
                Happened(str(STEPS[step.kind]), moment(step.at), step.detail) for step in order.timeline
            ),
        )

    @property
    def bought(self) -> bool:
        """Whether it was paid once, whatever came after."""
        return self.order.status in BOUGHT

    @property
    def payable(self) -> bool:
        """Whether it can still be paid, or given up."""
        return self.order.status in PAYABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class FindPage:
    """Looking an order up. `notice` says why somebody was led here."""

    title: str
    form: Form
    notice: str = ""
