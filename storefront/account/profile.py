"""Name and telephone number. Both are for new orders; those that were placed keep what they were told."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from storefront.account.guards import account_view, typed_before
from storefront.account.owner import Owner
from storefront.account.pages import FormPage
from storefront.account.saving import Saved, save
from storefront.clients.customers import Customer
from storefront.core import UpstreamError
from storefront.identity import IdentityRefused
from storefront.web.cart_version import parse_version
from storefront.web.forms import Field, Form
from storefront.web.identity import keeps_form, renew
from storefront.web.notices import add_notice
from storefront.web.requests import ShopRequest
from storefront.web.responses import render_page, see_other

_HERE = "account:profile"
_COPY = "profile"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfilePage(FormPage):
    """The form, and the e-mail address, which is changed elsewhere: with us if it is of an `own_email`."""

    email: str
    own_email: bool


def _form() -> Form:
    return Form(
        (
            Field("name", _("Full name"), autocomplete="name", autocapitalize="words", max_length=120),
            Field(
                "phone",
                _("Phone number"),
                type="tel",
                autocomplete="tel",
                inputmode="tel",
                required=False,
                max_length=32,
                hint=_("Only for the courier, should they not find you."),
            ),
        )
    )


@account_view(section=_HERE)
@keeps_form(_form)
def profile(request: ShopRequest, owner: Owner) -> HttpResponseBase:
    """The form; a change that came first is told, and what was typed is kept."""
    if request.method != "POST":
        known = owner.copies.read(_COPY, lambda: _read(request, owner), type=Customer)
        # Who has signed up and saved nothing yet is known to the identity provider alone.
        name = known.value.name or owner.person.name
        form = _form().filled({"name": name, "phone": known.value.phone or ""})
        typed = typed_before(request)
        version = parse_version(typed.get("version", "")) or known.value.version
        page = _page(owner, form.filled(typed), version, copied_at=known.at)
        return render_page(request, "account/profile.html", page)
    form = _form().read(request.POST.dict())
    seen = parse_version(request.POST.get("version", ""))
    if not form.ok:
        return render_page(request, "account/profile.html", _page(owner, form, seen), status=422)
    saved = _save(request, owner, form, seen)
    if saved.done is None:
        version = saved.now.version if saved.now else seen
        page = _page(owner, saved.form, version)
        return render_page(request, "account/profile.html", page, status=saved.status)
    owner.copies.forget(_COPY)
    _tell_identity(request, owner, form["name"].value)
    add_notice(request, _("Your details are saved."), kind="good")
    return see_other(reverse(_HERE))


def _read(request: ShopRequest, owner: Owner) -> Customer:
    return request.shop.customers.get_me(token=owner.token)


def _save(request: ShopRequest, owner: Owner, form: Form, seen: int) -> Saved[Customer]:
    name, phone = form["name"].value, form["phone"].value or None
    return save(
        form,
        write=lambda: request.shop.customers.change_me(
            token=owner.token, name=name, phone=phone, version=seen
        ),
        read=lambda: _read(request, owner),
        holds=lambda now: (now.name, now.phone) == (name, phone),
        overtaken=_overtaken,
    )


def _overtaken(now: Customer) -> str:
    words = _(
        "Your details were changed elsewhere meanwhile. They now say: %(details)s. "
        "What you typed is still here; save it again to replace them."
    )
    return words % {"details": ", ".join(part for part in (now.name, now.phone) if part)}


def _tell_identity(request: ShopRequest, owner: Owner, name: str) -> None:
    """Let the identity provider know the name, too: the header greets by what its tokens say.

    What the shop uses is saved by then, so a provider that is away costs nothing but the greeting.
    """
    if name == owner.person.name:
        return
    try:
        request.shop.people.change_name(access_token=owner.token, name=name)
        renew(request)
    except (UpstreamError, IdentityRefused):
        request.shop.telemetry.degraded("identity_name", "unavailable")


def _page(owner: Owner, form: Form, version: int, copied_at: datetime | None = None) -> ProfilePage:
    return ProfilePage(
        title=_("Your details"),
        section=_HERE,
        form=form,
        version=version,
        email=owner.person.email,
        own_email=not owner.person.provider,
        copied_at=copied_at,
    )
