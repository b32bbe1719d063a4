"""The access token of whoever is signed in: renewed a minute early, by one request for all that ask.

Tokens are in the encrypted entry `tokens` of the session and nowhere else; they never leave for the browser.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import structlog
from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError

from storefront.core import Reason, Unauthorized, UpstreamError, UpstreamUnavailable
from storefront.identity import IdentityRefused, Person, RefreshRefused, TokenRefused, Tokens
from storefront.sessions import SessionRegistry
from storefront.web.identity.person import ACTIVE, AUTH, TOKENS, SignInNeeded, begun, describe, session_of

if TYPE_CHECKING:
    from storefront.web.requests import ShopRequest

T = TypeVar("T")

EARLY_SECONDS = 60
"""How long before its end a token is renewed."""
_STALE_STATUS = 401
_log = structlog.get_logger("storefront.web.identity")


def access_token(request: "ShopRequest") -> str:
    """A token for calls in the person's name, good for a minute at least where the provider can be reached.

    Raises SignInNeeded for guests and when the provider ends the sign-in, UpstreamUnavailable while sessions
    cannot be read, or no token that is still good can be had, whatever the provider says about it.
    """
    return _fresh(request, lambda kept: _until(kept) - _now(request) <= EARLY_SECONDS)


def with_token(request: "ShopRequest", call: Callable[[str], T]) -> T:
    """`call(token)`; where the backend finds the token too old (401), once more with a new one.

    The clocks of two machines may differ by minutes: then a token ends there before it does here. Raises as
    `access_token`, SignInNeeded when the new one is refused as well, and what `call` raises.
    """
    token = access_token(request)
    try:
        return call(token)
    except Unauthorized as refused:
        if refused.status != _STALE_STATUS:
            raise
    try:
        return call(_fresh(request, _is(token), usable=False))
    except Unauthorized as refused:
        if refused.status != _STALE_STATUS:
            raise
        raise SignInNeeded(again=True) from refused


def renew(request: "ShopRequest") -> None:
    """Get new tokens now, because what they say of the person has changed. Raises as `access_token`."""
    _fresh(request, _is(access_token(request)), usable=False)


def refresh_token(request: "ShopRequest") -> str:
    """The refresh token of the session, "" without one: for ending the sign-in at the provider."""
    kept = session_of(request).get(TOKENS)
    return str(kept.get("refresh", "")) if isinstance(kept, dict) else ""


def packed(tokens: Tokens) -> dict[str, Any]:
    """The entry `tokens`. The id token is left out: what it says is in `auth`."""
    return {"access": tokens.access, "refresh": tokens.refresh, "until": int(tokens.expires_at)}


def _fresh(request: "ShopRequest", due: Callable[[Any], bool], *, usable: bool = True) -> str:
    """The session's access token, renewed if `due`. While another renews it, a `usable` old one will do."""
    identity, session = request.identity, session_of(request)
    if identity.outage is not None:
        raise identity.outage
    person = identity.person
    if person is None:
        raise SignInNeeded
    made: list[Tokens] = []

    def good(kept: Any) -> bool:
        return usable and _until(kept) > _now(request)

    try:
        make = _maker(request, person, made)
        kept = session.renew(TOKENS, make, due=due, usable=good, along=(AUTH, ACTIVE))
    except UpdateError as ended:
        raise SignInNeeded from ended
    except (IdentityRefused, UpstreamError) as failed:
        kept = session.get(TOKENS)
        if not good(kept):
            raise _away(failed) from failed
    if not isinstance(kept, dict):
        # Also when no key opens them any more: whoever looks signed in, but is not, would never get out.
        _drop(request)
        raise SignInNeeded
    if made:
        _follow(request, person, made[0])
    return str(kept.get("access", ""))


def _away(failed: IdentityRefused | UpstreamError) -> UpstreamUnavailable:
    """Why no token can be had. An answer that makes no sense is none: it ends nobody's sign-in."""
    if isinstance(failed, UpstreamUnavailable):
        return failed
    _log.error("refresh_answered_oddly", error=type(failed).__name__)
    return UpstreamUnavailable("cognito", "refresh", Reason.SERVER_ERROR, message=type(failed).__name__)


def _is(token: str) -> Callable[[Any], bool]:
    """Whether an entry still holds this access token: who waited for another finds a newer one."""
    return lambda kept: isinstance(kept, dict) and kept.get("access") == token


def _maker(request: "ShopRequest", person: Person, made: list[Tokens]) -> Callable[[Any], Any]:
    """What makes the new entry of the old one: None where the provider ends the sign-in."""

    def make(kept: Any) -> dict[str, Any] | None:
        old = str(kept.get("refresh", ""))
        try:
            made.append(request.shop.people.refresh(refresh_token=old, sub=person.sub))
        except RefreshRefused:
            _log.info("refresh_refused")
            forget_session(request, person.sub)
            return None
        return packed(made[0])

    return make


def _follow(request: "ShopRequest", person: Person, tokens: Tokens) -> None:
    """Take over what new tokens say of the person (name, address, groups); SignInNeeded if it is another."""
    session = session_of(request)
    try:
        now = request.shop.people.person(tokens)
    except TokenRefused as refused:
        _drop(request)
        raise SignInNeeded from refused
    except (IdentityRefused, UpstreamError):
        return  # the next renewal says it
    if now.sub != person.sub:
        _log.error("refresh_brought_another_person")
        _drop(request)
        raise SignInNeeded
    auth = session[AUTH]
    session[AUTH] = describe(now, request.shop.clock.now()) | begun(auth)


def forget_session(request: "ShopRequest", sub: str) -> None:
    """Take this session off the person's list; what fails here ends with the session's time."""
    try:
        registry_of(request).forget(sub, session_of(request).digest)
    except UpstreamUnavailable:
        _log.warning("session_not_forgotten")


def registry_of(request: "ShopRequest") -> SessionRegistry:
    """The lists of people's sessions."""
    return SessionRegistry(request.shop.sessions, settings.SESSION_COOKIE_AGE, request.shop.clock)


def _drop(request: "ShopRequest") -> None:
    session = session_of(request)
    for name in (AUTH, TOKENS, ACTIVE):
        session.pop(name, None)


def _until(kept: Any) -> int:
    until = kept.get("until") if isinstance(kept, dict) else None
    return until if isinstance(until, int) else 0


def _now(request: "ShopRequest") -> float:
    return request.shop.clock.now().timestamp()
