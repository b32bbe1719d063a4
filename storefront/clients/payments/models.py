"""What the payment service answers (contracts/payments.yaml)."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from storefront.clients.shapes import ID, Time, Version
from storefront.core import Money, OrderId

METHOD = Meta(pattern=r"^[a-z]+\Z", max_length=20)
PaymentStatus = Literal["pending", "approved", "declined", "cancelled"]


class Payment(Struct, frozen=True, kw_only=True):
    """How one payment stands; `redirect_url` is where to pay, `refunded` what was given back."""

    id: Annotated[str, ID]
    order_id: Annotated[OrderId, ID]
    method: Annotated[str, METHOD]
    status: PaymentStatus
    amount: Money
    refunded: Money
    redirect_url: str | None
    version: Version
    updated_at: Time
