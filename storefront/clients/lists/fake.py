"""The lists service in memory: for tests of what shows wish lists."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from storefront.clients.failing import Failing
from storefront.clients.lists.models import (
    MINE,
    MOST_ITEMS,
    Item,
    ListRef,
    Merged,
    MyList,
    NewList,
    SharedItem,
    SharedList,
    WishList,
)
from storefront.clients.lists.port import Lists
from storefront.core import Clock, Sku, SystemClock

_KEPT = timedelta(days=90)


@dataclass
class _Kept:
    """A list as the twin has it; `secret` is "" for a customer's.

    A guest's that was `merged` went to the list of that id and brought so many new things.
    """

    id: str
    secret: str
    updated_at: datetime
    items: dict[str, Item] = field(default_factory=dict)
    version: int = 1
    shares: int = 0
    shared: bool = False
    merged: tuple[str, int] | None = None

    @property
    def share(self) -> str | None:
        """The token of the present share."""
        made = hashlib.sha256(f"{self.id}{self.shares}".encode()).hexdigest()[:22]
        return self.id.removeprefix("lst_") + made if self.shared else None


class FakeLists(Failing, Lists):
    """Knows customers by the access token that stands for them (`customers`: token to id)."""

    def __init__(self, customers: Mapping[str, str] | None = None, clock: Clock | None = None) -> None:
        super().__init__("lists")
        self._clock = clock or SystemClock()
        self._customers = dict(customers or {})
        self._lists: dict[str, _Kept] = {}
        self._made: dict[str, str] = {}

    def create_list(self, *, idempotency_key: str) -> NewList:
        """A guest's new list; the same key gives the same one."""
        with self._call("create_list"):
            list_id = self._made.setdefault(idempotency_key, f"lst_{len(self._lists) + 1:026d}")
            if list_id not in self._lists:
                secret = hashlib.sha256(list_id.encode()).hexdigest()
                self._lists[list_id] = _Kept(list_id, secret, self._clock.now())
            kept = self._lists[list_id]
            return NewList(list=self._shown(kept), secret=kept.secret)

    def open_my_list(self, *, token: str, guest: ListRef | None) -> MyList:
        """The customer's list, with the guest's in it."""
        with self._call("open_my_list"):
            mine, theirs = self._mine(token), self._lists.get(guest.id) if guest else None
            if theirs is None or guest is None or theirs.secret != guest.secret:
                return MyList(list=self._shown(mine), merged=None)
            if theirs.merged is None:
                self._merge(mine, theirs)
            return MyList(list=self._shown(mine), merged=self._told(mine, theirs))

    def get_list(self, *, ref: ListRef) -> WishList:
        """The list as it is now."""
        with self._call("get_list"):
            return self._shown(self._open(ref))

    def put_item(
        self, *, ref: ListRef, handle: str, sku: str | None, added_at: datetime | None = None
    ) -> WishList:
        """Have it on the list."""
        with self._call("put_item"):
            kept = self._open(ref)
            name = "itm_" + hashlib.sha256(f"{handle}\n{sku or ''}".encode()).hexdigest()[:26].upper()
            if name not in kept.items:
                if len(kept.items) >= MOST_ITEMS:
                    raise self._refusal(409, "list_full", f"A list holds at most {MOST_ITEMS} things.")
                since = min(added_at or self._clock.now(), self._clock.now())
                named = Sku(sku) if sku else None
                kept.items[name] = Item(id=name, handle=handle, sku=named, added_at=since)
                self._changed(kept)
            return self._shown(kept)

    def remove_item(self, *, ref: ListRef, item_id: str) -> WishList:
        """Have it there no longer."""
        with self._call("remove_item"):
            kept = self._open(ref)
            if kept.items.pop(item_id, None) is not None:
                self._changed(kept)
            return self._shown(kept)

    def share_list(self, *, ref: ListRef) -> WishList:
        """Let others look at it."""
        with self._call("share_list"):
            kept = self._open(ref)
            if not kept.shared:
                kept.shared, kept.shares = True, kept.shares + 1
                self._changed(kept)
            return self._shown(kept)

    def unshare_list(self, *, ref: ListRef) -> WishList:
        """End that."""
        with self._call("unshare_list"):
            kept = self._open(ref)
            if kept.shared:
                kept.shared = False
                self._changed(kept)
            return self._shown(kept)

    def get_shared_list(self, *, share: str) -> SharedList:
        """A shared list."""
        with self._call("get_shared_list"):
            found = next((kept for kept in self._lists.values() if kept.share == share), None)
            if found is None:
                raise self._not_found()
            items = self._shown(found).items
            return SharedList(items=tuple(SharedItem(handle=i.handle, sku=i.sku) for i in items))

    def _open(self, ref: ListRef) -> _Kept:
        if ref.id == MINE:
            return self._mine(ref.access_token)
        kept = self._lists.get(ref.id)
        if kept is None or not kept.secret or kept.secret != ref.secret:
            raise self._not_found()
        if kept.merged:
            raise self._refusal(410, "list_merged", "This list went into a customer's.")
        if self._clock.now() >= kept.updated_at + _KEPT:
            raise self._refusal(410, "list_expired", "This list was not used for too long and has expired.")
        return kept

    def _mine(self, token: str) -> _Kept:
        if token not in self._customers:
            raise self._refusal(401, "unauthorized", "Sign in first.")
        made = hashlib.sha256(self._customers[token].encode()).hexdigest()[:26].upper()
        return self._lists.setdefault(f"lst_{made}", _Kept(f"lst_{made}", "", self._clock.now()))

    def _merge(self, mine: _Kept, theirs: _Kept) -> None:
        new = {name: item for name, item in theirs.items.items() if name not in mine.items}
        if len(mine.items) + len(new) > 2 * MOST_ITEMS:
            raise self._refusal(409, "list_full", f"A list holds at most {2 * MOST_ITEMS} things.")
        mine.items |= new
        theirs.merged, theirs.shared = (mine.id, len(new)), False
        self._changed(mine)

    @staticmethod
    def _told(mine: _Kept, theirs: _Kept) -> Merged | None:
        """What came of the one into the other, however often it is asked."""
        into, added = theirs.merged or ("", 0)
        return Merged(added=added) if into == mine.id else None

    def _changed(self, kept: _Kept) -> None:
        kept.version, kept.updated_at = kept.version + 1, self._clock.now()

    @staticmethod
    def _shown(kept: _Kept) -> WishList:
        newest = sorted(kept.items.values(), key=lambda item: (item.added_at, item.id), reverse=True)
        return WishList(
            id=kept.id,
            items=tuple(newest),
            share=kept.share,
            version=kept.version,
            updated_at=kept.updated_at,
            expires_at=kept.updated_at + _KEPT if kept.secret else None,
        )
