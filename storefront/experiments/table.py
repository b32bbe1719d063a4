"""Records and tallies in DynamoDB (table `experiments`): each step is one transaction over both.

Items: pk `person#<name>`, sk `<experiment>#<run>` is a record, which the table's TTL takes after half a year;
pk `order#<digest>`, sk `<experiment>#<run>` says that an order counts for somebody, and goes like a record;
pk `tally#<experiment>`, sk `<run>#<variant>#<part>` a part of a tally. A tally has several parts because two
transactions at one item cancel each other: a shopper's name decides on the part.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from random import uniform
from typing import Any, cast

from storefront.aws import DynamoTable, Item, TableWrite, TransactionLost
from storefront.core import Clock, Reason, UpstreamUnavailable
from storefront.experiments.tallies import Dealt, OrderCounted, Record, Run, Step, Tally

PARTS = 8
LIFETIME = timedelta(days=180)
"""How long a shopper's record is kept: who comes back after that counts anew."""
_MOST_CONTENDED = 6
_PAUSE = 0.03  # seconds, at the most, and twice as many each time
_PAGE = 200


class DynamoTallies:
    """A TallyStore on one table with the keys `pk` and `sk`."""

    def __init__(self, table: DynamoTable, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def begin(self, person: str, dealt: Dealt, at: datetime) -> bool:
        """Once: the record must not be there yet."""
        record = Record(dealt=dealt, at=at)
        put = TableWrite(kind="Put", item=_item(person, record), condition="attribute_not_exists(pk)")
        return self._both(put, _added(person, record, {"people": 1}, began=True))

    def records(self, person: str) -> tuple[Record, ...]:
        """All of them, by a consistent read."""
        return tuple(map(_record, self._all(f"person#{person}", consistent=True)))

    def take(self, person: str, step: Step) -> bool:
        """The next version, where the one before stands; with the order, where nobody has it."""
        put = TableWrite(
            kind="Put",
            item=_item(person, step.after),
            condition="#version = :before",
            names={"#version": "version"},
            values={":before": step.after.version - 1},
        )
        numbers = {f"goal_{step.goal}": 1} if step.goal else {}
        if step.currency:
            numbers |= {f"total_{step.currency}": step.amount, f"squares_{step.currency}": step.squares}
        if not numbers:
            raise ValueError("a step that moves no tally")
        counted = (_counted(step),) if step.order else ()
        return self._both(put, _added(person, step.after, numbers, began=False), *counted)

    def runs(self, experiment: str) -> tuple[Run, ...]:
        """The parts of all tallies, added up."""
        runs: dict[str, list[Item]] = {}
        for item in self._all(f"tally#{experiment}", consistent=False):
            runs.setdefault(item["run"], []).append(item)
        found = [_run(run, items) for run, items in runs.items()]
        return tuple(sorted(found, key=lambda one: one.first, reverse=True))

    def _both(self, put: TableWrite, add: TableWrite, *counted: TableWrite) -> bool:
        """Whether all were written; False when the condition of the first does not hold.

        Raises OrderCounted when that of `counted` does not.
        """
        for attempt in range(_MOST_CONTENDED):
            try:
                self._table.transact((put, add, *counted))
            except TransactionLost as lost:
                if lost.fates and lost.fates[0].failed:
                    return False
                if any(fate.failed for fate in lost.fates):
                    raise OrderCounted from lost
                self._clock.sleep(uniform(0, _PAUSE * 2**attempt))  # noqa: S311 - spreads load, no secret
            else:
                return True
        raise UpstreamUnavailable("experiments", "TransactWriteItems", Reason.THROTTLED, message="contended")

    def _all(self, pk: str, *, consistent: bool) -> Iterator[Item]:
        start: Item | None = None
        while True:
            items, start = self._table.query(
                "pk = :pk", {":pk": pk}, limit=_PAGE, start=start, consistent=consistent
            )
            yield from items
            if start is None:
                return


def _added(person: str, record: Record, numbers: Mapping[str, int], *, began: bool) -> TableWrite:
    """What a step adds to its part of the tally; the part is made where it is the first."""
    dealt = record.dealt
    sets = {"run": dealt.run, "variant": dealt.variant}
    names = {f"#{name}": name for name in (*sets, *numbers)}
    values: dict[str, Any] = {f":{name}": value for name, value in (sets | dict(numbers)).items()}
    phrases = [f"#{name} = :{name}" for name in sets]
    if began:
        names |= {"#first": "first", "#last": "last"}
        values[":at"] = record.at.isoformat()
        phrases += ["#first = if_not_exists(#first, :at)", "#last = :at"]
    adds = ", ".join(f"#{name} :{name}" for name in numbers)
    part = int(person, 16) % PARTS
    return TableWrite(
        kind="Update",
        item={"pk": f"tally#{dealt.experiment}", "sk": f"{dealt.run}#{dealt.variant}#{part}"},
        update=f"SET {', '.join(phrases)} ADD {adds}",
        names=names,
        values=values,
    )


def _counted(step: Step) -> TableWrite:
    dealt = step.after.dealt
    item = {
        "pk": f"order#{step.order}",
        "sk": f"{dealt.experiment}#{dealt.run}",
        "expires_at": _expiry(step.after),
    }
    return TableWrite(kind="Put", item=item, condition="attribute_not_exists(pk)")


def _expiry(record: Record) -> int:
    return int((record.at + LIFETIME).timestamp())


def _item(person: str, record: Record) -> dict[str, Any]:
    dealt = record.dealt
    item: dict[str, Any] = {
        "pk": f"person#{person}",
        "sk": f"{dealt.experiment}#{dealt.run}",
        "experiment": dealt.experiment,
        "run": dealt.run,
        "variant": dealt.variant,
        "at": record.at.isoformat(),
        "amounts": dict(record.amounts),
        "version": record.version,
        "expires_at": _expiry(record),
    }
    # DynamoDB knows no empty sets.
    return item | {k: v for k, v in (("goals", record.goals), ("orders", record.orders)) if v}


def _record(item: Item) -> Record:
    return Record(
        dealt=Dealt(item["experiment"], item["run"], item["variant"]),
        at=datetime.fromisoformat(item["at"]),
        goals=frozenset(item.get("goals", ())),
        orders=frozenset(item.get("orders", ())),
        amounts=item["amounts"],
        version=item["version"],
    )


def _run(run: str, items: list[Item]) -> Run:
    variants: dict[str, list[Item]] = {}
    for item in items:
        variants.setdefault(item["variant"], []).append(item)
    times = [datetime.fromisoformat(item[name]) for item in items for name in ("first", "last")]
    return Run(
        run=run,
        tallies={variant: _tally(parts) for variant, parts in variants.items()},
        first=min(times),
        last=max(times),
    )


def _tally(parts: list[Item]) -> Tally:
    def added(prefix: str) -> dict[str, int]:
        found: dict[str, int] = {}
        for name, value in ((name, value) for part in parts for name, value in part.items()):
            if name.startswith(prefix):
                found[name.removeprefix(prefix)] = found.get(name.removeprefix(prefix), 0) + cast(
                    "int", value
                )
        return found

    totals, squares = added("total_"), added("squares_")
    return Tally(
        people=sum(part["people"] for part in parts),
        goals=added("goal_"),
        amounts={currency: (total, squares[currency]) for currency, total in totals.items()},
    )
