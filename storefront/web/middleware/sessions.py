"""Carries the session between cookie and table; public pages have none, an outage changes no cookie.

Written by hand where Django has a middleware of its own, because that one deletes the cookie of a session
that it could not read.
"""

import structlog
from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.exceptions import SessionInterrupted
from django.http import HttpRequest, HttpResponse

from storefront.core import UpstreamUnavailable
from storefront.sessions.backend import SOFT_PREFIX, SessionStore
from storefront.web.cart_cookie import clear_broken
from storefront.web.errors import RETRY_SECONDS, error_response
from storefront.web.middleware import GetResponse
from storefront.web.shop import current_shop

_log = structlog.get_logger("storefront.web.sessions")
_SERVER_ERROR = 500


class SessionMiddleware:
    """request.session for private pages; saved afterwards when, and only when, an entry changed."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer, with the session's cookie when it is a new one.

        Changes that cannot be saved turn the answer into a 503, so that nobody is told of something that
        did not happen; notices are the exception, they are dropped.
        """
        if request.policy.public:  # type: ignore[attr-defined]
            return self._get_response(request)
        session = SessionStore(request.COOKIES.get(settings.SESSION_COOKIE_NAME), current_shop().sessions)
        request.session = session
        response = self._get_response(request)
        clear_broken(request, response)
        if not session.loaded:
            return response
        if session.changed and response.status_code < _SERVER_ERROR:
            try:
                session.save()
            except UpstreamUnavailable as outage:
                response = _not_saved(request, response, session, outage)
            except UpdateError as gone:
                raise SessionInterrupted("the session ended while this request was answered") from gone
        if session.unavailable:
            current_shop().telemetry.degraded("session", "unavailable")
        else:
            _set_cookie(request, response, session)
        return response


def _not_saved(
    request: HttpRequest, response: HttpResponse, session: SessionStore, outage: UpstreamUnavailable
) -> HttpResponse:
    soft = all(name.startswith(SOFT_PREFIX) for name in session.changed)
    _log.warning("session_not_saved", reason=str(outage.reason), state="notices" if soft else "refused")
    if soft:
        return response
    return error_response(request, 503, retry_after=outage.retry_after or RETRY_SECONDS)


def _set_cookie(request: HttpRequest, response: HttpResponse, session: SessionStore) -> None:
    name = settings.SESSION_COOKIE_NAME
    known = request.COOKIES.get(name)
    if session.session_key and session.session_key != known and session.saved:
        response.set_cookie(
            name,
            session.session_key,
            max_age=settings.SESSION_COOKIE_AGE,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
            path="/",
        )
    elif known and not session.session_key:
        response.delete_cookie(name, path="/", samesite="Lax")
        # Browsers ignore a __Host- cookie that is not Secure, and so would ignore its deletion.
        response.cookies[name]["secure"] = settings.SESSION_COOKIE_SECURE
        response.cookies[name]["httponly"] = True
