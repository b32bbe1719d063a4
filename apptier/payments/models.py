"""The bodies of contracts/payments.yaml."""

from typing import Annotated, Literal

from pydantic import Field

from apptier.kit.models import LARGEST_AMOUNT, Currency, Id, Money, StrictModel, Version


class PositiveMoney(StrictModel):
    """An amount that can be paid."""

    amount: Annotated[int, Field(ge=1, le=LARGEST_AMOUNT)]
    currency: Currency


class StartPayment(StrictModel):
    """What createPayment is given; the return URL's origin is judged by the operation."""

    order_id: Id
    amount: PositiveMoney
    return_url: Annotated[str, Field(max_length=500)]


class PaymentAnswer(StrictModel):
    """How a payment stands; `redirect_url` is where to pay, while it is pending."""

    id: Id
    order_id: Id
    status: Literal["pending", "approved", "declined", "cancelled"]
    amount: Money
    redirect_url: str | None
    version: Version
    updated_at: str
