"""What came of an experiment: shares, differences, revenue, whether dealing was fair, and what went wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from storefront.experiments.statistics import (
    Interval,
    always,
    difference,
    mean,
    mean_difference,
    sample_ratio,
    share,
)
from storefront.experiments.tallies import HOLDOUT, Goal, Run, Tally
from storefront.flags.state import FlagState, Serve

RATIO_ALARM = 0.001
"""Shares of shoppers less likely than this are not put down to chance."""
GUARD_CONFIDENCE = 0.99
"""One-sided, and at all times at once: a guardrail is looked at every minute (statistics.always)."""
GUARD_PEOPLE = 500
"""A guardrail waits for so many shoppers of either side: its bounds are those of large numbers."""
_FEWER = frozenset({Goal.CART, Goal.ORDER})
GUARDED = (Goal.ORDER, Goal.ERROR)


class Unwatched(StrEnum):
    """Why the guardrails can't watch an experiment whose variants are dealt."""

    DEALT_DIFFERENTLY = "dealt_differently"  # shoppers of one rule would be compared with those of another
    UNFAIR = "unfair"  # the shares of shoppers are not as dealt: the figures are not to be trusted
    NO_CONTROL = "no_control"  # nobody is dealt what the others are compared with


@dataclass(frozen=True, slots=True)
class Reached:
    """How many came to a goal, their share, and by how much it is above the control's (None for itself)."""

    goal: Goal
    people: int
    share: Interval
    above: Interval | None


@dataclass(frozen=True, slots=True)
class Spent:
    """What shoppers spent in one currency, in minor units: together, each, and above the control's each."""

    currency: str
    total: int
    each: Interval
    above: Interval | None


@dataclass(frozen=True, slots=True)
class Side:
    """One variant's figures."""

    variant: str
    people: int
    goals: tuple[Reached, ...]
    spent: tuple[Spent, ...]


@dataclass(frozen=True, slots=True)
class Breach:
    """A goal at which a variant does worse than the control; `worst` is the bound: by at least so much."""

    variant: str
    goal: Goal
    hits: int
    people: int
    base_hits: int
    base_people: int
    worst: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """Everything about one run. `ratio` is how likely these shares are (None: it can't be said).

    `holdout` are those whom the shop keeps out of all experiments, compared with the control like a variant.
    """

    run: str
    control: str
    first: datetime
    last: datetime
    sides: tuple[Side, ...]
    holdout: Side | None
    ratio: float | None
    breaches: tuple[Breach, ...]

    @property
    def people(self) -> int:
        """How many take part."""
        return sum(side.people for side in self.sides)

    @property
    def unfair(self) -> bool:
        """Whether shoppers were lost or doubled: nothing else here means anything then."""
        return _alarming(self.ratio)


def unfair(tallies: Mapping[str, Tally], split: Mapping[str, int] | None) -> bool:
    """Whether the shares of shoppers are not those of a `split` (`Results.unfair`)."""
    counted = {name: tallies.get(name, Tally()) for name in split or ()}
    return _alarming(_ratio(counted, split))


def _alarming(ratio: float | None) -> bool:
    return ratio is not None and ratio < RATIO_ALARM


def deals(serve: Serve) -> bool:
    """Whether those who take part get one of several variants, which can be compared."""
    return sum(1 for _variant, weight in serve.weights if weight) > 1


def split_of(state: FlagState) -> Mapping[str, int] | None:
    """The weights by which this state deals variants; None where no rule deals, or two deal differently."""
    splits = _splits(state)
    return dict(splits.pop()) if len(splits) == 1 else None


def unwatched(state: FlagState, control: str) -> Unwatched | None:
    """Why nothing is a breach in this state; None where it is watched, or deals nothing to anybody."""
    splits = _splits(state)
    if len(splits) > 1:
        return Unwatched.DEALT_DIFFERENTLY
    if splits and control not in dict(splits.pop()):
        return Unwatched.NO_CONTROL
    return None


def _splits(state: FlagState) -> set[tuple[tuple[str, int], ...]]:
    serves = [rule.serve for rule in state.rules] + ([state.otherwise] if state.otherwise else [])
    return {tuple((v, w) for v, w in serve.weights if w) for serve in serves if deals(serve)}


def results_of(run: Run, control: str, variants: Sequence[str], split: Mapping[str, int] | None) -> Results:
    """The results of a run. `variants` are told of even if nobody got them; `split` is as of `split_of`."""
    named = [control, *(one for one in variants if one != control)]
    named += sorted(one for one in run.tallies if one not in named and one != HOLDOUT)
    tallies = {name: run.tallies.get(name, Tally()) for name in named}
    currencies = sorted({currency for tally in run.tallies.values() for currency in tally.amounts})
    base = tallies[control]
    kept_out = run.tallies.get(HOLDOUT)
    return Results(
        run=run.run,
        control=control,
        first=run.first,
        last=run.last,
        sides=tuple(
            _side(name, tally, None if name == control else base, currencies)
            for name, tally in tallies.items()
        ),
        holdout=_side(HOLDOUT, kept_out, base, currencies) if kept_out else None,
        ratio=_ratio(tallies, split),
        breaches=breaches(tallies, control, split),
    )


def breaches(
    tallies: Mapping[str, Tally], control: str, split: Mapping[str, int] | None
) -> tuple[Breach, ...]:
    """The guardrails that are broken: fewer orders than the control's, or more shoppers who met an error.

    None without a `split` that holds for all of them: rules that deal by different weights would make one
    variant's shoppers other people than the control's, and any difference between them the variant's fault.
    """
    if split is None or control not in split:
        return ()
    base = tallies.get(control, Tally())
    found = [
        _breach(name, tally, base, goal)
        for name, tally in tallies.items()
        if name not in {control, HOLDOUT}
        for goal in GUARDED
    ]
    return tuple(one for one in found if one is not None)


def _breach(variant: str, tally: Tally, base: Tally, goal: Goal) -> Breach | None:
    if min(tally.people, base.people) < GUARD_PEOPLE:
        return None
    hits, base_hits = tally.reached(goal), base.reached(goal)
    # Between two bounds of which each is passed wrongly in half of the cases.
    confidence = 1 - 2 * (1 - GUARD_CONFIDENCE)
    found = always(hits, tally.people, base_hits, base.people, confidence)
    worst = found.high if goal in _FEWER else found.low
    if (worst >= 0) if goal in _FEWER else (worst <= 0):
        return None
    return Breach(variant, goal, hits, tally.people, base_hits, base.people, worst)


def _ratio(tallies: Mapping[str, Tally], split: Mapping[str, int] | None) -> float | None:
    if split is None:
        return None
    dealt = [name for name in tallies if split.get(name)]
    return sample_ratio([tallies[name].people for name in dealt], [split[name] for name in dealt])


def _side(name: str, tally: Tally, base: Tally | None, currencies: Sequence[str]) -> Side:
    return Side(
        name,
        tally.people,
        tuple(_reached(tally, base, goal) for goal in Goal),
        tuple(_spent(tally, base, currency) for currency in currencies),
    )


def _reached(tally: Tally, base: Tally | None, goal: Goal) -> Reached:
    hits = tally.reached(goal)
    above = None if base is None else difference(hits, tally.people, base.reached(goal), base.people)
    return Reached(goal, hits, share(hits, tally.people), above)


def _spent(tally: Tally, base: Tally | None, currency: str) -> Spent:
    sums = tally.spent(currency)
    above = None if base is None else mean_difference(sums, base.spent(currency))
    return Spent(currency, sums.total, mean(sums), above)
