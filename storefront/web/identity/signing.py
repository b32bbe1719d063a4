"""Beginning and ending the signed-in part of a session, here and on a person's other devices."""

import json
from collections.abc import Mapping
from typing import Any

import structlog
from django.conf import settings
from django.contrib.sessions.backends.base import CreateError
from django.http import HttpResponseBase
from django.middleware.csrf import rotate_token

from storefront.core import UpstreamError, UpstreamUnavailable
from storefront.identity import ChallengeExpired, IdentityRefused, Person, Tokens
from storefront.resilience import deadline
from storefront.sessions import EntryRules, StoredSession, Unreadable, Vault, digest_of, new_key
from storefront.sessions.backend import SessionStore
from storefront.sessions.contents import Codec
from storefront.web.cart_cookie import disregard_carts, forget_all_carts
from storefront.web.identity.devices import DeviceSession, device_of, notes_of
from storefront.web.identity.person import ACTIVE, AUTH, HOSTED, TOKENS, SignInNeeded, describe, session_of
from storefront.web.identity.proofs import (
    draw_to_settle,
    forget_proof,
    is_overtaken,
    proof_of,
    settle_watershed,
)
from storefront.web.identity.tokens import access_token, packed, refresh_token, registry_of
from storefront.web.list_cookie import forget_list
from storefront.web.order_tokens import forget_orders
from storefront.web.requests import ShopRequest

SIGN_IN_PREFIX = "signin:"
"""What the names of entries begin with that belong to a sign-in under way; they end with it."""
CLEAR_SITE_DATA = '"cache", "storage"'
_CLOSE_SECONDS = 0.5
"""How long a sign-out waits for a token, and again for the carts to be closed with it."""
_OWED = "_browser_to_forget"
_log = structlog.get_logger("storefront.web.identity")


def sign_in(request: ShopRequest, tokens: Tokens, response: HttpResponseBase | None = None) -> Person:
    """Make this session the person's, under a new id; also when they prove again who they are (step-up).

    What a guest left in the session stays in it; what another person left ends, and `response` has the
    browser forget it. The session is on the person's list before it counts. Raises TokenRefused;
    ChallengeExpired when all the person's sessions were ended, or their password changed, while this was
    under way; and UpstreamUnavailable while sessions cannot be written. In each case nobody is signed in.
    """
    person = request.shop.people.person(tokens)
    session, identity = session_of(request), request.identity
    if identity.outage is not None:
        raise identity.outage
    before = identity.person
    if before is not None and before.sub != person.sub:
        _forget_person(request, response)  # first: what comes may end her session and fail all the same
        _end_here(request, before)
    replaced, known_as = refresh_token(request), session.digest if session.saved else ""
    contents, key = dict(session.items()), new_key()
    try:
        ended = _begin(request, person, tokens, key)
    except BaseException as failed:
        # A page may be made of this failure; what it saves must not be somebody signed in under the old id.
        session.clear()
        session.update(contents)
        _tidy(request, person.sub, digest_of(key))
        forget_proof(request)
        if isinstance(failed, ChallengeExpired):
            _revoke(request, [tokens.refresh])
        raise
    if before is not None and known_as:
        _tidy(request, person.sub, known_as)
    _revoke(request, [replaced] if replaced != tokens.refresh else [])
    _revoke(request, _refresh_tokens(request, ended))
    rotate_token(request)
    return person


def undo_sign_in(request: ShopRequest) -> bool:
    """Take out whom this request let in, because its answer is a failure. Never fails.

    Nobody is told the key of the sign-in. What else the table holds of the session, and not what the failure
    has left unsaved, goes on under another key; True where the browser has to get that.
    """
    session, refresh, person = session_of(request), refresh_token(request), request.identity.person
    digest = session.digest
    rest = SessionStore(session.session_key, request.shop.sessions, request.shop.vault, request.shop.clock)
    for name in (AUTH, TOKENS, ACTIVE):
        rest.pop(name, None)
    request.session, kept = rest, bool(rest.keys())
    try:
        if kept:
            rest.cycle_key()
        else:
            session.flush()
    except (CreateError, UpstreamUnavailable):
        _log.warning("session_left_behind")  # on the person's list, and opened by nobody
        kept = False
    else:
        if person is not None:
            _tidy(request, person.sub, digest)
    _revoke(request, [refresh])
    return kept


