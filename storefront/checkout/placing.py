"""Placing the order, and giving it up.

What the shopper agreed to is known to the browser and written to the session before the first call, so that a
lost answer, a killed worker or a reload leads back to the same intent, and the same intent to the same order
(ADR 0003).
"""

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from storefront.checkout import intents
from storefront.checkout.guards import (
    NO_CONTENT,
    Checkout,
    ended,
    go,
    is_open,
    load,
    refuse_while_closed,
    to_cart,
    under_way,
)
from storefront.checkout.intents import Intent
from storefront.checkout.operations import place
from storefront.checkout.pages import CheckingPage
from storefront.checkout.people import signed_ref
from storefront.checkout.review import render_review
from storefront.checkout.steps import reachable
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
from storefront.web.order_access import order_ref
from storefront.web.order_tokens import keep_order, may_see
from storefront.web.policies import ORDER_SUBMIT_SECONDS, private_page
from storefront.web.requests import ShopRequest
from storefront.web.responses import render_page, see_other


@private_page(deadline=ORDER_SUBMIT_SECONDS, payment=True)
@require_POST
def place_order(request: ShopRequest) -> HttpResponseBase:
    """Place what the review page showed, then go to the provider's page. Safe to press twice."""
    ref, intent = cart_of(request), Intent.read(request.POST.dict())
    if ref is None or intent is None or not intent.is_here:
        return see_other(reverse("checkout:start"))
    held = _while_closed(request)
    if held is not None:
        return held
    earlier = intents.written_down(request, ref.id)
    intents.write_down(request, ref.id, intent)
    try:
        placed = place(request.shop.orders, cart=signed_ref(request, ref), intent=intent)
    except (Conflict, Invalid) as refused:
        if refused.code == OrderCode.REQUEST_IN_PROGRESS:
            return unknown(request, ref, intent, sent=True)
        return _refused(request, ref, refused, intent, earlier)
    except (NotFound, Gone) as gone:
        return ended(request, ref, gone)
    except (UpstreamUnavailable, UpstreamInvalid):
        return unknown(request, ref, intent, sent=True)
    if may_see(request, placed.order.id):
        return _again(request, ref, intent, placed, earlier)
    return to_payment(request, ref, intent, placed)


def _while_closed(request: ShopRequest) -> HttpResponseBase | None:
    """None while the checkout is open. Else an order that was placed before goes its way, and PageProblem."""
    if is_open(request):
        return None
    checkout = load(request)
    if isinstance(checkout, HttpResponseBase):
        return checkout
    refuse_while_closed(request)
    return None


def _again(
    request: ShopRequest, ref: CartRef, intent: Intent, placed: NewOrder, earlier: Intent | None
) -> HttpResponseBase:
    """A form that this browser sent before: to pay its order, or to where that has led since.

    Where that order is not to be paid any more, its intent is not the one under way, which stays known.
    """
    placed = as_now(request, placed)
    if payable_at(placed.order):
        return to_payment(request, ref, intent, placed)
    intents.write_down(request, ref.id, earlier)
    return outcome(request, ref, placed.order)


def as_now(request: ShopRequest, placed: NewOrder) -> NewOrder:
    """What a key made is answered as it was then; the order may have been paid or given up since."""
    try:
        return NewOrder(token=placed.token, order=request.shop.orders.get_order(order=placed.ref))
    except UpstreamError:
        return placed


def to_payment(request: ShopRequest, ref: CartRef, intent: Intent, placed: NewOrder) -> HttpResponseBase:
    """To the provider's page of an order just placed; the browser may see the order from now on.

    The intent stays known: this answer may be lost too, and only a later request with the order's token shows
    that the browser has it.
    """
    order = placed.order
    target = payable_at(order)
    response = go(request, target) if target else outcome(request, ref, order)
    keep_order(request, response, placed.ref)
    intents.keep(response, ref.id, intent, sent=False)
    return response


def unknown(request: ShopRequest, ref: CartRef, intent: Intent, *, sent: bool) -> HttpResponseBase:
    """We do not know whether it was placed: say so, and have the page find out.

    `sent` is whether this very request sent it. Only then does the browser remember that from now on: what
    was merely shown is never asked for by itself, and what was sent not for ever.
    """
    page = CheckingPage(
        title=_("We are checking your order"), again_href=reverse("checkout:checking"), retry=intent.plain
    )
    response = checking_page(request, page)
    if sent:
        intents.keep(response, ref.id, intent, sent=True)
    return response


def payable_at(order: Order) -> str:
    """The provider's page of a pending payment, if it is on an origin that we know; "" otherwise."""
    target = order.payment.redirect_url or ""
    # Compared as text: what is not parsed here cannot be parsed otherwise by a browser.
    known = any(target.startswith(f"{origin}/") for origin in settings.PAYMENT_ORIGINS)
    return target if order.status == "awaiting_payment" and known else ""


