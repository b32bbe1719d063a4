"""Customers in their table, and how an item becomes an answer.

    pk         sk            what
    C#<sub>    PROFILE       name, phone, e-mail, version; how many addresses there are; the preferences
    C#<sub>    A#<id>        one address; ids sort by the time they were made
    C#<sub>    R#<id>        an address that was removed and can still be put back, until `expires_at`

The number of addresses lives in the profile, so that two requests at once can't both add the fiftieth. The
preferences live there too, with a version of their own: then one conditional write can't bring them back
after their owner is gone. Of somebody who is deleted only a tombstone is left in the profile's place, with
`deleted_at` and without the count, so that every write that needs the count fails, until no token holds.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from apptier.customers.models import AddressInput, Customer, Preferences, SavedAddress
from apptier.kit.clock import epoch
from apptier.kit.dynamo import Item
from apptier.kit.problems import Problem, not_found

MOST_ADDRESSES: Final = 50
UNDO: Final = timedelta(minutes=15)
TOMBSTONE: Final = timedelta(hours=25)
"""Longer than any access token lives: Cognito gives them a day at most."""


def profile_key(sub: str) -> Item:
    """Where somebody's profile is."""
    return {"pk": f"C#{sub}", "sk": "PROFILE"}


def address_key(sub: str, address_id: str, *, removed: bool = False) -> Item:
    """Where an address is, in the book or among the removed."""
    return {"pk": f"C#{sub}", "sk": f"{'R' if removed else 'A'}#{address_id}"}


def fresh_profile(sub: str, claims: Mapping[str, Any], now: str) -> Item:
    """The profile of somebody who comes for the first time; `now` is RFC 3339."""
    return profile_key(sub) | {
        "email": _text(claims.get("email"), 254),
        "name": _text(claims.get("name"), 120) or "",
        "phone": None,
        "addresses": 0,
        "version": 1,
        "updated_at": now,
    }


def is_deleted(item: Item | None) -> bool:
    """Whether this is no profile but the tombstone of one."""
    return item is not None and "deleted_at" in item


def still_bars(item: Item, now: datetime) -> bool:
    """Whether a tombstone still keeps tokens out. DynamoDB removes what has expired only days later."""
    return is_deleted(item) and int(item["expires_at"]) > epoch(now)


def deleted() -> Problem:
    """410: they had themselves deleted, and a token that still holds changes nothing about it."""
    return Problem(410, "customer_deleted", "This account has been deleted.")


def no_address() -> Problem:
    """404."""
    return not_found("There is no such address.", "unknown_address")


def customer(sub: str, item: Item) -> Customer:
    """The profile as an answer."""
    return Customer(
        id=sub,
        email=item["email"],
        name=item["name"],
        phone=item["phone"],
        version=item["version"],
        updated_at=item["updated_at"],
    )


def preferences(item: Item) -> Preferences:
    """The preferences of a profile; of one where nothing was said yet, the first version of them."""
    return Preferences(
        language=item.get("language"),
        country=item.get("country"),
        marketing_email=item.get("marketing_email", False),
        marketing_email_at=item.get("marketing_email_at"),
        version=item.get("preferences_version", 1),
        updated_at=item.get("preferences_at") or item["updated_at"],
    )


def address_doc(given: AddressInput | SavedAddress) -> str:
    """What is kept of an address, as JSON."""
    return json.dumps({"label": given.label, "name": given.name, "address": given.address.model_dump()})


def address_item(sub: str, saved: SavedAddress) -> Item:
    """An address in the book."""
    what = {"doc": address_doc(saved), "version": saved.version, "updated_at": saved.updated_at}
    return address_key(sub, saved.id) | what


def saved_address(item: Item) -> SavedAddress:
    """An address as an answer."""
    given = AddressInput.model_validate_json(item["doc"])
    return SavedAddress(
        id=item["sk"][2:],
        label=given.label,
        name=given.name,
        address=given.address,
        version=item["version"],
        updated_at=item["updated_at"],
    )


def _text(value: object, longest: int) -> str | None:
    """A claim as text, if it is one that fits."""
    return value if isinstance(value, str) and 0 < len(value) <= longest else None
