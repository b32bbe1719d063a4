"""Looking an order up by its number and the e-mail address it was placed with: for who has no cookie of it.

The answer is the same for a number that does not exist and for another's number, and tries are counted: by
the address they come from here, by the order's number in the backend.
"""

import math

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from storefront.core import Invalid, NotFound, Reason, UpstreamError, UpstreamUnavailable
from storefront.orders.pages import FindPage
from storefront.web.client_address import client_name
from storefront.web.counters import AllowanceEach
from storefront.web.formats import number
from storefront.web.forms import Field, Form
from storefront.web.order_tokens import keep_order
from storefront.web.policies import private_page
from storefront.web.requests import ShopRequest
from storefront.web.responses import render_page, see_other

TEMPLATE = "orders/find.html"
TRIES_A_MINUTE = 10
_WAIT_SECONDS = 60
_MINUTE = 60  # seconds
_tries = AllowanceEach("orders-find", TRIES_A_MINUTE)

NOT_FOUND = _lazy(
    "We found no order with this number and this email address. Please check both; "
    "the number is in your confirmation email and looks like SF-7K3M-92QD."
)
AWAY = _lazy("We can't look orders up right now. Your order is safe; please try again in a moment.")


@private_page(query=())
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: ShopRequest) -> HttpResponseBase:
    """The form, or the order it finds."""
    if request.method != "POST":
        return _show(request, _form())
    form = _form().read(request.POST.dict())
    if not form.ok:
        return _show(request, form, status=422)
    if not _tries.take(client_name(request)):
        return _too_many(request, form)
    try:
        found = request.shop.orders.find_order(number=form["number"].value, email=form["email"].value)
    except (NotFound, Invalid):
        return _show(request, form.with_errors(problem=str(NOT_FOUND)), status=422)
    except UpstreamUnavailable as failed:
        if failed.reason is Reason.THROTTLED:
            return _too_many(request, form, failed.retry_after)
        return _show(request, form.with_errors(problem=str(AWAY)), status=503)
    except UpstreamError:
        return _show(request, form.with_errors(problem=str(AWAY)), status=503)
    response = see_other(reverse("orders:confirmation", kwargs={"order_id": found.order_id}))
    keep_order(request, response, found.ref)
    return response


def not_here(request: ShopRequest) -> HttpResponseBase:
    """This browser may not see the order, if there is one: how to look it up."""
    words = _("We can't show this order in this browser. Look it up by its number and your email address.")
    return _show(request, _form(), notice=words, status=404)


def _form() -> Form:
    return Form(
        (
            Field(
                "number",
                _("Order number"),
                autocomplete="off",
                autocapitalize="characters",
                hint=_("It looks like SF-7K3M-92QD."),
                max_length=30,
                check=_long_enough,
            ),
            Field(
                "email",
                _("Email address"),
                type="email",
                autocomplete="email",
                inputmode="email",
                hint=_("The one you ordered with."),
                max_length=254,
                check=_address,
            ),
        )
    )


_LEAST_NUMBER = 6


def _long_enough(value: str) -> str:
    if len(value) >= _LEAST_NUMBER:
        return ""
    return _("Order number: this is too short. It looks like SF-7K3M-92QD.")


def _address(value: str) -> str:
    return (
        ""
        if "@" in value
        else _("Email address: this is not a whole address. It looks like name@example.com.")
    )


def _too_many(request: ShopRequest, form: Form, wait: float | None = None) -> HttpResponseBase:
    """The form with how long to wait, in words and for programs; `wait` is in seconds."""
    seconds = max(math.ceil(wait or _WAIT_SECONDS), 1)
    minutes = math.ceil(seconds / _MINUTE)
    words = ngettext(
        "That was tried very often in a short time. Please try again in about a minute.",
        "That was tried very often in a short time. Please try again in about %(count)s minutes.",
        minutes,
    )
    problem = words % {"count": number(minutes)}
    response = _show(request, form.with_errors(problem=problem), status=429)
    response.headers["Retry-After"] = str(seconds)
    return response


def _show(request: ShopRequest, form: Form, *, notice: str = "", status: int = 200) -> HttpResponseBase:
    page = FindPage(title=_("Find your order"), form=form, notice=notice)
    return render_page(request, TEMPLATE, page, status=status)
