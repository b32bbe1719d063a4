"""What the lists service answers (contracts/lists.yaml), and what opens a list.

The secret of a guest's list opens it for whoever holds it, so no repr shows it; nor the token of a shared
one, which its owner gives to people and not to log lines.
"""

from dataclasses import dataclass, field
from typing import Annotated

from msgspec import Meta, Struct

from storefront.clients.shapes import ID, Count, Handle, SkuText, Time, Version

MOST_ITEMS = 200
"""How many things can be put on a list; a merge may bring it to twice that."""
MINE = "mine"
ListId = Annotated[str, Meta(pattern=r"^lst_[0-9A-Z]{26}\Z")]
Secret = Annotated[str, Meta(min_length=32, max_length=100)]
ShareToken = Annotated[str, Meta(pattern=r"^[0-9A-Z]{26}[A-Za-z0-9_-]{22}\Z")]


@dataclass(frozen=True, slots=True)
class ListRef:
    """A guest's list and its secret, or a customer's own (`mine`) and their access token."""

    id: str = MINE
    secret: str = field(default="", repr=False)
    access_token: str = field(default="", repr=False)


class Item(Struct, frozen=True, kw_only=True):
    """A product, or one variant of it, and since when somebody would like to have it."""

    id: Annotated[str, ID]
    handle: Handle
    sku: SkuText | None
    added_at: Time


class WishList(Struct, frozen=True, kw_only=True):
    """A list, newest first. `share` shows it to others, None while nobody else may look at it.

    `expires_at` is 90 days after the last change for a guest's list, None for a customer's.
    """

    id: ListId
    items: Annotated[tuple[Item, ...], Meta(max_length=2 * MOST_ITEMS)]
    share: ShareToken | None
    version: Version
    updated_at: Time
    expires_at: Time | None

    def __repr__(self) -> str:
        """Without the token that shows it."""
        return f"WishList(id={self.id!r}, items={len(self.items)}, version={self.version})"


class NewList(Struct, frozen=True, kw_only=True):
    """A guest's new list, and the secret that opens it."""

    list: WishList
    secret: Secret

    @property
    def ref(self) -> ListRef:
        """What opens it from now on."""
        return ListRef(self.list.id, self.secret)

    def __repr__(self) -> str:
        """Without the secret."""
        return f"NewList(list={self.list!r})"


class Merged(Struct, frozen=True, kw_only=True):
    """What came over from a guest's list: `added` things that were not there."""

    added: Count


class MyList(Struct, frozen=True, kw_only=True):
    """A customer's list; `merged` is None unless the guest's came into it, now or when asked before."""

    list: WishList
    merged: Merged | None


class SharedItem(Struct, frozen=True, kw_only=True):
    """A thing on somebody's shared list."""

    handle: Handle
    sku: SkuText | None


class SharedList(Struct, frozen=True, kw_only=True):
    """A list as others see it, newest first: nothing in it says whose it is."""

    items: Annotated[tuple[SharedItem, ...], Meta(max_length=2 * MOST_ITEMS)]
