"""Stores in their table: partition `S#<market>`, sorted by id. A market has dozens; all are read at once."""

from collections.abc import Mapping, Sequence

from apptier.kit.clock import Clock, rfc3339
from apptier.kit.dynamo import Item, Tables
from apptier.kit.events import Events
from apptier.stores.models import Store, StoreFacts, StoreRecord


class StoreRepository:
    """Reads and writes stores. A write that changes nothing leaves version and time as they are."""

    def __init__(self, tables: Tables, clock: Clock) -> None:
        self._tables = tables
        self._clock = clock

    def all(self, market: str) -> list[Store]:
        """The stores of a market, by id."""
        found = self._tables.query_all("stores", "pk = :pk", {":pk": f"S#{market}"})
        return [_store(item) for item in found]

    def get(self, market: str, store_id: str) -> Store | None:
        """One store."""
        item = self._tables.get("stores", {"pk": f"S#{market}", "sk": store_id})
        return _store(item) if item else None

    def record(self, market: str, store_id: str) -> StoreRecord | None:
        """One store as it was written."""
        item = self._tables.get("stores", {"pk": f"S#{market}", "sk": store_id})
        return StoreRecord.model_validate_json(item["doc"]) if item else None

    def records(self, market: str) -> list[StoreRecord]:
        """The stores of a market as they were written, by id."""
        found = self._tables.query_all("stores", "pk = :pk", {":pk": f"S#{market}"})
        return [StoreRecord.model_validate_json(item["doc"]) for item in found]

    def put_all(self, market: str, records: Sequence[StoreRecord], events: Events) -> int:
        """Keep the stores that differ from what is there and tell the bus; returns how many did."""
        known: Mapping[str, Item] = {
            item["sk"]: item
            for item in self._tables.query_all("stores", "pk = :pk", {":pk": f"S#{market}"}, consistent=True)
        }
        now = rfc3339(self._clock.now())
        changed = [
            {
                "pk": f"S#{market}",
                "sk": record.id,
                "doc": record.model_dump_json(),
                "version": known[record.id]["version"] + 1 if record.id in known else 1,
                "updated_at": now,
            }
            for record in records
            if record.id not in known or known[record.id]["doc"] != record.model_dump_json()
        ]
        self._tables.batch_write("stores", puts=changed)
        details = [
            {"id": i["sk"], "market": market, "version": i["version"], "updated_at": now} for i in changed
        ]
        events.publish("StoreChanged", details)
        return len(changed)


def _store(item: Item) -> Store:
    record = StoreRecord.model_validate_json(item["doc"])
    fields = {name: getattr(record, name) for name in StoreFacts.model_fields}
    return Store(**fields, version=item["version"], updated_at=item["updated_at"])
