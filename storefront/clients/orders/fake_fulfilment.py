"""What becomes of an order in the in-memory order service: from a cart to the doorstep."""

from datetime import datetime
from typing import Any, Literal

import msgspec

from storefront.clients.orders.models import Cart, Line
from storefront.clients.orders.order_models import (
    Order,
    OrderLine,
    OrderPayment,
    OrderStatus,
    OrderStep,
    OrderSummary,
    StepKind,
    Tracking,
)
from storefront.core import Money, OrderId

Event = Literal["preparing", "shipped", "ready_for_pickup", "delivered", "collected"]
TRACKING = Tracking(carrier="An Post", number="CE123456789IE", url="https://www.anpost.example/CE123456789IE")
_STATUS: dict[Event, OrderStatus] = {
    "preparing": "preparing",
    "shipped": "shipped",
    "ready_for_pickup": "ready_for_pickup",
    "delivered": "delivered",
    "collected": "delivered",
}


def order_of(cart: Cart, number: int, payment_page: str, now: datetime) -> Order:
    """The order that a complete cart becomes, awaiting its payment at `payment_page` + the payment's id."""
    if cart.contact is None or cart.delivery_option is None:
        raise ValueError("only a complete cart becomes an order")
    payment_id = f"pay_{number:08d}"
    return Order(
        id=OrderId(f"ord_{number:08d}"),
        number=f"SF-{number // 10_000:04d}-{number % 10_000:04d}",
        status="awaiting_payment",
        market=cart.market,
        locale=cart.locale,
        cart_id=cart.id,
        lines=tuple(_order_line(line) for line in cart.lines),
        contact=cart.contact,
        address=None if cart.fulfilment.store else cart.address,
        pickup=cart.fulfilment.store,
        delivery_option=cart.delivery_option,
        promotions=cart.promotions,
        totals=cart.totals,
        payment=OrderPayment(
            id=payment_id,
            method=cart.payment_method,
            status="pending",
            redirect_url=payment_page + payment_id,
            refunded=Money.zero(cart.totals.total.currency),
        ),
        tracking=None,
        timeline=(OrderStep(kind="created", at=now, detail=""),),
        placed_at=None,
        created_at=now,
        version=1,
        updated_at=now,
    )


def settled(order: Order, outcome: Literal["approved", "declined", "cancelled"], now: datetime) -> Order:
    """The order after the payment provider, or the shopper, has decided."""
    kinds: dict[str, tuple[OrderStatus, StepKind]] = {
        "approved": ("placed", "paid"),
        "declined": ("payment_failed", "payment_failed"),
        "cancelled": ("cancelled", "cancelled"),
    }
    status, step = kinds[outcome]
    payment = msgspec.structs.replace(order.payment, status=outcome, redirect_url=None)
    placed_at = now if outcome == "approved" else None
    return _after(order, step, now, status=status, payment=payment, placed_at=placed_at)


def moved(order: Order, event: Event, now: datetime) -> Order:
    """The order after the warehouse or store said how far it is."""
    more = {"tracking": TRACKING} if event == "shipped" else {}
    return _after(order, event, now, status=_STATUS[event], **more)


def short(
    order: Order, line_id: str, quantity: int, resolution: Literal["backorder", "refund"], now: datetime
) -> Order:
    """The order when so many of a line are not there: they come later, or their price goes back."""
    backorder = resolution == "backorder"
    lines = tuple(
        _lacking(line, quantity, later=backorder) if line.id == line_id else line for line in order.lines
    )
    if backorder:
        return _after(order, "backordered", now, lines=lines)
    price = next(line.unit_price for line in lines if line.id == line_id)
    payment = msgspec.structs.replace(order.payment, refunded=order.payment.refunded + price * quantity)
    nothing_left = all(line.refunded == line.quantity for line in lines)
    status: OrderStatus = "refunded" if nothing_left else order.status
    return _after(order, "refund_started", now, lines=lines, payment=payment, status=status)


def summary_of(order: Order) -> OrderSummary:
    """What a list shows of an order."""
    return OrderSummary(
        id=order.id,
        number=order.number,
        status=order.status,
        item_count=sum(line.quantity for line in order.lines),
        total=order.totals.total,
        created_at=order.created_at,
    )


def _after(order: Order, kind: StepKind, now: datetime, **changes: Any) -> Order:
    timeline = (*order.timeline, OrderStep(kind=kind, at=now, detail=""))
    return msgspec.structs.replace(
        order, timeline=timeline, version=order.version + 1, updated_at=now, **changes
    )


def _lacking(line: OrderLine, quantity: int, *, later: bool) -> OrderLine:
    if later:
        return msgspec.structs.replace(line, backordered=line.backordered + quantity)
    return msgspec.structs.replace(line, refunded=line.refunded + quantity)


def _order_line(line: Line) -> OrderLine:
    kept = {name: getattr(line, name) for name in OrderLine.__struct_fields__ if hasattr(line, name)}
    return OrderLine(**kept, backordered=0, refunded=0)
