"""The steps after the password: a code, a password of one's own, an authenticator to set up."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from storefront.core import UpstreamError
from storefront.identity import ExpiredCode, Outcome, WrongCode
from storefront.signin import passkeys, words
from storefront.signin.answers import OVER, SIGN_IN_SECONDS, answer
from storefront.signin.finishing import answered, begin_again, step_of
from storefront.signin.forms import code_form, new_password_form
from storefront.signin.pages import ChallengePage, FormPage, NewPasswordPage, SetUpPage
from storefront.signin.pending import Pending, pending_of
from storefront.signin.returns import NEXT, link, next_of
from storefront.web import limits
from storefront.web.authenticator import enrolment
from storefront.web.forms import Form
from storefront.web.identity import draw_if_lost
from storefront.web.policies import private_page
from storefront.web.requests import ShopRequest
from storefront.web.responses import render_page, see_other

Step = Callable[[ShopRequest, Pending], HttpResponseBase]
Page = Callable[[ShopRequest], HttpResponseBase]
_DESTINATION = "CODE_DELIVERY_DESTINATION"  # masked by the pool


def _at(name: str) -> Callable[[Step], Page]:
    """A page that is shown only while a sign-in waits for just this answer."""

    def decorate(step: Step) -> Page:
        @private_page(query=(NEXT,), deadline=SIGN_IN_SECONDS)
        @require_http_methods(["GET", "HEAD", "POST"])
        @wraps(step)
        def page(request: ShopRequest) -> HttpResponseBase:
            waiting, wanted = pending_of(request), next_of(request)
            if waiting is None:
                return begin_again(request, wanted)
            if step_of(waiting.challenge) != name:
                return see_other(link(step_of(waiting.challenge), wanted))
            try:
                return step(request, waiting)
            except OVER:
                return begin_again(request, wanted)

        return page

    return decorate


@_at("challenge")
def challenge(request: ShopRequest, waiting: Pending) -> HttpResponseBase:
    """A code from an authenticator, a text message or a mail; or the device's passkey."""
    if waiting.challenge.name == "WEB_AUTHN":
        return passkeys.unlock(request, waiting)
    lead = _lead(waiting)

    def page(form: Form) -> ChallengePage:
        return ChallengePage(title=_("Your code"), form=form, next=next_of(request), lead=lead)

    def send(code: str) -> Outcome:
        return request.shop.people.answer(challenge=waiting.challenge, answer=code)

    return _by_code(request, waiting, "signin/challenge.html", page, send)


@_at("set_up")
def set_up(request: ShopRequest, waiting: Pending) -> HttpResponseBase:
    """An authenticator, where the account must have one."""
    shown = enrolment(secret=waiting.secret, account=waiting.attempt.email, issuer=settings.SHOP_NAME)

    def page(form: Form) -> SetUpPage:
        title = _("Set up your codes")
        return SetUpPage(title=title, form=form, next=next_of(request), enrolment=shown)

    def send(code: str) -> Outcome:
        return request.shop.people.finish_totp_setup(challenge=waiting.challenge, code=code)

    return _by_code(request, waiting, "signin/set_up.html", page, send)


@_at("new_password")
def new_password(request: ShopRequest, waiting: Pending) -> HttpResponseBase:
    """A password of one's own in place of one that was given."""

    def show(form: Form, status: int = 200) -> HttpResponseBase:
        email, title = waiting.attempt.email, _("Choose your password")
        page = NewPasswordPage(title=title, form=form, next=next_of(request), email=email)
        return render_page(request, "signin/new_password.html", page, status=status)

    def act() -> HttpResponseBase:
        password = form["password"].value
        try:
            outcome = request.shop.people.answer(challenge=waiting.challenge, answer=password)
        except UpstreamError as failed:
            draw_if_lost(request, waiting.attempt.email, failed)
            raise
        return answered(request, waiting, outcome, next_of(request))

    if request.method != "POST":
        return show(new_password_form())
    form = new_password_form().read(request.POST.dict())
    return answer(form, show, act, passing=OVER)


def _by_code(
    request: ShopRequest,
    waiting: Pending,
    template: str,
    page: Callable[[Form], FormPage],
    send: Callable[[str], Outcome],
) -> HttpResponseBase:
    """A page that asks for a code: the form, or what comes of it."""

    def show(form: Form, status: int = 200) -> HttpResponseBase:
        return render_page(request, template, page(form), status=status)

    def act() -> HttpResponseBase:
        email = waiting.attempt.email
        limits.before_code(request, email)
        try:
            outcome = send(form["code"].value)
        except WrongCode as wrong:
            limits.failed(request, email)
            said = words.CODE_OLD if isinstance(wrong, ExpiredCode) else words.CODE_WRONG
            return show(form.with_errors({"code": str(said)}), 422)
        limits.succeeded(request, email)
        return answered(request, waiting, outcome, next_of(request))

    if request.method != "POST":
        return show(code_form())
    form = code_form().read(request.POST.dict())
    return answer(form, show, act, passing=OVER)


def _lead(waiting: Pending) -> str:
    """Where the code comes from."""
    to = {"to": waiting.challenge.parameters.get(_DESTINATION, "")}
    match waiting.challenge.name:
        case "SMS_MFA":
            return _("We have sent a text message with a code to %(to)s.") % to
        case "EMAIL_OTP":
            return _("We have sent an email with a code to %(to)s.") % to
    return _("Please type the six digits that your authenticator app shows now.")
