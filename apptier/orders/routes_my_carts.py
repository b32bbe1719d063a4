"""The operations of contracts/orders.yaml on a customer's own carts: open, close, merge and undo."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import JSONResponse

from apptier.kit.auth import SignedIn
from apptier.kit.models import ID, LOCALE
from apptier.kit.params import etag
from apptier.orders.my_cart_models import OpenMyCart
from apptier.orders.routes_carts import ShopfloorDep, answered

router = APIRouter(prefix="/carts/mine")
MergeId = Annotated[str, Path(pattern=ID, min_length=8, max_length=64)]


@router.post("")
def open_my_cart(customer: SignedIn, wanted: OpenMyCart, floor: ShopfloorDep) -> JSONResponse:
    """My cart of a market, with what was in the guest's."""
    opened = floor.my_carts.open(customer.id, wanted)
    return answered(opened, version=opened.cart.version)


@router.delete("", status_code=204)
def close_my_carts(customer: SignedIn, floor: ShopfloorDep) -> Response:
    """No secret told before opens a cart of mine."""
    floor.my_carts.close(customer.id)
    return Response(status_code=204)


@router.delete("/merges/{merge_id}")
def undo_merge(
    customer: SignedIn,
    merge_id: MergeId,
    floor: ShopfloorDep,
    locale: Annotated[str | None, Query(pattern=LOCALE)] = None,
) -> JSONResponse:
    """Both carts as they were."""
    cart, secret = floor.my_carts.undo(customer.id, merge_id, locale)
    body = {"secret": secret, "cart": cart.model_dump()}
    return JSONResponse(body, headers={"Cache-Control": "private, no-store"} | etag(cart.version))
