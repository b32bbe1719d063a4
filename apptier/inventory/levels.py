"""Stock levels in the table `stock`: one item per SKU, changed only under a condition.

An item holds `pk` (the SKU), `handle` (the product it belongs to), `quantity`, `imported` (what the last
import said), `version` (one more with each change) and `updated_at`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from apptier.kit.clock import Clock, rfc3339
from apptier.kit.dynamo import Item, Tables, TransactItem, update_action
from apptier.kit.models import Availability

LOW_STOCK = 5


@dataclass(frozen=True, slots=True)
class Level:
    """The stock of one SKU as read; `quantity` is what can be bought now."""

    sku: str
    handle: str
    quantity: int
    version: int
    updated_at: str


@dataclass(frozen=True, slots=True)
class LevelChange:
    """What an import or a recount says: so many of this SKU, which belongs to this product."""

    sku: str
    handle: str
    quantity: int


def availability(quantity: int) -> Availability:
    """The word for a quantity: low is `LOW_STOCK` or fewer."""
    if quantity <= 0:
        return "out_of_stock"
    return "low_stock" if quantity <= LOW_STOCK else "in_stock"


class Inventory:
    """The stock of the shop."""

    def __init__(self, tables: Tables, clock: Clock) -> None:
        self._tables = tables
        self._clock = clock

    def levels(self, skus: Iterable[str], *, consistent: bool = False) -> dict[str, Level]:
        """The levels of the SKUs that exist; `consistent` reads cost twice as much and see every write."""
        keys = [{"pk": sku} for sku in dict.fromkeys(skus)]
        found = self._tables.batch_get("stock", keys, consistent=consistent)
        return {item["pk"]: _level(item) for item in found}

    def best(self, skus_by_name: Mapping[str, Sequence[str]]) -> dict[str, int]:
        """For each name the largest quantity among its SKUs, reading only until one is well in stock."""
        best = dict.fromkeys(skus_by_name, 0)
        waiting = {name: iter(skus) for name, skus in skus_by_name.items()}
        while waiting:
            batch = {name: list(islice(left, 4)) for name, left in waiting.items()}
            levels = self.levels(sku for skus in batch.values() for sku in skus)
            for name, skus in batch.items():
                here = [levels[sku].quantity for sku in skus if sku in levels]
                best[name] = max([best[name], *here])
                if not skus or best[name] > LOW_STOCK:
                    del waiting[name]
        return best

    def import_levels(self, changes: Sequence[LevelChange]) -> list[Level]:
        """Take over what an import says, where it says something new; return the levels that changed.

        The same number as in the import before changes nothing, so that what was sold meanwhile stays sold.
        """
        wanted = {change.sku: change for change in changes}
        known = {i["pk"]: i for i in self._tables.batch_get("stock", [{"pk": sku} for sku in wanted])}
        now = rfc3339(self._clock.now())
        fresh = [_new_item(change, now) for sku, change in wanted.items() if sku not in known]
        self._tables.batch_write("stock", puts=fresh)
        moved = [
            self.set_level(change.sku, change.quantity, handle=change.handle)
            for sku, change in wanted.items()
            if sku in known
            and (known[sku].get("imported") != change.quantity or known[sku].get("handle") != change.handle)
        ]
        return [_level(item) for item in fresh] + moved

    def set_level(self, sku: str, quantity: int, *, handle: str) -> Level:
        """Set how many there are, whatever was before."""
        item = self._tables.update(
            "stock",
            {"pk": sku},
            "SET quantity = :quantity, imported = :quantity, handle = :handle, updated_at = :now"
            " ADD version :one",
            values={
                ":quantity": quantity,
                ":handle": handle,
                ":now": rfc3339(self._clock.now()),
                ":one": 1,
            },
        )
        return _level(item)

    def reserve_items(self, lines: Mapping[str, int]) -> list[TransactItem]:
        """The actions that take so many of each SKU, for a transaction: all, or none when one is short.

        Where an action's condition fails, its reason's `current` holds the item (`quantity` is what is left).
        """
        return [self._move(sku, -count, "quantity >= :count") for sku, count in lines.items()]

    def release_items(self, lines: Mapping[str, int]) -> list[TransactItem]:
        """The actions that give so many of each SKU back, for a transaction."""
        return [self._move(sku, count, "attribute_exists(pk)") for sku, count in lines.items()]

    def _move(self, sku: str, delta: int, condition: str) -> TransactItem:
        sign = "-" if delta < 0 else "+"
        return update_action(
            self._tables.name("stock"),
            {"pk": sku},
            f"SET quantity = quantity {sign} :count, updated_at = :now ADD version :one",
            condition=condition,
            values={":count": abs(delta), ":now": rfc3339(self._clock.now()), ":one": 1},
        )


def _new_item(change: LevelChange, now: str) -> Item:
    return {
        "pk": change.sku,
        "handle": change.handle,
        "quantity": change.quantity,
        "imported": change.quantity,
        "version": 1,
        "updated_at": now,
    }


def _level(item: Item) -> Level:
    return Level(item["pk"], item["handle"], item["quantity"], item["version"], item["updated_at"])
