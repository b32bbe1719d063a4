"""The routes of contracts/lists.yaml."""

from dataclasses import dataclass
from typing import Annotated, Final, cast

from fastapi import APIRouter, Depends, Path, Request, Response

from apptier.kit.auth import SignedIn
from apptier.kit.idempotency import Replay, StoredResult, fingerprint
from apptier.kit.models import ID
from apptier.kit.params import IdempotencyKey
from apptier.kit.problems import Problem
from apptier.kit.service import Context, ContextDep
from apptier.lists.access import ListCaller
from apptier.lists.merging import Merging
from apptier.lists.models import (
    SHARE,
    Merged,
    MyList,
    NewList,
    OpenMyList,
    PutItem,
    SharedList,
    WishList,
)
from apptier.lists.opening import Secrets
from apptier.lists.records import StoredList
from apptier.lists.store import ListStore

router = APIRouter()
GUEST_KEY_LENGTH: Final = 22
"""Characters of a key that opens a guest's list again: 128 random bits in base64url."""
ItemId = Annotated[str, Path(pattern=ID, min_length=8, max_length=64)]
Token = Annotated[str, Path(pattern=SHARE)]


@dataclass(frozen=True, slots=True)
class Desk:
    """What the routes work with, made once per process."""

    lists: ListStore
    merging: Merging
    secrets: Secrets

    def shown(self, kept: StoredList) -> WishList:
        """A list as its owner sees it."""
        return kept.shown(self.secrets)


def wire(context: Context) -> Desk:
    """The service over these settings. Nothing here opens a connection."""
    settings = context.settings
    secrets = Secrets(settings.list_secret_key, settings.list_secret_key_fallbacks)
    lists = ListStore(context.tables, context.clock, secrets)
    return Desk(lists, Merging(context.tables, context.clock, lists), secrets)


def _desk(request: Request, response: Response) -> Desk:
    response.headers["Cache-Control"] = "private, no-store"
    return cast("Desk", request.app.state.desk)


AtDesk = Annotated[Desk, Depends(_desk)]


@router.post("/lists", status_code=201)
def create_list(key: IdempotencyKey, desk: AtDesk, context: ContextDep) -> NewList:
    """A guest's new list, once per key."""
    claim = context.idempotency.begin("lists:new:", key, fingerprint())
    if isinstance(claim, Replay):
        if len(key) < GUEST_KEY_LENGTH:
            raise Problem(422, "idempotency_key_reused", "This key is too short to be used again.")
        return _told_before(desk, WishList.model_validate(claim.result.body))
    made, put = desk.lists.new()
    shown = desk.shown(made)
    result = StoredResult(201, shown.model_dump())
    context.tables.transact([put, context.idempotency.completion(claim, result)])
    return NewList(list=shown, secret=desk.secrets.secret(made.id))


def _told_before(desk: Desk, shown: WishList) -> NewList:
    """What a repeated request made; the secret opens nothing when the list is gone."""
    found = desk.lists.find(shown.id)
    stored = (found.secret_hash if found else None) or ""
    return NewList(list=shown, secret=desk.secrets.known_secret(shown.id, stored))


@router.post("/mine")
def open_my_list(who: SignedIn, wanted: OpenMyList, desk: AtDesk) -> MyList:
    """My list, with a guest's in it."""
    mine, added = desk.merging.open(who.id, wanted.guest)
    return MyList(list=desk.shown(mine), merged=None if added is None else Merged(added=added))


@router.get("/lists/{list_id}")  # noqa: FAST003 - the caller has it
def get_list(caller: ListCaller, desk: AtDesk) -> WishList:
    """The list as it is now."""
    return desk.shown(desk.lists.open(caller))


@router.put("/lists/{list_id}/items")  # noqa: FAST003 - the caller has it
def put_item(caller: ListCaller, wanted: PutItem, desk: AtDesk) -> WishList:
    """Have this on the list."""
    return desk.shown(desk.lists.put(caller, wanted))


@router.delete("/lists/{list_id}/items/{item_id}")  # noqa: FAST003 - the caller has it
def remove_item(caller: ListCaller, item_id: ItemId, desk: AtDesk) -> WishList:
    """Have this on the list no longer."""
    return desk.shown(desk.lists.remove(caller, item_id))


@router.put("/lists/{list_id}/share")  # noqa: FAST003 - the caller has it
def share_list(caller: ListCaller, desk: AtDesk) -> WishList:
    """Let others look at it."""
    return desk.shown(desk.lists.share(caller, wanted=True))


@router.delete("/lists/{list_id}/share")  # noqa: FAST003 - the caller has it
def unshare_list(caller: ListCaller, desk: AtDesk) -> WishList:
    """End that."""
    return desk.shown(desk.lists.share(caller, wanted=False))


@router.get("/shared/{token}")
def get_shared_list(token: Token, desk: AtDesk) -> SharedList:
    """A shared list, without anything about its owner."""
    return desk.lists.shared(token).to_others()
