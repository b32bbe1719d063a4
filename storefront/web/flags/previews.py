"""A preview: pages as they would be with other values of flags, or at another time, for who has the link.

A token says who made it, what differs and until when it holds; it is signed, and changes nothing for anybody
else. Pages that are made for a preview are kept by nobody and count in no experiment, and what is written
(a cart, an order) goes by the flags as they are.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import msgspec
from django.conf import settings
from django.core import signing
from django.http import HttpResponseBase

LONGEST: Final = timedelta(days=7)
_SALT: Final = "storefront.preview"
_MOST_CHARACTERS: Final = 2_000
_MOST_FLAGS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """`overrides` are variants by flag; `moment` the time that rules and windows are asked for, None for now.

    `by` is who made it, `until` when it ends (aware), `path` the page that the link leads to.
    """

    by: str
    until: datetime
    overrides: Mapping[str, str] = field(default_factory=dict)
    moment: datetime | None = None
    path: str = "/"


class PreviewTooLong(ValueError):  # noqa: N818 - says what it is
    """A preview for more than seven days, or with more flags than a cookie has room for."""


def token_of(preview: Preview, now: datetime) -> str:
    """The signed token. Raises PreviewTooLong."""
    if preview.until - now > LONGEST or len(preview.overrides) > _MOST_FLAGS:
        raise PreviewTooLong
    token = signing.dumps(msgspec.to_builtins(preview), salt=_SALT, compress=True)
    if len(token) > _MOST_CHARACTERS:
        raise PreviewTooLong
    return token


def preview_of(token: str, now: datetime) -> Preview | None:
    """The preview that a token is for; None for one that is over, or that nobody here has signed."""
    if not token or len(token) > _MOST_CHARACTERS:
        return None
    try:
        found = msgspec.convert(signing.loads(token, salt=_SALT), Preview)
    except (signing.BadSignature, ValueError):  # msgspec's error is one
        return None
    return found if now < found.until else None


def keep(response: HttpResponseBase, token: str, preview: Preview, now: datetime) -> None:
    """Let the browser see the shop so, until the preview ends."""
    response.set_cookie(
        settings.PREVIEW_COOKIE_NAME,
        token,
        max_age=max(int((preview.until - now).total_seconds()), 1),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
        path="/",
    )
