"""Fields for what opens an account: e-mail address, password, code. Wherever one signs in or proves it again.

Nothing here is a puzzle (WCAG 2.2, 3.3.8): browsers and password managers may fill everything in, and codes
are taken however they are pasted. A password is read as it was typed and never shown again.
"""

import unicodedata
from dataclasses import dataclass, field, replace
from typing import ClassVar

from django.utils.translation import gettext as _

from storefront.identity.inputs import LEAST_PASSWORD, MOST_PASSWORD
from storefront.web.formats import number
from storefront.web.forms import Check, Field, accept, clean

MOST_EMAIL = 254
"""Characters; RFC 5321, 4.5.3.1.3, less the angle brackets."""
_CODE_LENGTHS = range(6, 9)  # authenticators and confirmations have six digits, Cognito's e-mail codes eight
_MOST_CODE = 20  # as typed, spaces among them
# Spaces, dashes, and what turns the direction of writing (Unicode's general categories).
_BETWEEN = frozenset({"Zs", "Pd", "Cf"})


@dataclass(frozen=True, slots=True)
class SecretField(Field):
    """A password: every character counts, spaces included, and none of them is printed or kept."""

    keepable: ClassVar[bool] = False
    value: str = field(default="", repr=False)

    def read(self, typed: str) -> "SecretField":
        """The field with what was typed, untouched, and what is wrong with it."""
        return replace(self, value=typed, error=self._problem(typed))


@dataclass(frozen=True, slots=True)
class CodeField(Field):
    """A code of digits, of any script, with the spaces and dashes that people and mails put between."""

    keepable: ClassVar[bool] = False
    value: str = field(default="", repr=False)

    def read(self, typed: str) -> "CodeField":
        """The field with its digits, and what is wrong with them."""
        bare = "".join(c for c in clean(typed) if unicodedata.category(c) not in _BETWEEN)
        value = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in bare)
        return replace(self, value=value, error=self._problem(value))


def email_field(*, label: str = "", hint: str = "", value: str = "") -> Field:
    """The e-mail address that is the account's name; password managers know it as the user name."""
    label = label or _("Email address")

    def check(value: str) -> str:
        if is_whole_address(value):
            return ""
        words = _("%(label)s: this is not a whole address. It looks like name@example.com.")
        return words % {"label": label}

    return Field(
        "email",
        label,
        value=value,
        type="email",
        autocomplete="username",
        inputmode="email",
        max_length=MOST_EMAIL,
        hint=hint,
        check=check,
    )


def password_field(name: str = "password", label: str = "") -> SecretField:
    """The password that there is. Too long a one is refused here: it would cost arithmetic for nothing."""
    return _secret(name, label or _("Password"), "current-password", check=accept)


def new_password_field(name: str = "password", label: str = "") -> SecretField:
    """A password to be, which has to be long and nothing else."""
    hint = _("At least %(count)s characters. A few words in a row are easy to remember.")
    label = label or _("New password")

    def check(value: str) -> str:
        if len(value) < LEAST_PASSWORD:
            return _with_label(label, "too_short")
        return _with_label(label, "spaces") if value != value.strip() else ""

    return _secret(name, label, "new-password", check=check, hint=hint % {"count": number(LEAST_PASSWORD)})


def code_field(*, label: str = "", hint: str = "") -> CodeField:
    """A code that was mailed, texted, or is shown by an authenticator."""
    label = label or _("Code")

    def check(value: str) -> str:
        if value.isascii() and value.isdecimal() and len(value) in _CODE_LENGTHS:
            return ""
        return _("%(label)s: please type all of its digits. It looks like 123456.") % {"label": label}

    return CodeField(
        "code",
        label,
        autocomplete="one-time-code",
        inputmode="numeric",
        max_length=_MOST_CODE,
        hint=hint,
        check=check,
    )


def weak_password(label: str, reasons: tuple[str, ...]) -> str:
    """Why the pool refused a password (`WeakPassword.reasons`), as the sentence at its field."""
    return _with_label(label, reasons[0] if reasons else "")


def _secret(name: str, label: str, autocomplete: str, *, check: Check, hint: str = "") -> SecretField:
    return SecretField(
        name,
        label,
        type="password",
        autocomplete=autocomplete,
        max_length=MOST_PASSWORD,
        hint=hint,
        check=check,
    )


def _with_label(label: str, reason: str) -> str:
    sentences = {
        "too_short": _("%(label)s: please use at least %(count)s characters."),
        "too_long": _("%(label)s: please use at most %(most)s characters."),
        "spaces": _("%(label)s: please leave out the space at its beginning or end."),
        "lowercase": _("%(label)s: please use a small letter, too."),
        "uppercase": _("%(label)s: please use a capital letter, too."),
        "number": _("%(label)s: please use a digit, too."),
        "symbol": _("%(label)s: please use a sign such as ! or ?, too."),
        "used_before": _("%(label)s: you have used this one before. Please choose another."),
    }
    sentence = sentences.get(reason) or _("%(label)s: this is too easy to guess. Please choose another.")
    return sentence % {"label": label, "count": number(LEAST_PASSWORD), "most": number(MOST_PASSWORD)}


def is_whole_address(value: str) -> bool:
    """Whether it may be an e-mail address: whether it is one, only a mail to it tells."""
    name, at, host = value.rpartition("@")
    return bool(name and at) and "." in host.strip(".") and " " not in value
