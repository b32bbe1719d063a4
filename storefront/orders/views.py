"""The page of an order. It answers to a browser whose cookie holds the order's token, and to its owner."""

from dataclasses import replace
from functools import partial

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from storefront.clients.orders import CartRef, LeftOut, Order, OrderRef, Reordered
from storefront.core import Conflict, NotFound, Unauthorized, UpstreamError
from storefront.experiments.tallies import Goal
from storefront.orders.finding import not_here
from storefront.orders.pages import OrderPage
from storefront.web import reads
from storefront.web.cart_cookie import cart_of, keep_cart
from storefront.web.cart_merge import new_own_cart
from storefront.web.counting import ordered, reached
from storefront.web.notices import Notice, add_notice
from storefront.web.open_cart import fill_cart, press_key
from storefront.web.order_access import order_ref
from storefront.web.policies import private_page
from storefront.web.requests import ShopRequest
from storefront.web.responses import render_page, see_other


@private_page(query=())
@require_safe
def confirmation(request: ShopRequest, order_id: str) -> HttpResponseBase:
    """What was bought, by whom, for how much, and how far it is; a way to look it up for anybody else."""
    ref = order_ref(request, order_id)
    if ref is None:
        return not_here(request)
    try:
        order = request.shop.orders.get_order(order=ref)
    except (NotFound, Unauthorized):
        return not_here(request)
    ordered(request, order)
    page = OrderPage.of(order, request.shop.clock.now(), _paid_by(request, order))
    return render_page(request, "orders/confirmation.html", page)


def _paid_by(request: ShopRequest, order: Order) -> str:
    """The name of the way it was paid; "" for one that is not, and while nobody can tell."""
    if order.payment.status != "approved":
        return ""
    try:
        methods = reads.payment_methods(request.shop).value.items
    except UpstreamError:
        request.shop.telemetry.degraded("payment_methods", "unavailable")
        return ""
    return next((one.name for one in methods if one.id == order.payment.method), "")


@private_page(query=())
@require_POST
def again(request: ShopRequest, order_id: str) -> HttpResponseBase:
    """Put what the order held into the cart, as much of it as can be had, and say what was left out."""
    order = order_ref(request, order_id)
    if order is None:
        return not_here(request)
    try:
        filled = fill_cart(
            request.shop,
            cart_of(request),
            lambda cart: _put(request, order, cart),
            partial(new_own_cart, request),
        )
    except (NotFound, Unauthorized):
        return not_here(request)
    except Conflict:
        words = _("Your cart's order is being paid. Finish or cancel it, then try again.")
        add_notice(request, words, kind="care")
        return see_other(reverse("cart:show"))
    except UpstreamError:
        words = _("We could not put it into your cart right now. Please try again in a moment.")
        add_notice(request, words, kind="care")
        return see_other(reverse("orders:confirmation", kwargs={"order_id": order_id}))
    if filled.answer.cart.lines:
        reached(request, Goal.CART)
    for notice in _said(filled.answer):
        add_notice(request, notice, kind=notice.kind)
    response = see_other(reverse("cart:show"))
    keep_cart(request, response, filled.ref)
    return response


def _put(request: ShopRequest, order: OrderRef, cart: CartRef) -> Reordered:
    key = press_key(cart.id, "again", order.id)
    cart = replace(cart, access_token=order.access_token)
    return request.shop.orders.add_order_lines(cart=cart, order=order, idempotency_key=key)


def _said(answer: Reordered) -> tuple[Notice, ...]:
    """What went into the cart and what did not."""
    if not answer.cart.lines:
        said = Notice(_("Nothing from that order is available right now."), "care")
    elif answer.left_out:
        said = Notice(_("Everything from that order that is still available is in your cart."), "good")
    else:
        said = Notice(_("Everything of that order is in your cart, at today's prices."), "good")
    return (said, *(Notice(_left_out(one), "care") for one in answer.left_out))


def _left_out(one: LeftOut) -> str:
    words = {"title": one.title, "added": one.added, "wanted": one.wanted}
    if one.added:
        some = ngettext(
            "%(title)s: only %(added)s of %(wanted)s could be added.",
            "%(title)s: only %(added)s of %(wanted)s could be added.",
            one.added,
        )
        return some % words
    match one.reason:
        case "out_of_stock":
            return _("%(title)s is sold out and was left out.") % words
        case "unknown_sku":
            return _("%(title)s is not sold any more and was left out.") % words
    return _("%(title)s did not fit into your cart any more and was left out.") % words
