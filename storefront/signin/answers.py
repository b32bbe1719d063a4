"""A form that was sent: what it does, or the form again with what is in the way of all of it."""

from collections.abc import Callable

from django.http import HttpResponseBase

from storefront.core import UpstreamError
from storefront.identity import NotSupported, TokenRefused, TooManyTries
from storefront.signin import words
from storefront.signin.finishing import Refused
from storefront.web.forms import Form
from storefront.web.limits import TooMany

SIGN_IN_SECONDS = 5.0
_WAIT_SECONDS = 15 * 60  # what the pool's own lock grows to

Show = Callable[[Form, int], HttpResponseBase]
Act = Callable[[], HttpResponseBase]


def answer(form: Form, show: Show, act: Act, *, away: str = "") -> HttpResponseBase:
    """What `act` does with a form that is filled in rightly; `show` makes the page of a form and a status.

    What `act` raises because of the limits, the fraud screen, the pool or the session table becomes the
    form's problem; `away` is what is said while one of them is away.
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
    except Refused:
        return show(form.with_errors(problem=str(words.REFUSED)), 403)
    except (UpstreamError, NotSupported, TokenRefused):
        return show(form.with_errors(problem=away or str(words.AWAY)), 503)


def _wait(response: HttpResponseBase, seconds: int | None) -> HttpResponseBase:
    response.headers["Retry-After"] = str(seconds or _WAIT_SECONDS)
    return response
