"""An order's payment: made once, asked after, given up.

Changes nothing about the order but to note its payment.
"""

import time
from typing import Final

from apptier.orders.order import StoredOrder
from apptier.orders.order_store import OrderStore
from apptier.orders.ports import PaymentsPort, PaymentState, PaymentWish, RefundReason

# A request with the same key may be at it: look a few times before asking the payment service as well.
_LOOKS: Final = 4
_LOOK_SECONDS: Final = 0.1


class Paying:
    """The payments of orders."""

    def __init__(self, orders: OrderStore, payments: PaymentsPort) -> None:
        self._orders = orders
        self._payments = payments

    def ensure(self, order: StoredOrder, *, looks: int = 0) -> StoredOrder:
        """The order with its payment, made now if there is none yet.

        The payment service makes one payment per order, whatever happens to an answer on its way: so asking
        again is safe, and a payment that we never heard of is found again this way before anything else is
        done about it.

        Raises:
            PaymentsUnavailable: it can't be known now.
        """
        for _ in range(looks):
            if order.payment_id is not None:
                return order
            time.sleep(_LOOK_SECONDS)
            order = self._orders.get(order.id) or order
        if order.payment_id is not None:
            return order
        total = order.totals.total
        wish = PaymentWish(
            order_id=order.id,
            order_number=order.number,
            method=order.payment_method,
            locale=order.locale,
            amount=total.amount,
            currency=total.currency,
            return_url=order.return_url,
        )
        payment = self._payments.start(wish)
        return self._orders.attach(order, payment)

    def ensure_patiently(self, order: StoredOrder) -> StoredOrder:
        """As `ensure`, for an order that another request has just made and is getting a payment for."""
        return self.ensure(order, looks=_LOOKS)

    def state(self, order: StoredOrder) -> PaymentState:
        """How the payment stands. Raises PaymentsUnavailable."""
        return self._payments.state(self._id(order))

    def cancel(self, order: StoredOrder) -> PaymentState:
        """Give the payment up unless it has ended; how it stands then. Raises PaymentsUnavailable."""
        return self._payments.cancel(self._id(order))

    def refund(self, payment_id: str, amount: int, currency: str, reason: RefundReason, key: str) -> None:
        """Give so much of a payment back, once per key. Raises PaymentsUnavailable, RefundRefused."""
        self._payments.refund(payment_id, amount, currency, reason, key)

    def _id(self, order: StoredOrder) -> str:
        known = self.ensure(order).payment_id
        if known is None:
            raise ValueError(f"order {order.id} has no payment")
        return known
