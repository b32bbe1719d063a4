"""The steps of checkout around delivery: each shows its form, or keeps it and goes on to the next step."""

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from storefront.checkout.forms import contact_form, contact_of, payment_form
from storefront.checkout.guards import Checkout, at_step
from storefront.checkout.pages import StepPage, steps_for
from storefront.checkout.people import contact_of_person, way_in, with_contact
from storefront.checkout.saving import AWAY, Saved, save
from storefront.checkout.steps import after, first_open
from storefront.clients.orders import Cart
from storefront.web import reads
from storefront.web.forms import Form
from storefront.web.notices import add_notice
from storefront.web.policies import private_page
from storefront.web.requests import ShopRequest
from storefront.web.responses import render_page, see_other


@private_page(query=())
@require_safe
@at_step("")
def start(request: ShopRequest, checkout: Checkout) -> HttpResponseBase:
    """The first step that is not done; of who is signed in, we know who they are."""
    step = first_open(cart=with_contact(request, checkout).cart)
    return see_other(reverse(f"checkout:{step}"))


@private_page(query=())
@require_http_methods(["GET", "HEAD", "POST"])
@at_step("contact")
def contact(request: ShopRequest, checkout: Checkout) -> HttpResponseBase:
    """Who buys."""
    saved = Saved(checkout, contact_form(checkout.cart, contact_of_person(request)))
    if request.method == "POST":
        form = saved.form.read(request.POST.dict())
        saved = Saved(checkout, form)
        if form.ok:
            who = contact_of(form)
            saved = save(
                request,
                checkout,
                form,
                write=lambda seen: request.shop.orders.set_contact(
                    cart=checkout.ref, contact=who, version=seen
                ),
                holds=lambda cart: cart.contact == who,
            )
        if saved.done or saved.elsewhere:
            return saved.elsewhere or onward(request, checkout.cart, "contact")
    return _show(request, saved, "contact", _("Contact details"))


@private_page(query=())
@require_http_methods(["GET", "HEAD", "POST"])
@at_step("payment")
def payment(request: ShopRequest, checkout: Checkout) -> HttpResponseBase:
    """How to pay; the paying itself happens on the provider's page."""
    methods = reads.payment_methods(request.shop).value
    saved = Saved(checkout, payment_form(checkout.cart, methods))
    if request.method == "POST":
        form = saved.form.read(request.POST.dict())
        saved = Saved(checkout, form)
        if form.ok:
            method = form["method"].value
            saved = save(
                request,
                checkout,
                form,
                write=lambda seen: request.shop.orders.set_payment_method(
                    cart=checkout.ref, method=method, version=seen
                ),
                holds=lambda cart: cart.payment_method == method,
            )
        if saved.done or saved.elsewhere:
            return saved.elsewhere or see_other(reverse("checkout:review"))
    return _show(request, saved, "payment", _("Payment"))


def onward(request: ShopRequest, before: Cart, done: str) -> HttpResponseBase:
    """To the step that comes next; an edit from the review page returns there."""
    following = after(done, before=before)
    if following == "review":
        add_notice(request, _("Your change is saved."), kind="good")
    return see_other(reverse(f"checkout:{following}"))


def status_of(form: Form) -> int:
    """The status of a page that shows a form: what was typed is wrong, or it could not be kept."""
    if form.ok:
        return 200
    return 503 if form.problem == str(AWAY) else 422


def _show(request: ShopRequest, saved: Saved, name: str, title: str) -> HttpResponseBase:
    cart = saved.checkout.cart
    page = StepPage(
        title=title,
        steps=steps_for(name, cart=cart),
        cart=cart,
        form=saved.form,
        signed_in=request.identity.signed_in,
        sign_in_href=way_in(request),
    )
    return render_page(request, f"checkout/{name}.html", page, status=status_of(saved.form))
