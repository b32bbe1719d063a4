"""The bodies of contracts/payments.yaml."""

from typing import Annotated, Literal

from pydantic import Field

from apptier.kit.models import LARGEST_AMOUNT, LOCALE, Currency, Id, Money, StrictModel, Version

MethodId = Annotated[str, Field(pattern=r"^[a-z]+$", max_length=20)]


class PositiveMoney(StrictModel):
    """An amount that can be paid."""

    amount: Annotated[int, Field(ge=1, le=LARGEST_AMOUNT)]
    currency: Currency


class StartPayment(StrictModel):
    """What createPayment is given; the return URL's origin is judged by the operation."""

    order_id: Id
    order_number: Annotated[str, Field(min_length=1, max_length=40)]
    method: MethodId
    locale: Annotated[str, Field(pattern=LOCALE)]
    amount: PositiveMoney
    return_url: Annotated[str, Field(max_length=500)]


class StartRefund(StrictModel):
    """How much of a payment goes back, and why."""

    amount: PositiveMoney
    reason: Literal["out_of_stock", "order_given_up"]


class PaymentAnswer(StrictModel):
    """How a payment stands; `redirect_url` is where to pay, while it is pending."""

    id: Id
    order_id: Id
    method: MethodId
    status: Literal["pending", "approved", "declined", "cancelled"]
    amount: Money
    refunded: Money
    redirect_url: str | None
    version: Version
    updated_at: str
