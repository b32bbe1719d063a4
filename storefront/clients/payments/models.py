"""What the payment service answers (contracts/payments.yaml)."""

from typing import Annotated, Literal

from msgspec import Struct

from storefront.clients.shapes import ID, Time, Version
from storefront.core import Money, OrderId

PaymentStatus = Literal["pending", "approved", "declined", "cancelled"]


class Payment(Struct, frozen=True, kw_only=True):
    """How one payment stands; `redirect_url` is where to pay while it is pending."""

    id: Annotated[str, ID]
    order_id: Annotated[OrderId, ID]
    status: PaymentStatus
    amount: Money
    redirect_url: str | None
    version: Version
    updated_at: Time
