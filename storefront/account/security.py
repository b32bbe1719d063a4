"""What protects the account: its password, its e-mail address, an authenticator, passkeys."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from storefront.account.guards import IDENTITY_SECONDS, account_view
from storefront.account.owner import Owner
from storefront.account.pages import AccountPage, FormPage
from storefront.account.proving import Refusal
from storefront.identity import IdentityRefused, Passkey
from storefront.web.forms import Form
from storefront.web.policies import COMPOSE_SECONDS, READ_METHODS
from storefront.web.requests import ShopRequest
from storefront.web.responses import render_page

T = TypeVar("T")

HERE = "account:security"


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityPage(AccountPage):
    """How the account is protected. `totp` is None where that can't be known now.

    `passkeys` is None where the pool has none to offer, or can't be asked. `provider` is the company whose
    page the person signs in on, where all of this is kept then; "" for who signs in here.
    """

    email: str
    totp: bool | None
    passkeys: tuple[Passkey, ...] | None
    provider: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialPage(FormPage):
    """A form about a password, an address or a code. `email` is the account's name, for password managers."""

    email: str


@account_view(section=HERE, seconds=IDENTITY_SECONDS, methods=READ_METHODS)
def show(request: ShopRequest, owner: Owner) -> HttpResponseBase:
    """The state of each, and the way to change it. Nothing on the page is critical."""
    if owner.person.provider:
        return _show(request, owner)
    people = request.shop.people
    with request.shop.compose.page(IDENTITY_SECONDS - COMPOSE_SECONDS) as plan:
        totp = plan.deferred("totp", lambda: _if_any(lambda: people.has_totp(access_token=owner.token)))
        passkeys = plan.deferred(
            "passkeys", lambda: _if_any(lambda: people.passkeys.list(access_token=owner.token))
        )
    return _show(request, owner, totp=totp.or_none(), passkeys=passkeys.or_none())


def show_form(
    request: ShopRequest,
    owner: Owner,
    template: str,
    title: str,
    form: Form,
    refusal: Refusal | None = None,
) -> HttpResponseBase:
    """A form about what opens the account, and why it was refused."""
    page = CredentialPage(title=title, section=HERE, exact=False, form=form, email=owner.person.email)
    refusal = refusal or Refusal(status=200)
    return refusal.told(render_page(request, f"account/{template}.html", page, status=refusal.status))


def _show(
    request: ShopRequest,
    owner: Owner,
    *,
    totp: bool | None = None,
    passkeys: tuple[Passkey, ...] | None = None,
) -> HttpResponseBase:
    page = SecurityPage(
        title=_("Sign-in and security"),
        section=HERE,
        email=owner.person.email,
        totp=totp,
        passkeys=passkeys,
        provider=owner.person.provider,
    )
    return render_page(request, "account/security.html", page)


def _if_any(fetch: Callable[[], T]) -> T | None:
    """What the provider answers; None for what the pool does not offer."""
    try:
        return fetch()
    except IdentityRefused:
        return None
