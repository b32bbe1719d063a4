"""The figures of an experiment as the console shows them: tables, and what each row says in words."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from storefront.console.flags.moments import at_words
from storefront.core import Money
from storefront.experiments.results import Breach, Reached, Results, Side, Spent
from storefront.experiments.statistics import Interval
from storefront.experiments.tallies import HOLDOUT, Goal
from storefront.web.formats import money, number, percent, signed

GOALS: dict[str, str | Promise] = {
    Goal.CART: _lazy("Put something into the cart"),
    Goal.ORDER: _lazy("Placed an order"),
    Goal.ERROR: _lazy("Met an error"),
}
_NOTHING = "–"
_WORSE_WHEN_MORE = frozenset({Goal.ERROR})
_DIGITS = 2
_POINTS = 100  # of a share of one
_MIDDLE = 100  # of a bar


@dataclass(frozen=True, slots=True)
class Bar:
    """An interval drawn around nought: where it starts, how long it is, and its value, on a scale of 200.

    Nought is in the middle, at 100.
    """

    start: int
    length: int
    at: int


@dataclass(frozen=True, slots=True)
class Row:
    """One variant in a table. `count` is how many or how much, `each` the share or mean with its interval.

    `above` is the difference to the control with its interval, "" for the control itself, and `bar` the same
    drawn; `tone` is "good", "bad" or "" where nothing is shown.
    """

    variant: str
    shoppers: str
    count: str
    each: str
    between: str
    above: str
    above_between: str
    bar: Bar | None
    says: str
    tone: str


@dataclass(frozen=True, slots=True)
class Table:
    """All variants by one goal, or by what they spent in one currency."""

    name: str
    caption: str
    counted: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class RunView:
    """One run; `until` is when the last shopper came into it. `ratio` is how likely these shares are.

    It is "" where that can't be said.
    """

    run: str
    since: str
    until: str
    first: datetime
    last: datetime
    people: int
    ratio: str
    unfair: bool
    broken: tuple[str, ...]
    tables: tuple[Table, ...]


def run_view(results: Results) -> RunView:
    """The results, written."""
    return RunView(
        run=results.run,
        since=at_words(results.first),
        until=at_words(results.last),
        first=results.first,
        last=results.last,
        people=results.people,
        ratio="" if results.ratio is None else _chance(results.ratio),
        unfair=results.unfair,
        broken=tuple(map(_broken, results.breaches)),
        tables=(*(_goal(results, goal) for goal in Goal), *_revenues(results)),
    )


def _sides(results: Results) -> tuple[Side, ...]:
    return (*results.sides, *((results.holdout,) if results.holdout else ()))


def _goal(results: Results, goal: Goal) -> Table:
    found = [(side, one) for side in _sides(results) for one in side.goals if one.goal is goal]
    scale = _scale(one.above for _side, one in found)
    rows = tuple(_reached_row(side, one, scale) for side, one in found)
    return Table(goal, str(GOALS[goal]), _("Shoppers who did"), rows)


def _reached_row(side: Side, reached: Reached, scale: float) -> Row:
    above = reached.above
    return Row(
        variant=_name(side.variant),
        shoppers=number(side.people),
        count=number(reached.people),
        each=percent(reached.share.value, _DIGITS) if side.people else _NOTHING,
        between=_between(reached.share, lambda value: percent(value, _DIGITS)),
        above=_points(above.value) if above and side.people else "",
        above_between=_between(above, lambda value: signed(value * _POINTS, _DIGITS)) if above else "",
        bar=_bar(above, scale),
        says=_says(above),
        tone=_tone(above, more_is_worse=reached.goal in _WORSE_WHEN_MORE),
    )


def _points(value: float) -> str:
    return _("%(difference)s percentage points") % {"difference": signed(value * _POINTS, _DIGITS)}


def _revenues(results: Results) -> tuple[Table, ...]:
    currencies = [one.currency for one in results.sides[0].spent]
    return tuple(_revenue(results, currency) for currency in currencies)


def _revenue(results: Results, currency: str) -> Table:
    found = [(side, one) for side in _sides(results) for one in side.spent if one.currency == currency]
    scale = _scale(one.above for _side, one in found)
    rows = tuple(_spent_row(side, one, scale) for side, one in found)
    caption = _("Revenue in %(currency)s") % {"currency": currency}
    return Table(f"revenue-{currency.lower()}", caption, _("Revenue"), rows)


def _spent_row(side: Side, spent: Spent, scale: float) -> Row:
    def written(value: float) -> str:
        return money(Money(round(value), spent.currency))

    above = spent.above
    return Row(
        variant=_name(side.variant),
        shoppers=number(side.people),
        count=written(spent.total),
        each=written(spent.each.value) if side.people else _NOTHING,
        between=_between(spent.each, written),
        above=written(above.value) if above and side.people else "",
        above_between=_between(above, written) if above else "",
        bar=_bar(above, scale),
        says=_says(above),
        tone=_tone(above),
    )


def _between(found: Interval, written: Callable[[float], str]) -> str:
    """Both ends; a dash where there are none yet."""
    if not found.high - found.low < float("inf"):
        return _NOTHING
    return _("%(low)s to %(high)s") % {"low": written(found.low), "high": written(found.high)}


def _scale(intervals: Iterable[Interval | None]) -> float:
    """The farthest end of a table's intervals from nought; 0 where there is none to draw."""
    ends = [abs(end) for one in intervals if one is not None for end in (one.low, one.high)]
    return max((end for end in ends if math.isfinite(end)), default=0.0)


def _bar(above: Interval | None, scale: float) -> Bar | None:
    if above is None or not scale or not math.isfinite(above.high - above.low):
        return None
    low, at, high = (round(_MIDDLE * (1 + end / scale)) for end in (above.low, above.value, above.high))
    return Bar(low, max(high - low, 1), at)


def _says(above: Interval | None) -> str:
    if above is None:
        return _("This is what the others are compared with")
    if above.low > 0:
        return _("More than the control")
    if above.high < 0:
        return _("Less than the control")
    return _("No difference shown")


def _tone(above: Interval | None, *, more_is_worse: bool = False) -> str:
    if above is None or not above.tells:
        return ""
    return "good" if (above.low > 0) is not more_is_worse else "bad"


def _name(variant: str) -> str:
    return _("kept out of all experiments") if variant == HOLDOUT else variant


def _broken(one: Breach) -> str:
    words = {
        "variant": one.variant,
        "goal": GOALS[one.goal],
        "rate": percent(one.hits / one.people, _DIGITS),
        "base": percent(one.base_hits / one.base_people, _DIGITS),
        "points": signed(one.worst * _POINTS, _DIGITS),
    }
    return (
        _("%(variant)s: “%(goal)s” %(rate)s, control %(base)s; a difference of %(points)s points or worse.")
        % words
    )


def _chance(ratio: float) -> str:
    least = 0.0001
    if ratio < least:
        return _("less than %(chance)s") % {"chance": percent(least, _DIGITS)}
    return percent(ratio, _DIGITS)
