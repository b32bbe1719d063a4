"""From when an order of now can be picked up: preparation takes opening time, in the store's own zone."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from apptier.stores.models import OpeningHours

PREPARATION: Final = timedelta(hours=2)
"""How long the store needs, counted while it is open."""

CUT_OFF: Final = time(16)
"""What comes later than this is begun on the next day that the store is open, local time."""

_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_HORIZON_DAYS: Final = 15
_QUARTER: Final = timedelta(minutes=15)


def ready_from(hours: Sequence[OpeningHours], timezone: str, now: datetime) -> datetime | None:
    """When it is ready, in UTC, up to the next quarter of an hour; None for a store that doesn't open.

    Raises:
        zoneinfo.ZoneInfoNotFoundError: there is no such time zone.
    """
    left = PREPARATION
    for opens, closes in _openings(hours, ZoneInfo(timezone), now):
        begin = max(opens, now)
        if closes - begin >= left:
            return min(_quarter_after(begin + left), closes)
        left -= max(closes - begin, timedelta(0))
    return None


def _openings(
    hours: Sequence[OpeningHours], zone: ZoneInfo, now: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """When the store is open from now on and work can still begin, in UTC, so that lengths are true ones."""
    today = now.astimezone(zone)
    late = today.time() >= CUT_OFF
    for number in range(1 if late else 0, _HORIZON_DAYS):
        day = today.date() + timedelta(days=number)
        for slot in sorted(
            (slot for slot in hours if slot.day == _DAYS[day.weekday()]), key=lambda s: s.opens
        ):
            opens = datetime.combine(day, time.fromisoformat(slot.opens), zone).astimezone(UTC)
            closes = datetime.combine(day, time.fromisoformat(slot.closes), zone).astimezone(UTC)
            yield opens, closes


def _quarter_after(moment: datetime) -> datetime:
    past = timedelta(minutes=moment.minute % 15, seconds=moment.second, microseconds=moment.microsecond)
    return moment - past + _QUARTER if past else moment
