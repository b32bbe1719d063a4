"""Passkeys (WebAuthn): which there are, a new one, and forgetting one. Only where the pool offers them.

Making a passkey is the one thing of the account that needs a script: only a script may ask the device for
one. The page says so; everything else of it works without.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.http import Http404, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from storefront.account.guards import FRESH, IDENTITY_SECONDS, POST_ONLY, account_view
from storefront.account.owner import Owner
from storefront.account.pages import AccountPage
from storefront.account.proving import NOT_NOW
from storefront.account.security import HERE
from storefront.core import UpstreamError
from storefront.identity import ChallengeExpired, IdentityRefused, NotSupported, Passkey, TokenRefused
from storefront.web.formats import day
from storefront.web.notices import add_notice
from storefront.web.requests import ShopRequest
from storefront.web.responses import render_page, see_other

_PAGE = "account:passkeys"
_MOST_CHARACTERS = 16 * 1024  # of a credential; those of today's devices are a tenth of it


@dataclass(frozen=True, slots=True)
class PasskeyRow:
    """One passkey in words."""

    id: str
    name: str
    made: str

    @classmethod
    def of(cls, passkey: Passkey) -> "PasskeyRow":
        """The row of a passkey."""
        made = day(datetime.fromtimestamp(passkey.created_at, UTC))
        return cls(passkey.id, passkey.name or _("Passkey"), made)


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeysPage(AccountPage):
    """The passkeys; while one is made, `options` is what the device is asked (JSON of the WebAuthn API)."""

    rows: tuple[PasskeyRow, ...]
    options: str = ""
    problem: str = ""


@account_view(section=HERE, ours=True, seconds=IDENTITY_SECONDS, fresh=FRESH)
def passkeys(request: ShopRequest, owner: Owner) -> HttpResponseBase:
    """The list; asked to, the question for the device; with the device's answer one more passkey.

    404 where the pool offers none.
    """
    if request.method != "POST":
        return _show(request, owner)
    credential = _credential(request.POST.get("credential", ""))
    try:
        if credential is None:
            made = request.shop.people.passkeys.begin_registration(access_token=owner.token)
            return _show(request, owner, options=json.dumps(dict(made)))
        request.shop.people.passkeys.finish_registration(access_token=owner.token, credential=credential)
    except (UpstreamError, IdentityRefused) as failed:
        return _not_done(request, owner, failed)
    add_notice(request, _("The passkey is saved. You can sign in with it from now on."), kind="good")
    return see_other(reverse(_PAGE))


@account_view(section=HERE, ours=True, seconds=IDENTITY_SECONDS, fresh=FRESH, methods=POST_ONLY)
def remove(request: ShopRequest, owner: Owner, passkey_id: str) -> HttpResponseBase:
    """Forget one; 404 for one that is not this person's."""
    port = request.shop.people.passkeys
    try:
        if passkey_id not in {one.id for one in port.list(access_token=owner.token)}:
            raise Http404
        port.remove(access_token=owner.token, passkey_id=passkey_id)
    except (UpstreamError, IdentityRefused) as failed:
        return _not_done(request, owner, failed)
    add_notice(request, _("The passkey is removed. It no longer opens your account."), kind="good")
    return see_other(reverse(_PAGE))


def _credential(text: str) -> Mapping[str, Any] | None:
    """What the device answered; None where there is no answer yet, or none that can be read."""
    if not text or len(text) > _MOST_CHARACTERS:
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):  # the latter for thousands of brackets
        return None
    return found if isinstance(found, dict) else None


def _not_done(
    request: ShopRequest, owner: Owner, failed: UpstreamError | IdentityRefused
) -> HttpResponseBase:
    match failed:
        case TokenRefused():
            raise failed
        case NotSupported():
            raise Http404
        case UpstreamError():
            return _show(request, owner, problem=str(NOT_NOW), status=503)
        case ChallengeExpired():
            words = _("That took too long. Please begin again.")
        case _:
            words = _("This passkey was not accepted. Please try again, or use another device.")
    return _show(request, owner, problem=words, status=422)


def _show(
    request: ShopRequest, owner: Owner, *, options: str = "", problem: str = "", status: int = 200
) -> HttpResponseBase:
    try:
        known = request.shop.people.passkeys.list(access_token=owner.token)
    except NotSupported:
        raise Http404 from None
    page = PasskeysPage(
        title=_("Passkeys"),
        section=HERE,
        exact=False,
        rows=tuple(map(PasskeyRow.of, known)),
        options=options,
        problem=problem,
    )
    return render_page(request, "account/passkeys.html", page, status=status)
