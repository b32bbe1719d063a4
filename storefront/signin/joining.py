"""Creating an account and confirming its address. Every answer is the same whether there is one already.

Anybody can sign up with an address that is not theirs and wait for its owner to confirm it: then a stranger
knows the password. So the session remembers for which address this browser's sign-up made the account.
Whoever confirms one that it did not make chooses a password at once, by a code mailed for that, and everybody
else is signed out.
"""

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from storefront.core import UpstreamError
from storefront.identity import IdentityRefused, WrongCredentials
from storefront.signin import pending, words
from storefront.signin.answers import SIGN_IN_SECONDS, FormView, answer, by_mailed_code, page_of
from storefront.signin.forms import confirm_form, forgot_form, sign_up_form
from storefront.signin.returns import NEXT, link, next_of
from storefront.web import limits
from storefront.web.forms import Form
from storefront.web.limits import TooMany
from storefront.web.notices import add_notice
from storefront.web.policies import private_page
from storefront.web.requests import ShopRequest
from storefront.web.responses import see_other

_MADE = "signin:made"  # sealed, and goes with the sign-in


@private_page(query=(NEXT,), deadline=SIGN_IN_SECONDS)
@require_http_methods(["GET", "HEAD", "POST"])
def sign_up(request: ShopRequest) -> HttpResponseBase:
    """A new account, still to be confirmed."""
    show = page_of(request, "sign_up", _("Create an account"))

    def act() -> HttpResponseBase:
        email, password = form["email"].value, form["password"].value
        limits.before_sign_up(request, email)
        try:
            with limits.even_time(request):
                made = request.shop.people.sign_up(email=email, password=password, name=form["name"].value)
        except WrongCredentials:
            return show(form.with_errors({"email": str(words.NO_MAIL)}), 422)
        # By the last one: who sat here before may have tried this address as well.
        request.session[_MADE] = _plain(email) if made else ""
        pending.keep_email(request, email)
        return see_other(link("confirm", next_of(request)))

    if request.method != "POST":
        return show(sign_up_form())
    form = sign_up_form().read(request.POST.dict())
    return answer(form, show, act, away=str(words.AWAY_HERE))


@private_page(query=(NEXT,), deadline=SIGN_IN_SECONDS)
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: ShopRequest) -> HttpResponseBase:
    """The code from the mail."""
    show = _confirm_page(request)

    def take() -> None:
        request.shop.people.confirm(email=form["email"].value, code=form["code"].value)

    def go_on() -> HttpResponseBase:
        email = form["email"].value
        pending.keep_email(request, email)
        if request.session.pop(_MADE, "") != _plain(email):
            return _choose_password(request, email)
        add_notice(request, str(words.CONFIRMED), kind="good")
        return see_other(link("start", next_of(request)))

    def act() -> HttpResponseBase:
        return by_mailed_code(request, form, show, take, go_on)

    if request.method != "POST":
        return show(confirm_form(pending.email_of(request)))
    form = confirm_form().read(request.POST.dict())
    return answer(form, show, act, away=str(words.AWAY_HERE))


@private_page(query=(), deadline=SIGN_IN_SECONDS)
@require_POST
def resend(request: ShopRequest) -> HttpResponseBase:
    """Another code, from the same form as `confirm`; of that only the address counts here."""
    form = forgot_form().read(request.POST.dict())

    def show(asked: Form, status: int) -> HttpResponseBase:
        whole = confirm_form(asked["email"].value)
        whole = whole.with_errors({"email": asked["email"].error}, problem=asked.problem)
        return _confirm_page(request)(whole, status)

    def act() -> HttpResponseBase:
        email = form["email"].value
        limits.before_resend(request, email)
        with limits.even_time(request):
            request.shop.people.resend(email=email)
        pending.keep_email(request, email)
        add_notice(request, str(words.RESENT))
        return see_other(link("confirm", next_of(request)))

    return answer(form, show, act, away=str(words.AWAY_HERE))


def _choose_password(request: ShopRequest, email: str) -> HttpResponseBase:
    """On to a password of one's own, whatever was the account's: it may be a stranger's."""
    step = "reset"
    try:
        limits.before_forgot(request, email)
        with limits.even_time(request):
            request.shop.people.forgot(email=email)
    except (TooMany, IdentityRefused, UpstreamError):
        step = "forgot"  # asked for there once more: the address is confirmed by now
    add_notice(request, str(words.CHOOSE_OWN), kind="care")
    return see_other(link(step, next_of(request)))


def _plain(email: str) -> str:
    return email.strip().casefold()


def _confirm_page(request: ShopRequest) -> FormView:
    return page_of(request, "confirm", _("Confirm your email address"))
