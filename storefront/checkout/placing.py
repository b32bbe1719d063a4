"""Placing the order, and everything about an order whose outcome is still open.

What the shopper agreed to is written to the session before the first call, so that a lost answer, a killed
worker or a reload leads back to the same intent, and the same intent to the same order (ADR 0003).
"""

from django.conf import settings
from django.http import Http404, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from storefront.checkout.guards import PLACING_KEY, Checkout, load, placing
from storefront.checkout.operations import Intent, place
from storefront.checkout.pages import CheckingPage
from storefront.checkout.steps import reachable
from storefront.checkout.views import render_review
from storefront.clients.orders import CartRef, NewOrder, Order, OrderCode, available, short_sku
from storefront.core import (
    Conflict,
    Gone,
    Invalid,
    NotFound,
    UpstreamError,
    UpstreamInvalid,
    UpstreamUnavailable,
)
from storefront.web.cart_cookie import cart_of, forget_cart
from storefront.web.notices import add_notice
from storefront.web.order_tokens import keep_order, order_of
from storefront.web.policies import ORDER_SUBMIT_SECONDS, private_page
from storefront.web.requests import ShopRequest
from storefront.web.responses import SeeOther, render_page, see_other

CART_GONE = "Your cart has expired, so nothing was ordered and nothing was charged."
GIVEN_UP = "The order was cancelled and nothing was charged. Your cart is as it was."


@private_page(deadline=ORDER_SUBMIT_SECONDS, payment=True)
@require_POST
def place_order(request: ShopRequest) -> HttpResponseBase:
    """Place what the review page showed, then go to the provider's page. Safe to press twice."""
    ref = cart_of(request)
    intent = Intent.read(*(request.POST.get(name, "") for name in ("version", "amount", "currency")))
    if ref is None or intent is None:
        return see_other(reverse("checkout:start"))
    earlier = placing(request)
    _write_down(request, intent)
    try:
        placed = place(request.shop.orders, cart=ref, intent=intent, return_url=_return_url())
    except (Conflict, Invalid) as refused:
        if refused.code == OrderCode.REQUEST_IN_PROGRESS:
            return _checking(request, CheckingPage(retry=intent.plain))
        return _refused(request, refused, earlier)
    except (NotFound, Gone):
        add_notice(request, CART_GONE)
        return see_other(reverse("cart:show"))
    except (UpstreamUnavailable, UpstreamInvalid):
        return _checking(request, CheckingPage(retry=intent.plain))
    return _to_payment(request, ref, placed)


def _to_payment(request: ShopRequest, ref: CartRef, placed: NewOrder) -> HttpResponseBase:
    order = placed.order
    _write_down(request, None)
    target = payable_at(order)
    response = SeeOther(target) if target else _outcome(request, ref, order)
    keep_order(request, response, placed.ref)
    return response


def _write_down(request: ShopRequest, intent: Intent | None) -> None:
    """Let the session say which intent is open (None: none is), now and not with the answer.

    A session table that is away keeps nobody from buying: then the session stays as it was, so that nothing
    tries to write it again once the order is placed.
    """
    before = request.session.get(PLACING_KEY)
    after = intent.plain if intent else None
    if after == before:
        return
    _set_placing(request, after)
    try:
        request.session.save()
    except UpstreamUnavailable:
        _set_placing(request, before)
        request.shop.telemetry.degraded("placing", "sessions unavailable")


def _set_placing(request: ShopRequest, kept: dict[str, int | str] | None) -> None:
    if kept is None:
        request.session.pop(PLACING_KEY, None)
    else:
        request.session[PLACING_KEY] = kept


def payable_at(order: Order) -> str:
    """The provider's page of a pending payment, if it is on an origin that we know; "" otherwise."""
    target = order.payment.redirect_url or ""
    # Compared as text: what is not parsed here cannot be parsed otherwise by a browser.
    known = any(target.startswith(f"{origin}/") for origin in settings.PAYMENT_ORIGINS)
    return target if order.status == "awaiting_payment" and known else ""


def _return_url() -> str:
    """Where the provider sends the browser; the backend fills the order's id in."""
    path = reverse("checkout:return", kwargs={"order_id": "0"}).replace("/0/", "/{order_id}/")
    return f"{settings.PUBLIC_ORIGIN}{path}"


def _refused(request: ShopRequest, refused: Conflict | Invalid, earlier: Intent | None) -> HttpResponseBase:
    """Why the order was not placed, above the review page as it is now, to be agreed to anew.

    What was refused placed nothing, but the intent that this browser tried `earlier` may be the one that
    holds the cart: an old tab must not make us forget how to ask for it.
    """
    _write_down(request, earlier)
    checkout = load(request)
    if isinstance(checkout, HttpResponseBase):
        return checkout
    _write_down(request, None)
    if not reachable("review", cart=checkout.cart):
        return see_other(reverse("checkout:start"))
    return render_review(request, checkout, problem=_why(refused, checkout), status=409)


def _why(refused: Conflict | Invalid, checkout: Checkout) -> str:
    match refused.code:
        case "cart_changed":
            return "Your cart was changed since you looked at it. Nothing was ordered; please look it over."
        case "total_changed":
            return "The total has changed. Nothing was ordered; this is what it costs now."
        case "insufficient_stock":
            sku = short_sku(refused)
            title = next(
                (line.title for line in checkout.cart.lines if line.sku == sku), "One of your things"
            )
            left = available(refused) or 0
            rest = f"only {left} left" if left else "sold out"
            return f"{title} is {rest}. Nothing was ordered; please change your cart."
    return "This could not be ordered as it is. Nothing was ordered; please look it over."


@private_page(query=(), payment=True)
@require_safe
def checking(request: ShopRequest) -> HttpResponseBase:
    """The answer to "Place order" was lost: offer to ask again, which can't order twice."""
    intent = placing(request)
    if intent is None or cart_of(request) is None:
        return see_other(reverse("checkout:start"))
    return _checking(request, CheckingPage(retry=intent.plain))


@private_page(payment=True)
@require_safe
def back(request: ShopRequest, order_id: str) -> HttpResponseBase:
    """Back from the provider, by whatever way: show where the order stands."""
    try:
        order = request.shop.orders.get_order(order=order_of(request, order_id))
    except NotFound as gone:
        raise Http404 from gone
    except UpstreamError:
        return _checking(request, CheckingPage())
    return _outcome(request, cart_of(request), order)


@private_page()
@require_POST
def cancel(request: ShopRequest, order_id: str) -> HttpResponseBase:
    """Give up an order that is not paid."""
    ref = order_of(request, order_id)
    try:
        order = request.shop.orders.cancel_order(order=ref)
    except Conflict:  # paid meanwhile: the payment won
        order = request.shop.orders.get_order(order=ref)
    except NotFound as gone:
        raise Http404 from gone
    return _outcome(request, cart_of(request), order)


def _outcome(request: ShopRequest, ref: CartRef | None, order: Order) -> HttpResponseBase:
    if order.status == "awaiting_payment":
        return _checking(request, CheckingPage(order=order, pay_href=payable_at(order)))
    if order.status == "payment_failed":
        return see_other(f"{reverse('checkout:review')}?outcome=declined")
    if order.status == "cancelled":
        add_notice(request, GIVEN_UP)
        return see_other(reverse("cart:show"))
    response = see_other(reverse("orders:confirmation", kwargs={"order_id": order.id}))
    if ref is not None and ref.id == order.cart_id:
        forget_cart(response)
    return response


def _checking(request: ShopRequest, page: CheckingPage) -> HttpResponseBase:
    return render_page(request, "checkout/checking.html", page, status=202)
