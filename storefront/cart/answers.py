"""How the cart's routes answer: the cart as it is and what is to be said, as a page or as htmx's part."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from django.http import HttpResponseBase
from django.urls import reverse

from storefront.cart.pages import CartPage, build_cart_page, order_href, unavailable_page
from storefront.cart.words import EMPTY, UNAVAILABLE
from storefront.clients.orders import Cart, CartNotice, CartRef
from storefront.core import UpstreamError
from storefront.web.cart_cookie import forget_cart, keep_cart
from storefront.web.cart_merge import is_own, merged, reopened
from storefront.web.notices import Notice, Undo, add_notice, keep_undo, take_notices
from storefront.web.order_tokens import latest_order, may_see
from storefront.web.requests import ShopRequest
from storefront.web.responses import render_fragment, render_page, see_other

TEMPLATE = "cart/cart.html"


def cart_page(
    request: ShopRequest,
    ref: CartRef | None,
    *,
    status: int = 200,
    cart: Cart | None = None,
    notices: tuple[str, ...] = (),
    say_empty: bool = False,
    **more: Any,
) -> HttpResponseBase:
    """The cart as it is now, with what is to be said; `more` are fields of CartPage.

    With `say_empty` it is said that there is nothing to check out, if there is nothing.
    """
    try:
        page = build_cart_page(request.shop, ref, cart, partial(reopened, request))
    except UpstreamError:
        return away(request)
    if say_empty and (page.cart is None or not page.cart.lines):
        notices = (*notices, str(EMPTY))
    mine = page.cart is not None and may_cancel(request, page.cart)
    said = merged(request, page.cart)
    page = replace(page, notices=(*notices, *page.notices), can_cancel=mine, merged=said, **more)
    latest = order_href(latest_order(request))
    page = replace(page, signed_in=request.identity.signed_in, latest_href=latest)
    response = render_cart(request, page, status)
    if ref is not None and page.cart is None:
        forget_cart(response)
    return response


def may_cancel(request: ShopRequest, cart: Cart) -> bool:
    """Whether this browser may give up the order that holds the cart."""
    held = cart.order_id
    return held is not None and (may_see(request, held) or is_own(request, cart.id))


def render_cart(request: ShopRequest, page: CartPage, status: int) -> HttpResponseBase:
    """The page, or the part of it that htmx swaps, which then also says what waited to be said."""
    if not request.htmx:
        return render_page(request, TEMPLATE, page, status=status)
    page = replace(page, notices=(*take_notices(request), *page.notices))
    if page.cart is None or not page.cart.lines:
        # What an emptied cart offers, the categories, is known to a whole page only; htmx takes #cart of it.
        return render_page(request, TEMPLATE, page, status=status)
    return render_fragment(request, TEMPLATE, page, block="cart", status=status)


def away(request: ShopRequest) -> HttpResponseBase:
    """What is said while the order service is."""
    return render_page(request, TEMPLATE, unavailable_page(str(UNAVAILABLE)), status=503)


def changed(
    request: ShopRequest,
    ref: CartRef,
    cart: Cart,
    *,
    anchor: str = "",
    undo: Undo | None = None,
    said: tuple[Notice, ...] = (),
) -> HttpResponseBase:
    """After a change: the cart, and what the change brought or cost."""
    said = (*said, *map(_told, cart.notices))
    response: HttpResponseBase
    if request.htmx:
        response = cart_page(request, ref, cart=cart, notices=said, undo=undo)
        response.headers["HX-Trigger"] = "cart:changed"
    else:
        for words in said:
            add_notice(request, words, kind=words.kind)
        if undo is not None:
            keep_undo(request, undo)
        response = see_other(reverse("cart:show") + (f"#{anchor}" if anchor else ""))
    keep_cart(request, response, ref)
    return response


def _told(notice: CartNotice) -> Notice:
    """What a change brought is good news, what it cost is not."""
    return Notice(notice.detail, "good" if notice.code == "promotion_gained" else "care")


def posted(data: Mapping[str, str], name: str) -> str:
    """One value of a form, without the space around it."""
    return data.get(name, "").strip()