def sign_out(request: ShopRequest, response: HttpResponseBase) -> None:
    """End this session on both sides, and let the browser forget what it knows of the person.

    Raises UpstreamUnavailable while the session cannot be ended. The refresh token is revoked where the
    provider can be reached; without the session nobody has it any more.
    """
    person = request.identity.person
    if request.identity.outage is not None:
        raise request.identity.outage
    if person is not None:
        _end_here(request, person)
    else:
        _flush(request)
    rotate_token(request)
    _owe_forgetting(request)
    forget_browser(response)


def sign_out_everywhere(request: ShopRequest, response: HttpResponseBase | None = None) -> None:
    """End all of the person's sessions, this one too, and all their tokens at the provider.

    Browsers that know their carts open them no more. Raises SignInNeeded for guests and UpstreamUnavailable
    while sessions cannot be ended.
    """
    person = request.identity.person
    if person is None:
        raise request.identity.outage or SignInNeeded
    token = _token_or_none(request)
    _close_carts(request, token)
    held = _end_all_but_this(request, person)
    if token is None or not _sign_out_at_provider(request, token):
        _revoke(request, _refresh_tokens(request, held))
    _end_here(request, person, close=False)
    rotate_token(request)
    _owe_forgetting(request)
    if response is not None:
        forget_browser(response)


def sessions_of(request: ShopRequest) -> tuple[DeviceSession, ...]:
    """Where the person is signed in, this session first. Raises SignInNeeded, UpstreamUnavailable."""
    person = request.identity.person
    if person is None:
        raise request.identity.outage or SignInNeeded
    here = session_of(request).digest
    devices = [device_of(one, here) for one in registry_of(request).sessions(person.sub)]
    return tuple(sorted(devices, key=lambda device: not device.here))


def end_session(request: ShopRequest, handle: str) -> bool:
    """End one of the person's other sessions at once; False when there is none of this handle.

    For this session there is `sign_out`; its handle ends nothing here.
    """
    person = request.identity.person
    if person is None:
        raise request.identity.outage or SignInNeeded
    if any(device.here and device.handle == handle for device in sessions_of(request)):
        return False
    held = registry_of(request).end(person.sub, handle)
    _revoke(request, _refresh_tokens(request, held))
    return bool(held)


def end_other_sessions(request: ShopRequest, *, due: str = "") -> int:
    """End all but this one (after a change of password, for instance); how many there were.

    Sign-ins under way, with what was the password until now, come to nothing too. At the provider each is
    revoked by itself: to end all there at once would end this one as well. `due` is for a sign-in only, what
    `others_due` gave before it: then that is done. Anybody else may be whom it was to end.
    """
    person = request.identity.person
    if person is None:
        raise request.identity.outage or SignInNeeded
    held = _end_all_but_this(request, person, due)
    _revoke(request, _refresh_tokens(request, held))
    return len(held)


def forget_browser(response: HttpResponseBase) -> None:
    """Take off the browser what it keeps of a person: carts, list, orders, cached pages, storage."""
    forget_all_carts(response)
    forget_list(response)
    forget_orders(response)
    response.headers["Clear-Site-Data"] = CLEAR_SITE_DATA


def forget_former(request: ShopRequest, response: HttpResponseBase) -> None:
    """Whatever answer goes out has the browser forget a person whose session ended in this request.

    The answer that was to do so may have been replaced, by an error page for instance.
    """
    if getattr(request, _OWED, False) and "Clear-Site-Data" not in response.headers:
        forget_browser(response)


def _owe_forgetting(request: ShopRequest) -> None:
    setattr(request, _OWED, True)


def _begin(request: ShopRequest, person: Person, tokens: Tokens, key: str) -> Mapping[str, StoredSession]:
    """Put the person into the session and the session on their list; what had to end for it."""
    session, proof, registry = session_of(request), proof_of(request), registry_of(request)
    for name in [name for name, _value in session.items() if name.startswith(SIGN_IN_PREFIX)]:
        del session[name]
    now = request.shop.clock.now()
    session[AUTH] = describe(person, now)
    session[TOKENS] = packed(tokens)
    session[ACTIVE] = int(now.timestamp())
    ended = registry.add(person.sub, digest_of(key), notes_of(request))

    def check() -> None:
        if is_overtaken(request, proof) or not registry.holds(person.sub, digest_of(key)):
            raise ChallengeExpired("sign_in", "overtaken")

    session.cycle_key(key, anew=True, check=check)
    return ended


