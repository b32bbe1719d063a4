"""The steps of checkout before the order: each shows its form, or keeps it and goes on to the next step."""

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
from storefront.checkout.guards import METHOD_KEY, Checkout, at_step
from storefront.checkout.operations import set_delivery
from storefront.checkout.pages import ReviewPage, StepPage, steps_for
from storefront.checkout.steps import first_open
from storefront.clients.shapes import DeliveryOption
from storefront.core import Invalid, PreconditionFailed
from storefront.web.forms import Form
from storefront.web.notices import add_notice
from storefront.web.policies import private_page
from storefront.web.requests import ShopRequest
from storefront.web.responses import render_page, see_other

REFUSED = "We could not accept this as it is. Please check it and try again."
CHANGED = "Your cart was changed in another tab. Please look this over and continue."


@private_page(query=())
@require_safe
@at_step("")
def start(_request: ShopRequest, checkout: Checkout) -> HttpResponseBase:
    """The first step that is not done."""
    step = first_open(cart=checkout.cart, payment_method=checkout.payment_method)
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
                    cart=checkout.ref, contact=contact_of(form, checkout.cart), version=checkout.cart.version
                )
            except Invalid as refused:
                form = form.with_refusals(refused.errors, otherwise=REFUSED)
            except PreconditionFailed:
                form = form.with_errors(problem=CHANGED)
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
                    version=checkout.cart.version,
                )
            except Invalid as refused:
                form = form.with_refusals(refused.errors, otherwise=refused.detail or REFUSED)
            except PreconditionFailed:
                form = form.with_errors(problem=CHANGED)
            else:
                return _onward(request, checkout, "delivery")
    return _show(request, checkout, "delivery", "Delivery", form, options=offered.items)


@private_page(query=())
@require_http_methods(["GET", "HEAD", "POST"])
@at_step("payment")
def payment(request: ShopRequest, checkout: Checkout) -> HttpResponseBase:
    """How to pay; the paying itself happens on the provider's page."""
    form = payment_form(checkout.payment_method)
    if request.method == "POST":
        form = form.read(request.POST.dict())
        if form.ok:
            request.session[METHOD_KEY] = form["method"].value
            return see_other(reverse("checkout:review"))
    return _show(request, checkout, "payment", "Payment", form)


@private_page(query=(), payment=True)
@require_safe
@at_step("review")
def review(request: ShopRequest, checkout: Checkout) -> HttpResponseBase:
    """Everything once more, with the total that will be paid."""
    return render_review(request, checkout)


def render_review(
    request: ShopRequest, checkout: Checkout, *, problem: str = "", status: int = 200
) -> HttpResponseBase:
    """The review page; `problem` says why an order was not placed."""
    label = next((m.label for m in PAYMENT_METHODS if m.value == checkout.payment_method), "")
    page = ReviewPage(
        steps=steps_for("review", cart=checkout.cart, payment_method=checkout.payment_method),
        cart=checkout.cart,
        payment_label=label,
        problem=problem,
    )
    return render_page(request, "checkout/review.html", page, status=status)


def _onward(request: ShopRequest, checkout: Checkout, done: str) -> HttpResponseBase:
    """To the next step that is open; an edit from the review page returns there."""
    following = {"contact": "delivery", "delivery": "payment"}[done]
    was_complete = checkout.payment_method and checkout.cart.delivery_option and checkout.cart.contact
    if was_complete:
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
    page = StepPage(
        title=title if form.ok else f"Error: {title}",
        steps=steps_for(name, cart=checkout.cart, payment_method=checkout.payment_method),
        cart=checkout.cart,
        form=form,
        options=options,
    )
    return render_page(request, f"checkout/{name}.html", page, status=200 if form.ok else 422)
