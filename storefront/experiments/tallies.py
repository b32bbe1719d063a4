"""What is counted: shoppers by variant, what they went on to do, and what they spent. Each of them once.

A *record* is one shopper's part in one run of an experiment; a *tally* is the sum of a variant's records. The
store changes both in one transaction, so that a tally is always what its records add up to, however often
something is told twice. A *run* ends when somebody may get another variant than before: figures do not mix.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from types import MappingProxyType
from typing import Protocol

import msgspec

from storefront.core import Money
from storefront.experiments.statistics import Sums
from storefront.flags.proposals import segments_of
from storefront.flags.state import FlagState, Segment, Serve

Segments = Mapping[str, Segment]

HOLDOUT = "~holdout"
"""Stands for the variant of those whom the shop keeps out of all experiments. No variant is called so."""
MOST_ORDERS = 100
"""So many orders of one shopper are counted in one experiment; more are no shopper's."""
NO_SEGMENTS: Segments = MappingProxyType({})
_DIGITS = 32
_RUN_DIGITS = 8


class Goal(StrEnum):
    """What a shopper can come to do after having been shown a variant."""

    CART = "cart"  # put something into the cart
    ORDER = "order"  # placed an order that is paid
    ERROR = "error"  # was told that something of ours had failed


@dataclass(frozen=True, slots=True)
class Dealt:
    """A variant of a run of an experiment."""

    experiment: str
    run: str
    variant: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One shopper's part: what they were shown and since when, what they did, what they spent by currency.

    Amounts are in minor units. `orders` are digests; `version` counts changes.
    """

    dealt: Dealt
    at: datetime
    goals: frozenset[str] = frozenset()
    orders: frozenset[str] = frozenset()
    amounts: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    version: int = 1


@dataclass(frozen=True, slots=True)
class Step:
    """A record after something happened, and by how much that moves the tally.

    `goal` is the one reached for the first time, "" for none; `amount` and `squares` are added to the sums of
    `currency`. `order` is the digest of the order that it is about, "" for none.
    """

    after: Record
    goal: str = ""
    currency: str = ""
    amount: int = 0
    squares: int = 0
    order: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many shoppers were shown a variant, how many reached each goal, and the sums they spent."""

    people: int = 0
    goals: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    amounts: Mapping[str, tuple[int, int]] = field(default_factory=lambda: MappingProxyType({}))

    def reached(self, goal: Goal) -> int:
        """How many of them came to it."""
        return self.goals.get(goal, 0)

    def spent(self, currency: str) -> Sums:
        """What each of them spent in this currency; those who bought nothing spent nothing."""
        total, squares = self.amounts.get(currency, (0, 0))
        return Sums(self.people, total, squares)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """All tallies of one run, by variant, and when the first and the last shopper were shown one."""

    run: str
    tallies: Mapping[str, Tally]
    first: datetime
    last: datetime


class OrderCounted(Exception):  # noqa: N818 - an answer, not a fault
    """Another shopper's record of the same run has this order: whoever opened its page first."""


class TallyStore(Protocol):
    """Where records and tallies are kept. Every method raises UpstreamUnavailable while that is away."""

    def begin(self, person: str, dealt: Dealt, at: datetime) -> bool:
        """Note that somebody was shown a variant; False when that was noted before, whatever the variant."""
        ...

    def records(self, person: str) -> tuple[Record, ...]:
        """All that this shopper takes part in. Sees every earlier write."""
        ...

    def take(self, person: str, step: Step) -> bool:
        """Put a record in the place of the version before; False when that is not what stands.

        Raises OrderCounted for the order of a step that counts for somebody else in this run.
        """
        ...

    def runs(self, experiment: str) -> tuple[Run, ...]:
        """What was counted, newest run first."""
        ...


def person_of(visitor: str) -> str:
    """The name under which a shopper's records are kept: it does not lead back to the id in their cookie."""
    return sha256(f"experiments:{visitor}".encode()).hexdigest()[:_DIGITS]


def run_of(state: FlagState, segments: Segments = NO_SEGMENTS) -> str:
    """The run that a flag's state belongs to: whatever changes who gets which variant is another run.

    So do other rules (a rule that gives everybody on a phone one variant takes them from the side that they
    were counted on), what is asked by the `segments` that rules name, other flags that it needs, the
    holdout, another split, salt, or value of a variant. Not so a larger share of shoppers or another window
    of the whole flag: nobody changes sides by these.
    """
    rules = [(rule.conditions, rule.window, _weights(rule.serve)) for rule in state.rules]
    named = [(key, segments[key].alternatives) for key in sorted(segments_of(state)) if key in segments]
    what = (
        *(state.salt, state.values, rules, named),
        _weights(state.otherwise) if state.otherwise else None,
        *(state.prerequisites, state.holdout),
    )
    return sha256(msgspec.json.encode(what, order="deterministic")).hexdigest()[:_RUN_DIGITS]


def _weights(serve: Serve) -> list[tuple[str, int]]:
    return [(variant, weight) for variant, weight in serve.weights if weight]


def with_goal(record: Record, goal: Goal) -> Step | None:
    """The step to a goal, None for one that was reached before."""
    if goal in record.goals:
        return None
    after = replace(record, goals=record.goals | {goal.value}, version=record.version + 1)
    return Step(after, goal.value)


def with_order(record: Record, order: str, value: Money, at: datetime) -> Step | None:
    """The step of an order placed `at`; None for one from before, one known already, or one too many."""
    name = sha256(f"order:{order}".encode()).hexdigest()[:_DIGITS]
    if at < record.at or name in record.orders or len(record.orders) >= MOST_ORDERS:
        return None
    before = record.amounts.get(value.currency, 0)
    spent = before + value.amount
    after = replace(
        record,
        goals=record.goals | {Goal.ORDER.value},
        orders=record.orders | {name},
        amounts={**record.amounts, value.currency: spent},
        version=record.version + 1,
    )
    first = "" if Goal.ORDER in record.goals else Goal.ORDER.value
    return Step(after, first, value.currency, value.amount, spent * spent - before * before, name)
