"""Puts the identity on the request, refuses others' forms, sends to the sign-in page, notes who is active."""

from collections.abc import Callable
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from storefront.core import UpstreamUnavailable
from storefront.sessions.backend import SessionStore
from storefront.web.identity import IDLE, Identity, SignInNeeded, sign_in_response
from storefront.web.identity.guards import forget_stale_forms
from storefront.web.identity.person import ACTIVE, AUTH
from storefront.web.identity.stamps import is_anothers, refusal
from storefront.web.identity.tokens import registry_of
from storefront.web.middleware import GetResponse
from storefront.web.requests import ShopRequest

ACTIVE_SECONDS = 60
"""How exactly is known when somebody was last active; a write to their session at most as often."""
SEEN_SECONDS = 600
"""The same for the list of their sessions."""
_SERVER_ERROR = 500
_log = structlog.get_logger("storefront.web.identity")


class IdentityMiddleware:
    """request.identity, which reads nothing until it is asked; and the way to the sign-in page.

    Whoever was idle for so long that the account is closed to them stays idle until they prove who they are:
    a second press of the same link must not open what the first did not.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: ShopRequest) -> HttpResponse:
        """The answer; who is signed in counts as active now."""
        request.identity = Identity(request, request.shop.clock)
        response = self._get_response(request)
        if response.status_code < _SERVER_ERROR and not request.policy.public and not _asks_itself(request):
            _note_activity(request)
        return response

    def process_view(
        self,
        request: ShopRequest,
        _view: Callable[..., HttpResponseBase],
        _args: tuple[Any, ...],
        _kwargs: dict[str, Any],
    ) -> HttpResponse | None:
        """A refusal of a form that was made for somebody else than who is signed in now; None for all others.

        Here and not in the views, so that none of them can forget it.
        """
        if request.method != "POST" or request.policy.public or not is_anothers(request):
            return None
        _log.info("form_of_another_person")
        return refusal(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """The sign-in page where a view or a guard asked for it, None for everything else."""
        if not isinstance(exception, SignInNeeded):
            return None
        return sign_in_response(request, again=exception.again)  # type: ignore[arg-type]


def _asks_itself(request: ShopRequest) -> bool:
    """Whether a page that follows something asks how it stands, which keeps nobody signed in."""
    return request.policy.polled and bool(request.htmx) and not request.htmx.boosted


def _note_activity(request: ShopRequest) -> None:
    session = request.session
    if not isinstance(session, SessionStore) or not session.loaded or not session.saved:
        return
    auth, active = session.get(AUTH), session.get(ACTIVE, 0)
    now = int(request.shop.clock.now().timestamp())
    forget_stale_forms(session, now)
    if not isinstance(auth, dict) or not request.identity.is_recent(IDLE):
        return
    if abs(now - active) < ACTIVE_SECONDS:
        return
    session[ACTIVE] = now
    if now // SEEN_SECONDS == active // SEEN_SECONDS:
        return
    try:
        registry_of(request).touch(str(auth["sub"]), session.digest)
    except UpstreamUnavailable:
        _log.warning("session_not_noted")
