"""What has to be true before a step is shown, and where the shopper goes when it is not.

One decorator for every step, so that old links, back buttons and second tabs all meet the same rules.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.http import HttpResponseBase
from django.urls import reverse

from storefront.checkout.operations import Intent
from storefront.checkout.steps import first_open, reachable
from storefront.clients.orders import Cart, CartRef
from storefront.core import Gone, NotFound
from storefront.web.cart_cookie import cart_of, forget_cart
from storefront.web.notices import add_notice
from storefront.web.order_tokens import may_see
from storefront.web.requests import ShopRequest
from storefront.web.responses import see_other

PLACING_KEY = "placing"
EMPTY = "Your cart is empty, so there is nothing to check out."


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
        return _to_cart(request, EMPTY)
    try:
        cart = request.shop.orders.get_cart(cart=ref)
    except (NotFound, Gone):
        return _to_cart(request, "Your earlier cart has expired.", forget=True)
    if cart.status == "ordered":
        return _to_cart(request, "This cart has been ordered already.", forget=True)
    if cart.status == "ordering":
        return _under_way(request, cart)
    if not cart.lines:
        return _to_cart(request, EMPTY)
    return Checkout(ref, cart)


def _under_way(request: ShopRequest, cart: Cart) -> HttpResponseBase:
    """An order holds the cart: to where it is checked, which also finds an order whose answer was lost."""
    order_id = cart.order_id or ""
    if may_see(request, order_id):
        return see_other(reverse("checkout:return", kwargs={"order_id": order_id}))
    if placing(request) is not None:
        return see_other(reverse("checkout:checking"))
    return _to_cart(request, "The order of this cart is being paid in another browser.")


def placing(request: ShopRequest) -> Intent | None:
    """The intent that this browser last tried to place, if its outcome is still open."""
    kept = request.session.get(PLACING_KEY)
    if not isinstance(kept, dict):
        return None
    return Intent.read(
        str(kept.get("version", "")), str(kept.get("amount", "")), str(kept.get("currency", ""))
    )


def _to_cart(request: ShopRequest, notice: str, *, forget: bool = False) -> HttpResponseBase:
    add_notice(request, notice)
    response = see_other(reverse("cart:show"))
    if forget:
        forget_cart(response)
    return response
