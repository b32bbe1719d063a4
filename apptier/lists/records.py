"""A list as it is stored: one item of the table, so that one conditional write changes it.

    pk         what
    L#<id>     things by their id (handle, SKU, since when), version, shares; and whose it is

A guest's list has the SHA-256 of its secret and `expires_at`; a customer's has `customer_id`, and its id is
made from that, so that it is found without a second table. The things are a map: putting one there touches
one entry of it, and writers of different things don't meet. Two hundred of them are about 30 kB, the four
hundred that a merge may make 60 kB, far from the 400 kB that DynamoDB allows an item.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from apptier.kit.clock import epoch, rfc3339
from apptier.kit.dynamo import Item as Stored
from apptier.lists.models import Item, SharedItem, SharedList, WishList
from apptier.lists.opening import PREFIX, Secrets, name_of

MOST_ITEMS: Final = 200
MOST_MERGED: Final = 2 * MOST_ITEMS
KEPT: Final = timedelta(days=90)
TOMBSTONE: Final = timedelta(hours=25)
"""Longer than any access token lives: Cognito gives them a day at most."""


@dataclass(frozen=True, slots=True)
class StoredList:
    """A list. `share` is the number of the share that is open, 0 for none; `shares` how many there were.

    `merged`: a guest's that went into a customer's; `went_to` is the id of that, `gave` how many things were
    new there. `deleted` marks the place where the list of a deleted customer was, until `expires_at` (seconds
    since 1970).
    """

    id: str
    version: int
    updated_at: str
    items: Mapping[str, Stored] = field(default_factory=dict)
    customer_id: str | None = None
    secret_hash: str | None = None
    share: int = 0
    shares: int = 0
    expires_at: int | None = None
    merged: bool = False
    went_to: str | None = None
    gave: int | None = None
    deleted: bool = False

    def to_item(self) -> Stored:
        """As it is stored; what is not there is left out."""
        fields = {
            "pk": f"L#{self.id}",
            "version": self.version,
            "updated_at": self.updated_at,
            "things": dict(self.items),
            "customer_id": self.customer_id,
            "secret_hash": self.secret_hash,
            "share": self.share,
            "shares": self.shares,
            "expires_at": self.expires_at,
            "merged": self.merged or None,
            "went_to": self.went_to,
            "gave": self.gave,
            "deleted": self.deleted or None,
        }
        return {name: value for name, value in fields.items() if value is not None}

    @classmethod
    def of_item(cls, item: Stored) -> "StoredList":
        """What was stored."""
        return cls(
            id=item["pk"].removeprefix("L#"),
            version=item["version"],
            updated_at=item["updated_at"],
            items=item.get("things", {}),
            customer_id=item.get("customer_id"),
            secret_hash=item.get("secret_hash"),
            share=item.get("share", 0),
            shares=item.get("shares", 0),
            expires_at=item.get("expires_at"),
            merged=item.get("merged", False),
            went_to=item.get("went_to"),
            gave=item.get("gave"),
            deleted=item.get("deleted", False),
        )

    def ended(self, now: datetime) -> bool:
        """Whether its time is over. DynamoDB removes what has expired only days later."""
        return self.expires_at is not None and self.expires_at <= epoch(now)

    def shown(self, secrets: Secrets) -> WishList:
        """As its owner sees it."""
        ends = None if self.expires_at is None else rfc3339(datetime.fromtimestamp(self.expires_at, UTC))
        return WishList(
            id=self.id,
            items=[Item(id=name, **_thing(kept)) for name, kept in self._newest()],
            share=secrets.share(self.id, self.share) if self.share else None,
            version=self.version,
            updated_at=self.updated_at,
            expires_at=ends,
        )

    def to_others(self) -> SharedList:
        """As those see it who got its token."""
        return SharedList(items=[SharedItem(handle=k["handle"], sku=k["sku"]) for _, k in self._newest()])

    def _newest(self) -> list[tuple[str, Stored]]:
        return sorted(self.items.items(), key=lambda kept: (kept[1]["added_at"], kept[0]), reverse=True)


def _thing(kept: Stored) -> dict[str, Any]:
    return {"handle": kept["handle"], "sku": kept["sku"], "added_at": kept["added_at"]}


def key(list_id: str) -> Stored:
    """Where a list is."""
    return {"pk": f"L#{list_id}"}


def list_id_of(customer_id: str) -> str:
    """The id of a customer's list. Their `sub` can't be had back from it."""
    return PREFIX + name_of("list-of", customer_id)


def item_id(handle: str, sku: str | None) -> str:
    """The id of a thing: the same thing has the same on every list."""
    return f"itm_{name_of(handle, sku or '')}"


def expiry(now: datetime) -> int:
    """Until when a guest's list is kept that was changed now."""
    return epoch(now + KEPT)
