"""Signing in on another company's page, which the pool's hosted pages lead to and back from.

`hosted` keeps fresh secrets in the session and sends the browser off; `callback` takes back only what belongs
to them, once (RFC 9700, section 2.1). The pool knows one address to come back to, without a region; the one
it began in is kept with the secrets.

The pool's pages remember whom they let in, and may send them back unasked. So who is signed in already, and
comes here to prove it anew, counts only if they have just been asked.
"""

import hmac
from dataclasses import asdict, dataclass, field

from django.conf import settings
from django.http import Http404, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from storefront.core import UpstreamError
from storefront.identity import IdentityRefused, Tokens
from storefront.identity.hosted import HostedPages, Journey, new_journey
from storefront.signin import pending, words
from storefront.signin.answers import SIGN_IN_SECONDS
from storefront.signin.finishing import Refused, drop, judged
from storefront.signin.pages import OnwardPage
from storefront.signin.pending import Attempt
from storefront.signin.returns import link, next_of
from storefront.web.identity.person import HOSTED
from storefront.web.notices import add_notice
from storefront.web.policies import READ_METHODS, private_page
from storefront.web.regions import region_by_key
from storefront.web.requests import ShopRequest
from storefront.web.responses import render_page, see_other

CALLBACK = "/account/callback/"
_ENTRY = "signin:hosted"
# How long ago, by the pool's own clock, somebody was asked there who comes back from being asked.
_RECENT_SECONDS = 120


@dataclass(frozen=True, slots=True)
class _Trip:
    """A way to another company's page and back, `again` of somebody who was signed in when it began.

    `until` is in seconds since 1970.
    """

    journey: Journey = field(repr=False)
    region: str
    wanted: str
    until: int
    again: bool = False


@private_page(query=(), deadline=SIGN_IN_SECONDS)
@require_POST
def hosted(request: ShopRequest) -> HttpResponseBase:
    """Off to the provider that was chosen."""
    pages, provider = request.shop.hosted, request.POST.get("provider", "")
    if pages is None or provider not in settings.IDENTITY.providers:
        raise Http404
    again = request.identity.signed_in
    trip = _Trip(new_journey(), request.region.key, next_of(request), pending.until(request), again)
    request.session[_ENTRY] = asdict(trip)
    href = pages.authorize_url(
        state=trip.journey.state,
        challenge=trip.journey.challenge,
        nonce=trip.journey.nonce,
        redirect_uri=_redirect_uri(),
        provider=provider,
        again=again,
    )
    page = OnwardPage(title=_("On to %(provider)s") % {"provider": provider}, href=href, provider=provider)
    return render_page(request, "signin/onward.html", page)


@private_page(query=("code", "state", "error"), deadline=SIGN_IN_SECONDS, methods=READ_METHODS)
@require_safe
def callback(request: ShopRequest) -> HttpResponseBase:
    """Back from there: in, when it is the trip that began in this browser."""
    trip = _trip(request)
    began_in = region_by_key(trip.region) if trip else None
    if began_in and began_in != request.region:
        # The pool sends everybody to one address; which region it is read in was a guess.
        return see_other(f"{began_in.href(CALLBACK)}?{request.GET.urlencode()}")
    if trip is not None:
        del request.session[_ENTRY]
        request.session[HOSTED] = True
    pages, code = request.shop.hosted, request.GET.get("code", "")
    if trip is None or pages is None or not code:
        return _did_not_work(request, trip)
    try:
        return _come_in(request, pages, trip, code)
    except (IdentityRefused, Refused, UpstreamError):
        return _did_not_work(request, trip)


def _come_in(request: ShopRequest, pages: HostedPages, trip: _Trip, code: str) -> HttpResponseBase:
    secrets = trip.journey
    tokens = pages.exchange(
        code=code, verifier=secrets.verifier, redirect_uri=_redirect_uri(), nonce=secrets.nonce
    )
    if trip.again and not _was_asked(request, tokens):
        drop(request, tokens)
        add_notice(request, str(words.NOT_ASKED), kind="care")
        return see_other(link("start", trip.wanted))
    email = request.shop.people.person(tokens).email
    # The provider asked for whatever proofs it wants; a password of ours is none it could replace.
    return judged(request, tokens, Attempt(email), trip.wanted, proven=True)


def _was_asked(request: ShopRequest, tokens: Tokens) -> bool:
    """Whether the pool's pages have just had the person prove who they are, and say so."""
    at = tokens.proved_at
    return at is not None and request.shop.clock.now().timestamp() - at <= _RECENT_SECONDS


def _trip(request: ShopRequest) -> _Trip | None:
    """The trip of this browser, if the request's state is its own and it has not taken too long."""
    kept = request.session.get(_ENTRY)
    if not isinstance(kept, dict) or pending.is_over(request, kept):
        return None
    again = kept.get("again") is True
    trip = _Trip(Journey(**kept["journey"]), kept["region"], kept["wanted"], kept["until"], again)
    given = request.GET.get("state", "")
    return trip if hmac.compare_digest(trip.journey.state.encode(), given.encode()) else None


def _did_not_work(request: ShopRequest, trip: _Trip | None) -> HttpResponseBase:
    add_notice(request, str(words.ELSEWHERE_FAILED))
    return see_other(link("start", trip.wanted if trip else ""))


def _redirect_uri() -> str:
    return f"{settings.PUBLIC_ORIGIN}{CALLBACK}"
