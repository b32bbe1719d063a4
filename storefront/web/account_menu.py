"""The parts of the account, as its menu and its first page list them."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _lazy

_HOME = "account:home"
_SECTIONS: tuple[tuple[str, str | Promise, str | Promise], ...] = (
    (_HOME, _lazy("Overview"), ""),
    ("account:orders", _lazy("Orders"), _lazy("See how far they are, follow parcels, order again.")),
    ("wishlist:show", _lazy("Wish list"), _lazy("What you want to remember.")),
    ("account:profile", _lazy("Your details"), _lazy("Your name and phone number.")),
    ("account:addresses", _lazy("Address book"), _lazy("Where parcels go: type it once, use it every time.")),
    ("account:reviews", _lazy("Your reviews"), _lazy("What you wrote, and whether it is shown.")),
    ("account:preferences", _lazy("Preferences"), _lazy("Language, country, and which emails you get.")),
    ("account:security", _lazy("Sign-in and security"), _lazy("Password, email address, a second step.")),
    ("account:devices", _lazy("Devices"), _lazy("Where you are signed in.")),
    ("account:data", _lazy("Your data"), _lazy("Download what we know, or delete the account.")),
)


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the account. `current` is "page" where it is the page, "true" where the page is in it."""

    label: str
    hint: str
    href: str
    current: str


def sections(here: str, *, exact: bool) -> tuple[Section, ...]:
    """The menu on a page of the section `here` (a route's name); `exact` when it is its own page."""
    return tuple(
        Section(str(label), str(hint), reverse(name), _current(name == here, exact=exact))
        for name, label, hint in _SECTIONS
    )


def home_href() -> str:
    """The account's first page."""
    return reverse(_HOME)


def _current(mine: bool, *, exact: bool) -> str:  # noqa: FBT001 - one argument, told by its name
    if not mine:
        return ""
    return "page" if exact else "true"
