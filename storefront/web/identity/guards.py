"""Views for people who are signed in; who is not signs in first and finds page and form as they were.

What was typed is kept in the encrypted entry `kept:<page>` of the session, for an hour and for the last three
forms. Only of views that ask for it (`keeps_form`), and of their form only the fields whose kind may be kept:
passwords and codes never are, whatever they are called.
"""

import hashlib
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.urls import NoReverseMatch, reverse

from storefront.sessions.backend import SessionStore
from storefront.web import limits
from storefront.web.forms import Form
from storefront.web.identity.person import SignInNeeded, session_of
from storefront.web.identity.stamps import STAMP_FIELD, is_stamp_of
from storefront.web.policies import READ_METHODS
from storefront.web.regions import split
from storefront.web.requests import ShopRequest
from storefront.web.responses import SeeOther

View = TypeVar("View", bound=Callable[..., HttpResponseBase])
MakeForm = Callable[[], Form]

IDLE = timedelta(minutes=30)
"""After so long without a word whoever sits there has to prove who they are (ASVS 5.0, 7.3.1)."""
SIGN_IN_ROUTE = "signin:start"
KEPT = "kept:"
KEPT_SECONDS = 3600
MOST_KEPT = 3
_MOST_KEPT_BYTES = 6 * 1024
_VERSION = "version"  # which state of the thing the form was filled from: no field, yet it belongs to it
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


def keeps_form(make: MakeForm) -> Callable[[View], View]:
    """Keep what was typed into this form of a view, should a sign-in come in between.

    `make` gives the form of no particular state, for its fields. Nothing is kept of views that do not say so.
    Stands below whatever else decorates the view.
    """

    def mark(view: View) -> View:
        view.keeps_form = make  # type: ignore[attr-defined]
        return view

    return mark


def keep_form(request: ShopRequest, path: str = "") -> None:
    """Keep what was typed for when the page of `path` is shown next, this one by default.

    Keeps nothing for views without `keeps_form`, nor for an address from which many forms were kept already
    by browsers without a session: each of those costs a row of the table.
    """
    fields = _typed(request)
    session = session_of(request)
    if not fields or (not session.saved and not limits.may_keep_form(request)):
        return
    now = int(request.shop.clock.now().timestamp())
    session[_entry(path or request.path)] = {"at": now, "fields": fields}
    forget_stale_forms(session, now)
    oldest_first = sorted(_kept(session), key=lambda name: _at(session[name]))
    for name in oldest_first[:-MOST_KEPT]:
        del session[name]


def forget_stale_forms(session: SessionStore, now: int) -> None:
    """Take what was typed an hour ago out of the session. `now` is in seconds since 1970."""
    for name in _kept(session):
        if now - _at(session[name]) > KEPT_SECONDS:
            del session[name]


def kept_form(request: ShopRequest) -> Mapping[str, str]:
    """What was typed on this page before the sign-in came in between, once; empty otherwise.

    Also empty for another person than the one who typed it: the sign-in that came may be somebody else's.
    """
    session, entry = session_of(request), _entry(request.path)
    forget_stale_forms(session, int(request.shop.clock.now().timestamp()))
    kept = session.pop(entry) if entry in session else None
    if not isinstance(kept, dict) or not isinstance(kept.get("fields"), dict):
        return {}
    fields = {str(name): str(value) for name, value in kept["fields"].items()}
    stamp, person = fields.pop(STAMP_FIELD, ""), request.identity.person
    return fields if not stamp or (person is not None and is_stamp_of(person.sub, stamp)) else {}


def forget_form(request: ShopRequest) -> None:
    """Forget what was typed on this page."""
    session_of(request).pop(_entry(request.path), None)


def _typed(request: ShopRequest) -> dict[str, str]:
    """What was sent in the fields that may be kept, as much of it as there is room for."""
    make: MakeForm | None = getattr(getattr(request.resolver_match, "func", None), "keeps_form", None)
    if make is None:
        return {}
    fields: dict[str, str] = {}
    size = 0
    for name in (STAMP_FIELD, _VERSION, *(one.name for one in make() if one.keepable)):
        if name not in request.POST:
            continue
        size += len(name.encode()) + len(request.POST[name].encode())
        if size > _MOST_KEPT_BYTES:
            break
        fields[name] = request.POST[name]
    return fields


def _kept(session: SessionStore) -> list[str]:
    return [name for name in session.keys() if name.startswith(KEPT)]  # noqa: SIM118 - no mapping


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
