"""The cookie by which shares of shoppers are dealt: a random id, and what no address tells of who has it.

It is set by the header's personal fragment and nowhere else, and only while a flag asks for it. A public page
is chosen by what it says, ahead of Django, so it is small, signed, and read without asking anybody. It says
nothing about a person that the shop could not forget: ids are random, or a keyed hash of the account.

Its value is `1.<id>.<account>.<hours>.<device>.<groups>.<signature>`: `hours` since 1970 when the id was
made, `account` empty for a guest. A signature of the present key or of one of SECRET_KEY_FALLBACKS holds.
"""

import hashlib
import hmac
import re
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from django.conf import settings
from django.http import HttpResponseBase

from storefront.flags.context import Fact

Device = Literal["phone", "desktop"]

MAX_AGE_SECONDS: Final = 180 * 24 * 3600
"""Half a year, longer than any experiment, and no longer than a browser needs to be told from another."""
LONGEST: Final = 200  # bytes of the value
RETURNING_HOURS: Final = 12
"""So long after the first page somebody is a returning visitor: on the same evening they are not."""
_HOUR: Final = 3600
_ID_BYTES: Final = 16
_VALUE: Final = re.compile(
    r"(1\.([\w-]{22})\.((?:[\w-]{22})?)\.([0-9]{1,7})\.([pd])\.((?:[\w-]+~)*))\.([\w-]{22})", re.ASCII
)
_GROUP: Final = re.compile(r"[\w-]{1,32}", re.ASCII)
_SIGNING: Final = b"storefront.visitor.signature:"
_ACCOUNT: Final = b"storefront.visitor.account:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """A browser, or whoever is signed in there. `first` is when its id was made, in hours since 1970.

    `account` is the id of whoever is signed in, "" for a guest.
    """

    own: str
    first: int
    account: str = ""
    device: Device = "desktop"
    groups: frozenset[str] = frozenset()

    @property
    def id(self) -> str:
        """What shares are dealt by: the same on all devices of somebody who is signed in."""
        return self.account or self.own

    @property
    def ids(self) -> tuple[str, ...]:
        """All that they may have been dealt variants by, the present one first: who signs in has another."""
        return (self.account, self.own) if self.account else (self.own,)

    def facts(self, now: datetime) -> dict[str, Fact]:
        """What rules may ask of them."""
        returning = now.timestamp() / _HOUR - self.first >= RETURNING_HOURS
        return {
            "signed_in": bool(self.account),
            "visitor": "returning" if returning else "new",
            "device": self.device,
            "group": self.groups,
        }


def new_visitor(now: datetime) -> Visitor:
    """Somebody whom nothing is known of."""
    return Visitor(own=_text(secrets.token_bytes(_ID_BYTES)), first=int(now.timestamp()) // _HOUR)


def account_id(sub: str) -> str:
    """The id of an account. Always with the present key: it changes with it, as all signed-in ids do."""
    return _mac(settings.SECRET_KEY, _ACCOUNT + sub.encode())


def written(visitor: Visitor) -> str:
    """The cookie's value. Groups for which there is no room are left out, the last by name first."""
    groups = sorted(group for group in visitor.groups if _GROUP.fullmatch(group))
    while True:
        listed = "".join(f"{group}~" for group in groups)
        head = f"1.{visitor.own}.{visitor.account}.{visitor.first}.{visitor.device[0]}.{listed}"
        value = f"{head}.{_mac(settings.SECRET_KEY, _SIGNING + head.encode())}"
        if len(value) <= LONGEST or not groups:
            return value
        groups.pop()


def read(value: str) -> Visitor | None:
    """The visitor that a cookie's value tells of; None for what nobody here has signed."""
    found = _VALUE.fullmatch(value) if len(value) <= LONGEST else None
    if found is None:
        return None
    head, own, account, hours, device, groups, signature = found.groups()
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    if not any(hmac.compare_digest(_mac(key, _SIGNING + head.encode()), signature) for key in keys):
        return None
    return Visitor(
        own=own,
        first=int(hours),
        account=account,
        device="phone" if device == "p" else "desktop",
        groups=frozenset(group for group in groups.split("~") if group),
    )


def keep(response: HttpResponseBase, visitor: Visitor) -> None:
    """Let the browser remember who it is, for half a year from now."""
    response.set_cookie(
        settings.VISITOR_COOKIE_NAME,
        written(visitor),
        max_age=MAX_AGE_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
        path="/",
    )


def _mac(key: str, message: bytes) -> str:
    """128 bits of a keyed hash, as 22 characters."""
    return _text(hmac.digest(key.encode(), message, hashlib.sha256)[:_ID_BYTES])


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
