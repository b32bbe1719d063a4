"""The cart's routes: look at it, add to it, change a line."""

from dataclasses import replace

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from storefront.cart.operations import Added, add_to_cart, parse_quantity
from storefront.cart.pages import AddedPage, CartPage, NotAddedPage, build_cart_page, with_estimate
from storefront.clients.orders import Cart, CartRef, available
from storefront.core import (
    Conflict,
    Gone,
    Invalid,
    LineId,
    NotFound,
    PreconditionFailed,
    UpstreamError,
    UpstreamRefused,
    UpstreamUnavailable,
)
from storefront.web.cart_cookie import cart_of, cart_problem, forget_cart, keep_cart
from storefront.web.cart_version import parse_version
from storefront.web.notices import add_notice
from storefront.web.policies import private_page
from storefront.web.requests import ShopRequest
from storefront.web.responses import render_fragment, render_page, see_other

QUANTITY = "Please type a whole number from 1 to 99."
UNAVAILABLE = "Your cart is safe, but we can't show it right now. Please try again in a moment."
NOT_ADDED = "We could not add this right now. Nothing has changed; please try again."
UNKNOWN = "We did not hear in time whether this was added. Please look at your cart before you try again."
CHANGED = "Your cart was changed in another tab. This is how it is now."


@private_page(query=())
@require_safe
def show(request: ShopRequest) -> HttpResponseBase:
    """The cart, or a sentence that says why it can't be shown."""
    ref = cart_of(request)
    try:
        page = build_cart_page(request.shop, ref)
    except UpstreamError:
        page = CartPage(problem=UNAVAILABLE)
        return render_page(request, "cart/cart.html", page, status=503)
    if problem := cart_problem(request):
        page = replace(page, notices=(problem, *page.notices))
    response = render_page(request, "cart/cart.html", page)
    if ref is not None and page.cart is None:
        forget_cart(response)
    return response


@private_page()
@require_POST
def add(request: ShopRequest) -> HttpResponseBase:
    """Put a SKU into the cart; by htmx the answer is a fragment, else the cart page."""
    typed, sku = request.POST.get("quantity", "1"), request.POST.get("sku", "").strip()
    quantity = parse_quantity(typed)
    if quantity is None:
        return _not_added(request, f"Not added: {QUANTITY.lower()}", status=422)
    shop = request.shop
    try:
        added = add_to_cart(
            shop.orders,
            ref=cart_of(request),
            market=shop.market,
            locale=shop.locale,
            sku=sku,
            quantity=quantity,
        )
    except UpstreamRefused as refused:
        message, status = _why(refused)
        return _not_added(request, message, status=status, can_retry=refused.code != "unknown_sku")
    except UpstreamError as failed:
        never_sent = isinstance(failed, UpstreamUnavailable) and not failed.sent
        return _not_added(request, NOT_ADDED if never_sent else UNKNOWN, status=503)
    return _added(request, added, sku)


def _added(request: ShopRequest, added: Added, sku: str) -> HttpResponseBase:
    line = next((line for line in added.cart.lines if line.sku == sku), None)
    message = f"{line.title} is in your cart." if line else "It is in your cart."
    if added.restarted:
        message += " Your earlier cart had ended, so this is a new one."
    response: HttpResponseBase
    if request.htmx:
        page = AddedPage(message=message, cart=added.cart, line=line)
        response = render_fragment(request, "cart/added.html", page, block="added")
        response.headers["HX-Trigger"] = "cart:changed"
    else:
        add_notice(request, message)
        response = see_other(reverse("cart:show"))
    keep_cart(response, added.ref)
    return response


def _not_added(
    request: ShopRequest, message: str, *, status: int, can_retry: bool = True
) -> HttpResponseBase:
    page = NotAddedPage(
        message=message,
        sku=request.POST.get("sku", ""),
        quantity=request.POST.get("quantity", "1"),
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


def _why(refused: UpstreamRefused) -> tuple[str, int]:
    """A refusal in plain words, and the status it is answered with."""
    match refused.code:
        case "insufficient_stock":
            left = available(refused) or 0
            return (f"Only {left} of this are left." if left else "This is sold out."), 409
        case "unknown_sku":
            return "We don't sell this any more, or never did.", 422
        case "quantity_limit":
            return "A cart holds at most 99 of one thing.", 422
        case "line_limit":
            return "Your cart is full: it holds at most 96 different things.", 422
        case "cart_locked":
            return "The order of this cart is being paid. Finish or cancel it in your cart first.", 409
    if isinstance(refused, Invalid):
        return "This can't be added to a cart.", refused.status
    return NOT_ADDED, refused.status


@private_page()
@require_POST
def change(request: ShopRequest, line_id: str) -> HttpResponseBase:
    """Set a line's quantity or take the line out, then show the cart again."""
    ref = cart_of(request)
    if ref is None:
        return see_other(reverse("cart:show"))
    try:
        cart = _changed(request, ref, LineId(line_id))
    except (NotFound, Gone):
        return _again(request, ref, notices=("That line is not in your cart any more.",), status=404)
    except PreconditionFailed:
        return _again(request, ref, notices=(CHANGED,), status=412)
    except (Invalid, Conflict) as refused:
        return _again(request, ref, errors={line_id: _why(refused)[0]}, status=_why(refused)[1])
    except _BadQuantityError as wrong:
        return _again(request, ref, errors={line_id: str(wrong)}, status=422)
    except UpstreamError:
        return render_page(request, "cart/cart.html", CartPage(problem=UNAVAILABLE), status=503)
    if not request.htmx:
        return see_other(reverse("cart:show"))
    page = with_estimate(request.shop, ref, CartPage(cart=cart))
    response = render_fragment(request, "cart/cart.html", page, block="cart")
    response.headers["HX-Trigger"] = "cart:changed"
    return response


class _BadQuantityError(ValueError):
    """What was typed is no quantity."""


def _changed(request: ShopRequest, ref: CartRef, line_id: LineId) -> Cart:
    version = parse_version(request.POST.get("version", ""))
    orders = request.shop.orders
    if request.POST.get("action") == "remove":
        return orders.remove_line(cart=ref, line_id=line_id, version=version)
    quantity = parse_quantity(request.POST.get("quantity", ""))
    if quantity is None:
        raise _BadQuantityError(f"{QUANTITY} To take it out, use Remove.")
    return orders.change_line(cart=ref, line_id=line_id, quantity=quantity, version=version)


def _again(
    request: ShopRequest,
    ref: CartRef,
    *,
    status: int,
    errors: dict[str, str] | None = None,
    notices: tuple[str, ...] = (),
) -> HttpResponseBase:
    """The cart as it is now, with what is wrong and what was typed."""
    try:
        page = build_cart_page(request.shop, ref)
    except UpstreamError:
        return render_page(request, "cart/cart.html", CartPage(problem=UNAVAILABLE), status=503)
    typed = {line_id: request.POST.get("quantity", "") for line_id in errors or {}}
    page = replace(page, errors=errors or {}, typed=typed, notices=page.notices + notices)
    if request.htmx:
        return render_fragment(request, "cart/cart.html", page, block="cart", status=status)
    return render_page(request, "cart/cart.html", page, status=status)
