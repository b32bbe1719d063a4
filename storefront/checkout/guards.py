"""What has to be true before a step is shown, and where the shopper goes when it is not.

One decorator for every step, so that old links, back buttons and second tabs all meet the same rules. Why
somebody was sent to the cart is said by the address there (`?about=`), which needs no session.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.http import HttpResponseBase
from django.urls import reverse

from storefront.checkout import intents
from storefront.checkout.steps import first_open, reachable
from storefront.clients.orders import Cart, CartRef
from storefront.core import Gone, NotFound
from storefront.web.cart_cookie import cart_of, forget_cart
from storefront.web.order_tokens import may_see
from storefront.web.requests import ShopRequest
from storefront.web.responses import see_other


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
        return to_cart("empty")
    try:
        cart = request.shop.orders.get_cart(cart=ref)
    except (NotFound, Gone):
        return to_cart("expired", forget=True)
    if cart.status != "open":
        return under_way(request, cart)
    if not cart.lines:
        return to_cart("empty")
    return Checkout(ref, cart)


def under_way(request: ShopRequest, cart: Cart) -> HttpResponseBase:
    """An order holds the cart: to it, or to where one whose answer was lost is asked for again."""
    order_id = cart.order_id or ""
    if may_see(request, order_id):
        return see_other(reverse("checkout:return", kwargs={"order_id": order_id}))
    if intents.candidates(request, cart.id):
        return see_other(reverse("checkout:checking"))
    if cart.status == "ordered":
        return to_cart("ordered", forget=True)
    return to_cart("elsewhere")


def to_cart(about: str, *, forget: bool = False) -> HttpResponseBase:
    """The cart page, which says why: `about` is one of its sentences."""
    response = see_other(f"{reverse('cart:show')}?about={about}")
    if forget:
        forget_cart(response)
    return response
