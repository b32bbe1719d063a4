"""Asking the identity provider to change something, with the tries counted and its refusals put into words.

A session that was stolen must not find the password or a code by guessing: tries count as those of signing in
do (storefront.web.limits), by account and address together. Only the right password forgives tries before it.
A code of one's own new authenticator, or of a mail to one's own new address, proves nothing about the
account, and would let whoever has the session guess for ever.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from storefront.core import UpstreamError, UpstreamUnavailable
from storefront.identity import (
    ExpiredCode,
    IdentityRefused,
    TokenRefused,
    TooManyTries,
    WrongCode,
    WrongCredentials,
)
from storefront.web import limits
from storefront.web.forms import Form
from storefront.web.limits import TooMany
from storefront.web.requests import ShopRequest

Kind = Literal["password", "code", "mail"]
"""What is asked for, or (mail) sent."""

NOT_NOW = _lazy("We could not do this right now, and nothing has changed. Please try again in a moment.")
UNKNOWN = _lazy("We did not hear in time whether this was done. Please look at this page again in a moment.")
_WAIT_SECONDS = 300  # what the provider's own limits take to forget

_COUNTED: Mapping[Kind, Callable[[ShopRequest, str], None]] = {
    "password": limits.before_sign_in,
    "code": limits.before_code,
    "mail": limits.before_resend,
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why it was not done: a sentence beside the field called `name`, or one about all of it."""

    name: str = ""
    words: str = ""
    problem: str = ""
    status: int = 422
    retry_after: int = 0

    @classmethod
    def too_many(cls) -> "Refusal":
        """The provider itself has had enough."""
        words = _("That was tried very often in a short time. Please wait a while and try again.")
        return cls(problem=words, status=429, retry_after=_WAIT_SECONDS)

    def beside(self, form: Form) -> Form:
        """The form with these words."""
        return form.with_errors({self.name: self.words} if self.name else {}, problem=self.problem)

    def told(self, response: HttpResponseBase) -> HttpResponseBase:
        """The page that says so, which also tells programs when to try again."""
        if self.retry_after:
            response.headers["Retry-After"] = str(self.retry_after)
        return response


def prove(
    request: ShopRequest,
    email: str,
    act: Callable[[], None],
    *,
    in_words: Callable[[IdentityRefused], Refusal],
    kind: Kind,
) -> Refusal | None:
    """Do `act`, which checks a password or a code, or sends a mail with one; None when it is done.

    Raises TokenRefused, which sends people to sign in.
    """
    try:
        _COUNTED[kind](request, email)
        act()
    except TooMany as many:
        return Refusal(problem=many.message, status=429, retry_after=int(many.retry_after or _WAIT_SECONDS))
    except TokenRefused:
        raise
    except IdentityRefused as refused:
        if kind != "mail" and isinstance(refused, WrongCode | WrongCredentials):
            limits.failed(request, email)
        return in_words(refused)
    except UpstreamError as failed:
        never_sent = isinstance(failed, UpstreamUnavailable) and not failed.sent
        return Refusal(problem=str(NOT_NOW if never_sent else UNKNOWN), status=503)
    if kind == "password":
        limits.succeeded(request, email)
    return None


def code_words(refused: IdentityRefused) -> Refusal:
    """What to say of a code that was refused."""
    match refused:
        case ExpiredCode():
            return Refusal("code", _("Code: this one is too old. Please ask for a new one."))
        case WrongCode():
            return Refusal("code", _("Code: this is not the right one. Please check it and try again."))
    return other_words(refused)


def other_words(refused: IdentityRefused) -> Refusal:
    """What to say of a refusal that is about no field."""
    if isinstance(refused, TooManyTries):
        return Refusal.too_many()
    return Refusal(problem=str(NOT_NOW), status=503)
