"""An authenticator app as a second step of signing in (TOTP, RFC 6238): set it up, and give it up again.

Both ask for a recent sign-in. The secret is shown once and kept nowhere on our side: it travels in the form
that the first code is typed into, so that a wrong code shows the same picture again.
"""

import re
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from storefront.account.guards import FRESH, IDENTITY_SECONDS, POST_ONLY, account_view
from storefront.account.owner import Owner
from storefront.account.pages import FormPage
from storefront.account.proving import NOT_NOW, Refusal, code_words, other_words, prove
from storefront.account.security import HERE
from storefront.core import UpstreamError
from storefront.identity import IdentityRefused, TokenRefused
from storefront.web.authenticator import Enrolment, enrolment
from storefront.web.credentials import code_field
from storefront.web.forms import Form
from storefront.web.notices import add_notice
from storefront.web.requests import ShopRequest
from storefront.web.responses import render_page, see_other

_SECRET = re.compile(r"[A-Z2-7]{16,128}")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthenticatorPage(FormPage):
    """`active` is None where it can't be known now. While it is set up, the secret in two ways."""

    active: bool | None = None
    secret: str = ""
    enrolment: Enrolment | None = None

    def __repr__(self) -> str:
        """Without the secret: a log is no place for it."""
        return f"AuthenticatorPage(active={self.active!r})"


@account_view(section=HERE, ours=True, seconds=IDENTITY_SECONDS, fresh=FRESH)
def authenticator(request: ShopRequest, owner: Owner) -> HttpResponseBase:
    """Whether there is one; asked to (`action=begin`) a new secret; with its first code it is on."""
    if request.method != "POST":
        return _show(request, owner, _form(), active=_active(request, owner))
    secret = request.POST.get("secret", "")
    if request.POST.get("action") == "begin" or not _SECRET.fullmatch(secret):
        return _begin(request, owner)
    form = _form().read(request.POST.dict())
    if not form.ok:
        return _show(request, owner, form, Refusal(), secret=secret)

    def confirm() -> None:
        request.shop.people.confirm_totp(
            access_token=owner.token, code=form["code"].value, device=settings.SHOP_NAME
        )

    refusal = prove(request, owner.person.email, confirm, in_words=code_words, kind="code")
    if refusal is not None:
        return _show(request, owner, refusal.beside(form), refusal, secret=secret)
    words = _("From now on we ask for a code from your authenticator app when you sign in.")
    add_notice(request, words, kind="good")
    return see_other(reverse(HERE))


@account_view(section=HERE, ours=True, seconds=IDENTITY_SECONDS, fresh=FRESH, methods=POST_ONLY)
def end(request: ShopRequest, owner: Owner) -> HttpResponseBase:
    """Ask for no codes any more."""
    try:
        request.shop.people.end_totp(access_token=owner.token)
    except (UpstreamError, IdentityRefused) as failed:
        refusal = _not_done(failed)
        return _show(request, owner, refusal.beside(_form()), refusal, active=True)
    add_notice(request, _("We no longer ask for a code from an authenticator app."), kind="good")
    return see_other(reverse(HERE))


def _begin(request: ShopRequest, owner: Owner) -> HttpResponseBase:
    try:
        secret = request.shop.people.begin_totp(access_token=owner.token)
    except (UpstreamError, IdentityRefused) as failed:
        refusal = _not_done(failed)
        return _show(request, owner, refusal.beside(_form()), refusal, active=None)
    return _show(request, owner, _form(), secret=secret)


def _active(request: ShopRequest, owner: Owner) -> bool | None:
    try:
        return request.shop.people.has_totp(access_token=owner.token)
    except UpstreamError:
        request.shop.telemetry.degraded("totp", "unavailable")
        return None


def _not_done(failed: UpstreamError | IdentityRefused) -> Refusal:
    """What to say of a step without a code that came to nothing. Raises TokenRefused: sign in again."""
    if isinstance(failed, TokenRefused):
        raise failed
    if isinstance(failed, IdentityRefused):
        return other_words(failed)
    return Refusal(problem=str(NOT_NOW), status=503)


def _form() -> Form:
    return Form((code_field(label=_("Code from the app")),))


def _show(
    request: ShopRequest,
    owner: Owner,
    form: Form,
    refusal: Refusal | None = None,
    *,
    secret: str = "",
    active: bool | None = False,
) -> HttpResponseBase:
    refusal = refusal or Refusal(status=200)
    page = AuthenticatorPage(
        title=_("Authenticator app"),
        section=HERE,
        exact=False,
        form=form,
        active=active,
        secret=secret,
        enrolment=_enrolment(owner, secret) if secret else None,
    )
    response = render_page(request, "account/authenticator.html", page, status=refusal.status)
    return refusal.told(response)


def _enrolment(owner: Owner, secret: str) -> Enrolment:
    return enrolment(secret=secret, account=owner.person.email, issuer=settings.SHOP_NAME)
