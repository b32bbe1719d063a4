"""What the order service tells others, and where.

**Order message**, to the SQS FIFO queue, once per order, when it has been paid. The order management system
fulfils by it, so it holds the whole order, names and addresses included. `MessageGroupId` and
`MessageDeduplicationId` are the order's id; within SQS's window of five minutes a second copy is dropped by
the queue, later ones by their
`message_id`. The body is JSON, `OrderMessage`; version 2 of it knows orders that are picked up (`address` is
null, `pickup` says where and from when), promotions and discounts per line:

    {"type": "order.placed", "schema_version": 2, "message_id": "ord_…:placed", "occurred_at":
    "2026-11-22T10:06:00Z",
     "customer_id": null, "order": {… as contracts/orders.yaml describes Order …}}

**Events**, to the EventBridge bus, source `storefront.orders`, detail `OrderEvent`, without anything
personal: `OrderPlaced` (paid), `OrderPaymentFailed` (declined), `OrderCancelled` (given up or expired) and
`OrderRefunded` (paid, but nothing of it can be had, so all the money goes back).
The bus delivers at least once; `event_id` tells copies apart. `StockChanged` has the detail that the
catalogue's importer uses too.
"""

from typing import Final, Literal

from apptier.kit.models import Money, StrictModel
from apptier.orders.models import OrderStatus
from apptier.orders.order import StoredOrder
from apptier.orders.order_models import Order

EventKind = Literal["OrderPlaced", "OrderPaymentFailed", "OrderCancelled", "OrderRefunded"]
SCHEMA_VERSION: Final = 2
KINDS: Final[dict[OrderStatus, EventKind]] = {
    "placed": "OrderPlaced",
    "payment_failed": "OrderPaymentFailed",
    "cancelled": "OrderCancelled",
    "refunded": "OrderRefunded",
}


class OrderMessage(StrictModel):
    """The body of an order message."""

    type: Literal["order.placed"]
    schema_version: Literal[2]
    message_id: str
    occurred_at: str
    customer_id: str | None
    order: Order


class EventLine(StrictModel):
    """So many of a SKU."""

    sku: str
    quantity: int


class OrderEvent(StrictModel):
    """The detail of an order's event. `version` grows with every change of the order."""

    event_id: str
    occurred_at: str
    order_id: str
    number: str
    status: OrderStatus
    market: str
    locale: str
    total: Money
    lines: list[EventLine]
    version: int


def order_message(order: StoredOrder) -> OrderMessage:
    """The message about a placed order."""
    return OrderMessage(
        type="order.placed",
        schema_version=SCHEMA_VERSION,
        message_id=f"{order.id}:placed",
        occurred_at=order.updated_at,
        customer_id=order.customer_id,
        order=order.shown(),
    )


def order_event(order: StoredOrder) -> OrderEvent:
    """The event about what has become of an order."""
    return OrderEvent(
        event_id=f"{order.id}:{order.status}",
        occurred_at=order.updated_at,
        order_id=order.id,
        number=order.number,
        status=order.status,
        market=order.market,
        locale=order.locale,
        total=order.totals.total,
        lines=[EventLine(sku=line.sku, quantity=line.quantity) for line in order.lines],
        version=order.version,
    )
