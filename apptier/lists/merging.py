"""A guest's list goes into the customer's who signed in: once, whole, and nothing of either is lost.

Both lists are written in one transaction on condition that nobody changed either since they were read: what
somebody puts on the guest's list while it is being merged is either read again and comes along, or finds the
list merged and is put on the customer's by whoever asked.

The guest's list, spent, keeps whose it went into and how many things came of that. So whoever asks again
because the answer was lost gets the same answer.
"""

from collections.abc import Mapping
from dataclasses import replace

from apptier.kit.backoff import rounds
from apptier.kit.clock import Clock, epoch, rfc3339
from apptier.kit.dynamo import Item, Tables, TransactionCanceled, put_action
from apptier.kit.problems import unavailable
from apptier.lists.models import GuestList
from apptier.lists.opening import opens
from apptier.lists.records import MOST_MERGED, TOMBSTONE, StoredList, list_id_of
from apptier.lists.store import OPEN, ListStore, full


def united(mine: Mapping[str, Item], theirs: Mapping[str, Item]) -> dict[str, Item]:
    """What is on either; what is on both keeps the earlier day. Raises Problem 409 `list_full`."""
    items = dict(theirs) | dict(mine)
    for name in mine.keys() & theirs.keys():
        items[name] = min(mine[name], theirs[name], key=lambda kept: str(kept["added_at"]))
    if len(items) > MOST_MERGED:
        raise full(MOST_MERGED)
    return items


class Merging:
    """Opens customers' lists, and empties them out when a customer leaves."""

    def __init__(self, tables: Tables, clock: Clock, lists: ListStore) -> None:
        self._tables = tables
        self._clock = clock
        self._lists = lists

    def open(self, customer_id: str, guest: GuestList | None) -> tuple[StoredList, int | None]:
        """The customer's list, and how many things came in, each time; None when no list did.

        Raises:
            Problem: 409 `list_full` when they don't fit together, 410 `customer_deleted`.
        """
        for _ in rounds():
            # In this order: of a guest's list that is merged already, the customer's has everything then.
            theirs = self._guests(guest)
            mine = self._lists.mine(customer_id)
            if theirs is None:
                return mine, None
            if theirs.merged:
                return mine, theirs.gave if theirs.went_to == mine.id else None
            merged = self._merge(mine, theirs)
            if merged is not None:
                return merged, _more(mine, merged)
        raise unavailable("The list is busy. Try again in a moment.")

    def forget(self, customer_id: str) -> None:
        """Leave nothing of a customer's list but a mark that keeps a token of theirs from a new one."""
        now = self._clock.now()
        list_id = list_id_of(customer_id)
        mark = StoredList(list_id, 1, rfc3339(now), deleted=True, expires_at=epoch(now + TOMBSTONE))
        self._tables.put("lists", mark.to_item())

    def _guests(self, guest: GuestList | None) -> StoredList | None:
        """The guest's list if its secret opens it, also when it is merged; one that is gone has nothing."""
        found = self._lists.find(guest.list_id) if guest else None
        if guest is None or not opens(guest.secret, found.secret_hash if found else None) or found is None:
            return None
        return None if found.ended(self._clock.now()) else found

    def _merge(self, mine: StoredList, theirs: StoredList) -> StoredList | None:
        """Mine with theirs in it; None when somebody wrote one of them meanwhile."""
        items = united(mine.items, theirs.items)
        now = rfc3339(self._clock.now())
        after = replace(mine, items=items, version=mine.version + 1, updated_at=now)
        spent = replace(
            theirs,
            items={},
            merged=True,
            went_to=mine.id,
            gave=_more(mine, after),
            share=0,
            version=theirs.version + 1,
            updated_at=now,
        )
        name = self._tables.name("lists")
        actions = [
            put_action(
                name, new.to_item(), condition=f"{OPEN} AND version = :read", values={":read": old.version}
            )
            for old, new in ((mine, after), (theirs, spent))
        ]
        try:
            self._tables.transact(actions)
        except TransactionCanceled as canceled:
            if canceled.conflict or any(reason.condition_failed for reason in canceled.reasons):
                return None
            raise
        return after


def _more(before: StoredList, after: StoredList) -> int:
    return len(after.items) - len(before.items)
