"""Reading orders, and the few writes to them that are not part of a bigger transaction."""

from collections.abc import Iterator

from apptier.kit.clock import Clock, rfc3339
from apptier.kit.cursors import Cursors
from apptier.kit.dynamo import ConditionFailed, Item, Tables
from apptier.orders.models import OrderPage
from apptier.orders.order import ORDER_SK, SHARDS, StoredOrder, order_key
from apptier.orders.ports import PaymentState


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

    def overdue(self) -> Iterator[tuple[Item, str]]:
        """The holds that have run out: the row's key, and the order's id."""
        now = rfc3339(self._clock.now())
        for number in range(SHARDS):
            values = {":pk": f"hold#{number}", ":now": now}
            for row in self._tables.query_all("orders", "pk = :pk AND sk < :now", values, consistent=True):
                yield {"pk": row["pk"], "sk": row["sk"]}, row["order_id"]

    def drop_hold(self, key: Item) -> None:
        """Forget a hold whose order has its outcome."""
        self._tables.delete("orders", key)
