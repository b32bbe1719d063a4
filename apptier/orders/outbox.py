"""Tells others what has become of an order, at least once and as a rule exactly once.

A row is written in the transaction that changed the order, so nothing that happened can go untold. Whoever
wrote it holds a claim on it and publishes at once; if that fails, or the process dies, the sweeper of any
process takes the row over when the claim has run out. A row goes when everything in it has been told. One
that can't be told is left alone for longer and longer, so that it does not stand in the way of others.
"""

import json
import logging
from itertools import islice
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from apptier.kit.clock import Clock, epoch
from apptier.kit.dynamo import ConditionFailed, Item, Tables, TransactItem, put_action
from apptier.kit.events import Events, EventsNotSent
from apptier.orders.messages import KINDS, order_event, order_message
from apptier.orders.order import SHARDS, StoredOrder, outbox_key
from apptier.orders.order_queue import OrderQueue

CLAIM_SECONDS: Final = 30
FIRST_PAUSE_SECONDS: Final = 2
LONGEST_PAUSE_SECONDS: Final = 20
_BATCH: Final = 25
logger = logging.getLogger("apptier.orders")


class Outbox:
    """Rows `outbox#n` of the table `orders`."""

    def __init__(self, tables: Tables, clock: Clock, queue: OrderQueue, events: Events) -> None:
        self._tables = tables
        self._clock = clock
        self._queue = queue
        self._events = events

    def row(self, order: StoredOrder) -> Item:
        """What has to be told about an order that has just reached its outcome, claimed by who writes it."""
        kind = KINDS[order.status]
        message = order_message(order).model_dump_json() if order.status == "placed" else None
        return outbox_key(order.id, kind, order.updated_at) | {
            "kind": kind,
            "order_id": order.id,
            "message": message,
            "event": order_event(order).model_dump_json(),
            "claimed_until": epoch(self._clock.now()) + CLAIM_SECONDS,
        }

    def write_action(self, row: Item) -> TransactItem:
        """The action that puts a row into the outbox."""
        return put_action(self._tables.name("orders"), row)

    def publish(self, row: Item) -> bool:
        """Tell what a claimed row says and remove it; False when that failed, and the row stays for later."""
        key = {"pk": row["pk"], "sk": row["sk"]}
        try:
            if row["message"] is not None:
                self._queue.send(row["order_id"], row["message"])
                # Noted in memory only as far as the event is told right after; kept in the table if it isn't.
                row = row | {"message": None}
            self._events.publish(row["kind"], [json.loads(row["event"])])
            self._tables.delete("orders", key)
        except (BotoCoreError, ClientError, EventsNotSent) as error:
            logger.warning(
                "order %s: %s not told yet: %s", row["order_id"], row["kind"], type(error).__name__
            )
            self._keep(key, row)
            return False
        return True

    def _keep(self, key: Item, row: Item) -> None:
        """Keep what has still to be told, free for another try after a pause that doubles with each."""
        tries = row.get("tries", 0) + 1
        pause = min(FIRST_PAUSE_SECONDS * 2 ** min(tries - 1, 10), LONGEST_PAUSE_SECONDS)
        try:
            self._tables.update(
                "orders",
                key,
                "SET #message = :left, claimed_until = :until, tries = :tries",
                condition="attribute_exists(pk)",
                names={"#message": "message"},
                values={
                    ":left": row["message"],
                    ":until": epoch(self._clock.now()) + pause,
                    ":tries": tries,
                },
            )
        except (BotoCoreError, ClientError, ConditionFailed) as error:
            logger.warning(
                "order %s: the claim runs out by itself: %s", row["order_id"], type(error).__name__
            )

    def relay(self) -> int:
        """Publish the rows whose claim or pause has run out; how many were.

        Raises what botocore raises when the table doesn't answer.
        """
        now = epoch(self._clock.now())
        return sum(self._relay_shard(number, now) for number in range(SHARDS))

    def _relay_shard(self, number: int, now: int) -> int:
        # Page after page: rows that wait for a later try may fill the first ones.
        rows = self._tables.query_all("orders", "pk = :pk", {":pk": f"outbox#{number}"}, consistent=True)
        due = (row for row in rows if row.get("claimed_until", 0) <= now)
        return sum(self._relay_row(row, now) for row in islice(due, _BATCH))

    def _relay_row(self, row: Item, now: int) -> bool:
        try:
            claimed = self._claim(row, now)
            return claimed is not None and self.publish(claimed)
        except BotoCoreError:
            raise  # the table is away, not this row broken
        except Exception:
            # One row that can't be read must not keep all others untold. Its claim runs out, then it is tried
            # again, and logged again: somebody has to look at it.
            logger.exception("outbox: the row %s %s can't be told", row["pk"], row["sk"])
            return False

    def _claim(self, row: Item, now: int) -> Item | None:
        values: dict[str, Any] = {":until": now + CLAIM_SECONDS, ":seen": row["claimed_until"]}
        try:
            return self._tables.update(
                "orders",
                {"pk": row["pk"], "sk": row["sk"]},
                "SET claimed_until = :until",
                condition="claimed_until = :seen",
                values=values,
            )
        except ConditionFailed:
            return None
