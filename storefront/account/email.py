"""Changing the e-mail address: a fresh sign-in to say it (ASVS 5.0, 7.5.1), a code sent there to prove it.

Until the code was typed the old address counts. Afterwards every other sign-in ends: whoever changes the
address of a stolen account must not keep company, and neither must whoever stole it.
"""

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from storefront.account.guards import FRESH, IDENTITY_SECONDS, account_view, typed_before
from storefront.account.owner import Owner
from storefront.account.password import end_others
from storefront.account.proving import Refusal, code_words, other_words, prove
from storefront.account.security import HERE, show_form
from storefront.core import UpstreamError, UpstreamUnavailable
from storefront.identity import IdentityRefused, WrongCredentials
from storefront.web.cart_merge import close_other_carts
from storefront.web.credentials import code_field, email_field
from storefront.web.forms import Form
from storefront.web.identity import SignInNeeded, draw_watershed, keeps_form, renew
from storefront.web.notices import add_notice
from storefront.web.requests import ShopRequest
from storefront.web.responses import see_other


def _form() -> Form:
    return Form((email_field(label=_("New email address")),))


@account_view(section=HERE, ours=True, seconds=IDENTITY_SECONDS, fresh=FRESH)
@keeps_form(_form)
def email(request: ShopRequest, owner: Owner) -> HttpResponseBase:
    """Say a new address."""
    form = _form()
    if request.method != "POST":
        return _show(request, owner, form.filled(typed_before(request)))
    form = form.read(request.POST.dict())
    if form.ok and form["email"].value.casefold() == owner.person.email.casefold():
        form = form.with_errors({"email": _("New email address: this is the one you have already.")})
    if not form.ok:
        return _show(request, owner, form, Refusal())
    coming = True

    def change() -> None:
        nonlocal coming
        coming = request.shop.people.change_email(access_token=owner.token, email=form["email"].value)

    refusal = prove(request, owner.person.email, change, in_words=_in_words, kind="mail")
    if refusal is not None:
        return _show(request, owner, refusal.beside(form), refusal)
    return see_other(reverse("account:confirm_email")) if coming else _changed(request, owner)


@account_view(section=HERE, ours=True, seconds=IDENTITY_SECONDS, fresh=FRESH)
def confirm_email(request: ShopRequest, owner: Owner) -> HttpResponseBase:
    """Type the code that went to the new address."""
    form = Form((code_field(),))
    if request.method != "POST":
        return _show_code(request, owner, form)
    form = form.read(request.POST.dict())
    if not form.ok:
        return _show_code(request, owner, form, Refusal())
    code = form["code"].value

    def verify() -> None:
        request.shop.people.verify_email(access_token=owner.token, code=code)

    refusal = prove(request, owner.person.email, verify, in_words=code_words, kind="code")
    if refusal is not None:
        return _show_code(request, owner, refusal.beside(form), refusal)
    return _changed(request, owner)


def _changed(request: ShopRequest, owner: Owner) -> HttpResponseBase:
    owner.copies.forget("profile")
    words = _("Your email address is changed. Please sign in with it from now on.")
    add_notice(request, words, kind="good")
    ended = end_others(request)  # first: they are the danger, and what comes after may fail
    _renew(request)
    if not ended:
        _end_others_later(request)
    response = see_other(reverse(HERE))
    close_other_carts(request, response)
    return response


def _renew(request: ShopRequest) -> None:
    """Let the session know of the new address. Where that can't be done now, its next token says it."""
    try:
        renew(request)
    except (IdentityRefused, SignInNeeded, UpstreamError) as failed:
        # Without a sign-in left, the page that comes asks for one; the change is made.
        request.shop.telemetry.degraded("identity_email", type(failed).__name__)


def _end_others_later(request: ShopRequest) -> None:
    """Have the next sign-in end the others: it names the new address, of which none so far knows."""
    person = request.identity.person
    try:
        if person is not None:
            draw_watershed(request, person.email, alone=True)
    except UpstreamUnavailable as failed:  # they were told already that the others are still in
        request.shop.telemetry.degraded("identity_email", str(failed.reason))


def _in_words(refused: IdentityRefused) -> Refusal:
    # An address that has an account is no refusal: nobody learns here who else has one (People.change_email).
    if isinstance(refused, WrongCredentials):
        return Refusal("email", _("New email address: we can't use this one. Please choose another."))
    return other_words(refused)


def _show(request: ShopRequest, owner: Owner, form: Form, refusal: Refusal | None = None) -> HttpResponseBase:
    return show_form(request, owner, "email", _("Change your email address"), form, refusal)


def _show_code(
    request: ShopRequest, owner: Owner, form: Form, refusal: Refusal | None = None
) -> HttpResponseBase:
    return show_form(request, owner, "confirm_email", _("Confirm your new email address"), form, refusal)
