"""What every view of the console is: private, and for staff; for everybody else there is no such page.

Who may be here is what the identity provider says of them (Cognito groups), at most an hour old: the access
token is renewed on the way, and with it the groups.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.http import Http404, HttpResponseBase

from storefront.web.errors import error_response
from storefront.web.identity import IDLE, SignInNeeded, access_token
from storefront.web.policies import READ_METHODS, private_page
from storefront.web.requests import ShopRequest

StaffView = Callable[..., HttpResponseBase]

GROUPS = frozenset({"merchandiser", "ops", "approver"})
FRESH = timedelta(minutes=15)
"""How long ago somebody may have proved who they are who changes something (ASVS 5.0, 7.5.1)."""
CONSOLE_SECONDS = 8.0
"""The time of a page; a look through the keys of the shared cache is most of it."""
HEADERS = {"Referrer-Policy": "same-origin", "X-Robots-Tag": "noindex, nofollow"}
"""Besides those of every private page: addresses here say what staff look at."""


def staff_view(
    *, methods: frozenset[str] = READ_METHODS, query: tuple[str, ...] = ()
) -> Callable[[StaffView], StaffView]:
    """Let staff in. `query` names the keys of the query string that the view reads.

    Raises Http404 for everybody else, SignInNeeded for staff who were idle, or who change something long
    after they proved who they are, and UpstreamUnavailable while nobody can tell who asks. Only who is let in
    learns which methods a page takes.
    """

    def decorate(view: StaffView) -> StaffView:
        @wraps(view)
        def guarded(request: ShopRequest, **kwargs: Any) -> HttpResponseBase:
            _let_in(request)
            response = view(request, **kwargs) if request.method in methods else _refused(request, methods)
            for name, value in HEADERS.items():
                response.headers[name] = value
            return response

        return private_page(query=query, deadline=CONSOLE_SECONDS, groups=GROUPS)(guarded)

    return decorate


def _refused(request: ShopRequest, methods: frozenset[str]) -> HttpResponseBase:
    response = error_response(request, 405)
    response["Allow"] = ", ".join(sorted(methods))
    return response


def _let_in(request: ShopRequest) -> None:
    identity = request.identity
    if identity.outage is not None:
        raise identity.outage
    if not identity.groups & GROUPS:
        raise Http404
    if not identity.is_recent(IDLE):
        raise SignInNeeded(again=True)
    if request.method not in READ_METHODS and not identity.is_fresh(FRESH):
        raise SignInNeeded(again=True)
    access_token(request)  # which may say that the groups are others by now
    if not identity.groups & GROUPS:
        raise Http404
