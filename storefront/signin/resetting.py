"""A forgotten password: a code by mail, a new password, and in. The same answer for every address."""

import structlog
from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from storefront.core import UpstreamError, UpstreamUnavailable
from storefront.identity import IdentityRefused
from storefront.signin import pending, words
from storefront.signin.answers import SIGN_IN_SECONDS, answer, by_mailed_code, page_of
from storefront.signin.finishing import Refused, judged
from storefront.signin.forms import forgot_form, reset_form, sign_in_form
from storefront.signin.passwords import by_password
from storefront.signin.pending import Attempt
from storefront.signin.returns import NEXT, link, next_of
from storefront.signin.views import show as show_sign_in
from storefront.web import limits
from storefront.web.forms import Form
from storefront.web.identity import begin_proof, draw_if_lost, draw_watershed, forget_proof
from storefront.web.limits import TooMany
from storefront.web.notices import add_notice
from storefront.web.policies import private_page
from storefront.web.requests import ShopRequest
from storefront.web.responses import see_other

_log = structlog.get_logger("storefront.signin")


@private_page(query=(NEXT,), deadline=SIGN_IN_SECONDS)
@require_http_methods(["GET", "HEAD", "POST"])
def forgot(request: ShopRequest) -> HttpResponseBase:
    """Whose password it is; the code goes to the address, if it has an account."""
    show = page_of(request, "forgot", _("Forgot your password?"))

    def act() -> HttpResponseBase:
        email = form["email"].value
        limits.before_forgot(request, email)
        with limits.even_time(request):
            request.shop.people.forgot(email=email)
        pending.keep_email(request, email)
        add_notice(request, str(words.CODE_SENT))
        return see_other(link("reset", next_of(request)))

    if request.method != "POST":
        person = request.identity.person
        return show(forgot_form(person.email if person else pending.email_of(request)))
    form = forgot_form().read(request.POST.dict())
    return answer(form, show, act, away=str(words.AWAY_HERE))


@private_page(query=(NEXT,), deadline=SIGN_IN_SECONDS)
@require_http_methods(["GET", "HEAD", "POST"])
def reset(request: ShopRequest) -> HttpResponseBase:
    """The code and the new password; with them one is in, and everybody else of the account is out."""
    show, noted = page_of(request, "reset", _("Choose a new password")), False

    def take() -> None:
        nonlocal noted
        email, password = form["email"].value, form["password"].value
        begin_proof(request, email)  # nothing changes while nobody could be signed out for it
        try:
            request.shop.people.reset(email=email, code=form["code"].value, password=password)
        except UpstreamError as failed:
            draw_if_lost(request, email, failed)
            raise
        noted = _let_others_go(request, email)

    def act() -> HttpResponseBase:
        return by_mailed_code(request, form, show, take, lambda: _straight_in(request, form, noted=noted))

    if request.method != "POST":
        return show(reset_form(pending.email_of(request)))
    form = reset_form().read(request.POST.dict())
    return answer(form, show, act, away=str(words.AWAY_HERE))


def _let_others_go(request: ShopRequest, email: str) -> bool:
    """Have the next sign-in of this address end all others, whichever browser it comes from, and when.

    False where that can't be noted.
    """
    try:
        draw_watershed(request, email, alone=True)
    except UpstreamUnavailable:
        _log.warning("watershed_not_drawn")
        return False
    return True


def _straight_in(request: ShopRequest, form: Form, *, noted: bool) -> HttpResponseBase:
    """Sign in with what was just typed; where that fails now, the new password is set all the same."""
    email, password, wanted = form["email"].value, form["password"].value, next_of(request)
    try:
        outcome = by_password(request, email, password)
        response = judged(request, outcome, Attempt(email, alone=True), wanted, proven=True)
    except (IdentityRefused, Refused, TooMany, UpstreamError):
        forget_proof(request)
        if not noted and not _let_others_go(request, email):
            # In the answer itself: a notice would be kept in the very table that is away.
            problem = f"{words.CHANGED} {words.OTHERS_STAY}"
            return show_sign_in(request, sign_in_form(email).with_errors(problem=problem), status=503)
        add_notice(request, str(words.CHANGED), kind="good")
        return see_other(link("start", wanted))
    if not noted and not request.identity.signed_in:  # a code comes first, and may never come
        add_notice(request, str(words.OTHERS_STAY), kind="care")
    return response
