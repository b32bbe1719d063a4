"""The payment service."""

from storefront.clients.payments.client import PaymentsClient
from storefront.clients.payments.models import Payment, PaymentStatus
from storefront.clients.payments.port import Payments

__all__ = ["Payment", "PaymentStatus", "Payments", "PaymentsClient"]
