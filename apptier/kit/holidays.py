"""Days on which the markets' carriers neither collect nor deliver, 2026 to 2028.

Ireland: the public holidays of the Organisation of Working Time Act 1997, second schedule, with Saint
Brigid's Day (S.I. No. 50/2022). Carriers also rest on Good Friday. Germany: the days that are holidays in
all states (Bundesrat's list of 2024: New Year, Good Friday, Easter Monday, 1 May, Ascension, Whit Monday,
3 October, 25 and 26 December). United States: the federal holidays of 5 U.S.C. 6103; one that falls on a
Saturday or Sunday is kept on the Friday before or the Monday after. Days on which a state alone rests are
working days here. Other countries have no table: only their weekends count.

Movable days are reckoned from Easter (Gregorian computus) or as "the last Monday of October"; the years are
bounded because laws change. A year past the last one has none: whoever raises `LAST_YEAR` checks the laws.
"""

from calendar import MONDAY, SATURDAY, SUNDAY, THURSDAY
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType
from typing import Final

FIRST_YEAR: Final = 2026
LAST_YEAR: Final = 2028

_WEEK: Final = 7
_FRIDAY: Final = 4
_LAST: Final = -1


def is_holiday(day: date, country: str) -> bool:
    """Whether nothing is collected or delivered that day because of a holiday (ISO 3166-1 alpha-2 code)."""
    return day in _days(country)


@cache
def _days(country: str) -> frozenset[date]:
    rule = _RULES.get(country)
    if rule is None:
        return frozenset()
    # A New Year's Day on a Saturday is kept in the year before, so one more year is looked at.
    found = (day for year in range(FIRST_YEAR, LAST_YEAR + 2) for day in rule(year))
    return frozenset(day for day in found if FIRST_YEAR <= day.year <= LAST_YEAR)


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Meeus, Astronomical Algorithms, chapter 8)."""
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return date(year, f // 31, f % 31 + 1)


def _nth(year: int, month: int, weekday: int, number: int) -> date:
    """The weekday of that number in a month; `_LAST` counts from its end."""
    if number == _LAST:
        after = date(year + month // 12, month % 12 + 1, 1)
        return after - timedelta(days=(after.weekday() - weekday - 1) % _WEEK + 1)
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % _WEEK + _WEEK * (number - 1))


def _irish(year: int) -> Iterator[date]:
    brigid = date(year, 2, 1)
    yield from (date(year, month, day) for month, day in ((1, 1), (3, 17), (12, 25), (12, 26)))
    # The first Monday of February, unless 1 February is a Friday.
    yield brigid if brigid.weekday() == _FRIDAY else _nth(year, 2, MONDAY, 1)
    yield easter(year) - timedelta(days=2)
    yield easter(year) + timedelta(days=1)
    yield from (_nth(year, month, MONDAY, 1) for month in (5, 6, 8))
    yield _nth(year, 10, MONDAY, _LAST)


def _german(year: int) -> Iterator[date]:
    fixed = ((1, 1), (5, 1), (10, 3), (12, 25), (12, 26))
    yield from (date(year, month, day) for month, day in fixed)
    yield from (easter(year) + timedelta(days=days) for days in (-2, 1, 39, 50))


def _american(year: int) -> Iterator[date]:
    for month, day in ((1, 1), (6, 19), (7, 4), (11, 11), (12, 25)):
        yield _observed(date(year, month, day))
    yield from (_nth(year, month, MONDAY, 3) for month in (1, 2))
    yield _nth(year, 5, MONDAY, _LAST)
    yield _nth(year, 9, MONDAY, 1)
    yield _nth(year, 10, MONDAY, 2)
    yield _nth(year, 11, THURSDAY, 4)


def _observed(day: date) -> date:
    shift = {int(SATURDAY): -1, int(SUNDAY): 1}.get(day.weekday(), 0)
    return day + timedelta(days=shift)


_RULES: Final[Mapping[str, Callable[[int], Iterator[date]]]] = MappingProxyType(
    {"IE": _irish, "DE": _german, "US": _american}
)
