"""The operations of contracts/payments.yaml, for services only."""

from typing import Annotated, cast

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import JSONResponse

from apptier.kit.auth import service_key_required
from apptier.kit.models import ID
from apptier.kit.params import IdempotencyKey
from apptier.payments.models import PaymentAnswer, StartPayment, StartRefund
from apptier.payments.payments import Payments

router = APIRouter(dependencies=[Depends(service_key_required)])


def the_payments(request: Request) -> Payments:
    """The operations of this process."""
    return cast("Payments", request.app.state.payments)


PaymentsDep = Annotated[Payments, Depends(the_payments)]
PaymentId = Annotated[str, Path(pattern=ID, min_length=8, max_length=64)]


def _answered(payment: PaymentAnswer, status: int = 200) -> JSONResponse:
    return JSONResponse(payment.model_dump(), status, headers={"Cache-Control": "no-store"})


@router.post("/payments")
def create_payment(request: StartPayment, key: IdempotencyKey, payments: PaymentsDep) -> JSONResponse:
    """Start a payment for an order."""
    return _answered(payments.create(request, key), 201)


@router.get("/payments/{payment_id}")
def get_payment(payment_id: PaymentId, payments: PaymentsDep) -> JSONResponse:
    """How the payment stands."""
    return _answered(payments.get(payment_id))


@router.put("/payments/{payment_id}/cancellation")
def cancel_payment(payment_id: PaymentId, payments: PaymentsDep) -> JSONResponse:
    """Cancel a pending payment for good."""
    return _answered(payments.cancel(payment_id))


@router.post("/payments/{payment_id}/refunds")
def refund_payment(
    payment_id: PaymentId, request: StartRefund, key: IdempotencyKey, payments: PaymentsDep
) -> JSONResponse:
    """Give money of an approved payment back."""
    return _answered(payments.refund(payment_id, request, key))
