"""The cart operations of contracts/orders.yaml."""

from typing import Annotated, cast

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import JSONResponse
from starlette.convertors import StringConvertor, register_url_convertor

from apptier.kit.auth import MaybeCustomer
from apptier.kit.models import ID, Address, Contact, StrictModel
from apptier.kit.params import IdempotencyKey, IfMatch, etag
from apptier.orders.access import CartCaller
from apptier.orders.cart_edits import CartEdits
from apptier.orders.carts import Carts
from apptier.orders.models import (
    AddLine,
    AddOrderLines,
    Cart,
    ChangeLine,
    ChooseFulfilment,
    ChooseOption,
    ChoosePayment,
    CreateCart,
    Estimate,
)
from apptier.orders.wiring import Shopfloor

router = APIRouter(prefix="/carts")


class _CartIdText(StringConvertor):
    """What can be a cart's id: `/carts/mine` is an address of its own, not the cart `mine`."""

    regex = "[A-Za-z0-9_-]{8,64}"


register_url_convertor("cart_id", _CartIdText())
CartId = Annotated[str, Path(pattern=ID, min_length=8, max_length=64)]
LineId = Annotated[str, Path(pattern=ID, min_length=8, max_length=64)]


def shopfloor(request: Request) -> Shopfloor:
    """The service's parts in this process."""
    return cast("Shopfloor", request.app.state.shopfloor)


ShopfloorDep = Annotated[Shopfloor, Depends(shopfloor)]


def _carts(floor: ShopfloorDep) -> Carts:
    return floor.carts


def _edits(floor: ShopfloorDep) -> CartEdits:
    return floor.edits


CartsDep = Annotated[Carts, Depends(_carts)]
EditsDep = Annotated[CartEdits, Depends(_edits)]
Code = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]+$", min_length=2, max_length=40)]


def answered(body: StrictModel, *, status: int = 200, version: int | None = None) -> JSONResponse:
    """A private answer, never stored by a cache; with the ETag of a version."""
    headers = {"Cache-Control": "private, no-store"} | (etag(version) if version else {})
    return JSONResponse(body.model_dump(), status, headers=headers)


def _cart(cart: Cart) -> JSONResponse:
    return answered(cart, version=cart.version)


@router.post("")
def create_cart(
    customer: MaybeCustomer, wanted: CreateCart, key: IdempotencyKey, carts: CartsDep
) -> JSONResponse:
    """A new, empty cart."""
    cart, secret = carts.create(customer.id if customer else None, wanted, key)
    body = {"secret": secret, "cart": cart.model_dump()}
    return JSONResponse(body, 201, headers={"Cache-Control": "private, no-store"} | etag(cart.version))


@router.get("/{cart_id:cart_id}")
def get_cart(caller: CartCaller, cart_id: CartId, carts: CartsDep) -> JSONResponse:
    """The cart at today's prices."""
    return _cart(carts.show(caller, cart_id))


@router.post("/{cart_id}/lines")
def add_line(
    caller: CartCaller, cart_id: CartId, wanted: AddLine, key: IdempotencyKey, carts: CartsDep
) -> JSONResponse:
    """So many of a SKU more."""
    return _cart(carts.add(caller, cart_id, wanted, key))


@router.patch("/{cart_id}/lines/{line_id}")
def change_line(
    caller: CartCaller,
    version: IfMatch,
    cart_id: CartId,
    line_id: LineId,
    wanted: ChangeLine,
    edits: EditsDep,
) -> JSONResponse:
    """A line's quantity."""
    return _cart(edits.change_quantity(caller, cart_id, version, line_id, wanted.quantity))


@router.delete("/{cart_id}/lines/{line_id}")
def remove_line(
    caller: CartCaller, version: IfMatch, cart_id: CartId, line_id: LineId, edits: EditsDep
) -> JSONResponse:
    """A line taken out."""
    return _cart(edits.remove(caller, cart_id, version, line_id))


@router.put("/{cart_id}/contact")
def set_contact(
    caller: CartCaller, version: IfMatch, cart_id: CartId, contact: Contact, edits: EditsDep
) -> JSONResponse:
    """Who buys."""
    return _cart(edits.set_contact(caller, cart_id, version, contact))


@router.put("/{cart_id}/address")
def set_address(
    caller: CartCaller, version: IfMatch, cart_id: CartId, address: Address, edits: EditsDep
) -> JSONResponse:
    """Where it goes."""
    return _cart(edits.set_address(caller, cart_id, version, address))


@router.get("/{cart_id}/delivery-options")
def list_delivery_options(caller: CartCaller, cart_id: CartId, edits: EditsDep) -> JSONResponse:
    """How it can be sent."""
    return answered(edits.delivery_options(caller, cart_id))


@router.put("/{cart_id}/delivery-option")
def set_delivery_option(
    caller: CartCaller, version: IfMatch, cart_id: CartId, wanted: ChooseOption, edits: EditsDep
) -> JSONResponse:
    """How it is sent."""
    return _cart(edits.choose_option(caller, cart_id, version, wanted.option_id))


@router.put("/{cart_id}/estimate")
def set_estimate(
    caller: CartCaller, version: IfMatch, cart_id: CartId, wanted: Estimate, edits: EditsDep
) -> JSONResponse:
    """Where it will probably go."""
    return _cart(edits.set_estimate(caller, cart_id, version, wanted))


@router.put("/{cart_id}/fulfilment")
def set_fulfilment(
    caller: CartCaller, version: IfMatch, cart_id: CartId, wanted: ChooseFulfilment, edits: EditsDep
) -> JSONResponse:
    """Sent, or picked up."""
    return _cart(edits.choose_fulfilment(caller, cart_id, version, wanted))


@router.put("/{cart_id}/payment-method")
def set_payment_method(
    caller: CartCaller, version: IfMatch, cart_id: CartId, wanted: ChoosePayment, edits: EditsDep
) -> JSONResponse:
    """How it will be paid."""
    return _cart(edits.choose_payment(caller, cart_id, version, wanted.method))


@router.put("/{cart_id}/codes/{code}")
def apply_code(
    caller: CartCaller, version: IfMatch, cart_id: CartId, code: Code, edits: EditsDep
) -> JSONResponse:
    """Use a promotion's code."""
    return _cart(edits.apply_code(caller, cart_id, version, code))


@router.delete("/{cart_id}/codes/{code}")
def remove_code(
    caller: CartCaller, version: IfMatch, cart_id: CartId, code: Code, edits: EditsDep
) -> JSONResponse:
    """No longer use a code."""
    return _cart(edits.remove_code(caller, cart_id, version, code))


@router.post("/{cart_id}/order-lines")
def add_order_lines(
    caller: CartCaller, cart_id: CartId, wanted: AddOrderLines, key: IdempotencyKey, floor: ShopfloorDep
) -> JSONResponse:
    """What an earlier order held."""
    found = floor.reordering.add(caller, cart_id, wanted, key)
    return answered(found, version=found.cart.version)
