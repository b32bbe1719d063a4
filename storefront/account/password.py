"""Changing the password, which the present one allows; every other sign-in ends (ASVS 5.0, 7.4.3)."""

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from storefront.account.guards import IDENTITY_SECONDS, account_view
from storefront.account.owner import Owner
from storefront.account.proving import Refusal, other_words, prove
from storefront.account.security import HERE, show_form
from storefront.core import UpstreamError
from storefront.identity import IdentityRefused, WeakPassword, WrongCredentials
from storefront.web.cart_merge import close_other_carts
from storefront.web.credentials import new_password_field, password_field, weak_password
from storefront.web.forms import Form
from storefront.web.identity import draw_if_lost, end_other_sessions
from storefront.web.notices import add_notice
from storefront.web.requests import ShopRequest
from storefront.web.responses import see_other


@account_view(section=HERE, ours=True, seconds=IDENTITY_SECONDS)
def password(request: ShopRequest, owner: Owner) -> HttpResponseBase:
    """The form, and what came of it."""
    form = Form((password_field("old", _("Current password")), new_password_field("new")))
    if request.method != "POST":
        return _show(request, owner, form)
    form = form.read(request.POST.dict())
    if not form.ok:
        return _show(request, owner, form, Refusal())
    old, new = form["old"].value, form["new"].value

    def change() -> None:
        try:
            request.shop.people.change_password(access_token=owner.token, old=old, new=new)
        except UpstreamError as failed:
            draw_if_lost(request, owner.person.email, failed)
            raise

    refusal = prove(request, owner.person.email, change, in_words=_in_words, kind="password")
    if refusal is not None:
        return _show(request, owner, refusal.beside(form), refusal)
    add_notice(request, _("Your password is changed."), kind="good")
    end_others(request)
    response = see_other(reverse(HERE))
    close_other_carts(request, response)
    return response


def end_others(request: ShopRequest) -> bool:
    """End every other sign-in, and tell what came of it; False where that failed."""
    try:
        ended = end_other_sessions(request)
    except UpstreamError:
        words = _("We could not end your other sign-ins right now. Please do so on the page of your devices.")
        add_notice(request, words, kind="care")
        return False
    if ended:
        add_notice(request, _("You are signed out on your other devices."), kind="good")
    return True


def _in_words(refused: IdentityRefused) -> Refusal:
    match refused:
        case WrongCredentials():
            words = _("Current password: this is not the right one. Please try again.")
            return Refusal("old", words)
        case WeakPassword():
            return Refusal("new", weak_password(_("New password"), refused.reasons))
    return other_words(refused)


def _show(request: ShopRequest, owner: Owner, form: Form, refusal: Refusal | None = None) -> HttpResponseBase:
    return show_form(request, owner, "password", _("Change your password"), form, refusal)
