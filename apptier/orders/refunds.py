"""Money that goes back: written down with what causes it, then asked for until the payment service confirms.

A row is written in the transaction that changed the order, so no refund can be forgotten; its key makes the
payment service do it once, however often it is asked. Whoever wrote it holds a claim on it and asks at once;
if that fails, or the process dies, the sweeper of any process goes on when the claim has run out. A row goes
in the transaction that notes the refund in the order's timeline.
"""

import logging
from dataclasses import replace
from typing import Final

from botocore.exceptions import BotoCoreError

from apptier.kit.backoff import rounds
from apptier.kit.clock import Clock, epoch, rfc3339
from apptier.kit.dynamo import (
    ConditionFailed,
    Item,
    Tables,
    TransactionCanceled,
    TransactItem,
    delete_action,
    put_action,
)
from apptier.orders.order import SHARDS, StoredOrder, refund_key
from apptier.orders.order_store import OrderStore
from apptier.orders.paying import Paying
from apptier.orders.ports import PaymentsUnavailable, RefundReason, RefundRefused
from apptier.orders.words import amount_words, say

CLAIM_SECONDS: Final = 20
"""Longer than asking takes; shorter than what a shopper may be kept waiting for."""

FIRST_PAUSE_SECONDS: Final = 2
LONGEST_PAUSE_SECONDS: Final = 20
REFUSED_PAUSE_SECONDS: Final = 600
"""After a refusal, which only a person can do something about: it stays in the log until somebody has."""

logger = logging.getLogger("apptier.orders")


class Refunds:
    """Rows `refund#n` of the table `orders`."""

    def __init__(self, tables: Tables, clock: Clock, orders: OrderStore, paying: Paying) -> None:
        self._tables = tables
        self._clock = clock
        self._orders = orders
        self._paying = paying

    def row(self, order: StoredOrder, amount: int, reason: RefundReason, name: str) -> Item:
        """Minor units that have to go back, claimed by who writes the row; `name` tells an order's apart."""
        key = f"refund:{order.id}:{name}"
        return refund_key(order.id, key, order.updated_at) | {
            "order_id": order.id,
            "payment_id": order.payment_id,
            "amount": amount,
            "currency": order.currency,
            "reason": reason,
            "key": key,
            "tries": 0,
            "claimed_until": epoch(self._clock.now()) + CLAIM_SECONDS,
        }

    def write_action(self, row: Item) -> TransactItem:
        """The action that writes a refund down; its condition: it isn't there yet."""
        return put_action(self._tables.name("orders"), row, condition="attribute_not_exists(pk)")

    def push(self, row: Item) -> StoredOrder | None:
        """Ask for a claimed refund; the order afterwards, or None when it has to be asked for again."""
        try:
            self._paying.refund(row["payment_id"], row["amount"], row["currency"], row["reason"], row["key"])
        except PaymentsUnavailable as error:
            logger.warning("order %s: refund not confirmed yet: %s", row["order_id"], error)
            pause = min(FIRST_PAUSE_SECONDS * 2 ** min(row["tries"], 10), LONGEST_PAUSE_SECONDS)
            self._again(row, pause)
            return None
        except RefundRefused as error:
            logger.error("order %s: refund %s refused, see to it: %s", row["order_id"], row["key"], error)  # noqa: TRY400 - the cause is in the words
            self._again(row, REFUSED_PAUSE_SECONDS)
            return None
        return self._noted(row)

    def _again(self, row: Item, pause: int) -> None:
        """Free for another try after so many seconds."""
        try:
            self._tables.update(
                "orders",
                _key(row),
                "SET claimed_until = :until, tries = :tries",
                condition="attribute_exists(pk)",
                values={":until": epoch(self._clock.now()) + pause, ":tries": row["tries"] + 1},
            )
        except ConditionFailed:
            return  # another process has had it confirmed meanwhile

    def _noted(self, row: Item) -> StoredOrder | None:
        """The order that knows of its refund, the row being gone; None when it could not be written now."""
        for _ in rounds():
            order = self._orders.get(row["order_id"])
            if order is None:
                return None
            now = rfc3339(self._clock.now())
            words = say(
                order.locale, "refunded", amount=amount_words(order.locale, row["amount"], row["currency"])
            )
            changed = replace(order, version=order.version + 1, updated_at=now)
            changed = changed.with_entry("refunded", now, words)
            actions = [
                delete_action(self._tables.name("orders"), _key(row), condition="attribute_exists(pk)"),
                self._orders.change_action(order, changed),
            ]
            try:
                self._tables.transact(actions)
            except TransactionCanceled as cancelled:
                if cancelled.reasons[0].condition_failed:
                    return order
            else:
                return changed
        return None

    def relay(self) -> int:
        """Ask for the refunds whose claim or pause has run out; how many were confirmed.

        Raises what botocore raises when the table doesn't answer.
        """
        now = epoch(self._clock.now())
        return sum(self._relay_shard(number, now) for number in range(SHARDS))

    def _relay_shard(self, number: int, now: int) -> int:
        rows = self._tables.query_all("orders", "pk = :pk", {":pk": f"refund#{number}"}, consistent=True)
        return sum(self._relay_row(row, now) for row in rows if row.get("claimed_until", 0) <= now)

    def _relay_row(self, row: Item, now: int) -> bool:
        try:
            claimed = self._claim(row, now)
            return claimed is not None and self.push(claimed) is not None
        except BotoCoreError:
            raise  # the table is away, not this row broken
        except Exception:
            # One row that can't be read must not keep others' money back. Its claim runs out, then it is
            # tried again, and logged again: somebody has to look at it.
            logger.exception("refunds: the row %s %s can't be asked for", row["pk"], row["sk"])
            return False

    def _claim(self, row: Item, now: int) -> Item | None:
        try:
            return self._tables.update(
                "orders",
                _key(row),
                "SET claimed_until = :until",
                condition="claimed_until = :seen",
                values={":until": now + CLAIM_SECONDS, ":seen": row["claimed_until"]},
            )
        except ConditionFailed:
            return None


def _key(row: Item) -> Item:
    return {"pk": row["pk"], "sk": row["sk"]}
