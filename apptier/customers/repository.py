"""Customers in their table.

    pk         sk            what
    C#<sub>    PROFILE       name, phone, e-mail, version, and how many addresses there are
    C#<sub>    A#<id>        one address; ids sort by the time they were made

The number of addresses lives in the profile, so that two requests at once can't both add the fiftieth.
"""

import json
from collections.abc import Mapping
from typing import Any

from apptier.customers.models import AddressInput, Customer, ProfileChange, SavedAddress
from apptier.kit.clock import Clock, rfc3339
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
from apptier.kit.problems import Problem, not_found, unavailable, version_mismatch

MOST_ADDRESSES = 50
_TRIES = 4


class CustomerRepository:
    """The customers. Every method takes the `sub` of the token, so nobody else's data can be named."""

    def __init__(self, tables: Tables, clock: Clock) -> None:
        self._tables = tables
        self._clock = clock

    def profile(self, sub: str, claims: Mapping[str, Any]) -> Customer:
        """The profile; made from the token's claims the first time."""
        key = {"pk": f"C#{sub}", "sk": "PROFILE"}
        item = self._tables.get("customers", key, consistent=True)
        if item is None:
            fresh = key | {
                "email": _text(claims.get("email"), 254),
                "name": _text(claims.get("name"), 120) or "",
                "phone": None,
                "addresses": 0,
                "version": 1,
                "updated_at": rfc3339(self._clock.now()),
            }
            try:
                self._tables.put("customers", fresh, condition="attribute_not_exists(pk)")
                item = fresh
            except ConditionFailed as failure:  # made by another request meanwhile
                item = failure.current or fresh
        return _customer(sub, item)

    def change_profile(self, sub: str, version: int, change: ProfileChange) -> Customer:
        """Change name and phone. Raises Problem 412 unless `version` is the current one."""
        sets = "#name = :name"
        values: Item = {":name": change.name}
        if "phone" in change.model_fields_set:
            sets, values = f"{sets}, phone = :phone", values | {":phone": change.phone or None}
        now = rfc3339(self._clock.now())
        try:
            item = self._tables.update(
                "customers",
                {"pk": f"C#{sub}", "sk": "PROFILE"},
                f"SET {sets}, updated_at = :now ADD version :one",
                condition="version = :version",
                names={"#name": "name"},
                values=values | {":now": now, ":one": 1, ":version": version},
            )
        except ConditionFailed as failure:
            raise version_mismatch(int((failure.current or {}).get("version", 1))) from failure
        return _customer(sub, item)

    def addresses(self, sub: str) -> list[SavedAddress]:
        """The address book, newest first."""
        page = self._tables.query(
            "customers",
            "pk = :pk AND begins_with(sk, :prefix)",
            {":pk": f"C#{sub}", ":prefix": "A#"},
            limit=MOST_ADDRESSES,
            forward=False,
            consistent=True,
        )
        return [_address(item) for item in page.items]

    def new_address(self, address_id: str, given: AddressInput) -> SavedAddress:
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

    def add_address(self, sub: str, saved: SavedAddress, completion: TransactItem) -> None:
        """Keep an address and complete its idempotency key, both or neither.

        Raises:
            Problem: 409 `address_limit` for the 51st, `request_in_progress` when the key was taken over.
        """
        name = self._tables.name("customers")
        actions = [
            self._count(sub, 1, "addresses < :bound", MOST_ADDRESSES),
            put_action(name, _address_item(sub, saved), condition="attribute_not_exists(pk)"),
            completion,
        ]
        failed = self._transact(actions)
        if failed == 0:
            raise Problem(409, "address_limit", f"An address book holds at most {MOST_ADDRESSES} addresses.")
        if failed is not None:
            raise Problem(409, "request_in_progress", "The same request is still running.")

    def change_address(self, sub: str, address_id: str, version: int, given: AddressInput) -> SavedAddress:
        """Replace an address. Raises Problem 404, or 412 unless `version` is the current one."""
        now = rfc3339(self._clock.now())
        try:
            item = self._tables.update(
                "customers",
                {"pk": f"C#{sub}", "sk": f"A#{address_id}"},
                "SET doc = :doc, updated_at = :now ADD version :one",
                condition="version = :version",
                values={":doc": _doc(given), ":now": now, ":one": 1, ":version": version},
            )
        except ConditionFailed as failure:
            if failure.current is None:
                raise _no_address() from failure
            raise version_mismatch(int(failure.current["version"])) from failure
        return _address(item)

    def remove_address(self, sub: str, address_id: str) -> None:
        """Forget an address. Raises Problem 404."""
        key = {"pk": f"C#{sub}", "sk": f"A#{address_id}"}
        gone = delete_action(self._tables.name("customers"), key, condition="attribute_exists(pk)")
        if self._transact([gone, self._count(sub, -1, "addresses > :bound", 0)]) is not None:
            raise _no_address()

    def _count(self, sub: str, delta: int, condition: str, bound: int) -> TransactItem:
        values = {":delta": delta, ":bound": bound}
        key = {"pk": f"C#{sub}", "sk": "PROFILE"}
        name = self._tables.name("customers")
        return update_action(name, key, "ADD addresses :delta", condition=condition, values=values)

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
        raise unavailable("The address book is busy. Try again in a moment.")


def _no_address() -> Problem:
    return not_found("There is no such address.", "unknown_address")


def _text(value: object, longest: int) -> str | None:
    """A claim as text, if it is one that fits."""
    return value if isinstance(value, str) and 0 < len(value) <= longest else None


def _customer(sub: str, item: Item) -> Customer:
    return Customer(
        id=sub,
        email=item["email"],
        name=item["name"],
        phone=item["phone"],
        version=item["version"],
        updated_at=item["updated_at"],
    )


def _doc(given: AddressInput | SavedAddress) -> str:
    return json.dumps({"label": given.label, "name": given.name, "address": given.address.model_dump()})


def _address_item(sub: str, saved: SavedAddress) -> Item:
    return {
        "pk": f"C#{sub}",
        "sk": f"A#{saved.id}",
        "doc": _doc(saved),
        "version": saved.version,
        "updated_at": saved.updated_at,
    }


def _address(item: Item) -> SavedAddress:
    given = AddressInput.model_validate_json(item["doc"])
    return SavedAddress(
        id=item["sk"].removeprefix("A#"),
        label=given.label,
        name=given.name,
        address=given.address,
        version=item["version"],
        updated_at=item["updated_at"],
    )
