"""What becomes of an order once its payment has an outcome: one transition, whoever brings the news.

    awaiting_payment ──approved──> placed           the cart is ordered, the order message goes out
            │─────────declined───> payment_failed   the stock goes back, the cart opens again
            └─────────cancelled──> cancelled        likewise

The transaction is conditional on the order being as it was read. Webhook, status look-up, cancellation and
sweeper may race: one of them commits, the others find it done. An order is cancelled only after its payment
is, and a payment of ours ends once; what becomes of money that comes nevertheless is in `late`.
"""

import logging
from dataclasses import replace
from typing import Any, Final

from apptier.inventory import Inventory
from apptier.kit.backoff import rounds
from apptier.kit.clock import Clock, epoch, rfc3339
from apptier.kit.dynamo import Item, Tables, TransactionCanceled, TransactItem, delete_action, update_action
from apptier.kit.problems import unavailable
from apptier.orders.cart import LIFETIME_SECONDS
from apptier.orders.late import LatePayments
from apptier.orders.models import OrderStatus, PaymentStatus, TimelineKind
from apptier.orders.order import StoredOrder, hold_key
from apptier.orders.order_store import OrderStore
from apptier.orders.outbox import Outbox
from apptier.orders.promotions_limits import Limits
from apptier.orders.stock_news import StockNews

_BECOMES: Final[dict[PaymentStatus, tuple[OrderStatus, TimelineKind]]] = {
    "approved": ("placed", "paid"),
    "declined": ("payment_failed", "payment_failed"),
    "cancelled": ("cancelled", "cancelled"),
}
logger = logging.getLogger("apptier.orders")


class Settlement:
    """Gives orders their outcome."""

    def __init__(
        self,
        tables: Tables,
        clock: Clock,
        *,
        orders: OrderStore,
        inventory: Inventory,
        outbox: Outbox,
        news: StockNews,
        late: LatePayments,
    ) -> None:
        self._tables = tables
        self._clock = clock
        self._orders = orders
        self._inventory = inventory
        self._limits = Limits(tables)
        self._outbox = outbox
        self._news = news
        self._late = late

    def settle(self, order: StoredOrder, outcome: PaymentStatus) -> StoredOrder:
        """The order after its payment has ended like this; `pending` changes nothing.

        Raises:
            Problem: 503 when other writers kept the items busy.
        """
        for _ in rounds():
            if outcome == "approved" and order.given_up:
                return self._late.settle(order)
            if outcome == "pending" or not order.awaiting:
                return order
            settled = self._try(order, outcome)
            if settled is not None:
                return settled
            order = self._orders.get(order.id) or order
        raise unavailable()

    def _try(self, order: StoredOrder, outcome: PaymentStatus) -> StoredOrder | None:
        """The order with its outcome; None when somebody else has changed it or its items are busy."""
        settled = self._outcome(order, outcome)
        row = self._outbox.row(settled)
        actions = self._actions(order, settled, row)
        while True:
            try:
                self._tables.transact(list(actions.values()))
            except TransactionCanceled as cancelled:
                reasons = dict(zip(actions, cancelled.reasons, strict=True))
                gone = {name for name, reason in reasons.items() if reason.condition_failed}
                if "order" in gone or not gone:
                    return None
                # Neither a cart nor a SKU nor a counter that is gone may keep an order from its outcome.
                logger.warning("order %s: settled without %s", order.id, ", ".join(sorted(gone)))
                actions = {name: action for name, action in actions.items() if name not in gone}
            else:
                self._outbox.publish(row)
                if settled.given_up:
                    self._news.tell(settled)
                return settled

    def _outcome(self, order: StoredOrder, outcome: PaymentStatus) -> StoredOrder:
        now = rfc3339(self._clock.now())
        status, kind = _BECOMES[outcome]
        changed = replace(
            order,
            status=status,
            payment_status=outcome,
            version=order.version + 1,
            updated_at=now,
            placed_at=now if outcome == "approved" else None,
        )
        return changed.with_entry(kind, now)

    def _actions(self, order: StoredOrder, settled: StoredOrder, row: Item) -> dict[str, TransactItem]:
        """What happens together; the hold of an order that is given up stays, to ask a last time after it."""
        actions = {
            "order": self._orders.change_action(order, settled),
            "cart": self._cart_action(settled),
            "outbox": self._outbox.write_action(row),
        }
        if not settled.given_up:
            return actions | {"hold": delete_action(self._tables.name("orders"), hold_key(order))}
        back = self._limits.give_back_actions(order.counted)
        actions |= {f"promotion {number}": action for number, action in enumerate(back)}
        stock = self._inventory.release_items(order.quantities)
        return actions | {
            f"stock of {sku}": action for sku, action in zip(order.quantities, stock, strict=True)
        }

    def _cart_action(self, settled: StoredOrder) -> TransactItem:
        placed = not settled.given_up
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
