"""The routes of contracts/customers.yaml."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response
from fastapi.responses import JSONResponse

from apptier.customers.addresses import AddressBook
from apptier.customers.checking import checked_address, checked_preferences, checked_profile
from apptier.customers.leaving import Leaving
from apptier.customers.models import (
    AddressInput,
    AddressList,
    Customer,
    Export,
    Preferences,
    PreferencesChange,
    ProfileChange,
    SavedAddress,
)
from apptier.customers.profiles import Profiles
from apptier.kit.auth import SignedIn
from apptier.kit.idempotency import Replay, StoredResult, fingerprint
from apptier.kit.ids import new_id
from apptier.kit.models import ID
from apptier.kit.params import IdempotencyKey, IfMatch, etag
from apptier.kit.problems import Problem
from apptier.kit.service import Context, ContextDep

router = APIRouter()
AddressId = Annotated[str, Path(pattern=ID, min_length=8, max_length=64)]
_PRIVATE = {"Cache-Control": "private, no-store"}


def _profiles(context: ContextDep) -> Profiles:
    return Profiles(context.tables, context.clock)


def _book(context: ContextDep) -> AddressBook:
    return AddressBook(context.tables, context.clock)


def _leaving(context: ContextDep) -> Leaving:
    return Leaving(context.tables, context.clock, context.events)


AllProfiles = Annotated[Profiles, Depends(_profiles)]
Book = Annotated[AddressBook, Depends(_book)]
Exits = Annotated[Leaving, Depends(_leaving)]


@router.get("/me")
def get_me(who: SignedIn, profiles: AllProfiles, response: Response) -> Customer:
    """My profile."""
    profile = profiles.profile(who.id, who.claims)
    response.headers.update(_private(profile.version))
    return profile


@router.put("/me")
def change_me(
    who: SignedIn, version: IfMatch, change: ProfileChange, profiles: AllProfiles, response: Response
) -> Customer:
    """Change my profile."""
    profiles.profile(who.id, who.claims)
    profile = profiles.change_profile(who.id, version, checked_profile(change))
    response.headers.update(_private(profile.version))
    return profile


@router.delete("/me", status_code=204)
def delete_me(who: SignedIn, exits: Exits) -> None:
    """Forget me."""
    exits.delete(who.id)


@router.get("/me/preferences")
def get_preferences(who: SignedIn, profiles: AllProfiles, response: Response) -> Preferences:
    """My preferences."""
    preferences = profiles.preferences(who.id, who.claims)
    response.headers.update(_private(preferences.version))
    return preferences


@router.put("/me/preferences")
def change_preferences(
    who: SignedIn, version: IfMatch, change: PreferencesChange, profiles: AllProfiles, response: Response
) -> Preferences:
    """Replace my preferences."""
    profiles.profile(who.id, who.claims)
    preferences = profiles.change_preferences(who.id, version, checked_preferences(change))
    response.headers.update(_private(preferences.version))
    return preferences


@router.get("/me/export")
def export_me(who: SignedIn, exits: Exits, response: Response) -> Export:
    """Everything this service holds of me."""
    response.headers.update(_PRIVATE)
    return exits.export(who.id, who.claims)


@router.get("/me/addresses")
def list_addresses(who: SignedIn, profiles: AllProfiles, book: Book, response: Response) -> AddressList:
    """My address book."""
    profiles.profile(who.id, who.claims)
    response.headers.update(_PRIVATE)
    return AddressList(items=book.addresses(who.id))


@router.post("/me/addresses", status_code=201)
def add_address(
    *,
    who: SignedIn,
    key: IdempotencyKey,
    given: AddressInput,
    profiles: AllProfiles,
    book: Book,
    context: ContextDep,
) -> SavedAddress:
    """Keep an address, once per key."""
    profiles.profile(who.id, who.claims)
    result = _add_once(context, book, who.id, key, checked_address(given))
    return JSONResponse(result.body, result.status, headers=result.headers | _PRIVATE)  # type: ignore[return-value]  # as kept


def _add_once(context: Context, book: AddressBook, sub: str, key: str, given: AddressInput) -> StoredResult:
    claim = context.idempotency.begin(f"customers:addresses:{sub}", key, fingerprint(given.model_dump()))
    if isinstance(claim, Replay):
        return claim.result
    saved = book.new(new_id("adr"), given)
    result = StoredResult(201, saved.model_dump(), etag(saved.version))
    try:
        book.add(sub, saved, context.idempotency.completion(claim, result))
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
    profiles: AllProfiles,
    book: Book,
    response: Response,
) -> SavedAddress:
    """Change a kept address."""
    profiles.profile(who.id, who.claims)
    saved = book.change(who.id, address_id, version, checked_address(given))
    response.headers.update(_private(saved.version))
    return saved


@router.delete("/me/addresses/{address_id}", status_code=204)
def remove_address(who: SignedIn, address_id: AddressId, profiles: AllProfiles, book: Book) -> None:
    """Take an address out of the book."""
    profiles.profile(who.id, who.claims)
    book.remove(who.id, address_id)


@router.put("/me/addresses/{address_id}/restoration")
def restore_address(
    *, who: SignedIn, address_id: AddressId, profiles: AllProfiles, book: Book, response: Response
) -> SavedAddress:
    """Put a removed address back."""
    profiles.profile(who.id, who.claims)
    saved = book.restore(who.id, address_id)
    response.headers.update(_private(saved.version))
    return saved


def _private(version: int) -> dict[str, str]:
    return etag(version) | _PRIVATE
