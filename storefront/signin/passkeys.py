"""Signing in with a passkey: a small script puts the pool's question to the device, the rest are forms."""

import json
from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from storefront.identity import (
    IdentityRefused,
    NotConfirmed,
    ResetRequired,
    TooManyTries,
    WrongCredentials,
)
from storefront.signin import pending, words
from storefront.signin.answers import OVER, SIGN_IN_SECONDS, answer
from storefront.signin.finishing import judged
from storefront.signin.forms import CREDENTIAL, forgot_form, passkey_form, sign_in_form
from storefront.signin.pages import PasskeyPage
from storefront.signin.pending import Attempt, Pending
from storefront.signin.returns import link, next_of
from storefront.signin.views import show as show_sign_in
from storefront.web import limits
from storefront.web.forms import Form
from storefront.web.policies import private_page
from storefront.web.requests import ShopRequest
from storefront.web.responses import render_page, see_other

_OPTIONS = "CREDENTIAL_REQUEST_OPTIONS"
_FAILED = (WrongCredentials, NotConfirmed, ResetRequired, TooManyTries)


@private_page(query=(), deadline=SIGN_IN_SECONDS)
@require_POST
def passkey(request: ShopRequest) -> HttpResponseBase:
    """Begin: for an address, because the pool wants to know whose passkey it is."""
    form = forgot_form().read(request.POST.dict())

    def show(asked: Form, status: int) -> HttpResponseBase:
        whole = sign_in_form(asked["email"].value)
        whole = whole.with_errors({"email": asked["email"].error}, problem=asked.problem)
        return show_sign_in(request, whole, status=status)

    def act() -> HttpResponseBase:
        email = form["email"].value
        limits.before_sign_in(request, email)
        try:
            challenge = request.shop.people.passkeys.begin_passkey_sign_in(email=email)
        except IdentityRefused:
            # Also for accounts that are locked, or not confirmed: nobody has proved anything yet.
            limits.failed(request, email)
            return show(form.with_errors(problem=str(words.NO_PASSKEY)), 422)
        limits.undecided(request)
        pending.keep(request, Pending(challenge, Attempt(email)))
        return see_other(link("challenge", next_of(request)))

    return answer(form, show, act)


def unlock(request: ShopRequest, waiting: Pending) -> HttpResponseBase:
    """Where the device is asked, and its answer taken.

    Raises ChallengeExpired when the pool waits for none any more.
    """

    def show(form: Form, status: int = 200) -> HttpResponseBase:
        page = PasskeyPage(
            title=_("Your passkey"),
            form=form,
            next=next_of(request),
            options=waiting.challenge.parameters.get(_OPTIONS, "{}"),
        )
        return render_page(request, "signin/passkey.html", page, status=status)

    def act() -> HttpResponseBase:
        email, wanted = waiting.attempt.email, next_of(request)
        limits.before_code(request, email)
        try:
            outcome = request.shop.people.passkeys.finish_passkey_sign_in(
                challenge=waiting.challenge, credential=_read(request.POST.get(CREDENTIAL, ""))
            )
        except _FAILED:
            # The pool takes one answer to each of its questions.
            limits.failed(request, email)
            pending.forget(request)
            problem = str(words.PASSKEY_FAILED)
            return show_sign_in(request, sign_in_form(email).with_errors(problem=problem), status=422)
        limits.succeeded(request, email)
        return judged(request, outcome, waiting.attempt, wanted, proven=True)

    if request.method != "POST":
        return show(passkey_form())
    return answer(passkey_form(), show, act, passing=OVER)


def _read(text: str) -> dict[str, Any]:
    """What the device answered. Raises WrongCredentials for what is no such thing."""
    try:
        credential = json.loads(text)
    except (ValueError, RecursionError) as odd:
        raise WrongCredentials("finish_passkey_sign_in", "no_json") from odd
    if not isinstance(credential, dict):
        raise WrongCredentials("finish_passkey_sign_in", "no_credential")
    return credential
