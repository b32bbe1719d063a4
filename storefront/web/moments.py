"""A day with its time, as the region's language writes it, in the time of the place it is about."""

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.dates import format_time
from django.utils.translation import gettext as _

from storefront.web.formats import babel_locale, day
from storefront.web.regions import COUNTRIES, current_region

_SEVERAL_ZONES = frozenset({"us"})


def moment(value: datetime, timezone: str = "") -> str:
    """Like "Monday 23 November, 16:00", in `timezone` (IANA) or the region's own where that is unknown."""
    local = value.astimezone(_zone(timezone) or _zone(COUNTRIES[current_region().country].timezone))
    time = format_time(local, "short", locale=babel_locale(current_region()))
    return _("%(day)s, %(time)s") % {"day": day(local.date(), "EEEE d MMMM"), "time": time}


def moment_in(value: datetime, country: str) -> str:
    """As `moment`, by the clocks of a country (ISO 3166-1 alpha-2), such as the one that a store is in.

    In a country with several zones it is the day alone: an hour of the wrong zone would mislead people.
    """
    known = COUNTRIES.get(country.lower())
    if country.lower() in _SEVERAL_ZONES:
        zone = _zone(known.timezone if known else "")
        return day(value.astimezone(zone).date(), "EEEE d MMMM")
    return moment(value, known.timezone if known else "")


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None
