"""Saving a step: the form with what was refused, the cart as it is now, or the way on.

The answer to a write can be lost when the write was not. So before a shopper is told that something was not
saved, the cart is read again; if it says what they typed, it was.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from storefront.checkout.guards import Checkout
from storefront.clients.orders import Cart, OrderCode
from storefront.core import (
    Conflict,
    FieldProblem,
    Gone,
    Invalid,
    NotFound,
    PreconditionFailed,
    UpstreamError,
)
from storefront.web.cart_version import parse_version
from storefront.web.errors import in_our_language
from storefront.web.forms import Form
from storefront.web.requests import ShopRequest
from storefront.web.responses import see_other

REFUSED = _lazy("We could not accept this as it is. Please check it and try again.")
AWAY = _lazy("We could not save this right now. What you typed is still here; please try again in a moment.")
CHANGED = _lazy("Your cart was changed in another tab. Please look this over and continue.")


@dataclass(frozen=True, slots=True)
class Saved:
    """What came of it. `elsewhere` is set when the cart can't be changed any more."""

    checkout: Checkout
    form: Form
    done: bool = False
    elsewhere: HttpResponseBase | None = None


def seen_version(request: ShopRequest) -> int:
    """The cart's version that the form was made from: what another tab wrote since is not overwritten."""
    return parse_version(request.POST.get("version", ""))


def save(
    request: ShopRequest,
    checkout: Checkout,
    form: Form,
    *,
    write: Callable[[int], Cart],
    holds: Callable[[Cart], bool],
) -> Saved:
    """Do `write` at the version the form was made from; `holds` tells whether a cart says the same."""
    try:
        return Saved(replace(checkout, cart=write(seen_version(request))), form, done=True)
    except Invalid as refused:
        form = form.with_refusals(_in_words(refused), otherwise=str(REFUSED))
        return Saved(_as_now(request, checkout), form)
    except PreconditionFailed:
        problem = str(CHANGED)
    except (Conflict, NotFound, Gone):
        return Saved(checkout, form, elsewhere=see_other(reverse("checkout:start")))
    except UpstreamError:
        problem = str(AWAY)
    now = _as_now(request, checkout)
    if holds(now.cart):
        return Saved(now, form, done=True)
    return Saved(now, form.with_errors(problem=problem))


def _as_now(request: ShopRequest, checkout: Checkout) -> Checkout:
    """The checkout with the cart as it is now, part of a write that failed included; as it was if unknown."""
    try:
        return replace(checkout, cart=request.shop.orders.get_cart(cart=checkout.ref))
    except UpstreamError:
        return checkout


def _in_words(refused: Invalid) -> Iterable[FieldProblem]:
    """What was refused, beside its field and in the shopper's language where we know the code."""
    words = {
        OrderCode.POSTCODE_INVALID: ("/postcode", _("this is not a postcode of that country.")),
        OrderCode.COUNTRY_NOT_SERVED: ("/country", _("we do not deliver there.")),
        OrderCode.UNKNOWN_DELIVERY_OPTION: (
            "/option_id",
            _("this is not offered there. Please choose another."),
        ),
        OrderCode.STORE_NOT_OFFERED: ("/store_id", _("you can't pick it up there. Please choose another.")),
        OrderCode.UNKNOWN_PAYMENT_METHOD: ("/method", _("this is not offered. Please choose another.")),
    }
    known: dict[str, tuple[str, str]] = {str(code): value for code, value in words.items()}
    if refused.code in known:
        pointer, detail = known[refused.code]
        yield FieldProblem(pointer, refused.code, detail)
        return
    problems = refused.errors or (FieldProblem("", refused.code, refused.detail),)
    for problem in problems:
        pointer, detail = known.get(problem.code, (problem.pointer, in_our_language(problem.detail)))
        yield FieldProblem(pointer, problem.code, detail or str(REFUSED))
