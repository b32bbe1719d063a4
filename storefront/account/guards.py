"""What every view of the account is: private, for somebody who is signed in, and never without an answer."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import wraps
from typing import Any

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from storefront.account.owner import Owner
from storefront.account.pages import AwayPage
from storefront.core import UpstreamError, UpstreamInvalid, UpstreamUnavailable
from storefront.identity import TokenRefused
from storefront.web.copies import Copies
from storefront.web.errors import RETRY_SECONDS
from storefront.web.identity import IDLE, SignInNeeded, access_token, kept_form, signed_in, with_token
from storefront.web.notices import add_notice
from storefront.web.policies import FORM_METHODS, READ_METHODS, private_page
from storefront.web.requests import ShopRequest
from storefront.web.responses import render_page, see_other

AccountView = Callable[..., HttpResponseBase]

FRESH = timedelta(minutes=15)
"""How long ago that may be for what could lock the owner out (ASVS 5.0, 7.5.1)."""
ACCOUNT_SECONDS = 3.0
"""The time of a page, which may have to renew a token before it can ask for anything."""
IDENTITY_SECONDS = 6.0
"""The time of a page that asks the identity provider, whose answers take longer than our own services'."""
POST_ONLY = frozenset({"POST"})


def account_view(
    *,
    section: str,
    methods: frozenset[str] = FORM_METHODS,
    query: tuple[str, ...] = (),
    fresh: timedelta | None = None,
    seconds: float = ACCOUNT_SECONDS,
    ours: bool = False,
) -> Callable[[AccountView], AccountView]:
    """Give a view its owner, as the second argument; send whoever is not signed in to sign in.

    `fresh` asks for a sign-in not longer ago than that; `seconds` is the deadline. A page of the `section`
    whose service is away, and of which there is no copy, says so within the account. A token that a service
    does not take is renewed once, and then as good as none.

    `ours` is for what only accounts of our own have, as a password: whoever signs in at another company is
    told where theirs is kept, on the page of the section, and nothing is done.
    """

    def decorate(view: AccountView) -> AccountView:
        @wraps(view)
        def guarded(request: ShopRequest, **kwargs: Any) -> HttpResponseBase:
            person = request.identity.person
            if ours and person is not None and person.provider:
                return see_other(reverse(section))
            try:
                return _with_owner(request, lambda owner: view(request, owner, **kwargs))
            except TokenRefused as refused:
                raise SignInNeeded(again=True) from refused
            except (UpstreamUnavailable, UpstreamInvalid):
                return away(request, section)

        private = private_page(query=query, deadline=seconds, methods=methods)
        return private(signed_in(recent=IDLE, fresh=fresh)(guarded))

    return decorate


def _with_owner(request: ShopRequest, act: Callable[[Owner], HttpResponseBase]) -> HttpResponseBase:
    """`act` in the name of whoever is signed in. It is done again where its token turns out to be too old."""
    person = request.identity.person
    if person is None:
        raise SignInNeeded
    copies = Copies(request.shop, person.sub)
    try:
        access_token(request)
    except UpstreamError as away_now:
        return act(Owner(person, copies, away_now))
    return with_token(request, lambda token: act(Owner(person, copies, token)))


def away(request: ShopRequest, section: str) -> HttpResponseBase:
    """The page of a part that can't be shown: 503 with words, the menu, and a way to try again."""
    read = request.method in READ_METHODS
    page = AwayPage(
        title=_("This part of your account is not available right now"),
        section=section,
        exact=False,
        again_href=request.get_full_path() if read else reverse(section),
    )
    response = render_page(request, "account/away.html", page, status=503)
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def typed_before(request: ShopRequest) -> Mapping[str, str]:
    """What was typed on this page before a sign-in came in between; whoever typed it is told so."""
    kept = kept_form(request)
    if kept:
        add_notice(request, _("What you typed is still here. Please look it over and send it again."))
    return kept
