"""Whether what people typed about themselves can be used: e-mail, name, phone, and where the parcel goes."""

import unicodedata
from typing import Final

from email_validator import EmailNotValidError, validate_email

from apptier.kit.markets import Market, address_problem
from apptier.kit.models import Address, Contact
from apptier.kit.problems import Fault, validation_failed

_FEWEST_DIGITS: Final = 5
_OPTIONAL: Final = ("line2", "company", "region")
_BLANKS: Final = "\u115f\u1160\u2800\u3164\uffa0"


def checked_contact(contact: Contact) -> Contact:
    """The contact, tidied. Raises Problem 422 with a pointer to each value that can't be right.

    The address is checked by its form (RFC 5321 and 5322, internationalised mail included), not by asking
    its domain.
    """
    faults = _text_faults({"name": contact.name, "phone": contact.phone})
    email = contact.email
    try:
        email = validate_email(contact.email.strip(), check_deliverability=False).normalized
    except EmailNotValidError:
        faults.append(
            Fault("/email", "email_invalid", "This is not an e-mail address that can be written to.")
        )
    if contact.phone is not None and sum(char.isdigit() for char in contact.phone) < _FEWEST_DIGITS:
        faults.append(
            Fault("/phone", "phone_invalid", f"A phone number has at least {_FEWEST_DIGITS} digits.")
        )
    if faults:
        raise validation_failed(faults)
    tidy = {"email": email, "name": contact.name.strip()}
    return Contact(**tidy if contact.phone is None else {**tidy, "phone": contact.phone.strip()})


def checked_address(address: Address, market: Market) -> Address:
    """The address, tidied. Raises Problem 422 with a pointer to each value that can't be right."""
    given = address.model_dump()
    faults = _text_faults(given)
    if faults:
        raise validation_failed(faults)
    problem = address_problem(market, address.country, address.postcode)
    if problem:
        raise problem
    tidy = {name: value.strip() for name, value in given.items()}
    tidy["postcode"] = tidy["postcode"].upper()
    return Address(**{name: value for name, value in tidy.items() if value or name not in _OPTIONAL})


def _text_faults(values: dict[str, str | None]) -> list[Fault]:
    faults = []
    for name, value in values.items():
        label = name.capitalize()
        if value is None:
            continue
        if any(unicodedata.category(char) == "Cc" for char in value):
            faults.append(
                Fault(f"/{name}", "control_characters", f"{label} holds characters that can't be printed.")
            )
        elif not any(map(_is_visible, value)) and name not in _OPTIONAL:
            faults.append(Fault(f"/{name}", "blank", f"{label} is empty."))
    return faults


def _is_visible(char: str) -> bool:
    """Whether it leaves a mark of its own, unlike space, controls of direction, and fillers of Hangul."""
    return unicodedata.category(char)[0] in "LNPS" and char not in _BLANKS
