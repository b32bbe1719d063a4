"""Putting things into the cart: from a product or a list, and back after they were removed."""

from functools import partial

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from storefront.cart.answers import cart_page, changed, posted
from storefront.cart.operations import add_to_cart, parse_quantity, shown_quantity
from storefront.cart.pages import AddedPage, NotAddedPage
from storefront.cart.words import NOT_ADDED, QUANTITY, UNKNOWN, why
from storefront.clients.orders import Cart
from storefront.core import UpstreamError, UpstreamRefused, UpstreamUnavailable
from storefront.experiments.tallies import Goal
from storefront.web.cart_cookie import cart_of, keep_cart
from storefront.web.cart_merge import new_own_cart
from storefront.web.counting import reached
from storefront.web.notices import add_notice
from storefront.web.open_cart import Filled, forget_presses
from storefront.web.policies import private_page
from storefront.web.requests import ShopRequest
from storefront.web.responses import render_fragment, render_page, see_other


@private_page()
@require_POST
def add(request: ShopRequest) -> HttpResponseBase:
    """Put a SKU into the cart; by htmx the answer is a fragment, else the cart page."""
    sku = posted(request.POST, "sku")
    quantity = parse_quantity(request.POST.get("quantity", "1"))
    if quantity is None:
        return _not_added(request, _("Not added: %(why)s") % {"why": QUANTITY}, status=422)
    try:
        added = add_to_cart(
            request.shop,
            ref=cart_of(request),
            sku=sku,
            quantity=quantity,
            form_key=posted(request.POST, "form_key"),
            own=partial(new_own_cart, request),
        )
    except UpstreamRefused as refused:
        message, status = why(refused)
        return _not_added(request, message, status=status, can_retry=refused.code != "unknown_sku")
    except UpstreamError as failed:
        never_sent = isinstance(failed, UpstreamUnavailable) and not failed.sent
        return _not_added(request, str(NOT_ADDED if never_sent else UNKNOWN), status=503)
    return _added(request, added, sku)


@private_page(query=())
@require_POST
def restore(request: ShopRequest) -> HttpResponseBase:
    """Put back what was just removed, as much of it as there was, and show the cart."""
    ref, sku = cart_of(request), posted(request.POST, "sku")
    quantity = parse_quantity(posted(request.POST, "quantity"))
    if quantity is None:
        return see_other(reverse("cart:show"))
    key = posted(request.POST, "form_key")
    try:
        own = partial(new_own_cart, request)
        added = add_to_cart(request.shop, ref=ref, sku=sku, quantity=quantity, form_key=key, own=own)
    except UpstreamRefused as refused:
        message, status = why(refused)
        return cart_page(request, ref, status=status, notices=(message,))
    except UpstreamError:
        return cart_page(request, ref, status=503, notices=(str(NOT_ADDED),))
    line = next((line for line in added.answer.lines if line.sku == sku), None)
    forget_presses(added.ref.id)
    return changed(request, added.ref, added.answer, anchor=f"line-{line.id}" if line else "")


def _added(request: ShopRequest, added: Filled[Cart], sku: str) -> HttpResponseBase:
    cart = added.answer
    reached(request, Goal.CART)
    line = next((line for line in cart.lines if line.sku == sku), None)
    message = _("%(title)s is in your cart.") % {"title": line.title} if line else _("It is in your cart.")
    if added.restarted:
        message = " ".join((message, _("Your earlier cart had ended, so this is a new one.")))
    message = " ".join((message, *(notice.detail for notice in cart.notices)))
    response: HttpResponseBase
    if request.htmx:
        page = AddedPage(title=_("Added to your cart"), message=message, cart=cart, line=line)
        response = render_fragment(request, "cart/added.html", page, block="added")
        response.headers["HX-Trigger"] = "cart:changed"
    else:
        add_notice(request, message, kind="good")
        response = see_other(reverse("cart:show"))
    keep_cart(request, response, added.ref)
    return response


def _not_added(
    request: ShopRequest, message: str, *, status: int, can_retry: bool = True
) -> HttpResponseBase:
    page = NotAddedPage(
        title=_("Not added to your cart"),
        message=message,
        sku=request.POST.get("sku", ""),
        quantity=shown_quantity(request.POST.get("quantity", "1")),
        back_href=_back_href(request),
        can_retry=can_retry,
    )
    if request.htmx:
        return render_fragment(request, "cart/not_added.html", page, block="added", status=status)
    return render_page(request, "cart/not_added.html", page, status=status)


def _back_href(request: ShopRequest) -> str:
    """Where the form said it came from, if that is a path of this site."""
    target = request.POST.get("next", "")
    here = url_has_allowed_host_and_scheme(target, allowed_hosts=None) and target.startswith("/")
    return target if here else reverse("content:home")
