"""A form that was sent: what it does, or the form again with what is in the way of it."""

from collections.abc import Callable
from typing import Protocol

from django.http import HttpResponseBase

from storefront.core import UpstreamError
from storefront.identity import (
    ChallengeExpired,
    IdentityRefused,
    NotConfirmed,
    ResetRequired,
    TooManyTries,
    WeakPassword,
    WrongCode,
    WrongCredentials,
)
from storefront.signin import words
from storefront.signin.finishing import Refused
from storefront.signin.pages import FormPage
from storefront.signin.returns import next_of
from storefront.web import limits
from storefront.web.credentials import weak_password
from storefront.web.forms import Form
from storefront.web.limits import TooMany
from storefront.web.requests import ShopRequest
from storefront.web.responses import render_page

SIGN_IN_SECONDS = 5.0
OVER = (ChallengeExpired, NotConfirmed, ResetRequired, WrongCredentials)
"""What the pool says of a sign-in that ends here: from its start on, what else there is to do is told."""
_WAIT_SECONDS = 15 * 60  # what the pool's own lock grows to

Show = Callable[[Form, int], HttpResponseBase]
Act = Callable[[], HttpResponseBase]


class FormView(Protocol):
    """Makes the page of a form; a Show that knows the usual status."""

    def __call__(self, form: Form, status: int = 200, /) -> HttpResponseBase:
        """The page."""
        ...


def page_of(request: ShopRequest, template: str, title: str) -> FormView:
    """The page of a form alone."""

    def show(form: Form, status: int = 200, /) -> HttpResponseBase:
        page = FormPage(title=title, form=form, next=next_of(request))
        return render_page(request, f"signin/{template}.html", page, status=status)

    return show


def answer(
    form: Form, show: Show, act: Act, *, away: str = "", passing: tuple[type[IdentityRefused], ...] = ()
) -> HttpResponseBase:
    """What `act` does with a form that is filled in rightly; `show` makes the page of a form and a status.

    What `act` raises because of the limits, the fraud screen, the pool or the session table becomes the
    form's problem; `away` is what is said while one of them is away, or says what nobody can make sense of. A
    password that is too weak is told at its field. What is `passing` is raised.
    """
    if not form.ok:
        return show(form, 422)
    try:
        return act()
    except TooMany as many:
        if many.brief:
            raise
        return _wait(show(form.with_errors(problem=many.message), 429), many.retry_after)
    except TooManyTries:
        return _wait(show(form.with_errors(problem=str(words.TRIES)), 429), _WAIT_SECONDS)
    except WeakPassword as weak:
        field = form["password"]
        return show(form.with_errors({field.name: weak_password(field.label, weak.reasons)}), 422)
    except Refused:
        return show(form.with_errors(problem=str(words.REFUSED)), 403)
    except (UpstreamError, IdentityRefused) as error:
        if isinstance(error, passing):
            raise
        return show(form.with_errors(problem=away or str(words.AWAY)), 503)


def by_mailed_code(
    request: ShopRequest, form: Form, show: Show, take: Callable[[], None], go_on: Act
) -> HttpResponseBase:
    """Use the code up by `take`, which counts as a try, and `go_on`; the form again for one that is wrong.

    The pool's own lock is there for accounts that exist, so it is told as a wrong code is.
    """
    email = form["email"].value
    limits.before_code(request, email)
    try:
        take()
    except (WrongCode, TooManyTries):
        limits.failed(request, email)
        return show(form.with_errors({"code": str(words.CODE_MAILED)}), 422)
    limits.succeeded(request, email)
    return go_on()


def _wait(response: HttpResponseBase, seconds: int | None) -> HttpResponseBase:
    response.headers["Retry-After"] = str(seconds or _WAIT_SECONDS)
    return response
