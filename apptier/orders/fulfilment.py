"""What the warehouse or a store says about a paid order: how far it is, and what of it is not there.

Events come at least once and in any order. One that was heard before changes nothing; one that comes late
gets its place in the timeline by its own time and never takes the status back. What is short is backordered
or paid back: exactly its share of what was paid, discount and tax included, so that the parts of an order
always sum to its total; with the last piece the rest goes back too, delivery included.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from apptier.kit.backoff import rounds
from apptier.kit.clock import Clock, rfc3339
from apptier.kit.dynamo import Item, Tables, TransactionCanceled
from apptier.kit.problems import Fault, Problem, not_found, unavailable, validation_failed
from apptier.orders.models import OrderLine, OrderStatus, TimelineKind
from apptier.orders.order import StoredOrder
from apptier.orders.order_models import EventKind, FulfilmentEvent
from apptier.orders.order_store import OrderStore
from apptier.orders.outbox import Outbox
from apptier.orders.refunds import Refunds
from apptier.orders.shares import part_of, spread
from apptier.orders.words import amount_words, say

MOST_EVENTS: Final = 200
"""How many ids an order remembers; far more than anybody sends about one."""

_STEPS: Final[dict[EventKind, tuple[OrderStatus, TimelineKind]]] = {
    "preparing": ("preparing", "preparing"),
    "shipped": ("shipped", "shipped"),
    "ready_for_pickup": ("ready_for_pickup", "ready_for_pickup"),
    "delivered": ("delivered", "delivered"),
    "collected": ("delivered", "collected"),
}
_RANK: Final[dict[OrderStatus, int]] = {
    "placed": 0,
    "preparing": 1,
    "ready_for_pickup": 2,
    "shipped": 2,
    "delivered": 3,
}


class Fulfilment:
    """Records events."""

    def __init__(
        self, tables: Tables, clock: Clock, orders: OrderStore, outbox: Outbox, refunds: Refunds
    ) -> None:
        self._tables = tables
        self._clock = clock
        self._orders = orders
        self._outbox = outbox
        self._refunds = refunds

    def record(self, order_id: str, event: FulfilmentEvent) -> StoredOrder:
        """The order after an event.

        Raises:
            Problem: 404, 409 `order_not_paid` or `line_exceeded`, 422, 503.
        """
        for _ in rounds():
            order = self._orders.get(order_id)
            if order is None:
                raise not_found()
            if event.event_id in order.events:
                return order
            if not order.paid:
                raise Problem(409, "order_not_paid", "Nothing may be sent of an order that is not paid.")
            after = self._try(order, event)
            if after is not None:
                return after
        raise unavailable()

    def _try(self, order: StoredOrder, event: FulfilmentEvent) -> StoredOrder | None:
        """The order with the event; None when somebody else has changed it meanwhile."""
        now = rfc3339(self._clock.now())
        heard = (*order.events, event.event_id)[-MOST_EVENTS:]
        after = replace(order, version=order.version + 1, updated_at=now, events=heard)
        after = _short(order, after, event) if event.kind == "short" else _step(after, event)
        actions = [self._orders.change_action(order, after)]
        refund, told = self._rows(order, after, event)
        actions += [self._refunds.write_action(refund)] if refund else []
        actions += [self._outbox.write_action(told)] if told else []
        try:
            self._tables.transact(actions)
        except TransactionCanceled as cancelled:
            if cancelled.conflict or cancelled.reasons[0].condition_failed:
                return None
            raise
        if told:
            self._outbox.publish(told)
        return (self._refunds.push(refund) if refund else None) or after

    def _rows(
        self, order: StoredOrder, after: StoredOrder, event: FulfilmentEvent
    ) -> tuple[Item | None, Item | None]:
        """The refund that the event causes, and what has to be told of it."""
        amount = after.refunded - order.refunded
        refund = self._refunds.row(after, amount, "out_of_stock", event.event_id) if amount else None
        return refund, self._outbox.row(after) if after.status == "refunded" else None


def _step(order: StoredOrder, event: FulfilmentEvent) -> StoredOrder:
    """The order one step further, or as far as it was when the event comes late."""
    status, kind = _STEPS[event.kind]
    further = _RANK[status] > _RANK[order.status]
    detail = ""
    if event.tracking:
        detail = say(order.locale, "tracked", carrier=event.tracking.carrier, number=event.tracking.number)
    return replace(
        order,
        status=status if further else order.status,
        tracking=event.tracking or order.tracking,
    ).with_entry(kind, event.at, detail)


def _short(order: StoredOrder, after: StoredOrder, event: FulfilmentEvent) -> StoredOrder:
    """The order without what is not there, for now or for good."""
    missing = _missing(order, event)
    backorder = event.resolution == "backorder"
    lines = []
    for line in order.lines:
        count = missing.get(line.id, 0)
        most = line.quantity - line.refunded - (line.backordered if backorder else 0)
        if count > most:
            words = f"Of the line {line.id} only {most} are left."
            raise Problem(409, "line_exceeded", words)
        lines.append(_less(line, count, backorder=backorder))
    items = _items(order, missing)
    changed = replace(after, lines=tuple(lines))
    if backorder:
        sentence = "backordered_until" if event.expected else "backordered"
        words = say(order.locale, sentence, items=items, day=event.expected)
        return changed.with_entry("backordered", event.at, words)
    return _paid_back(order, changed, event, items)


def _paid_back(order: StoredOrder, changed: StoredOrder, event: FulfilmentEvent, items: str) -> StoredOrder:
    """The order with what goes back for it: the pieces' shares, or all that is left with the last piece."""
    nothing_left = all(line.refunded == line.quantity for line in changed.lines)
    whole = order.totals.total.amount
    back = whole - order.refunded if nothing_left else _worth(changed) - _worth(order)
    amount = amount_words(order.locale, back, order.currency)
    sentence = "nothing_left" if nothing_left else "short_refund"
    words = say(order.locale, sentence, items=items, amount=amount)
    status = "refunded" if nothing_left else order.status
    return replace(changed, refunded=order.refunded + back, status=status).with_entry(
        "refund_started", event.at, words
    )


