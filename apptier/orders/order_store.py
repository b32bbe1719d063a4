"""Reading orders, and the few writes to them that are not part of a bigger transaction."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from apptier.kit.clock import Clock, epoch, rfc3339
from apptier.kit.cursors import Cursors
from apptier.kit.dynamo import ConditionFailed, Item, Tables, TransactItem, put_action, update_action
from apptier.orders.models import OrderPage
from apptier.orders.order import ORDER_SK, SHARDS, StoredOrder, hold_key, number_key, order_key
from apptier.orders.ports import PaymentState
from apptier.orders.promotions_limits import email_hash

FIRST_ASK_SECONDS: Final = 10
"""After an order was made: by then most shoppers have paid and come back, or the webhook has."""


@dataclass(frozen=True, slots=True)
class Hold:
    """The stock of an order that awaits its payment; `ask_at` is in unix seconds."""

    key: Item
    order_id: str
    overdue: bool
    ask_at: int


class OrderStore:
    """Orders in the table `orders`."""

    def __init__(self, tables: Tables, clock: Clock, cursors: Cursors) -> None:
        self._tables = tables
        self._clock = clock
        self._cursors = cursors

    def get(self, order_id: str) -> StoredOrder | None:
        """The order as it is now (a consistent read)."""
        item = self._tables.get("orders", order_key(order_id), consistent=True)
        return StoredOrder.of_item(item) if item else None

    def attach(self, order: StoredOrder, payment: PaymentState) -> StoredOrder:
        """Note the payment that was made for an order, unless that is done already; the order as it is then.

        This is no new version: nobody has been shown the order without its payment.
        """
        try:
            item = self._tables.update(
                "orders",
                order_key(order.id),
                "SET payment_id = :id, payment_url = :url",
                condition="payment_id = :none",
                values={":id": payment.id, ":url": payment.redirect_url, ":none": None},
            )
        except ConditionFailed as failed:
            item = failed.current or order.paid_by(payment).to_item()
        return StoredOrder.of_item(item)

    def page(self, customer_id: str, limit: int, cursor: str | None) -> OrderPage:
        """A customer's orders, newest first. Raises Problem 400 `bad_cursor`."""
        scope = f"orders:{customer_id}"
        after: Item | None = None
        if cursor is not None:
            order_id, created_at = self._cursors.decode(scope, cursor)
            after = order_key(order_id) | {"customer_id": customer_id, "created_at": created_at}
        page = self._tables.query(
            "orders",
            "customer_id = :customer",
            {":customer": customer_id},
            index="customer",
            limit=limit,
            after=after,
            forward=False,
        )
        last = page.last_key
        return OrderPage(
            items=[StoredOrder.of_item(item).summary() for item in page.items if item["sk"] == ORDER_SK],
            next_cursor=self._cursors.encode(scope, [last["pk"], last["created_at"]]) if last else None,
        )

    def change_action(self, before: StoredOrder, after: StoredOrder) -> TransactItem:
        """The action that makes an order what it is after; its condition: nobody else has changed it since.

        Only what differs is written: the payment may be noted meanwhile, which is no change of version.
        """
        was, new = before.to_item(), after.to_item()
        changed = {name: value for name, value in new.items() if was.get(name) != value}
        names = {f"#n{number}": name for number, name in enumerate(changed)}
        values = {f":v{number}": value for number, value in enumerate(changed.values())}
        sets = ", ".join(f"#n{number} = :v{number}" for number in range(len(changed)))
        return update_action(
            self._tables.name("orders"),
            order_key(before.id),
            f"SET {sets}",
            condition="#version = :seen",
            names={**names, "#version": "version"},
            values={**values, ":seen": before.version},
        )

    def hold_action(self, order: StoredOrder) -> TransactItem:
        """The action that notes until when an order's stock is held, and when to ask after its payment."""
        ask_at = epoch(self._clock.now()) + FIRST_ASK_SECONDS
        row: Item = hold_key(order) | {"order_id": order.id, "ask_at": ask_at}
        return put_action(self._tables.name("orders"), row)

    def holds(self) -> Iterator[Hold]:
        """Every hold, those that have run out first in each shard."""
        now = self._clock.now()
        for number in range(SHARDS):
            values = {":pk": f"hold#{number}"}
            for row in self._tables.query_all("orders", "pk = :pk", values, consistent=True):
                yield Hold(
                    key={"pk": row["pk"], "sk": row["sk"]},
                    order_id=row["order_id"],
                    overdue=row["sk"] < rfc3339(now),
                    ask_at=row.get("ask_at", 0),
                )

    def claim_asking(self, hold: Hold, seconds: int) -> bool:
        """Take the turn to ask after a payment; the next comes so many seconds later. False: it isn't due."""
        now = epoch(self._clock.now())
        if hold.ask_at > now:
            return False
        try:
            self._tables.update(
                "orders",
                hold.key,
                "SET ask_at = :next",
                condition="attribute_exists(pk) AND (attribute_not_exists(ask_at) OR ask_at = :seen)",
                values={":next": now + seconds, ":seen": hold.ask_at},
            )
        except ConditionFailed:
            return False
        return True

    def drop_hold(self, key: Item) -> None:
        """Forget a hold whose order has its outcome."""
        self._tables.delete("orders", key)

    def of_number(self, number: str) -> Item | None:
        """The row of an order number: `order_id` and `email_hash` (a consistent read)."""
        return self._tables.get("orders", number_key(number), consistent=True)

    def number_action(self, order: StoredOrder) -> TransactItem:
        """The action that gives an order its number; its condition: nobody has that number."""
        row = number_key(order.number) | {
            "order_id": order.id,
            "email_hash": email_hash(order.contact.email),
        }
        return put_action(self._tables.name("orders"), row, condition="attribute_not_exists(pk)")
