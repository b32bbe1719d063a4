"""Whether what customers say about themselves can be used: names, places, languages."""

import unicodedata
from typing import Final

from apptier.customers.models import AddressInput, PreferencesChange, ProfileChange
from apptier.kit.markets import LOCALES, MARKETS, Country
from apptier.kit.models import Address
from apptier.kit.problems import Fault, validation_failed

_OPTIONAL: Final = ("line2", "company", "region")


def checked_profile(change: ProfileChange) -> ProfileChange:
    """The change, if name and phone can be printed. Raises Problem 422."""
    _refuse(_text_faults({"name": change.name, "phone": change.phone or None}, "/"))
    return change


def checked_address(given: AddressInput) -> AddressInput:
    """The address, tidied. Raises Problem 422 with a pointer to each value that can't be right.

    A book is not of one market: a place is fine where any market delivers.
    """
    place = given.address.model_dump()
    faults = _text_faults({"name": given.name, "label": given.label or None}, "/")
    faults += _text_faults(place, "/address/") or _place_faults(given.address)
    _refuse(faults)
    tidy = {name: value.strip() for name, value in place.items()}
    tidy["postcode"] = tidy["postcode"].upper()
    kept = {name: value for name, value in tidy.items() if value or name not in _OPTIONAL}
    return AddressInput(label=given.label.strip(), name=given.name.strip(), address=Address(**kept))


def checked_preferences(change: PreferencesChange) -> PreferencesChange:
    """The preferences, if the shop has that language and that country. Raises Problem 422."""
    faults = []
    if change.language is not None and change.language not in LOCALES:
        known = ", ".join(LOCALES)
        faults.append(Fault("/language", "unknown_language", f"The shop speaks {known}."))
    if change.country is not None and _country(change.country) is None:
        faults.append(_not_served("/country"))
    _refuse(faults)
    return change


def _place_faults(address: Address) -> list[Fault]:
    country = _country(address.country)
    if country is None:
        return [_not_served("/address/country")]
    if country.accepts(address.postcode):
        return []
    words = f"A postcode in {country.name} looks like {country.postcode_example}."
    return [Fault("/address/postcode", "postcode_invalid", words)]


def _country(code: str) -> Country | None:
    found = (market.country(code) for market in MARKETS.values())
    return next((country for country in found if country), None)


def _not_served(pointer: str) -> Fault:
    names = ", ".join(country.name for market in MARKETS.values() for country in market.countries)
    return Fault(pointer, "country_not_served", f"We deliver to {names}.")


def _text_faults(values: dict[str, str | None], at: str) -> list[Fault]:
    faults = []
    for name, value in values.items():
        label = name.capitalize()
        if value is None:
            continue
        if any(unicodedata.category(char) == "Cc" for char in value):
            words = f"{label} holds characters that can't be printed."
            faults.append(Fault(at + name, "control_characters", words))
        elif not value.strip() and name not in _OPTIONAL:
            faults.append(Fault(at + name, "blank", f"{label} is empty."))
    return faults


def _refuse(faults: list[Fault]) -> None:
    if faults:
        raise validation_failed(faults)
