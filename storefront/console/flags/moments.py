"""A time as somebody typed it with its zone, and the fields in which it is typed."""

from datetime import datetime

from django.utils.translation import gettext as _

from storefront.flags.moments import WrongMomentError, moment
from storefront.web.forms import Field, Option
from storefront.web.regions import COUNTRIES

FIRST_YEAR, LAST_YEAR = 1970, 9998


def zone_options() -> tuple[Option, ...]:
    """The zones that the shop's countries have, UTC first."""
    zones = ["UTC", *dict.fromkeys(country.timezone for country in COUNTRIES.values())]
    return tuple(Option(zone, zone) for zone in zones)


def moment_fields(hint: str) -> tuple[Field, Field]:
    """The fields `at` and `zone`."""
    at = Field("at", _("As of"), type="datetime-local", required=False, hint=hint, check=_fault)
    return at, Field("zone", _("Time zone"), value="UTC", options=zone_options())


def moment_of(values: dict[str, str]) -> datetime | None:
    """What was typed there, None for nothing."""
    return moment(values["at"], values["zone"]) if values["at"] else None


def _fault(typed: str) -> str:
    """Whichever zone is chosen beside it: at the ends of the calendar a time is one in some of them only."""
    try:
        year = moment(typed, "UTC").year
    except WrongMomentError:
        year = 0
    if FIRST_YEAR <= year <= LAST_YEAR:
        return ""
    return _("As of: “%(value)s” is no day and time like 2026-12-01T09:00.") % {"value": typed}