def _end_all_but_this(request: ShopRequest, person: Person, due: str = "") -> Mapping[str, StoredSession]:
    """End the sessions that are there, and what is about to become one; what they held.

    Should it fail halfway, the next sign-in of this address does the rest.
    """
    mark = draw_to_settle(request, person.email)
    held = registry_of(request).end_all(person.sub, but=session_of(request).digest)
    settle_watershed(request, person.email, mark or due)
    return held


def _forget_person(request: ShopRequest, response: HttpResponseBase | None) -> None:
    """What the browser knows of the person before is nothing of the one who comes, from this request on."""
    for name in (settings.ORDER_COOKIE_NAME, settings.LIST_COOKIE_NAME):
        request.COOKIES.pop(name, None)
    disregard_carts(request)
    _owe_forgetting(request)
    if response is not None:
        forget_browser(response)


def _end_here(request: ShopRequest, person: Person, *, close: bool = True) -> None:
    """End this session: the row first, because without it nothing of the rest can be used.

    Then `close` the person's carts: a request still under way may give this browser one of them back. Their
    other browsers get the cart again by their sign-ins.
    """
    session = session_of(request)
    with deadline(_CLOSE_SECONDS):
        token = _token_or_none(request) if close else None
    refresh, digest = refresh_token(request), session.digest
    _flush(request)
    _tidy(request, person.sub, digest)
    if close:
        with deadline(_CLOSE_SECONDS):
            _close_carts(request, token)
    _revoke(request, [refresh])


def _flush(request: ShopRequest) -> None:
    """Take the row out, but for whether the way through the pool's own pages comes next."""
    hosted = request.identity.by_hosted
    session_of(request).flush()
    if hosted:
        session_of(request)[HOSTED] = True


def _tidy(request: ShopRequest, sub: str, digest: str) -> None:
    try:
        registry_of(request).forget(sub, digest)
    except UpstreamUnavailable:
        _log.warning("session_not_forgotten")  # it is listed until its time is over, and opens nothing


def _token_or_none(request: ShopRequest) -> str | None:
    try:
        return access_token(request)
    except (SignInNeeded, UpstreamError):
        return None


def _close_carts(request: ShopRequest, token: str | None) -> None:
    """Let no browser open the person's carts any more. Before the token ends, which is needed for it.

    What stays open where that fails is a cart, and only to browsers that this person has used.
    """
    if token is None:
        request.shop.telemetry.degraded("cart_merge", "not closed")
        return
    try:
        request.shop.orders.close_my_carts(access_token=token)
    except UpstreamError:
        request.shop.telemetry.degraded("cart_merge", "not closed")


def _sign_out_at_provider(request: ShopRequest, token: str) -> bool:
    try:
        request.shop.people.sign_out_everywhere(access_token=token)
    except (IdentityRefused, UpstreamError):
        _log.warning("provider_not_told", operation="sign_out_everywhere")
        return False
    return True


def _revoke(request: ShopRequest, refresh_tokens: "list[str]") -> None:
    """Tell the provider that these count no more. Best effort: nobody has them any more."""
    for token in refresh_tokens:
        if not token:
            continue
        try:
            request.shop.people.revoke(refresh_token=token)
        except UpstreamUnavailable:
            _log.warning("provider_not_told", operation="revoke")
            return  # nor will it hear of the next one
        except (IdentityRefused, UpstreamError) as odd:
            _log.warning("provider_not_told", operation="revoke", error=type(odd).__name__)


def _refresh_tokens(request: ShopRequest, held: Mapping[str, StoredSession]) -> list[str]:
    """The refresh tokens of sessions that were ended, as far as they can be read."""
    codec = Codec(EntryRules(**settings.SESSION_ENTRIES), lambda: _vault(request))
    found = []
    for digest, stored in held.items():
        try:
            kept: Any = json.loads(codec.open(digest, TOKENS, stored.data.get(TOKENS, "null")))
        except (Unreadable, ValueError):
            continue
        found.append(str(kept.get("refresh", "")) if isinstance(kept, dict) else "")
    return found


def _vault(request: ShopRequest) -> Vault:
    return request.shop.vault
