"""Signing in with address and password, and signing out."""

from django.conf import settings
from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from storefront.identity import (
    ChallengeExpired,
    NotConfirmed,
    ResetRequired,
    TooManyTries,
    WrongCredentials,
)
from storefront.signin import pending, words
from storefront.signin.answers import SIGN_IN_SECONDS, answer
from storefront.signin.finishing import begin_again, judged
from storefront.signin.forms import sign_in_form
from storefront.signin.pages import OnwardPage, OutPage, SignInPage
from storefront.signin.passwords import by_password
from storefront.signin.pending import Attempt
from storefront.signin.returns import AGAIN, NEXT, guest_href, link, next_of, target
from storefront.web import identity, limits
from storefront.web.forms import Form
from storefront.web.identity.person import HOSTED
from storefront.web.notices import add_notice
from storefront.web.policies import private_page
from storefront.web.regions import region_by_key
from storefront.web.requests import ShopRequest
from storefront.web.responses import render_page, see_other

OUT = "/account/sign-out/"
"""Where the pool's own pages send people back to who have signed out there; it knows this one address."""


@private_page(query=(NEXT, AGAIN), deadline=SIGN_IN_SECONDS)
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: ShopRequest) -> HttpResponseBase:
    """The form, or what comes of it."""
    if request.method != "POST":
        person = request.identity.person
        if person and AGAIN not in request.GET:
            return see_other(target(next_of(request)))
        return show(request, sign_in_form(_email_of(request)))
    form = sign_in_form().read(request.POST.dict())
    return answer(
        form, lambda shown, status: show(request, shown, status=status), lambda: _sign_in(request, form)
    )


@private_page(query=(), deadline=SIGN_IN_SECONDS)
@require_http_methods(["GET", "HEAD", "POST"])
def out(request: ShopRequest) -> HttpResponseBase:
    """Signing out by a button; by the address alone nothing happens but the button being shown.

    Who is out is led on through the pool's own pages, if those know this browser, and comes back here.
    """
    if request.method != "POST":
        signed_in = request.identity.signed_in
        onward = None if signed_in else _led_out(request)
        page = OutPage(title=_("Sign out") if signed_in else _("Signed out"), signed_in=signed_in)
        return onward or render_page(request, "signin/out.html", page)
    response = see_other(link("out"))
    identity.sign_out(request, response)
    return response


def show(request: ShopRequest, form: Form, *, status: int = 200) -> HttpResponseBase:
    """The page of signing in; also where a passkey or another company's page did not lead in."""
    wanted, who = next_of(request), request.identity
    notice = ""
    if who.unavailable and form.ok:
        notice = str(words.AWAY)
    elif who.person is not None and form.ok:
        provider = who.person.provider
        again = words.PROVE_AGAIN_ELSEWHERE if provider else words.PROVE_AGAIN
        notice = str(again) % {"provider": provider}
    page = SignInPage(
        title=_("Sign in"),
        form=form,
        next=wanted,
        notice=notice,
        passkeys=settings.IDENTITY.passkeys,
        providers=settings.IDENTITY.providers if request.shop.hosted else (),
        guest_href="" if who.signed_in else guest_href(wanted),
    )
    return render_page(request, "signin/sign_in.html", page, status=status)


def _led_out(request: ShopRequest) -> HttpResponseBase | None:
    """Once through the pool's own way out: those pages would let in whoever comes next unasked.

    Back from there the region of the address is a guess, as after `hosted.callback`.
    """
    pages, kept = request.shop.hosted, request.session.get(HOSTED)
    if kept is True and pages is not None:
        request.session[HOSTED] = request.region.key
        href = pages.logout_url(redirect_uri=f"{settings.PUBLIC_ORIGIN}{OUT}")
        return render_page(request, "signin/onward_out.html", OnwardPage(title=_("Signing out"), href=href))
    if kept is not None:
        del request.session[HOSTED]
    left = region_by_key(str(kept))
    return see_other(left.href(OUT)) if left and left != request.region else None


def _email_of(request: ShopRequest) -> str:
    """The address to fill in: of who has a password here and proves it again, or that was just given."""
    person = request.identity.person
    if person is None:
        return pending.email_of(request)
    return "" if person.provider else person.email


def _sign_in(request: ShopRequest, form: Form) -> HttpResponseBase:
    email, wanted = form["email"].value, next_of(request)
    limits.before_sign_in(request, email)
    try:
        outcome = by_password(request, email, form["password"].value)
    except (NotConfirmed, ResetRequired) as unfinished:
        # Told only to who knows the password: to anybody else it would say that there is such an account.
        if unfinished.proven:
            return _unfinished(request, unfinished, email, wanted)
        return _wrong(request, form)
    except (WrongCredentials, TooManyTries):
        # The pool locks accounts that there are: its word for that would tell who has one.
        return _wrong(request, form)
    limits.succeeded(request, email)
    try:
        return judged(request, outcome, Attempt(email), wanted)
    except ChallengeExpired:
        return begin_again(request, wanted)


def _wrong(request: ShopRequest, form: Form) -> HttpResponseBase:
    limits.failed(request, form["email"].value)
    return show(request, form.with_errors(problem=str(words.WRONG)), status=422)


def _unfinished(
    request: ShopRequest, unfinished: NotConfirmed | ResetRequired, email: str, wanted: str
) -> HttpResponseBase:
    limits.succeeded(request, email)
    pending.keep_email(request, email)
    confirms = isinstance(unfinished, NotConfirmed)
    add_notice(request, str(words.UNCONFIRMED if confirms else words.RESET))
    return see_other(link("confirm" if confirms else "reset", wanted))
