"""How the countries that we send to write an address: which parts, in which order, called what.

After Universal Postal Union's addressing sheets for Ireland, Germany and the United States. What a country is
not known for here is asked the way most of Europe writes it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from storefront.web.forms import Check, Option, accept
from storefront.web.us_states import STATES


@dataclass(frozen=True, slots=True)
class AddressFormat:
    """One country's way. `after_line` names the fields below the street in order, `folded` those rarely used.

    `postcode_hint` is an example; `tidy` writes a postcode as the country does.
    """

    after_line: tuple[str, ...]
    folded: tuple[str, ...]
    postcode_label: str
    postcode_hint: str
    postcode_check: Check
    postcode_inputmode: str = ""
    tidy: Callable[[str], str] = str.upper
    region_label: str = ""
    region_required: bool = False
    regions: tuple[Option, ...] = ()


_EIRCODE = re.compile(r"([A-Z][0-9][0-9W]) ?([0-9A-Z]{4})")
_FIVE_DIGITS = re.compile(r"[0-9]{5}")
_ZIP = re.compile(r"[0-9]{5}(-[0-9]{4})?")


def format_of(country: str) -> AddressFormat:
    """The way of a country (ISO 3166-1 alpha-2), in the words of the current language."""
    return _KNOWN.get(country, _european)()


def _irish() -> AddressFormat:
    label = _("Eircode")
    return AddressFormat(
        after_line=("city", "postcode"),
        folded=("line2", "company", "region"),
        postcode_label=label,
        postcode_hint=_("For example %(example)s") % {"example": "H91 AB12"},
        postcode_check=_matching(_EIRCODE, label, "H91 AB12"),
        tidy=_tidy_eircode,
        region_label=_("County"),
    )


def _german() -> AddressFormat:
    label = _("Postcode")
    return AddressFormat(
        after_line=("postcode", "city"),
        folded=("line2", "company"),
        postcode_label=label,
        postcode_hint="",
        postcode_check=_matching(_FIVE_DIGITS, label, "10115"),
        postcode_inputmode="numeric",
    )


def _american() -> AddressFormat:
    label = _("ZIP code")
    return AddressFormat(
        after_line=("city", "region", "postcode"),
        folded=("line2", "company"),
        postcode_label=label,
        postcode_hint="",
        postcode_check=_matching(_ZIP, label, "10001"),
        postcode_inputmode="numeric",
        region_label=_("State"),
        region_required=True,
        regions=(Option("", _("Choose a state")), *(Option(code, name) for code, name in STATES)),
    )


def _european() -> AddressFormat:
    return AddressFormat(
        after_line=("postcode", "city"),
        folded=("line2", "company"),
        postcode_label=_("Postcode"),
        postcode_hint="",
        postcode_check=accept,
    )


_KNOWN: dict[str, Callable[[], AddressFormat]] = {"IE": _irish, "DE": _german, "US": _american}


def _matching(pattern: re.Pattern[str], label: str, example: str) -> Check:
    def check(value: str) -> str:
        if pattern.fullmatch(value.upper()):
            return ""
        words = {"label": label, "example": example}
        return _("%(label)s: this does not look right. It should look like %(example)s.") % words

    return check


def _tidy_eircode(value: str) -> str:
    found = _EIRCODE.fullmatch(value.upper())
    return f"{found[1]} {found[2]}" if found else value.upper()
