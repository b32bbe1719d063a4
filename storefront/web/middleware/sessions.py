"""Carries the session between cookie and table; public pages have none, an outage changes no cookie.

Written by hand where Django has a middleware of its own, because that one deletes the cookie of a session
that it could not read.
"""

import structlog
from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from storefront.core import UpstreamUnavailable
from storefront.sessions.backend import SessionStore
from storefront.web.cart_cookie import settle_cookie
from storefront.web.cookies import forget_cookie
from storefront.web.errors import RETRY_SECONDS, error_response
from storefront.web.identity import forget_former, sign_in_response, undo_sign_in
from storefront.web.identity.person import AUTH
from storefront.web.middleware import GetResponse
from storefront.web.notices import carry_notices
from storefront.web.policies import READ_METHODS
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
        did not happen; soft entries are the exception, they are dropped. A sign-in whose answer is an error
        did not happen either: no cookie of it is handed out, but one of what was there before. Where the
        session was ended meanwhile (in another tab), its cookie is left alone: the browser may have a newer
        one by now. What the browser keeps of somebody whose session ended here it forgets with any answer.
        """
        if request.policy.public:  # type: ignore[attr-defined]
            return self._get_response(request)
        shop = current_shop()
        key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
        session = SessionStore(key, shop.sessions, shop.vault, shop.clock)
        request.session = session
        response = self._settled(request, session, self._get_response(request))
        forget_former(request, response)  # type: ignore[arg-type]
        return response

    def _settled(self, request: HttpRequest, session: SessionStore, response: HttpResponse) -> HttpResponse:
        """The answer, once what it says of the session is so."""
        shop, key = current_shop(), request.COOKIES.get(settings.SESSION_COOKIE_NAME)
        settle_cookie(request, response)
        if not session.loaded:
            return response
        succeeded = response.status_code < _SERVER_ERROR
        if succeeded and not carry_notices(request, response, session) and session.changed:
            try:
                session.save()
            except UpstreamUnavailable as outage:
                response = _not_saved(request, response, session, outage)
            except UpdateError:
                return _ended(request, response, session)
        if response.status_code >= _SERVER_ERROR and AUTH in session and session.session_key != key:
            if undo_sign_in(request):  # type: ignore[arg-type]
                _set_cookie(request, response, request.session)  # type: ignore[arg-type]
        elif session.unavailable:
            shop.telemetry.degraded("session", "unavailable")
        else:
            _set_cookie(request, response, session)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The same for a view that saved the session itself and found it ended; None for all else."""
        session = getattr(request, "session", None)
        if not isinstance(exception, UpdateError) or not isinstance(session, SessionStore):
            return None
        return _instead(request, session)


def _not_saved(
    request: HttpRequest, response: HttpResponse, session: SessionStore, outage: UpstreamUnavailable
) -> HttpResponse:
    soft = all(session.rules.is_soft(name) for name in session.changed)
    _log.warning("session_not_saved", reason=str(outage.reason), state="notices" if soft else "refused")
    if soft:
        return response
    return error_response(request, 503, retry_after=outage.retry_after or RETRY_SECONDS)


def _ended(request: HttpRequest, response: HttpResponse, session: SessionStore) -> HttpResponse:
    """The answer to a request whose session was ended while it was under way, in another tab perhaps."""
    if all(session.rules.is_soft(name) for name in session.changed):
        return response
    return _instead(request, session)


def _instead(request: HttpRequest, session: SessionStore) -> HttpResponse:
    _log.info("session_ended_meanwhile")
    if AUTH in session:
        return sign_in_response(request, keep=False)  # type: ignore[arg-type,return-value]
    if request.method in READ_METHODS:
        return HttpResponseRedirect(request.get_full_path())
    return error_response(request, 409, _("You signed in or out in another window. Please try again."))


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
    elif known and session.flushed:
        forget_cookie(response, name)
