"""Taking one's data along, and being forgotten.

Forgetting happens in an order that can be broken off anywhere and begun again: the tombstone first, which
keeps every other request out; then what there was; then the word to the other services; then the note that
they have been told. Whoever asks again while that note is missing goes through all of it again, and the
others do what they do as often as they are told.
"""

from collections.abc import Mapping
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from apptier.customers import records
from apptier.customers.addresses import AddressBook
from apptier.customers.models import Export
from apptier.customers.profiles import Profiles
from apptier.kit.clock import Clock, epoch, rfc3339
from apptier.kit.dynamo import ConditionFailed, Item, Tables
from apptier.kit.events import Events, EventsNotSent
from apptier.kit.problems import unavailable

EVENT: Final = "CustomerDeleted"
"""Detail: `customer_id` (the token's `sub`) and `deleted_at` (RFC 3339)."""


class Leaving:
    """Exports and deletes. Every method takes the `sub` of the token, so nobody else can be named."""

    def __init__(self, tables: Tables, clock: Clock, events: Events) -> None:
        self._tables = tables
        self._clock = clock
        self._events = events

    def export(self, sub: str, claims: Mapping[str, Any]) -> Export:
        """Everything in the table under this `sub`. Raises Problem 410 for somebody who is deleted."""
        profiles, book = Profiles(self._tables, self._clock), AddressBook(self._tables, self._clock)
        return Export(
            exported_at=rfc3339(self._clock.now()),
            customer=profiles.profile(sub, claims),
            preferences=profiles.preferences(sub, claims),
            addresses=book.addresses(sub),
            removed_addresses=book.removed(sub),
        )

    def delete(self, sub: str) -> None:
        """Forget somebody. Raises Problem 503 when the others can't be told; then it has to be repeated."""
        tombstone = self._bury(sub)
        self._wipe(sub)
        if tombstone["told"]:
            return
        detail = {"customer_id": sub, "deleted_at": tombstone["deleted_at"]}
        try:
            self._events.publish(EVENT, [detail])
        except (BotoCoreError, ClientError, EventsNotSent) as error:
            raise unavailable("The deletion is not complete yet. Try again in a moment.") from error
        self._tables.update("customers", records.profile_key(sub), "SET told = :yes", values={":yes": True})

    def _bury(self, sub: str) -> Item:
        """The tombstone; the one that is there already, if there is one."""
        now = self._clock.now()
        tombstone = records.profile_key(sub) | {
            "deleted_at": rfc3339(now),
            "told": False,
            "expires_at": epoch(now + records.TOMBSTONE),
        }
        try:
            self._tables.put("customers", tombstone, condition="attribute_not_exists(deleted_at)")
        except ConditionFailed as failure:
            return failure.current or tombstone
        return tombstone

    def _wipe(self, sub: str) -> None:
        """Remove all but the tombstone. Nothing can come in any more: the count it would need is gone."""
        found = self._tables.query_all(
            "customers", "pk = :pk", {":pk": f"C#{sub}"}, consistent=True, attributes="pk, sk"
        )
        keys = [{"pk": item["pk"], "sk": item["sk"]} for item in found if item["sk"] != "PROFILE"]
        self._tables.batch_write("customers", deletes=keys)
