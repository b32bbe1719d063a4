"""Asks the payment service how a payment stands, for tools that run beside the shop.

The web tier itself holds no service key: shoppers' pages learn of payments through their orders.
"""

from storefront.clients.calls import secret
from storefront.clients.payments.models import Payment
from storefront.clients.payments.port import Payments
from storefront.http import RestClient


class PaymentsClient(Payments):
    """The real service; `service_key` is known to services only."""

    def __init__(self, rest: RestClient, service_key: str) -> None:
        self._rest = rest
        self._service_key = service_key

    def get_payment(self, *, payment_id: str) -> Payment:
        """GET /payments/{payment_id}."""
        path = "/payments/{payment_id}"
        headers = secret(self._rest, f"GET {path}", "Service-Key", self._service_key)
        return self._rest.get(path, {"payment_id": payment_id}, headers=headers, type=Payment)
