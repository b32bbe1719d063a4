"""The end of every way to sign in: what the pool answered becomes a session, or the step that comes next."""

from dataclasses import replace

import structlog
from django.http import HttpResponseBase

from storefront.core import StorefrontError, UpstreamError, UpstreamUnavailable
from storefront.identity import Challenge, ChallengeExpired, IdentityRefused, Outcome, Tokens
from storefront.signin import pending, words
from storefront.signin.pending import Attempt, Pending
from storefront.signin.returns import link, target
from storefront.web.cart_merge import close_other_carts, merge_cart
from storefront.web.identity import end_other_sessions, others_due, sign_in
from storefront.web.list_merge import merge_list
from storefront.web.notices import add_notice
from storefront.web.requests import ShopRequest
from storefront.web.responses import see_other
from storefront.web.screening import screen_sign_in

_log = structlog.get_logger("storefront.signin")
# Where a challenge is answered; all others at "challenge".
_STEPS = {"NEW_PASSWORD_REQUIRED": "new_password", "MFA_SETUP": "set_up"}
# Challenges whose answer proves more than the password did. The others are answered by what whoever has the
# password makes up: a new password, an authenticator of their own.
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
        drop(request, outcome)
        raise Refused(verdict.reason)
    unproven = verdict.decision == "step_up" and not proven
    return entered(request, outcome, replace(attempt, unproven=unproven), wanted)


def answered(request: ShopRequest, waiting: Pending, outcome: Outcome, wanted: str) -> HttpResponseBase:
    """On from a challenge that was answered rightly."""
    second = waiting.challenge.name in _SECOND_PROOFS
    alone = waiting.attempt.alone or waiting.challenge.name == "NEW_PASSWORD_REQUIRED"
    attempt = replace(waiting.attempt, alone=alone, unproven=waiting.attempt.unproven and not second)
    return entered(request, outcome, attempt, wanted)


def entered(request: ShopRequest, outcome: Outcome, attempt: Attempt, wanted: str) -> HttpResponseBase:
    """In, or to the page of the challenge that follows.

    Raises UpstreamUnavailable when the session cannot be kept or the pool is away.
    """
    proves = isinstance(outcome, Challenge) and outcome.name in _SECOND_PROOFS
    if attempt.unproven and not proves:
        return _prove(request, outcome, attempt, wanted)
    if isinstance(outcome, Challenge):
        return _next_step(request, outcome, attempt, wanted)
    response = see_other(target(wanted))
    try:
        due = others_due(request, attempt.email)
        sign_in(request, outcome, response)
    except UpstreamUnavailable:
        drop(request, outcome)
        raise
    if attempt.alone or due:
        _end_others(request, due)
        close_other_carts(request, response)
    merge_cart(request, response)
    merge_list(request, response)
    return response


def _next_step(request: ShopRequest, challenge: Challenge, attempt: Attempt, wanted: str) -> HttpResponseBase:
    """To the page where the challenge is answered."""
    secret = ""
    if challenge.name == "MFA_SETUP":
        try:
            secret, challenge = request.shop.people.begin_totp_setup(challenge=challenge)
        except ChallengeExpired:
            return begin_again(request, wanted)
    pending.keep(request, Pending(challenge, attempt, secret))
    return see_other(link(step_of(challenge), wanted))


def _end_others(request: ShopRequest, due: str) -> None:
    """Whoever is signed in with the password that was just replaced is signed out."""
    try:
        end_other_sessions(request, due=due)
    except UpstreamUnavailable:
        add_notice(request, str(words.OTHERS_STAY), kind="care")


def begin_again(request: ShopRequest, wanted: str) -> HttpResponseBase:
    """Nothing waits for this answer any more: to the start, or on for who is in already."""
    if request.identity.signed_in:
        return see_other(target(wanted))
    pending.forget(request)
    add_notice(request, str(words.AGAIN))
    return see_other(link("start", wanted))


def _prove(request: ShopRequest, outcome: Outcome, attempt: Attempt, wanted: str) -> HttpResponseBase:
    """The account has no second proof, so its mailbox is one: a new password by a mailed code.

    Before anything of the account is changed: what would be set up now is the stranger's, if it is one.
    """
    drop(request, outcome)
    pending.forget(request)
    pending.keep_email(request, attempt.email)
    add_notice(request, str(words.STEP_UP))
    return see_other(link("forgot", wanted))


def drop(request: ShopRequest, outcome: Outcome) -> None:
    """Hand nothing out, and have the pool forget what it handed to us."""
    if not isinstance(outcome, Tokens):
        return
    try:
        request.shop.people.revoke(refresh_token=outcome.refresh)
    except (IdentityRefused, UpstreamError) as away:
        # Nobody else ever saw the tokens; they end by themselves.
        _log.warning("tokens_not_revoked", error=type(away).__name__)
