"""The order operations of contracts/orders.yaml, and the payment service's webhook."""

from collections.abc import Callable
from typing import Annotated, TypeVar, TypeVarTuple

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import ValidationError
from starlette.convertors import StringConvertor, register_url_convertor

from apptier.kit.auth import SignedIn, service_key_required
from apptier.kit.models import ID, StrictModel
from apptier.kit.params import (
    DEFAULT_LIMIT,
    CursorParam,
    IdempotencyKey,
    LimitParam,
    LocaleParam,
    MarketParam,
    etag,
)
from apptier.kit.problems import Problem, faults_of, validation_failed
from apptier.orders.access import CartCaller, OrderCaller
from apptier.orders.models import FindOrder, PaymentEvent, PlaceOrder
from apptier.orders.order import StoredOrder
from apptier.orders.order_models import FulfilmentEvent
from apptier.orders.quoting import payment_methods
from apptier.orders.routes_carts import ShopfloorDep, answered
from apptier.orders.signature import genuine
from apptier.orders.wiring import Shopfloor

router = APIRouter()
Given = TypeVarTuple("Given")
Result = TypeVar("Result")


class _OrderIdText(StringConvertor):
    """What can be an order's id: `/orders/lookup` is an address of its own, not the order `lookup`."""

    regex = "[A-Za-z0-9_-]{8,64}"


register_url_convertor("order_id", _OrderIdText())
OrderId = Annotated[str, Path(pattern=ID, min_length=8, max_length=64)]


def _order(order: StoredOrder) -> JSONResponse:
    return answered(order.shown(), version=order.version)


def _public(body: StrictModel) -> JSONResponse:
    """An answer that is the same for everybody, but only for a while."""
    return JSONResponse(body.model_dump(), headers={"Cache-Control": "public, max-age=60"})


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


@router.post("/orders/lookup")
def find_order(wanted: FindOrder, floor: ShopfloorDep, request: Request) -> JSONResponse:
    """The token of an order for who knows its number and e-mail address."""
    if "service-key" in request.headers:
        service_key_required(request)
        return answered(floor.finding.find(wanted, "proveBought"))
    return answered(floor.finding.find(wanted))


@router.post("/orders/{order_id:order_id}/fulfilment-events", dependencies=[Depends(service_key_required)])
async def record_fulfilment_event(
    order_id: OrderId, event: FulfilmentEvent, floor: ShopfloorDep
) -> JSONResponse:
    """The warehouse or a store says how far a paid order is."""
    return _order(await _asking(floor, floor.fulfilment.record, order_id, event))


@router.get("/payment-methods")
def list_payment_methods(market: MarketParam, locale: LocaleParam) -> JSONResponse:
    """How one can pay in a market."""
    return _public(payment_methods(market, locale))


@router.get("/delivery-quotes")
def list_delivery_quotes(
    market: MarketParam,
    locale: LocaleParam,
    country: Annotated[str, Query(pattern=r"^[A-Z]{2}$")],
    floor: ShopfloorDep,
    postcode: Annotated[str | None, Query(min_length=2, max_length=12)] = None,
) -> JSONResponse:
    """What sending something costs and when it arrives."""
    return _public(floor.quoting.delivery(market, locale, country, postcode))


@router.get("/orders/{order_id:order_id}")
async def get_order(caller: OrderCaller, order_id: OrderId, floor: ShopfloorDep) -> JSONResponse:
    """The order; while it awaits its payment the provider is asked how that stands."""
    return _order(await _asking(floor, floor.lookup.show, caller, order_id))


@router.put("/orders/{order_id:order_id}/cancellation")
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
