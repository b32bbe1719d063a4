"""Stock levels in the table `stock`: one item per SKU, changed only under a condition.

An item holds `pk` (the SKU), `handle` (the product it belongs to), `quantity`, `imported` (what the last
import said), `version` (one more with each change) and `updated_at`.

`quantity` is what is neither sold nor held for an unpaid order. It may be below zero, where an import took
away what shoppers had bought or hold already: what is given back then fills that gap first and isn't sold
twice. To readers (`Level`) it is 0 then, and no condition of a buyer holds.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from botocore.exceptions import ClientError

from apptier.kit.clock import Clock, rfc3339
from apptier.kit.dynamo import (
    TRANSACT,
    ConditionFailed,
    Item,
    Tables,
    TransactionCanceled,
    TransactItem,
    put_action,
    update_action,
)
from apptier.kit.models import Availability

LOW_STOCK = 5
# How often an import looks again at what others wrote under its hands.
_IMPORT_ROUNDS = 20


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

        An import counts from the import before: of a SKU it gave 10 of and now gives 12 of, there are two
        more, whatever was sold or is held meanwhile. The same number as before changes nothing. Any number
        of imports may run beside one another and beside buyers: no write goes without its condition.

        Raises:
            OverflowError: other writers kept coming in between.
        """
        wanted = {change.sku: change for change in changes}
        taken: list[Level] = []
        for number in range(_IMPORT_ROUNDS):
            found = self._tables.batch_get("stock", [{"pk": sku} for sku in wanted], consistent=True)
            known = {item["pk"]: item for item in found}
            done = self._create([change for sku, change in wanted.items() if sku not in known])
            for sku, item in known.items():
                if not _says_the_same(item, wanted[sku]):
                    done |= self._shift(item, wanted[sku])
                elif number:  # another import, or a try of ours whose answer was lost, has written it
                    done[sku] = _level(item)
                else:
                    del wanted[sku]
            taken += done.values()
            wanted = {sku: change for sku, change in wanted.items() if sku not in done}
            if not wanted:
                return taken
        raise OverflowError(f"the stock of {len(wanted)} SKUs kept changing while it was imported")

    def _create(self, changes: Sequence[LevelChange]) -> dict[str, Level]:
        """Write the items that aren't there, by SKU; a batch in which one is there already isn't written."""
        now = rfc3339(self._clock.now())
        name = self._tables.name("stock")
        created: dict[str, Level] = {}
        for start in range(0, len(changes), TRANSACT):
            items = [_new_item(change, now) for change in changes[start : start + TRANSACT]]
            try:
                self._tables.transact(
                    [put_action(name, item, condition="attribute_not_exists(pk)") for item in items]
                )
            except TransactionCanceled as cancelled:
                if not (cancelled.conflict or any(reason.condition_failed for reason in cancelled.reasons)):
                    raise
            else:
                created |= {item["pk"]: _level(item) for item in items}
        return created

    def _shift(self, seen: Item, change: LevelChange) -> dict[str, Level]:
        """Add what an import says more (or less) than the one before; nothing when another came first."""
        try:
            item = self._tables.update(
                "stock",
                {"pk": change.sku},
                "SET quantity = quantity + :more, imported = :new, handle = :handle, updated_at = :now"
                " ADD version :one",
                condition="imported = :seen",
                values={
                    ":more": change.quantity - seen["imported"],
                    ":new": change.quantity,
                    ":seen": seen["imported"],
                    ":handle": change.handle,
                    ":now": rfc3339(self._clock.now()),
                    ":one": 1,
                },
            )
        except ConditionFailed:
            return {}
        except ClientError as error:
            # A buyer's transaction holds the item at this moment; botocore doesn't try that again by itself.
            if error.response["Error"]["Code"] != "TransactionConflictException":
                raise
            return {}
        return {change.sku: _level(item)}

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


def _says_the_same(item: Item, change: LevelChange) -> bool:
    return bool(item["imported"] == change.quantity and item["handle"] == change.handle)


def _level(item: Item) -> Level:
    return Level(item["pk"], item["handle"], max(item["quantity"], 0), item["version"], item["updated_at"])
