"""The steps of checkout before the order: each shows its form, or keeps it and goes on to the next step."""

from dataclasses import replace

from django.http import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from storefront.checkout.forms import (
    PAYMENT_METHODS,
    address_of,
    contact_form,
    contact_of,
    delivery_form,
    payment_form,
)
from storefront.checkout.guards import Checkout, at_step
from storefront.checkout.operations import set_delivery
from storefront.checkout.pages import ReviewPage, StepPage, steps_for
from storefront.checkout.steps import first_open
from storefront.clients.shapes import DeliveryOption
from storefront.core import Invalid, PreconditionFailed, UpstreamError
from storefront.web.cart_version import parse_version
from storefront.web.forms import Form
from storefront.web.notices import add_notice
from storefront.web.policies import private_page
from storefront.web.requests import ShopRequest
from storefront.web.responses import render_page, see_other

REFUSED = "We could not accept this as it is. Please check it and try again."
DECLINED = (
    "Your payment was declined, so nothing was charged. Your cart is as it was: "
    "you can try again, with another card if you like."
)
AWAY = "We could not save this right now. What you typed is still here; please try again in a moment."
CHANGED = "Your cart was changed in another tab. Please look this over and continue."


@private_page(query=())
@require_safe
@at_step("")
def start(_request: ShopRequest, checkout: Checkout) -> HttpResponseBase:
    """The first step that is not done."""
    step = first_open(cart=checkout.cart)
    return see_other(reverse(f"checkout:{step}"))


@private_page(query=())
@require_http_methods(["GET", "HEAD", "POST"])
@at_step("contact")
def contact(request: ShopRequest, checkout: Checkout) -> HttpResponseBase:
    """Who buys."""
    form = contact_form(checkout.cart)
    if request.method == "POST":
        form = form.read(request.POST.dict())
        if form.ok:
            try:
                request.shop.orders.set_contact(
                    cart=checkout.ref, contact=contact_of(form, checkout.cart), version=_seen(request)
                )
            except Invalid as refused:
                form = form.with_refusals(refused.errors, otherwise=REFUSED)
            except PreconditionFailed:
                form = form.with_errors(problem=CHANGED)
            except UpstreamError:
                form = form.with_errors(problem=AWAY)
            else:
                return _onward(request, checkout, "contact")
    return _show(request, checkout, "contact", "Contact details", form)


@private_page(query=())
@require_http_methods(["GET", "HEAD", "POST"])
@at_step("delivery")
def delivery(request: ShopRequest, checkout: Checkout) -> HttpResponseBase:
    """Where it goes and how."""
    orders = request.shop.orders
    offered = orders.list_delivery_options(cart=checkout.ref)
    form = delivery_form(checkout.cart, offered)
    if request.method == "POST":
        form = form.read(request.POST.dict())
        if form.ok:
            try:
                set_delivery(
                    orders,
                    cart=checkout.ref,
                    address=address_of(form),
                    option_id=form["option_id"].value,
                    version=_seen(request),
                )
            except Invalid as refused:
                form = form.with_refusals(refused.errors, otherwise=refused.detail or REFUSED)
                # The address may have been taken before the option was refused: show what is so now.
                checkout = replace(checkout, cart=orders.get_cart(cart=checkout.ref))
                offered = orders.list_delivery_options(cart=checkout.ref)
            except PreconditionFailed:
                form = form.with_errors(problem=CHANGED)
            except UpstreamError:
                form = form.with_errors(problem=AWAY)
            else:
                return _onward(request, checkout, "delivery")
    return _show(request, checkout, "delivery", "Delivery", form, options=offered.items)


@private_page(query=())
@require_http_methods(["GET", "HEAD", "POST"])
@at_step("payment")
def payment(request: ShopRequest, checkout: Checkout) -> HttpResponseBase:
    """How to pay; the paying itself happens on the provider's page."""
    form = payment_form()
    if request.method == "POST":
        form = form.read(request.POST.dict())
        if form.ok:
            return see_other(reverse("checkout:review"))
    return _show(request, checkout, "payment", "Payment", form)


@private_page(query=("outcome",), payment=True)
@require_safe
@at_step("review")
def review(request: ShopRequest, checkout: Checkout) -> HttpResponseBase:
    """Everything once more, with the total that will be paid; after a declined payment it says so."""
    declined = request.GET.get("outcome") == "declined"
    return render_review(request, checkout, problem=DECLINED if declined else "")


def render_review(
    request: ShopRequest, checkout: Checkout, *, problem: str = "", status: int = 200
) -> HttpResponseBase:
    """The review page; `problem` says why an order was not placed."""
    page = ReviewPage(
        steps=steps_for("review", cart=checkout.cart),
        cart=checkout.cart,
        payment_label=PAYMENT_METHODS[0].label,
        problem=problem,
    )
    return render_page(request, "checkout/review.html", page, status=status)


def _seen(request: ShopRequest) -> int:
    """The cart's version that the form was made from: what another tab wrote since is not overwritten."""
    return parse_version(request.POST.get("version", ""))


def _onward(request: ShopRequest, checkout: Checkout, done: str) -> HttpResponseBase:
    """To the next step that is open; an edit from the review page returns there."""
    following = {"contact": "delivery", "delivery": "payment"}[done]
    if checkout.cart.contact and checkout.cart.delivery_option:
        add_notice(request, "Your change is saved.")
        following = "review"
    return see_other(reverse(f"checkout:{following}"))


def _show(
    request: ShopRequest,
    checkout: Checkout,
    name: str,
    title: str,
    form: Form,
    *,
    options: tuple[DeliveryOption, ...] = (),
) -> HttpResponseBase:
    estimate = None if checkout.cart.delivery_option else _cheapest(request, checkout, options)
    page = StepPage(
        title=title if form.ok else f"Error: {title}",
        steps=steps_for(name, cart=checkout.cart),
        cart=checkout.cart,
        form=form,
        options=options,
        delivery_estimate=estimate,
    )
    return render_page(request, f"checkout/{name}.html", page, status=_status(form))


def _cheapest(
    request: ShopRequest, checkout: Checkout, options: tuple[DeliveryOption, ...]
) -> DeliveryOption | None:
    """What delivery will cost at least, so that the total means the same in cart and checkout."""
    if options:
        return options[0]
    try:
        return request.shop.orders.list_delivery_options(cart=checkout.ref).items[0]
    except UpstreamError:
        request.shop.telemetry.degraded("delivery_estimate", "unavailable")
        return None


def _status(form: Form) -> int:
    """The status of a page that shows a form: what was typed is wrong, or it could not be kept."""
    if form.ok:
        return 200
    return 503 if form.problem == AWAY else 422
