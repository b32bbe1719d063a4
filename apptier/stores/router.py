"""The routes of contracts/stores.yaml."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from apptier.kit.models import ID, SKU
from apptier.kit.params import DEFAULT_LIMIT, CursorParam, LimitParam, LocaleParam, MarketParam
from apptier.kit.service import ContextDep
from apptier.stores.models import PickupPromiseList, Store, StorePage
from apptier.stores.operations import StoreQueries, parse_position
from apptier.stores.promises import PickupQueries

router = APIRouter()
NEAR = r"^-?[0-9]{1,2}(\.[0-9]{1,6})?,-?[0-9]{1,3}(\.[0-9]{1,6})?$"


@router.get("/stores")
def list_stores(
    *,
    market: MarketParam,
    _locale: LocaleParam,
    context: ContextDep,
    near: Annotated[str | None, Query(pattern=NEAR, max_length=32)] = None,
    cursor: CursorParam = None,
    limit: LimitParam = DEFAULT_LIMIT,
) -> StorePage:
    """The stores of a market."""
    position = None if near is None else parse_position(near)
    return StoreQueries(context).listed(market, position, limit, cursor)


@router.get("/pickup-promises")
def list_pickup_promises(
    *,
    market: MarketParam,
    _locale: LocaleParam,
    context: ContextDep,
    country: Annotated[str, Query(pattern=r"^[A-Z]{2}$")],
    postcode: Annotated[str | None, Query(min_length=2, max_length=12)] = None,
    sku: Annotated[str | None, Query(pattern=SKU, min_length=1, max_length=80)] = None,
    quantity: Annotated[int, Query(ge=1, le=99)] = 1,
) -> PickupPromiseList:
    """Where so many of a SKU can be picked up."""
    return PickupQueries(context).promises(market, country, postcode, sku, quantity)


@router.get("/stores/{store_id}")
def get_store(
    store_id: Annotated[str, Path(pattern=ID, min_length=8, max_length=64)],
    market: MarketParam,
    _locale: LocaleParam,
    context: ContextDep,
) -> Store:
    """One store."""
    return StoreQueries(context).one(market, store_id)
