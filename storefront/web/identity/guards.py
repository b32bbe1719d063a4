"""Views for people who are signed in; who is not signs in first and finds page and form as they were.

What was typed is kept in the encrypted entry `kept:<page>` of the session, for an hour and for the last three
forms. Passwords, codes and card numbers never are.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.urls import NoReverseMatch, reverse

from storefront.web.identity.person import SignInNeeded, session_of
from storefront.web.identity.stamps import STAMP_FIELD, is_stamp_of
from storefront.web.policies import READ_METHODS
from storefront.web.regions import split
from storefront.web.requests import ShopRequest
from storefront.web.responses import SeeOther

View = TypeVar("View", bound=Callable[..., HttpResponseBase])

SIGN_IN_ROUTE = "signin:start"
KEPT = "kept:"
KEPT_SECONDS = 3600
MOST_KEPT = 3
_MOST_KEPT_BYTES = 6 * 1024
_NEVER = re.compile(r"pass|code|secret|token|otp|pin$|card|cvc|csrf", re.IGNORECASE)
_NOT_SECRET = frozenset({"postcode", "country_code"})
_NO_CONTENT = 204


def signed_in(*, recent: timedelta | None = None, fresh: timedelta | None = None) -> Callable[[View], View]:
    """Only for people who are signed in; others are sent to the sign-in page and come back afterwards.

    With `recent` also those sign in anew who did nothing for that long, with `fresh` those who proved who
    they are longer ago than that. Stands below `@private_page`.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: ShopRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            identity = request.identity
            if identity.outage is not None:
                raise identity.outage
            if not identity.signed_in:
                raise SignInNeeded
            if recent is not None and not identity.is_recent(recent):
                raise SignInNeeded(again=True)
            if fresh is not None and not identity.is_fresh(fresh):
                raise SignInNeeded(again=True)
            return view(request, *args, **kwargs)

        return cast("View", guarded)

    return guard


def sign_in_response(request: ShopRequest, *, again: bool = False, keep: bool = True) -> HttpResponseBase:
    """To the sign-in page, and from there back here; a form that was sent is kept meanwhile."""
    back = _way_back(request)
    if keep and request.method not in READ_METHODS and not request.identity.unavailable:
        keep_form(request, urlsplit(back).path)
    target = sign_in_href(back, again=again)
    if not request.htmx:
        return SeeOther(target)
    response = HttpResponse(status=_NO_CONTENT)
    response.headers["HX-Redirect"] = target
    return response


def sign_in_href(back: str, *, again: bool = False) -> str:
    """The sign-in page, which goes on to `back`; with `again` it also asks people who are signed in."""
    query = {"next": back} | ({"again": "1"} if again else {})
    return f"{reverse(SIGN_IN_ROUTE)}?{urlencode(query)}"


def keep_form(request: ShopRequest, path: str = "") -> None:
    """Keep what was typed for when the page of `path` is shown next, this one by default."""
    fields: dict[str, str] = {}
    size = 0
    for name, value in request.POST.items():
        size += len(name.encode()) + len(str(value).encode())
        if size > _MOST_KEPT_BYTES:
            break
        if not _NEVER.search(name) or name in _NOT_SECRET:
            fields[name] = str(value)
    session = session_of(request)
    at = int(request.shop.clock.now().timestamp())
    session[_entry(path or request.path)] = {"at": at, "fields": fields}
    kept = {n: session[n] for n in session.keys() if n.startswith(KEPT)}  # noqa: SIM118 - no mapping
    oldest_first = sorted(kept, key=lambda name: _at(kept[name]))
    for name in oldest_first[: max(0, len(kept) - MOST_KEPT)]:
        del session[name]


def kept_form(request: ShopRequest) -> Mapping[str, str]:
    """What was typed on this page before the sign-in came in between, once; empty otherwise.

    Also empty for another person than the one who typed it: the sign-in that came may be somebody else's.
    """
    session, entry = session_of(request), _entry(request.path)
    kept = session.pop(entry) if entry in session else None
    if not isinstance(kept, dict) or not isinstance(kept.get("fields"), dict):
        return {}
    if request.shop.clock.now().timestamp() - _at(kept) > KEPT_SECONDS:
        return {}
    fields = {str(name): str(value) for name, value in kept["fields"].items()}
    stamp, person = fields.pop(STAMP_FIELD, ""), request.identity.person
    return fields if not stamp or (person is not None and is_stamp_of(person.sub, stamp)) else {}


def forget_form(request: ShopRequest) -> None:
    """Forget what was typed on this page."""
    session_of(request).pop(_entry(request.path), None)


def _entry(path: str) -> str:
    """The entry's name: the page within its region, so that the form survives a change of language."""
    return KEPT + hashlib.sha256(split(path)[1].encode()).hexdigest()[:16]


def _at(kept: Any) -> int:
    at = kept.get("at") if isinstance(kept, dict) else None
    return at if isinstance(at, int) else 0


def _way_back(request: ShopRequest) -> str:
    """Where to go after the sign-in: this page, or the page that the form was on."""
    if request.method in READ_METHODS:
        return request.get_full_path()
    page = urlsplit(request.headers.get("Referer", ""))
    own = f"{page.scheme}://{page.netloc}" == settings.PUBLIC_ORIGIN and not page.path.startswith("//")
    if own:
        return page.path + (f"?{page.query}" if page.query else "")
    return request.get_full_path() if request.policy.methods & READ_METHODS else _home()


def _home() -> str:
    for route in ("account:home", "content:home"):
        try:
            return reverse(route)
        except NoReverseMatch:
            continue
    return "/"
