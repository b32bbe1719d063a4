"""What people type, brought into the one form that the pool and its twin agree on, before either is asked.

A pool's own limits (API reference of Cognito: UsernameType, PasswordType, ConfirmationCodeType) are checked
here, so that odd input is refused with our words and never as an outage or an error of ours.
"""

import re

from storefront.identity.errors import WeakPassword, WrongCode, WrongCredentials

LEAST_PASSWORD = 12
"""Characters; what infra/data-stack.yaml asks of the pool."""
MOST_PASSWORD = 256
_MOST_EMAIL = 128
_MOST_NAME = 256
# One @, and something with a dot after it: whether it is an address, the mail to it tells.
_LETTER = r"[^\s@.\x00-\x1f\x7f<>\"(),:;\\\[\]]"
_EMAIL = re.compile(rf"(?:{_LETTER}|\.)+@(?:{_LETTER}+\.)+{_LETTER}{{2,}}")
_CODE = re.compile(r"[0-9]{4,10}")
_SPACES = re.compile(r"[\s\u200b-\u200f\u2060\ufeff-]+")


def address(email: str, operation: str) -> str:
    """The address in lower case, without spaces around it: pools here are not case-sensitive.

    Raises WrongCredentials for what cannot be an address.
    """
    found = email.strip().lower()
    if len(found) > _MOST_EMAIL or not _EMAIL.fullmatch(found) or not is_text(found):
        raise WrongCredentials(operation, "no_address")
    return found


def code(typed: str, operation: str) -> str:
    """The digits of a code, typed with whatever spaces or dashes. Raises WrongCode for anything else."""
    found = _SPACES.sub("", typed)
    if not (found.isascii() and _CODE.fullmatch(found)):
        raise WrongCode(operation, "no_code")
    return found


def new_password(password: str, operation: str) -> str:
    """A password to be set, as it is.

    Checked before the pool is asked, so that the answer is the same whether or not the address is known
    there. Raises WeakPassword.
    """
    reasons = []
    if len(password) < LEAST_PASSWORD:
        reasons.append("too_short")
    if len(password) > MOST_PASSWORD:
        reasons.append("too_long")
    if password != password.strip() or not is_text(password):
        reasons.append("spaces")
    if reasons:
        raise WeakPassword(operation, "policy", reasons=tuple(reasons))
    return password


def name(typed: str) -> str:
    """A person's name on one line, at most 256 characters."""
    found = " ".join(typed.split())
    return "".join(letter for letter in found if letter.isprintable())[:_MOST_NAME]


def is_text(value: str) -> bool:
    """Whether `value` can be sent as UTF-8: no half of a surrogate pair."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
