"""Local times of a zone as moments, clocks being changed twice a year: what a merchandiser schedules."""

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from storefront.flags.state import Window

# Files of the time zone database that name no place: "localtime" is whatever the machine is set to.
_NO_PLACES = frozenset({"localtime", "Factory"})

Span = tuple[float, float]  # seconds since 1970: from (included) until (excluded)


class WrongMomentError(ValueError):
    """A time or a zone that is none. `field` is "time" or "zone"."""

    def __init__(self, field: str, text: str) -> None:
        self.field = field
        self.text = text
        super().__init__(f"no {field}: {text!r}")


def moment(local: str, zone: str) -> datetime:
    """The moment, in UTC, at which the clocks of `zone` show `local` ("2026-12-01T09:00").

    A time that a change of clocks leaves out is the moment of the change; one that comes twice is its first
    coming (fold 0, PEP 495).

    Raises:
        WrongMomentError: the time is not written like that or has an offset, or there is no such zone.
    """
    if zone not in zones():
        raise WrongMomentError("zone", zone)
    try:
        clock = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise WrongMomentError("zone", zone) from error
    try:
        shown = datetime.fromisoformat(local)
    except ValueError as error:
        raise WrongMomentError("time", local) from error
    if shown.tzinfo is not None:
        raise WrongMomentError("time", local)
    return _first(shown, clock, local)


@cache
def zones() -> frozenset[str]:
    """The names of zones that mean the same on every machine; those with leap seconds are not among them."""
    return frozenset(available_timezones() - _NO_PLACES)


def _first(shown: datetime, clock: ZoneInfo, local: str) -> datetime:
    try:
        first = shown.replace(tzinfo=clock, fold=0).astimezone(UTC)
        second = shown.replace(tzinfo=clock, fold=1).astimezone(UTC)
    except OverflowError as error:  # the years 1 and 9999
        raise WrongMomentError("time", local) from error
    # In a gap fold 0 counts with the offset before the change, fold 1 with the one after: it lies in between.
    return first if first <= second else _change(second, first, clock)


def _change(before: datetime, after: datetime, clock: ZoneInfo) -> datetime:
    """The first second with another offset than `before` has."""
    old = before.astimezone(clock).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if middle.astimezone(clock).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after


def span(window: Window) -> Span:
    """The window in seconds since 1970; an open side is an infinity.

    Raises:
        WrongMomentError: one of its times, or its zone, is none.
    """
    starts = moment(window.starts, window.zone).timestamp() if window.starts else float("-inf")
    ends = moment(window.ends, window.zone).timestamp() if window.ends else float("inf")
    return starts, ends
