"""The end of every way to sign in: what the pool answered becomes a session, or the step that comes next."""

from dataclasses import replace

import structlog
from django.http import HttpResponseBase

from storefront.core import StorefrontError, UpstreamError, UpstreamUnavailable
from storefront.identity import Challenge, ChallengeExpired, Outcome, Tokens
from storefront.signin import pending, words
from storefront.signin.pending import Attempt, Pending
from storefront.signin.returns import link, target
from storefront.web.cart_merge import close_other_carts, merge_cart
from storefront.web.identity import end_other_sessions, sign_in
from storefront.web.list_merge import merge_list
from storefront.web.notices import add_notice
from storefront.web.requests import ShopRequest
from storefront.web.responses import see_other
from storefront.web.screening import screen_sign_in

_log = structlog.get_logger("storefront.signin")
# Where a challenge is answered; all others at "challenge".
_STEPS = {"NEW_PASSWORD_REQUIRED": "new_password", "MFA_SETUP": "set_up"}
# Challenges whose answer proves more than the password did.
_SECOND_PROOFS = frozenset({"SOFTWARE_TOKEN_MFA", "SMS_MFA", "EMAIL_OTP", "WEB_AUTHN"})


class Refused(StorefrontError):  # noqa: N818 - a verdict, not a fault
    """The fraud screen wants this sign-in to end."""


def step_of(challenge: Challenge) -> str:
    """The route of the page where a challenge is answered."""
    return _STEPS.get(challenge.name, "challenge")


def judged(
    request: ShopRequest, outcome: Outcome, attempt: Attempt, wanted: str, *, proven: bool = False
) -> HttpResponseBase:
    """On from a right password, once the fraud screen has seen it; `proven` when more than that was shown.

    Raises Refused, and UpstreamUnavailable as `entered`.
    """
    verdict = screen_sign_in(request, attempt.email)
    if verdict.decision == "refuse":
        _drop(request, outcome)
        raise Refused(verdict.reason)
    unproven = verdict.decision == "step_up" and not proven
    return entered(request, outcome, replace(attempt, unproven=unproven), wanted)


def answered(request: ShopRequest, waiting: Pending, outcome: Outcome, wanted: str) -> HttpResponseBase:
    """On from a challenge that was answered rightly."""
    second = waiting.challenge.name in _SECOND_PROOFS
    attempt = replace(waiting.attempt, unproven=waiting.attempt.unproven and not second)
    return entered(request, outcome, attempt, wanted)


def entered(request: ShopRequest, outcome: Outcome, attempt: Attempt, wanted: str) -> HttpResponseBase:
    """In, or to the page of the challenge that follows.

    Raises UpstreamUnavailable when the session cannot be kept or the pool is away.
    """
    if isinstance(outcome, Challenge):
        secret = ""
        if outcome.name == "MFA_SETUP":
            try:
                secret, outcome = request.shop.people.begin_totp_setup(challenge=outcome)
            except ChallengeExpired:
                return begin_again(request, wanted)
        pending.keep(request, Pending(outcome, attempt, secret))
        return see_other(link(step_of(outcome), wanted))
    if attempt.unproven:
        return _prove(request, outcome, attempt, wanted)
    try:
        sign_in(request, outcome)
    except UpstreamUnavailable:
        _drop(request, outcome)
        raise
    response = see_other(target(wanted))
    if attempt.alone:
        _end_others(request)
        close_other_carts(request, response)
    merge_cart(request, response)
    merge_list(request, response)
    return response


def _end_others(request: ShopRequest) -> None:
    """Whoever is signed in with the password that was just replaced is signed out."""
    try:
        end_other_sessions(request)
    except UpstreamUnavailable:
        add_notice(request, str(words.OTHERS_STAY), kind="care")


def begin_again(request: ShopRequest, wanted: str) -> HttpResponseBase:
    """Nothing waits for this answer any more: to the start, or on for who is in already."""
    if request.identity.signed_in:
        return see_other(target(wanted))
    pending.forget(request)
    add_notice(request, str(words.AGAIN))
    return see_other(link("start", wanted))


def _prove(request: ShopRequest, tokens: Tokens, attempt: Attempt, wanted: str) -> HttpResponseBase:
    """The account has no second proof, so its mailbox is one: a new password by a mailed code."""
    _drop(request, tokens)
    pending.forget(request)
    pending.keep_email(request, attempt.email)
    add_notice(request, str(words.STEP_UP))
    return see_other(link("forgot", wanted))


def _drop(request: ShopRequest, outcome: Outcome) -> None:
    """Hand nothing out, and have the pool forget what it handed to us."""
    if not isinstance(outcome, Tokens):
        return
    try:
        request.shop.people.revoke(refresh_token=outcome.refresh)
    except UpstreamError as away:
        # Nobody else ever saw the tokens; they end by themselves.
        _log.warning("tokens_not_revoked", error=type(away).__name__)