def _refused(
    request: ShopRequest, ref: CartRef, refused: Conflict | Invalid, intent: Intent, earlier: Intent | None
) -> HttpResponseBase:
    """Why the order was not placed, above the review page as it is now, to be agreed to anew.

    What was refused placed nothing, but the intent that this browser tried `earlier` may be the one that
    holds the cart: an old tab must not make us forget how to ask for it.
    """
    intents.write_down(request, ref.id, earlier)
    checkout = load(request)
    if isinstance(checkout, HttpResponseBase):
        return checkout
    intents.write_down(request, ref.id, None)
    if not reachable("review", cart=checkout.cart):
        return see_other(reverse("checkout:start"))
    return render_review(request, checkout, problem=_why(refused, checkout), was=intent, status=409)


def _why(refused: Conflict | Invalid, checkout: Checkout) -> str:
    match refused.code:
        case OrderCode.CART_CHANGED:
            return _(
                "Your cart was changed since you looked at it. Nothing was ordered; please look it over."
            )
        case OrderCode.TOTAL_CHANGED:
            return _("The total has changed. Nothing was ordered; this is what it costs now.")
        case OrderCode.INSUFFICIENT_STOCK:
            return _short(refused, checkout)
        case OrderCode.IDEMPOTENCY_KEY_REUSED:
            return _("This was sent before in another way. Nothing was ordered twice; please look it over.")
        case OrderCode.CART_INCOMPLETE:
            return _missing(refused)
    return _("This could not be ordered as it is. Nothing was ordered; please look it over.")


def _missing(refused: Conflict | Invalid) -> str:
    fields = {problem.pointer for problem in refused.errors}
    if "/fulfilment" in fields:
        return _("The store does not offer pick-up any more. Nothing was ordered; please choose another way.")
    if "/totals/total" in fields:
        return _("An order has to cost something. Nothing was ordered; please remove a code.")
    return _("Something is still missing. Nothing was ordered; please go through the steps once more.")


def _short(refused: Conflict | Invalid, checkout: Checkout) -> str:
    sku, left = short_sku(refused), available(refused) or 0
    found = (line.title for line in checkout.cart.lines if line.sku == sku)
    words = {"title": next(found, _("Something in your cart")), "left": left}
    if not left:
        return _("%(title)s is sold out. Nothing was ordered; please change your cart.") % words
    only = ngettext(
        "%(title)s: only %(left)s left. Nothing was ordered; please change your cart.",
        "%(title)s: only %(left)s left. Nothing was ordered; please change your cart.",
        left,
    )
    return only % words


@private_page()
@require_POST
def cancel(request: ShopRequest, order_id: str) -> HttpResponseBase:
    """Give up an order that is not paid."""
    ref = order_ref(request, order_id)
    if ref is None:
        raise Http404
    try:
        order = request.shop.orders.cancel_order(order=ref)
    except Conflict:  # paid meanwhile: the payment won
        order = request.shop.orders.get_order(order=ref)
    except NotFound as gone:
        raise Http404 from gone
    return outcome(request, cart_of(request), order)


def outcome(request: ShopRequest, ref: CartRef | None, order: Order) -> HttpResponseBase:
    """Where an order's state leads: to pay, to try again, or to the order itself."""
    mine = ref is not None and ref.id == order.cart_id
    if order.status == "awaiting_payment":
        return awaiting(request, order)
    if ref is not None and mine and order.status in {"payment_failed", "cancelled"}:
        return _not_paid(request, ref, order)
    response = go(request, reverse("orders:confirmation", kwargs={"order_id": order.id}))
    if mine:
        forget_cart(response)
    return response


def _not_paid(request: ShopRequest, ref: CartRef, order: Order) -> HttpResponseBase:
    """After an order that came to nothing: back to its cart, or to the order that holds the cart by now."""
    try:
        cart = request.shop.orders.get_cart(cart=ref)
    except UpstreamError:
        pass  # the page that comes next says so
    else:
        if cart.status != "open" and cart.order_id != order.id:
            return under_way(request, cart)
    if order.status == "cancelled":
        return to_cart(request, "cancelled")
    return go(request, f"{reverse('checkout:review')}?outcome=declined&order={order.id}")


def awaiting(request: ShopRequest, order: Order) -> HttpResponseBase:
    """The page of an order that awaits its payment; htmx, which has that page already, hears nothing new."""
    if request.htmx and not request.htmx.boosted:
        return HttpResponse(status=NO_CONTENT)
    page = CheckingPage(
        title=_("We are checking your order"),
        again_href=reverse("checkout:return", kwargs={"order_id": order.id}),
        order=order,
        pay_href=payable_at(order),
    )
    return checking_page(request, page)


def checking_page(request: ShopRequest, page: CheckingPage) -> HttpResponseBase:
    """202: we have heard it, and do not know yet how it ends."""
    if request.htmx and not request.htmx.boosted:
        return HttpResponse(status=NO_CONTENT)
    return render_page(request, "checkout/checking.html", page, status=202)
