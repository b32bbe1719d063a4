"""What the shop may ask of the payment service, and the refusals to expect."""

from typing import Protocol

from storefront.clients.payments.models import Payment


class Payments(Protocol):
    """What a service may ask about payments."""

    def get_payment(self, *, payment_id: str) -> Payment:
        """How the payment stands. Raises NotFound, UpstreamUnavailable and UpstreamInvalid."""
        ...