def _worth(order: StoredOrder) -> int:
    """What the refunded pieces of an order were paid for, in minor units."""
    return sum(
        part_of(paid, line.refunded, line.quantity)
        for line, paid in zip(order.lines, paid_per_line(order), strict=True)
    )


def paid_per_line(order: StoredOrder) -> list[int]:
    """What was paid for each line: its price less its discount, and its share of tax that came on top.

    With what was paid for delivery these sum to the order's total.
    """
    totals = order.totals
    delivery = totals.delivery.amount if totals.delivery else 0
    off_delivery = totals.discount.amount - sum(line.discount.amount for line in order.lines)
    weights = [line.net for line in order.lines] + [delivery - off_delivery]
    return spread(totals.total.amount, weights)[:-1]


def _missing(order: StoredOrder, event: FulfilmentEvent) -> Mapping[str, int]:
    """How many of each line are short. Raises Problem 422 for an event that doesn't say it right."""
    faults = []
    if event.resolution is None:
        faults.append(Fault("/resolution", "required", "Say whether it comes later or is paid back."))
    if not event.lines:
        faults.append(Fault("/lines", "required", "Say what is short."))
    known = {line.id for line in order.lines}
    faults += [
        Fault(f"/lines/{number}/line_id", "unknown_line", "The order has no such line.")
        for number, line in enumerate(event.lines)
        if line.line_id not in known
    ]
    if faults:
        raise validation_failed(faults)
    found: Counter[str] = Counter()
    for line in event.lines:
        found[line.line_id] += line.quantity
    return found


def _less(line: OrderLine, count: int, *, backorder: bool) -> OrderLine:
    if backorder:
        return line.model_copy(update={"backordered": line.backordered + count})
    refunded = line.refunded + count
    # What was to come later goes back first.
    return line.model_copy(update={"refunded": refunded, "backordered": max(line.backordered - count, 0)})


def _items(order: StoredOrder, missing: Mapping[str, int]) -> str:
    return ", ".join(
        say(order.locale, "item", count=missing[line.id], title=line.title)
        for line in order.lines
        if missing.get(line.id)
    )[:200]
