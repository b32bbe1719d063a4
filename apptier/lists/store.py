"""Lists in their table: found for whoever opens them, changed so that no writer undoes another.

Putting and removing are one conditional write each, of one entry of the map: the condition says what has to
be so, not which version was read, and where it does not hold the list is looked at again. So twenty writers
at once lose nothing, and none of them has to try twice because of the others.
"""

from collections.abc import Mapping
from typing import Any, Final

from apptier.kit.backoff import rounds
from apptier.kit.clock import Clock, rfc3339
from apptier.kit.dynamo import ConditionFailed, Tables, TransactItem, put_action
from apptier.kit.ids import digest, new_id
from apptier.kit.problems import Problem, not_found, unavailable
from apptier.lists.access import Caller
from apptier.lists.models import PutItem
from apptier.lists.opening import PREFIX, Secrets, list_of, opens
from apptier.lists.records import MOST_ITEMS, StoredList, expiry, item_id, key, list_id_of

OPEN: Final = "attribute_exists(pk) AND attribute_not_exists(merged) AND attribute_not_exists(deleted)"


class ListStore:
    """The lists of guests and customers."""

    def __init__(self, tables: Tables, clock: Clock, secrets: Secrets) -> None:
        self._tables = tables
        self._clock = clock
        self._secrets = secrets

    def new(self) -> tuple[StoredList, TransactItem]:
        """A guest's new list, and the action that stores it."""
        list_id, now = new_id(PREFIX.removesuffix("_")), self._clock.now()
        made = StoredList(
            id=list_id,
            version=1,
            updated_at=rfc3339(now),
            secret_hash=digest(self._secrets.secret(list_id)),
            expires_at=expiry(now),
        )
        name = self._tables.name("lists")
        return made, put_action(name, made.to_item(), condition="attribute_not_exists(pk)")

    def find(self, list_id: str) -> StoredList | None:
        """Whatever is stored under that id."""
        item = self._tables.get("lists", key(list_id), consistent=True)
        return StoredList.of_item(item) if item else None

    def open(self, caller: Caller) -> StoredList:
        """The list that the caller opens; a customer's is made the first time.

        Raises:
            Problem: 404 for one that isn't there or isn't theirs, in the same words; 410 `list_merged`,
                `list_expired`, `customer_deleted`.
        """
        if caller.customer_id is not None:
            return self.mine(caller.customer_id)
        found = self.find(caller.list_id or "")
        if not opens(caller.secret, found.secret_hash if found else None) or found is None:
            raise not_found()
        if found.merged:
            raise Problem(410, "list_merged", "This list went into a customer's.")
        if found.ended(self._clock.now()):
            raise Problem(410, "list_expired", "This list was not used for too long and has expired.")
        return found

    def mine(self, customer_id: str) -> StoredList:
        """A customer's list, made the first time. Raises Problem 410 `customer_deleted`."""
        list_id, now = list_id_of(customer_id), self._clock.now()
        found = self.find(list_id)
        if found is None or (found.deleted and found.ended(now)):
            found = self._made(StoredList(list_id, 1, rfc3339(now), customer_id=customer_id), found)
        if found.deleted:
            raise Problem(410, "customer_deleted", "This account has been deleted.")
        return found

    def shared(self, token: str) -> StoredList:
        """The list that a share's token shows. Raises Problem 404."""
        found = self.find(list_of(token))
        number = found.share if found else 0
        shows = self._secrets.shows(token, list_of(token), number)
        if found is None or not shows or found.deleted or found.ended(self._clock.now()):
            raise not_found()
        return found

    def put(self, caller: Caller, wanted: PutItem) -> StoredList:
        """Have a thing on the list. Raises Problem 409 `list_full`, and what `open` raises."""
        now = rfc3339(self._clock.now())
        since = min(wanted.added_at or now, now)
        name = item_id(wanted.handle, wanted.sku)
        thing = {"handle": wanted.handle, "sku": wanted.sku, "added_at": since}
        for _ in rounds():
            known = self.open(caller)
            if name in known.items:
                return known
            if len(known.items) >= MOST_ITEMS:
                raise full(MOST_ITEMS)
            changed = self._write(
                known,
                "SET things.#thing = :thing",
                "attribute_not_exists(things.#thing) AND size(things) < :most",
                names={"#thing": name},
                values={":thing": thing, ":most": MOST_ITEMS},
            )
            if changed is not None:
                return changed
        raise unavailable()

    def remove(self, caller: Caller, name: str) -> StoredList:
        """Have a thing there no longer. Raises what `open` raises."""
        for _ in rounds():
            known = self.open(caller)
            if name not in known.items:
                return known
            changed = self._write(
                known,
                "REMOVE things.#thing",
                "attribute_exists(things.#thing)",
                names={"#thing": name},
            )
            if changed is not None:
                return changed
        raise unavailable()

    def share(self, caller: Caller, *, wanted: bool) -> StoredList:
        """Let others look at the list, or no longer. Raises what `open` raises."""
        for _ in rounds():
            known = self.open(caller)
            if bool(known.share) == wanted:
                return known
            shares = known.shares + 1 if wanted else known.shares
            changed = self._write(
                known,
                "SET #share = :share, shares = :shares",
                "#share = :before",
                names={"#share": "share"},
                values={":share": shares if wanted else 0, ":shares": shares, ":before": known.share},
            )
            if changed is not None:
                return changed
        raise unavailable()

    def _write(
        self,
        known: StoredList,
        change: str,
        condition: str,
        *,
        names: Mapping[str, str],
        values: Mapping[str, Any] | None = None,
    ) -> StoredList | None:
        """The list after a change; None where it is not (any more) as the condition wants it."""
        now = self._clock.now()
        sets, more = ["version = version + :one", "updated_at = :now"], {":one": 1, ":now": rfc3339(now)}
        if known.customer_id is None:
            sets, more = [*sets, "expires_at = :until"], more | {":until": expiry(now)}
        verb, rest = change.split(" ", 1)
        also = ", ".join(sets)
        expression = f"SET {rest}, {also}" if verb == "SET" else f"SET {also} {change}"
        try:
            item = self._tables.update(
                "lists",
                key(known.id),
                expression,
                condition=f"{OPEN} AND {condition}",
                names=dict(names),
                values=more | dict(values or {}),
            )
        except ConditionFailed:
            return None
        return StoredList.of_item(item)

    def _made(self, fresh: StoredList, before: StoredList | None) -> StoredList:
        """A customer's new list, or what another request put there meanwhile."""
        condition, values = "attribute_not_exists(pk)", None
        if before is not None:
            condition, values = "expires_at = :ended", {":ended": before.expires_at}
        try:
            self._tables.put("lists", fresh.to_item(), condition=condition, values=values)
        except ConditionFailed:
            return self.find(fresh.id) or fresh
        return fresh


def full(most: int) -> Problem:
    """409 `list_full`."""
    return Problem(409, "list_full", f"A list holds at most {most} things.")
