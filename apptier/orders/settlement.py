"""What becomes of an order once its payment has an outcome: one transition, whoever brings the news.

    awaiting_payment ──approved──> placed           the cart is ordered, the order message goes out
            │─────────declined───> payment_failed   the stock goes back, the cart opens again
            └─────────cancelled──> cancelled        likewise

The transaction is conditional on the order awaiting its payment. Webhook, status look-up, cancellation and
sweeper may race: one of them commits, the others find it done. An order is cancelled only after its payment
is, and a payment ends once, so no order can be both given up and paid.
"""

import logging
from collections.abc import Mapping
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from apptier.catalog.writer import stock_detail
from apptier.inventory import Inventory
from apptier.kit.clock import Clock, epoch, rfc3339
from apptier.kit.dynamo import (
    CancelReason,
    Item,
    Tables,
    TransactionCanceled,
    TransactItem,
    delete_action,
    update_action,
)
from apptier.kit.events import Events, EventsNotSent
from apptier.kit.problems import unavailable
from apptier.orders.backoff import rounds
from apptier.orders.cart import LIFETIME_SECONDS
from apptier.orders.models import OrderStatus, PaymentStatus
from apptier.orders.order import StoredOrder, hold_key, order_key
from apptier.orders.order_store import OrderStore
from apptier.orders.outbox import Outbox

_BECOMES: Final[dict[PaymentStatus, OrderStatus]] = {
    "approved": "placed",
    "declined": "payment_failed",
    "cancelled": "cancelled",
}
logger = logging.getLogger("apptier.orders")


class StockNews:
    """Tells who keeps copies that stock has changed.

    Best effort, since those copies are short-lived anyway.
    """

    def __init__(self, inventory: Inventory, events: Events) -> None:
        self._inventory = inventory
        self._events = events

    def tell(self, order: StoredOrder) -> None:
        """Publish the levels of an order's SKUs as they are now."""
        try:
            levels = self._inventory.levels(order.quantities, consistent=True)
            self._events.publish("StockChanged", [stock_detail(level) for level in levels.values()])
        except (BotoCoreError, ClientError, EventsNotSent) as error:
            logger.warning("order %s: stock change not told: %s", order.id, type(error).__name__)


class Settlement:
    """Gives orders their outcome."""

    def __init__(
        self,
        tables: Tables,
        clock: Clock,
        orders: OrderStore,
        inventory: Inventory,
        outbox: Outbox,
        news: StockNews,
    ) -> None:
        self._tables = tables
        self._clock = clock
        self._orders = orders
        self._inventory = inventory
        self._outbox = outbox
        self._news = news

    def settle(self, order: StoredOrder, outcome: PaymentStatus) -> StoredOrder:
        """The order after its payment has ended like this; `pending` changes nothing.

        Raises:
            Problem: 503 when other writers kept the items busy.
        """
        if outcome == "pending" or not order.awaiting:
            return self._checked(order, outcome)
        settled = self._outcome(order, outcome)
        row = self._outbox.row(settled)
        actions = self._actions(order, settled, row)
        for _ in rounds():
            try:
                self._tables.transact(list(actions.values()))
            except TransactionCanceled as cancelled:
                reasons = dict(zip(actions, cancelled.reasons, strict=True))
                if reasons["order"].condition_failed:
                    return self._checked(self._orders.get(order.id) or order, outcome)
                self._leave_out(order, actions, reasons)
            else:
                self._outbox.publish(row)
                if settled.status != "placed":
                    self._news.tell(settled)
                return settled
        raise unavailable()

    def _checked(self, order: StoredOrder, outcome: PaymentStatus) -> StoredOrder:
        """An order that had its outcome already; money for an order that was given up would need a person."""
        if outcome == "approved" and order.status not in {"placed", "awaiting_payment"}:
            logger.error("order %s is %s, but its payment was approved", order.id, order.status)
        return order

    def _outcome(self, order: StoredOrder, outcome: PaymentStatus) -> StoredOrder:
        now = rfc3339(self._clock.now())
        item = order.to_item() | {
            "status": _BECOMES[outcome],
            "payment_status": outcome,
            "version": order.version + 1,
            "updated_at": now,
            "placed_at": now if outcome == "approved" else None,
        }
        return StoredOrder.of_item(item)

    def _actions(self, order: StoredOrder, settled: StoredOrder, row: Item) -> dict[str, TransactItem]:
        actions = {
            "order": self._order_action(settled),
            "cart": self._cart_action(settled),
            "hold": delete_action(self._tables.name("orders"), hold_key(order)),
            "outbox": self._outbox.write_action(row),
        }
        if settled.status != "placed":
            back = self._inventory.release_items(order.quantities)
            actions |= dict(zip(order.quantities, back, strict=True))
        return actions

    def _order_action(self, settled: StoredOrder) -> TransactItem:
        return update_action(
            self._tables.name("orders"),
            order_key(settled.id),
            "SET #status = :status, payment_status = :payment, #version = :version, updated_at = :now,"
            " placed_at = :placed",
            condition="#status = :awaiting",
            names={"#status": "status", "#version": "version"},
            values={
                ":status": settled.status,
                ":payment": settled.payment_status,
                ":version": settled.version,
                ":now": settled.updated_at,
                ":placed": settled.placed_at,
                ":awaiting": "awaiting_payment",
            },
        )

    def _cart_action(self, settled: StoredOrder) -> TransactItem:
        placed = settled.status == "placed"
        values: dict[str, Any] = {
            ":status": "ordered" if placed else "open",
            ":holder": settled.id if placed else None,
            ":one": 1,
            ":now": settled.updated_at,
            ":expires": epoch(self._clock.now()) + LIFETIME_SECONDS,
            ":order": settled.id,
        }
        return update_action(
            self._tables.name("carts"),
            {"pk": settled.cart_id},
            "SET #status = :status, order_id = :holder, #version = #version + :one, updated_at = :now,"
            " expires_at = :expires",
            condition="order_id = :order",
            names={"#status": "status", "#version": "version"},
            values=values,
        )

    def _leave_out(
        self, order: StoredOrder, actions: dict[str, TransactItem], reasons: Mapping[str, CancelReason]
    ) -> None:
        """Go on without a cart or a SKU that is no longer there.

        Neither may keep an order from its outcome.
        """
        for name, reason in reasons.items():
            if reason.condition_failed:
                logger.warning("order %s: settled without %s, which is gone", order.id, name)
                del actions[name]
