"""Requests and answers of contracts/lists.yaml."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from apptier.kit.clock import rfc3339
from apptier.kit.models import Handle, Id, Sku, StrictModel, not_null

LIST_ID = r"^lst_[0-9A-Z]{26}$"
MINE_OR_LIST_ID = r"^(mine|lst_[0-9A-Z]{26})$"
SHARE = r"^[0-9A-Z]{26}[A-Za-z0-9_-]{22}$"


def _moment(value: str) -> str:
    """The moment as this service writes it: RFC 3339 in UTC, so that the texts sort by time."""
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError("say the time zone")
    try:
        return rfc3339(moment)
    except OverflowError as error:
        raise ValueError("is outside the calendar") from error


Moment = Annotated[str, Field(max_length=40), AfterValidator(_moment)]


class GuestList(StrictModel):
    """A guest's list, and what opens it."""

    list_id: Annotated[str, Field(pattern=LIST_ID)]
    secret: Annotated[str, Field(min_length=32, max_length=100)]


class OpenMyList(StrictModel):
    """Which guest's list to put into mine."""

    guest: GuestList | None


class PutItem(StrictModel):
    """What shall be on the list, and since when."""

    handle: Handle
    sku: Sku | None
    added_at: Annotated[Moment | None, BeforeValidator(not_null)] = None


class Item(StrictModel):
    """A thing on a list."""

    id: Id
    handle: str
    sku: str | None
    added_at: str


class WishList(StrictModel):
    """A list, newest first."""

    id: str
    items: list[Item]
    share: str | None
    version: int
    updated_at: str
    expires_at: str | None


class NewList(StrictModel):
    """A guest's new list, and the secret that opens it."""

    list: WishList
    secret: str


class Merged(StrictModel):
    """What came in from a guest's list."""

    added: int


class MyList(StrictModel):
    """A customer's list."""

    list: WishList
    merged: Merged | None


class SharedItem(StrictModel):
    """A thing on a shared list."""

    handle: str
    sku: str | None


class SharedList(StrictModel):
    """A list as others see it."""

    items: list[SharedItem]
