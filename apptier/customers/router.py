"""The routes of contracts/customers.yaml."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response
from fastapi.responses import JSONResponse

from apptier.customers.models import AddressInput, AddressList, Customer, ProfileChange, SavedAddress
from apptier.customers.repository import CustomerRepository
from apptier.kit.auth import SignedIn
from apptier.kit.idempotency import Replay, StoredResult, fingerprint
from apptier.kit.ids import new_id
from apptier.kit.models import ID
from apptier.kit.params import IdempotencyKey, IfMatch, etag
from apptier.kit.problems import Problem
from apptier.kit.service import Context, ContextDep

router = APIRouter()
AddressId = Annotated[str, Path(pattern=ID, min_length=8, max_length=64)]


def _repository(context: ContextDep) -> CustomerRepository:
    return CustomerRepository(context.tables, context.clock)


Repository = Annotated[CustomerRepository, Depends(_repository)]


@router.get("/me")
def get_me(who: SignedIn, customers: Repository, response: Response) -> Customer:
    """My profile."""
    profile = customers.profile(who.id, who.claims)
    response.headers.update(_private(profile.version))
    return profile


@router.put("/me")
def change_me(
    who: SignedIn, version: IfMatch, change: ProfileChange, customers: Repository, response: Response
) -> Customer:
    """Change my profile."""
    customers.profile(who.id, who.claims)
    profile = customers.change_profile(who.id, version, change)
    response.headers.update(_private(profile.version))
    return profile


@router.get("/me/addresses")
def list_addresses(who: SignedIn, customers: Repository, response: Response) -> AddressList:
    """My address book."""
    response.headers["Cache-Control"] = "private, no-store"
    return AddressList(items=customers.addresses(who.id))


@router.post("/me/addresses", status_code=201)
def add_address(
    *, who: SignedIn, key: IdempotencyKey, given: AddressInput, customers: Repository, context: ContextDep
) -> SavedAddress:
    """Keep an address, once per key."""
    customers.profile(who.id, who.claims)
    result = _add_once(context, customers, who.id, key, given)
    headers = result.headers | {"Cache-Control": "private, no-store"}
    return JSONResponse(result.body, result.status, headers=headers)  # type: ignore[return-value]  # as kept


def _add_once(
    context: Context, customers: CustomerRepository, sub: str, key: str, given: AddressInput
) -> StoredResult:
    claim = context.idempotency.begin(f"customers:addresses:{sub}", key, fingerprint(given.model_dump()))
    if isinstance(claim, Replay):
        return claim.result
    saved = customers.new_address(new_id("adr"), given)
    result = StoredResult(201, saved.model_dump(), etag(saved.version))
    try:
        customers.add_address(sub, saved, context.idempotency.completion(claim, result))
    except Problem:
        context.idempotency.abandon(claim)
        raise
    return result


@router.put("/me/addresses/{address_id}")
def change_address(
    *,
    who: SignedIn,
    address_id: AddressId,
    version: IfMatch,
    given: AddressInput,
    customers: Repository,
    response: Response,
) -> SavedAddress:
    """Change a kept address."""
    saved = customers.change_address(who.id, address_id, version, given)
    response.headers.update(_private(saved.version))
    return saved


@router.delete("/me/addresses/{address_id}", status_code=204)
def remove_address(who: SignedIn, address_id: AddressId, customers: Repository) -> None:
    """Forget an address."""
    customers.remove_address(who.id, address_id)


def _private(version: int) -> dict[str, str]:
    return etag(version) | {"Cache-Control": "private, no-store"}
