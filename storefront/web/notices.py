"""Short sentences for the shopper's next page ("Meadow cushion is in your cart"), kept in the session.

Each notice is an entry of its own, so that two requests can add one at the same time and neither is lost.
A notice is never worth an error: while the session table is away they are dropped.

Nor is it worth a session: of a browser that has none they are carried in a signed cookie for a minute. So
nobody fills the table by asking for pages, and a form under way replaces no session that was begun meanwhile.
"""

import secrets
import time
from dataclasses import dataclass, field
from typing import Literal, Self, cast, get_args
from uuid import uuid4

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from storefront.sessions.backend import SOFT_PREFIX, SessionStore
from storefront.web.cookies import forget_cookie
from storefront.web.requests import ShopRequest

Kind = Literal["", "good", "care"]
"""What went well, what should be looked at, and "" for what is merely to be known."""
MOST_NOTICES = 10
MOST_CHARACTERS = 300
CARRIED_SECONDS = 60
_MOST_CARRIED = 3_000  # bytes: a browser takes 4,096 with the name and all that is said of a cookie
_SALT = "storefront.notices"
_MEMO = "_notices_taken_over"
# Soft as notices are, and of no name that one of them has: those go on with digits.
_UNDO = f"{SOFT_PREFIX}undo"


class Notice(str):
    """The words of a notice, and of which kind it is."""

    __slots__ = ("kind",)

    kind: Kind

    def __new__(cls, words: str, kind: Kind = "") -> Self:
        """The words as such a notice."""
        made = super().__new__(cls, words)
        made.kind = kind
        return made


@dataclass(frozen=True, slots=True)
class Undo:
    """A line that was just taken out of the cart, and what puts it back: once, whose `key` it is."""

    title: str
    sku: str
    quantity: int
    key: str = field(default_factory=lambda: uuid4().hex, compare=False)


def add_notice(request: ShopRequest, text: str, *, kind: Kind = "") -> None:
    """Show `text` on the page that comes next; the oldest gives way when there are ten."""
    names = _names(request)
    for name in names[: max(0, len(names) - MOST_NOTICES + 1)]:
        del request.session[name]
    # The time first, so that the names sort by age; the kind in the name, so that the entry stays plain text,
    # which the release before this one reads too.
    name = f"{SOFT_PREFIX}{time.time_ns():020d}:{secrets.token_hex(4)}:{kind}"
    request.session[name] = text[:MOST_CHARACTERS]


def take_notices(request: ShopRequest) -> tuple[Notice, ...]:
    """The notices so far, oldest first; they are gone from the session afterwards."""
    return tuple(Notice(str(request.session.pop(name)), _kind(name)) for name in _names(request))


def drop_notice(request: ShopRequest, text: str) -> None:
    """Do not show `text` any more: the page says it in its own way."""
    for name in _names(request):
        if request.session[name] == text[:MOST_CHARACTERS]:
            del request.session[name]


def keep_undo(request: ShopRequest, undo: Undo) -> None:
    """Offer to put a line back, on the cart page that comes next."""
    request.session[_UNDO] = {"title": undo.title, "sku": undo.sku, "quantity": undo.quantity}


def take_undo(request: ShopRequest) -> Undo | None:
    """What can be put back, once."""
    _take_over(request)
    kept = request.session.pop(_UNDO) if _UNDO in request.session else None
    if not isinstance(kept, dict):
        return None
    return Undo(str(kept.get("title", "")), str(kept.get("sku", "")), int(kept.get("quantity", 1)))


def carry_notices(request: HttpRequest, response: HttpResponse, session: SessionStore) -> bool:
    """Whether notices are all there is to keep of a browser without a session: then its cookie has them.

    The cookie is forgotten once the session has taken over what it held.
    """
    changed, name = session.changed, settings.NOTICE_COOKIE_NAME
    only_notices = bool(changed) and all(one.startswith(SOFT_PREFIX) for one in changed)
    carried = only_notices and not session.saved and not session.unavailable
    if carried:
        _set_cookie(response, name, {one: session[one] for one in sorted(changed)})
    elif getattr(request, _MEMO, False) and name in request.COOKIES:
        forget_cookie(response, name)
    return carried


def _set_cookie(response: HttpResponse, name: str, entries: dict[str, object]) -> None:
    """Carry the entries, without the oldest where they are too long."""
    while len(value := signing.dumps(entries, salt=_SALT, compress=True)) > _MOST_CARRIED:
        del entries[min(entries)]
    response.set_cookie(
        name,
        value,
        max_age=CARRIED_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
        path="/",
    )


def _take_over(request: ShopRequest) -> None:
    """Put what the cookie carries into the session, as if it had been there."""
    value = request.COOKIES.get(settings.NOTICE_COOKIE_NAME, "")
    if not value or getattr(request, _MEMO, False):
        return
    setattr(request, _MEMO, True)
    try:
        carried = signing.loads(value, salt=_SALT, max_age=CARRIED_SECONDS)
    except (signing.BadSignature, ValueError):
        return
    for name, kept in carried.items() if isinstance(carried, dict) else ():
        request.session[name] = kept


def _names(request: ShopRequest) -> list[str]:
    _take_over(request)
    names = request.session.keys()
    return sorted(name for name in names if name.startswith(SOFT_PREFIX) and name != _UNDO)


def _kind(name: str) -> Kind:
    kind = name.rpartition(":")[2]
    return cast("Kind", kind) if kind in get_args(Kind) else ""
