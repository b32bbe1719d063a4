"""Looking at an order, giving it up, and hearing of its payment."""

import logging

from apptier.kit.problems import Problem, not_found, unavailable
from apptier.orders.access import Caller
from apptier.orders.models import PaymentEvent
from apptier.orders.order import StoredOrder
from apptier.orders.order_store import OrderStore
from apptier.orders.paying import Paying
from apptier.orders.ports import PaymentsUnavailable
from apptier.orders.settlement import Settlement

logger = logging.getLogger("apptier.orders")


class Lookup:
    """What can be done with an order that has been made."""

    def __init__(self, orders: OrderStore, paying: Paying, settlement: Settlement) -> None:
        self._orders = orders
        self._paying = paying
        self._settlement = settlement

    def read(self, caller: Caller, order_id: str) -> StoredOrder:
        """The order as stored, if it is the caller's. Raises Problem 404 in the same words otherwise."""
        order = self._orders.get(order_id)
        theirs = caller.owns_order(order.customer_id if order else None, order.token_hash if order else None)
        if order is None or not theirs:
            raise not_found()
        return order

    def show(self, caller: Caller, order_id: str) -> StoredOrder:
        """The order with what the payment service says of it now, while it awaits its payment.

        When that doesn't answer, the order is shown as it was last known to be.

        Raises:
            Problem: 404; 503 when even the payment's address isn't known yet.
        """
        order = self.read(caller, order_id)
        if not order.awaiting:
            return order
        try:
            order = self._paying.ensure(order)
            return self._settlement.settle(order, self._paying.state(order).status)
        except PaymentsUnavailable as error:
            if order.payment_id is None:
                raise unavailable("The payment service does not answer. Try again in a moment.") from error
            logger.warning("order %s: payment status unknown: %s", order.id, error)
            return order

    def cancel(self, caller: Caller, order_id: str) -> StoredOrder:
        """Give an order up that is not paid; one that was given up or declined stays as it is.

        Raises:
            Problem: 404, 409 `order_paid`, 503.
        """
        order = self.give_up(self.read(caller, order_id))
        if order.payment_status == "approved":
            raise Problem(409, "order_paid", "The order has been paid; it can't be given up any more.")
        return order

    def give_up(self, order: StoredOrder) -> StoredOrder:
        """The order after its payment was cancelled, or had ended otherwise. Raises Problem 503.

        The payment goes first: it is the one thing that both the shopper and we may want to end at the same
        moment, and its own condition decides who was first.
        """
        if not order.awaiting:
            return order
        try:
            order = self._paying.ensure(order)
            return self._settlement.settle(order, self._paying.cancel(order).status)
        except PaymentsUnavailable as error:
            raise unavailable("The payment service does not answer. Try again in a moment.") from error

    def reconcile(self, order: StoredOrder) -> StoredOrder:
        """The order after its payment has been asked after; also one that was given up and is paid after all.

        Raises:
            PaymentsUnavailable: it can't be known now.
            Problem: 503 when other writers kept its items busy.
        """
        order = self._paying.ensure(order)
        return self._settlement.settle(order, self._paying.state(order).status)

    def hear(self, event: PaymentEvent) -> None:
        """The payment service's signed word on a payment. Raises Problem 404 when it isn't this order's."""
        order = self._orders.get(event.order_id)
        if order is None:
            raise not_found()
        try:
            order = self._paying.ensure(order)
        except PaymentsUnavailable as error:
            raise unavailable() from error
        if order.payment_id != event.payment_id:
            raise not_found()
        self._settlement.settle(order, event.status)
