"""Money for an order that had been given up: the order comes back if it can, else all the money goes back.

    cancelled, payment_failed ──approved, the stock is there──> placed
                              └─approved, the stock is gone, ─> refunded
                                or the cart was ordered anew

A provider may ignore a cancellation or approve after it has declined. The shopper has paid then, so there is
an order or a refund, decided in one transaction: the stock is taken again with the order that is placed, or
the refund is written down with the order that is not. Nobody gets the same cart twice.
"""

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from apptier.inventory import Inventory
from apptier.kit.backoff import rounds
from apptier.kit.clock import Clock, rfc3339
from apptier.kit.dynamo import (
    CancelReason,
    Item,
    Tables,
    TransactionCanceled,
    TransactItem,
    delete_action,
    update_action,
)
from apptier.kit.problems import unavailable
from apptier.orders.order import StoredOrder, hold_key
from apptier.orders.order_store import OrderStore
from apptier.orders.outbox import Outbox
from apptier.orders.ports import RefundReason
from apptier.orders.promotions_limits import Limits
from apptier.orders.refunds import Refunds
from apptier.orders.stock_news import StockNews
from apptier.orders.words import say

_STOCK: Final = "stock of "
logger = logging.getLogger("apptier.orders")


class LatePayments:
    """Decides what a late approval makes of an order."""

    def __init__(
        self,
        tables: Tables,
        clock: Clock,
        *,
        orders: OrderStore,
        inventory: Inventory,
        outbox: Outbox,
        news: StockNews,
        refunds: Refunds,
    ) -> None:
        self._tables = tables
        self._clock = clock
        self._orders = orders
        self._inventory = inventory
        self._limits = Limits(tables)
        self._outbox = outbox
        self._news = news
        self._refunds = refunds

    def settle(self, order: StoredOrder) -> StoredOrder:
        """The order after its payment was approved although it had been given up.

        Raises:
            Problem: 503 when other writers kept the items busy.
        """
        for _ in rounds():
            if not order.given_up:
                return order
            settled = self._try(order)
            if settled is not None:
                return settled
            order = self._orders.get(order.id) or order
        raise unavailable()

    def _try(self, order: StoredOrder) -> StoredOrder | None:
        """The order placed or refunded; None when it has to be looked at again."""
        cart = self._tables.get("carts", {"pk": order.cart_id}, consistent=True)
        if cart is not None and cart["status"] != "open":
            return self._refund(order, "order_given_up")
        placed = self._placed(order)
        row = self._outbox.row(placed)
        actions = self._actions(order, placed, cart, row)
        try:
            self._tables.transact(list(actions.values()))
        except TransactionCanceled as cancelled:
            if _short(dict(zip(actions, cancelled.reasons, strict=True))):
                return self._refund(order, "out_of_stock")
            return None
        logger.warning("order %s: paid after it had been given up, and placed", order.id)
        self._outbox.publish(row)
        self._news.tell(placed)
        return placed

    def _placed(self, order: StoredOrder) -> StoredOrder:
        now = rfc3339(self._clock.now())
        changed = replace(
            order,
            status="placed",
            payment_status="approved",
            version=order.version + 1,
            updated_at=now,
            placed_at=now,
        )
        return changed.with_entry("paid", now)

    def _actions(
        self, order: StoredOrder, placed: StoredOrder, cart: Item | None, row: Item
    ) -> dict[str, TransactItem]:
        """Uses of promotions count beyond their limit here: the price that was agreed on has been paid."""
        counted = self._limits.take_actions(order.counted, anyway=True)
        stock = self._inventory.reserve_items(order.quantities)
        return {
            "order": self._orders.change_action(order, placed),
            "hold": delete_action(self._tables.name("orders"), hold_key(order)),
            "outbox": self._outbox.write_action(row),
            **({"cart": self._cart_action(order, placed, cart)} if cart else {}),
            **{f"promotion {number}": action for number, action in enumerate(counted)},
            **{f"{_STOCK}{sku}": action for sku, action in zip(order.quantities, stock, strict=True)},
        }

    def _cart_action(self, order: StoredOrder, placed: StoredOrder, cart: Item) -> TransactItem:
        """The cart is ordered when it is still as the order left it; else it only has to stay open."""
        key = {"pk": order.cart_id}
        names = {"#status": "status", "#version": "version"}
        seen = {":open": "open", ":seen": cart["version"]}
        condition = "#status = :open AND #version = :seen"
        # Ordering took one version, giving up another.
        if cart["version"] != order.cart_version + 1:
            # Setting what is there is a condition that reads like the others.
            expression = "SET #status = :open"
            return update_action(
                self._tables.name("carts"), key, expression, condition=condition, names=names, values=seen
            )
        return update_action(
            self._tables.name("carts"),
            key,
            "SET #status = :ordered, order_id = :order, #version = #version + :one, updated_at = :now",
            condition=condition,
            names=names,
            values=seen | {":ordered": "ordered", ":order": order.id, ":one": 1, ":now": placed.updated_at},
        )

    def _refund(self, order: StoredOrder, reason: RefundReason) -> StoredOrder | None:
        """The order with all its money on the way back; None when somebody else has changed it."""
        now = rfc3339(self._clock.now())
        words = say(order.locale, "stock_gone" if reason == "out_of_stock" else "given_up")
        changed = replace(
            order,
            status="refunded",
            payment_status="approved",
            version=order.version + 1,
            updated_at=now,
            refunded=order.totals.total.amount,
        )
        changed = changed.with_entry("paid", now).with_entry("refund_started", now, words)
        row = self._outbox.row(changed)
        refund = self._refunds.row(changed, order.totals.total.amount, reason, "all")
        actions = [
            self._orders.change_action(order, changed),
            delete_action(self._tables.name("orders"), hold_key(order)),
            self._outbox.write_action(row),
            self._refunds.write_action(refund),
        ]
        try:
            self._tables.transact(actions)
        except TransactionCanceled as cancelled:
            if cancelled.conflict or cancelled.reasons[0].condition_failed:
                return None
            raise
        logger.warning("order %s: paid after it had been given up, all goes back: %s", order.id, reason)
        self._outbox.publish(row)
        return self._refunds.push(refund) or changed


def _short(reasons: Mapping[str, CancelReason]) -> bool:
    """Whether only stock that is gone stood in the way."""
    failed = {name for name, reason in reasons.items() if reason.condition_failed}
    return bool(failed) and all(name.startswith(_STOCK) for name in failed)
