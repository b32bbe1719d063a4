"""What has to be true before a step is shown, and where the shopper goes when it is not.

One decorator for every step, so that old links, back buttons and second tabs all meet the same rules. Why
somebody was sent to the cart is said there once, by a notice: an address that says it could be sent to
anybody, and what is said about money has to be so.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from storefront.checkout import intents
from storefront.checkout.steps import first_open, reachable
from storefront.clients.orders import Cart, CartRef, OrderCode
from storefront.core import Gone, NotFound
from storefront.web.cart_cookie import cart_of, forget_cart
from storefront.web.cart_merge import is_own, reopened
from storefront.web.counting import meant
from storefront.web.errors import RETRY_SECONDS, ErrorLink, PageProblem
from storefront.web.notices import add_notice
from storefront.web.order_tokens import may_see
from storefront.web.requests import ShopRequest
from storefront.web.responses import SeeOther, see_other

NO_CONTENT = 204
CLOSED = _lazy("The checkout is closed for a moment")
_UNAVAILABLE = 503
WHY = {
    "expired": _lazy("Your earlier cart has expired. Nothing was ordered and nothing was charged."),
    "merged": _lazy(
        "What was in this cart is in the cart of your account now. Nothing was ordered or charged."
    ),
    "closed": _lazy(
        "We can't open this cart any more. If you ordered what it held, you find the order in your account, "
        "or by its number."
    ),
    "ordered": _lazy("This cart has been ordered already. Nothing was ordered twice."),
    "elsewhere": _lazy("The order of this cart is being paid in another browser. Finish or cancel it there."),
    "cancelled": _lazy("The order was cancelled and nothing was charged. Your cart is as it was."),
}


@dataclass(frozen=True, slots=True)
class Checkout:
    """A checkout under way: the cart, and what opens it."""

    ref: CartRef
    cart: Cart


StepView = Callable[[ShopRequest, Checkout], HttpResponseBase]


def at_step(name: str) -> Callable[[StepView], Callable[[ShopRequest], HttpResponseBase]]:
    """Show a step only when there is a cart to buy and the steps before it are done; `""` is any step."""

    def decorate(view: StepView) -> Callable[[ShopRequest], HttpResponseBase]:
        @wraps(view)
        def guarded(request: ShopRequest) -> HttpResponseBase:
            checkout = load(request)
            if isinstance(checkout, HttpResponseBase):
                return checkout
            refuse_while_closed(request)
            target = name or first_open(cart=checkout.cart)
            if not reachable(target, cart=checkout.cart):
                target = first_open(cart=checkout.cart)
                return see_other(reverse(f"checkout:{target}"))
            return view(request, checkout)

        return guarded

    return decorate


def load(request: ShopRequest) -> Checkout | HttpResponseBase:
    """The checkout of this browser, or where to go when there is none.

    Raises UpstreamUnavailable or UpstreamInvalid when the cart can't be read.
    """
    ref = cart_of(request)
    if ref is None:
        return _nothing_to_buy()
    try:
        cart = request.shop.orders.get_cart(cart=ref)
    except (NotFound, Gone) as gone:
        again = reopened(request, ref)
        if again is None:
            return ended(request, ref, gone)
        ref, cart = again.ref, again.cart
    if cart.status != "open":
        return under_way(request, cart)
    if not cart.lines:
        return _nothing_to_buy()
    return Checkout(ref, cart)


def is_open(request: ShopRequest) -> bool:
    """Whether new orders are taken."""
    return request.flags.boolean("checkout")


def refuse_while_closed(request: ShopRequest) -> None:
    """Raise PageProblem while the checkout is switched off; what was ordered before goes its way."""
    if is_open(request):
        return
    meant(request)
    words = _("Nothing was ordered and nothing was charged. Your cart is kept as it is.")
    back = ErrorLink(_("Back to your cart"), reverse("cart:show"))
    raise PageProblem(_UNAVAILABLE, words, title=str(CLOSED), link=back, retry_after=RETRY_SECONDS)


def under_way(request: ShopRequest, cart: Cart) -> HttpResponseBase:
    """An order holds the cart: to it, or to where one whose answer was lost is asked for again."""
    order_id = cart.order_id or ""
    if may_see(request, order_id):
        return go(request, reverse("checkout:return", kwargs={"order_id": order_id}))
    if intents.candidates(request, cart.id):
        return go(request, reverse("checkout:checking"))
    if cart.status == "ordered":
        return to_cart(request, "ordered", forget=True)
    if order_id and is_own(request, cart.id):
        # Begun in another browser of theirs; it opens to its owner.
        return go(request, reverse("checkout:return", kwargs={"order_id": order_id}))
    return to_cart(request, "elsewhere")


def ended(request: ShopRequest, ref: CartRef, gone: NotFound | Gone) -> HttpResponseBase:
    """There is no such cart any more: it has expired, was closed, or what it held is in a customer's own."""
    if gone.code == OrderCode.CART_MERGED:
        return to_cart(request, "merged")
    # A cart that does not open any more may have been ordered: its owner has signed out everywhere.
    closed = isinstance(gone, NotFound) and bool(intents.candidates(request, ref.id))
    return to_cart(request, "closed" if closed else "expired", forget=True)


def to_cart(request: ShopRequest, why: str, *, forget: bool = False) -> HttpResponseBase:
    """The cart page, which says once `why` (of WHY); while sessions are away it says nothing."""
    add_notice(request, str(WHY[why]), kind="good" if why == "cancelled" else "")
    response = go(request, reverse("cart:show"))
    if forget:
        forget_cart(response)
    return response


def _nothing_to_buy() -> HttpResponseBase:
    """The cart page, asked to say so if it is empty, which it sees: whoever has no cart gets no session."""
    return see_other(f"{reverse('cart:show')}?about=empty")


def go(request: ShopRequest, target: str) -> HttpResponseBase:
    """Have the browser go to `target`; htmx, which polls, has to be told to leave the page."""
    if not request.htmx:
        return SeeOther(target)
    response = HttpResponse(status=NO_CONTENT)
    response.headers["HX-Redirect"] = target
    return response
