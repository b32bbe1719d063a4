"""The address book: bounded, versioned, and with a while to take back a removal."""

from apptier.customers import records
from apptier.customers.models import AddressInput, SavedAddress
from apptier.kit.clock import Clock, epoch, rfc3339
from apptier.kit.dynamo import (
    ConditionFailed,
    Item,
    Tables,
    TransactionCanceled,
    TransactItem,
    delete_action,
    put_action,
    update_action,
)
from apptier.kit.problems import Problem, unavailable, version_mismatch

_TRIES = 4


class AddressBook:
    """The addresses. Every method takes the `sub` of the token, so nobody else's can be named."""

    def __init__(self, tables: Tables, clock: Clock) -> None:
        self._tables = tables
        self._clock = clock

    def addresses(self, sub: str) -> list[SavedAddress]:
        """The address book, newest first."""
        return [records.saved_address(item) for item in self._items(sub, "A#")]

    def removed(self, sub: str) -> list[SavedAddress]:
        """The addresses that were removed and can still be put back."""
        return [records.saved_address(item) for item in self._items(sub, "R#") if self._still_there(item)]

    def new(self, address_id: str, given: AddressInput) -> SavedAddress:
        """The address as it would be kept, first version."""
        now = rfc3339(self._clock.now())
        return SavedAddress(
            id=address_id,
            label=given.label,
            name=given.name,
            address=given.address,
            version=1,
            updated_at=now,
        )

    def add(self, sub: str, saved: SavedAddress, completion: TransactItem) -> None:
        """Keep an address and complete its idempotency key, both or neither.

        Raises:
            Problem: 409 `address_limit` for the 51st, `request_in_progress` when the key was taken over.
        """
        name = self._tables.name("customers")
        actions = [
            self._count(sub, 1, "addresses < :bound", records.MOST_ADDRESSES),
            put_action(name, records.address_item(sub, saved), condition="attribute_not_exists(pk)"),
            completion,
        ]
        failed = self._transact(actions)
        if failed == 0:
            raise self._no_room(sub)
        if failed is not None:
            raise Problem(409, "request_in_progress", "The same request is still running.")

    def change(self, sub: str, address_id: str, version: int, given: AddressInput) -> SavedAddress:
        """Replace an address. Raises Problem 404, or 412 unless `version` is the current one."""
        now = rfc3339(self._clock.now())
        try:
            item = self._tables.update(
                "customers",
                records.address_key(sub, address_id),
                "SET doc = :doc, updated_at = :now ADD version :one",
                condition="version = :version",
                values={":doc": records.address_doc(given), ":now": now, ":one": 1, ":version": version},
            )
        except ConditionFailed as failure:
            if failure.current is None:
                raise records.no_address() from failure
            raise version_mismatch(int(failure.current["version"])) from failure
        return records.saved_address(item)

    def remove(self, sub: str, address_id: str) -> None:
        """Take an address out of the book, to the removed. Raises Problem 404."""
        for _ in range(_TRIES):
            item = self._tables.get("customers", records.address_key(sub, address_id), consistent=True)
            if item is None:
                raise records.no_address()
            until = epoch(self._clock.now() + records.UNDO)
            if (
                self._move(sub, item, {"sk": f"R#{address_id}", "expires_at": until}, -1, "> :bound", 0)
                is None
            ):
                return
        raise _busy()

    def restore(self, sub: str, address_id: str) -> SavedAddress:
        """Put a removed address back; one that is in the book is answered as it is.

        Raises:
            Problem: 404 once the time for it is over, 409 `address_limit` when the book has filled up.
        """
        for _ in range(_TRIES):
            there = self._tables.get("customers", records.address_key(sub, address_id), consistent=True)
            if there is not None:
                return records.saved_address(there)
            key = records.address_key(sub, address_id, removed=True)
            item = self._tables.get("customers", key, consistent=True)
            if item is None or not self._still_there(item):
                raise records.no_address()
            back = {"sk": f"A#{address_id}"}
            failed = self._move(sub, item, back, 1, "< :bound", records.MOST_ADDRESSES)
            if failed is None:
                return records.saved_address(item)
            if failed == 0:
                raise self._no_room(sub)
        raise _busy()

    def _move(
        self, sub: str, item: Item, changes: Item, delta: int, condition: str, bound: int
    ) -> int | None:
        """Let an address change place as it was read, and count; the place of what failed, or None."""
        name = self._tables.name("customers")
        moved = {key: value for key, value in item.items() if key != "expires_at"} | changes
        here = {"pk": item["pk"], "sk": item["sk"]}
        return self._transact(
            [
                self._count(sub, delta, f"addresses {condition}", bound),
                delete_action(name, here, condition="version = :read", values={":read": item["version"]}),
                put_action(name, moved),
            ]
        )

    def _no_room(self, sub: str) -> Problem:
        """Why the count can't grow: the book is full, or its owner is gone."""
        profile = self._tables.get("customers", records.profile_key(sub), consistent=True)
        if records.is_deleted(profile):
            return records.deleted()
        most = records.MOST_ADDRESSES
        return Problem(409, "address_limit", f"An address book holds at most {most} addresses.")

    def _items(self, sub: str, prefix: str) -> list[Item]:
        """At most fifty of one kind, newest first; few people remove more in a quarter of an hour."""
        return self._tables.query(
            "customers",
            "pk = :pk AND begins_with(sk, :prefix)",
            {":pk": f"C#{sub}", ":prefix": prefix},
            limit=records.MOST_ADDRESSES,
            forward=False,
            consistent=True,
        ).items

    def _still_there(self, item: Item) -> bool:
        return int(item["expires_at"]) > epoch(self._clock.now())

    def _count(self, sub: str, delta: int, condition: str, bound: int) -> TransactItem:
        values = {":delta": delta, ":bound": bound}
        name = self._tables.name("customers")
        return update_action(
            name, records.profile_key(sub), "ADD addresses :delta", condition=condition, values=values
        )

    def _transact(self, actions: list[TransactItem]) -> int | None:
        """Do them; returns the place of the first whose condition failed, or None. Retries clashes."""
        for _ in range(_TRIES):
            try:
                self._tables.transact(actions)
            except TransactionCanceled as canceled:
                failed = [place for place, reason in enumerate(canceled.reasons) if reason.condition_failed]
                if failed:
                    return failed[0]
                if not canceled.conflict:
                    raise
            else:
                return None
        raise _busy()


def _busy() -> Problem:
    return unavailable("The address book is busy. Try again in a moment.")
