"""Finding out how an order stands: after a lost answer, and after the payment page."""

from django.http import Http404, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_safe

from storefront.checkout import intents
from storefront.checkout.guards import CLOSED, NO_CONTENT, go, is_open, to_cart
from storefront.checkout.operations import place
from storefront.checkout.pages import CheckingPage
from storefront.checkout.people import signed_ref
from storefront.checkout.placing import as_now, checking_page, outcome, to_payment, unknown
from storefront.clients.orders import Cart, CartRef, OrderCode
from storefront.core import (
    Conflict,
    Gone,
    Invalid,
    NotFound,
    Unauthorized,
    UpstreamError,
    UpstreamRefused,
)
from storefront.web.cart_cookie import cart_of
from storefront.web.cart_merge import reopened
from storefront.web.notices import add_notice
from storefront.web.order_access import order_ref
from storefront.web.order_tokens import latest_order, may_see
from storefront.web.policies import ORDER_SUBMIT_SECONDS, private_page
from storefront.web.requests import ShopRequest

NOT_REMEMBERED = _lazy(
    "You are back from the payment page, but this browser does not remember the order. "
    "Look it up here to see how it stands; you won't be charged twice."
)


@private_page(query=("closed",), deadline=ORDER_SUBMIT_SECONDS, payment=True, polled=True)
@require_safe
def checking(request: ShopRequest) -> HttpResponseBase:
    """The answer to "Place order" was lost: ask again, which can't order twice, until we know."""
    ref = cart_of(request)
    if ref is None:
        known = latest_order(request)
        return go(request, _order_href(known) if known else reverse("checkout:start"))
    try:
        cart = request.shop.orders.get_cart(cart=ref)
    except (NotFound, Gone) as gone:
        again = reopened(request, ref)
        if again is None:
            return to_cart(request, "merged" if gone.code == OrderCode.CART_MERGED else "expired")
        ref, cart = again.ref, again.cart
    except UpstreamError:
        return _still_unknown(request, ref)
    if cart.order_id and may_see(request, cart.order_id):
        return go(request, reverse("checkout:return", kwargs={"order_id": cart.order_id}))
    return _ask_again(request, ref, cart)


def _ask_again(request: ShopRequest, ref: CartRef, cart: Cart) -> HttpResponseBase:
    """Ask for the order by each intent that may have made it.

    A cart that is still open is asked for only by what the shopper did send, and lately: looking at a page
    must never order what nobody pressed the button for. What one of them made may have been given up since:
    only the order that holds the cart is the one. And while the checkout is closed, to ask for what has not
    arrived would order it now.
    """
    to_buy = cart.status == "open"
    orders, refused = request.shop.orders, False
    signed = signed_ref(request, ref)
    lately = intents.shown(request, cart.id, sent=True)
    if to_buy and lately and not is_open(request):
        return _closed(request)
    for intent in ((lately,) if lately else ()) if to_buy else intents.candidates(request, cart.id):
        try:
            placed = place(orders, cart=signed, intent=intent)
            if to_buy or placed.order.id == cart.order_id:
                return to_payment(request, ref, intent, as_now(request, placed))
        except (Conflict, Invalid) as problem:
            if problem.code == OrderCode.REQUEST_IN_PROGRESS:
                return unknown(request, ref, intent, sent=False)
            refused = True
        except UpstreamRefused:
            refused = True
        except UpstreamError:
            return unknown(request, ref, intent, sent=False)
    if to_buy:
        intents.write_down(request, cart.id, None)
        return go(request, reverse("checkout:review") + ("?outcome=changed" if refused else ""))
    return to_cart(request, "ordered" if cart.status == "ordered" else "elsewhere")


def _closed(request: ShopRequest) -> HttpResponseBase:
    """What was sent may be on its way still: the page looks on, and orders nothing meanwhile.

    What was sent stays known, and is asked for when the checkout opens again soon. A page that was there
    before is exchanged for the one that says so.
    """
    here = f"{reverse('checkout:checking')}?closed=1"
    if request.htmx and not request.htmx.boosted and "closed" not in request.GET:
        return go(request, here)
    return checking_page(request, CheckingPage(title=str(CLOSED), again_href=here, closed=True))


def _still_unknown(request: ShopRequest, ref: CartRef) -> HttpResponseBase:
    """The order service is away; what was sent stays what we ask for, and nothing else becomes it."""
    sent = intents.written_down(request, ref.id) or intents.shown(request, ref.id, sent=True)
    if sent is None:
        return _checking(request, reverse("checkout:checking"))
    return unknown(request, ref, sent, sent=False)


@private_page(payment=True, polled=True)
@require_safe
def back(request: ShopRequest, order_id: str) -> HttpResponseBase:
    """Back from the provider, by whatever way: show where the order stands.

    A browser that does not hold the order (another one, or one whose cookies are gone) is led to where it can
    be looked up; the answer is the same whether there is such an order or not.
    """
    ref = order_ref(request, order_id)
    if ref is None:
        return _look_up(request)
    try:
        order = request.shop.orders.get_order(order=ref)
    except (NotFound, Unauthorized) as gone:
        if not ref.token:
            return _look_up(request)
        raise Http404 from gone
    except UpstreamError:
        return _checking(request, reverse("checkout:return", kwargs={"order_id": order_id}))
    response = outcome(request, cart_of(request), order)
    if response.status_code == NO_CONTENT and order.status == "awaiting_payment":
        return response  # the page that asks has seen to it, and asking again must not touch the session
    # The browser holds the order's token, so what led to the order has done its work.
    intents.write_down(request, order.cart_id, None)
    intents.forget(request, response, order.cart_id)
    return response


def _look_up(request: ShopRequest) -> HttpResponseBase:
    add_notice(request, str(NOT_REMEMBERED))
    return go(request, reverse("orders:find"))


def _checking(request: ShopRequest, again_href: str) -> HttpResponseBase:
    return checking_page(request, CheckingPage(title=_("We are checking your order"), again_href=again_href))


def _order_href(order_id: str) -> str:
    return reverse("orders:confirmation", kwargs={"order_id": order_id})
