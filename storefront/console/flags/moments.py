"""A time as somebody typed it with its zone, the fields in which it is typed, and times as they are shown."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from storefront.flags.moments import Span, WrongMomentError, moment, span
from storefront.flags.state import FlagState, Window
from storefront.web.formats import day
from storefront.web.forms import Field, Option
from storefront.web.regions import COUNTRIES, default_region

FIRST_YEAR, LAST_YEAR = 1970, 9998


def home_zone() -> str:
    """The zone of the country that the shop is first of all for: the one that is chosen beforehand."""
    return COUNTRIES[default_region().country].timezone


def zone_options() -> tuple[Option, ...]:
    """The zones that the shop's countries have, that of its own first, and UTC."""
    zones = [home_zone(), *(country.timezone for country in COUNTRIES.values()), "UTC"]
    return tuple(Option(zone, zone) for zone in dict.fromkeys(zones))


def moment_fields(hint: str) -> tuple[Field, Field]:
    """The fields `at` and `zone`."""
    at = Field("at", _("As of"), type="datetime-local", required=False, hint=hint, check=_fault)
    return at, Field("zone", _("Time zone"), value=home_zone(), options=zone_options())


def moment_of(values: dict[str, str]) -> datetime | None:
    """What was typed there, None for nothing."""
    return moment(values["at"], values["zone"]) if values["at"] else None


def at_words(at: datetime, zone: str = "") -> str:
    """A moment, to the minute, on the clocks of a zone, which is named; the shop's own for none."""
    zone = zone or home_zone()
    there = at.astimezone(ZoneInfo(zone))
    words = {"day": day(there.date()), "time": f"{there:%H:%M}", "zone": zone}
    return _("%(day)s, %(time)s (%(zone)s)") % words


def windows_of(state: FlagState) -> tuple[Window, ...]:
    """All times that were typed into a flag: that of the whole, and those of its rules."""
    found = (state.window, *(rule.window for rule in state.rules))
    return tuple(one for one in found if one is not None and (one.starts or one.ends))


def span_of(window: Window) -> Span:
    """From when until when, in seconds since 1970; for ever, where this release can't read it."""
    try:
        return span(window)
    except WrongMomentError:
        return float("-inf"), float("inf")


def _fault(typed: str) -> str:
    """Whichever zone is chosen beside it: at the ends of the calendar a time is one in some of them only."""
    try:
        year = moment(typed, "UTC").year
    except WrongMomentError:
        year = 0
    if FIRST_YEAR <= year <= LAST_YEAR:
        return ""
    return _("As of: “%(value)s” is no day and time like 2026-12-01T09:00.") % {"value": typed}
