"""The payment service in memory: for tests of what asks how a payment stands."""

from collections.abc import Iterable

from storefront.clients.failing import Failing
from storefront.clients.payments.models import Payment
from storefront.clients.payments.port import Payments


class FakePayments(Failing, Payments):
    """Knows the payments that it was given or told of by `put`."""

    def __init__(self, payments: Iterable[Payment] = ()) -> None:
        super().__init__("payments")
        self._payments = {payment.id: payment for payment in payments}

    def put(self, payment: Payment) -> None:
        """Add or replace one payment."""
        self._payments[payment.id] = payment

    def get_payment(self, *, payment_id: str) -> Payment:
        """One payment; NotFound."""
        with self._call("get_payment"):
            if payment_id not in self._payments:
                raise self._not_found()
            return self._payments[payment_id]
