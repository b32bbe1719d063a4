"""The order operations of contracts/orders.yaml, and the payment service's webhook."""

from collections.abc import Callable
from typing import Annotated, TypeVar, TypeVarTuple

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import JSONResponse
from pydantic import ValidationError

from apptier.kit.auth import SignedIn
from apptier.kit.models import ID
from apptier.kit.params import DEFAULT_LIMIT, CursorParam, IdempotencyKey, LimitParam, etag
from apptier.kit.problems import Problem, faults_of, validation_failed
from apptier.orders.access import CartCaller, OrderCaller
from apptier.orders.models import PaymentEvent, PlaceOrder
from apptier.orders.order import StoredOrder
from apptier.orders.routes_carts import ShopfloorDep, answered
from apptier.orders.signature import genuine
from apptier.orders.wiring import Shopfloor

router = APIRouter()
Given = TypeVarTuple("Given")
Result = TypeVar("Result")
OrderId = Annotated[str, Path(pattern=ID, min_length=8, max_length=64)]


def _order(order: StoredOrder) -> JSONResponse:
    return answered(order.shown(), version=order.version)


async def _asking(floor: Shopfloor, work: Callable[[*Given], Result], *given: *Given) -> Result:
    """Do work that may wait for the payment service, in the threads kept for that."""
    return await run_sync(work, *given, limiter=floor.threads)


@router.post("/orders")
async def place_order(
    caller: CartCaller, wanted: PlaceOrder, key: IdempotencyKey, floor: ShopfloorDep
) -> JSONResponse:
    """Take the stock, make the order, start its payment."""
    order, token = await _asking(floor, floor.placing.place, caller, wanted, key)
    body = {"token": token, "order": order.shown().model_dump()}
    return JSONResponse(body, 201, headers={"Cache-Control": "private, no-store"} | etag(order.version))


@router.get("/orders")
def list_orders(
    customer: SignedIn, floor: ShopfloorDep, cursor: CursorParam = None, limit: LimitParam = DEFAULT_LIMIT
) -> JSONResponse:
    """A customer's orders, newest first."""
    return answered(floor.orders.page(customer.id, limit, cursor))


@router.get("/orders/{order_id}")
async def get_order(caller: OrderCaller, order_id: OrderId, floor: ShopfloorDep) -> JSONResponse:
    """The order; while it awaits its payment the provider is asked how that stands."""
    return _order(await _asking(floor, floor.lookup.show, caller, order_id))


@router.put("/orders/{order_id}/cancellation")
async def cancel_order(caller: OrderCaller, order_id: OrderId, floor: ShopfloorDep) -> JSONResponse:
    """Give up an order that is not paid."""
    return _order(await _asking(floor, floor.lookup.cancel, caller, order_id))


async def _signed_event(request: Request, floor: ShopfloorDep) -> PaymentEvent:
    """The event, once its signature has been checked over the bytes as they came.

    Raises:
        Problem: 401 for a missing, wrong or old signature, 422 for a body that isn't an event.
    """
    body = await request.body()
    context = floor.context
    header = request.headers.get("payment-signature", "")
    if not genuine(context.settings.payment_webhook_secret, header, body, context.clock.now().timestamp()):
        raise Problem(
            401,
            "bad_signature",
            "The event is not signed, not by us, or too old.",
            headers={"WWW-Authenticate": "Payment-Signature"},
        )
    try:
        return PaymentEvent.model_validate_json(body)
    except ValidationError as error:
        faults = [{**fault, "loc": ("body", *fault["loc"])} for fault in error.errors()]
        raise validation_failed(faults_of(faults)) from error


@router.post("/payment-events", status_code=204)
async def receive_payment_event(
    event: Annotated[PaymentEvent, Depends(_signed_event)], floor: ShopfloorDep
) -> Response:
    """The payment service says that a payment has changed."""
    await _asking(floor, floor.lookup.hear, event)
    return Response(status_code=204)
