"""What the confirmation page holds."""

from dataclasses import dataclass

from storefront.clients.orders import Order

_TITLES = {
    "placed": "Thank you for your order",
    "awaiting_payment": "Your order awaits its payment",
    "payment_failed": "Your order was not paid",
    "cancelled": "Your order was cancelled",
}


@dataclass(frozen=True, slots=True)
class ConfirmationPage:
    """An order as its buyer sees it."""

    title: str
    order: Order

    @classmethod
    def of(cls, order: Order) -> "ConfirmationPage":
        """The page of an order in whatever state it is."""
        return cls(_TITLES[order.status], order)
