"""Looking at one's own list, taking things off it, moving them to the cart."""

from dataclasses import replace

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from storefront.clients.lists import Item, ListRef, WishList
from storefront.core import Gone, Invalid, NotFound, UpstreamError
from storefront.web.account_menu import sections
from storefront.web.cart_cookie import keep_cart
from storefront.web.notices import add_notice, take_notices
from storefront.web.policies import private_page
from storefront.web.requests import ShopRequest
from storefront.web.responses import render_fragment, render_page, see_other
from storefront.wishlist import words
from storefront.wishlist.moving import NotMoved, into_cart
from storefront.wishlist.pages import (
    Removed,
    WishlistPage,
    share_href,
    sliced,
    unavailable,
    wishes,
)
from storefront.wishlist.saving import named, read_thing, removed_of, signed
from storefront.wishlist.wishes import Look, change, look, settle

TEMPLATE = "wishlist/wishlist.html"
_ROUTE = "wishlist:show"


@private_page(query=("page", "removed"))
@require_safe
def show(request: ShopRequest) -> HttpResponseBase:
    """The list, or a sentence that says why it can't be shown."""
    return list_page(request, removed=removed_of(request.shop, request.GET.get("removed", "")))


@private_page(query=())
@require_POST
def remove(request: ShopRequest) -> HttpResponseBase:
    """Take a thing off the list, and offer to put it back."""
    item_id, taken = request.POST.get("id", ""), list[Item]()

    def take(ref: ListRef) -> WishList:
        lists = request.shop.lists
        taken.extend(item for item in lists.get_list(ref=ref).items if item.id == item_id)
        return lists.remove_item(ref=ref, item_id=item_id)

    try:
        changed = change(request, take, fresh=False)
    except (Invalid, NotFound, Gone):
        return see_other(reverse(_ROUTE))
    except UpstreamError:
        return list_page(request, notices=(str(words.NOT_REMOVED),), status=503)
    if changed is None or not taken:
        return see_other(reverse(_ROUTE))
    token = signed(taken)
    if request.htmx:
        response = list_page(request, Look(changed.list), removed=removed_of(request.shop, token))
        response.headers["HX-Trigger"] = "list:changed"
    else:
        response = see_other(f"{reverse('wishlist:show')}?removed={token}")
    changed.keep(request, response)
    return response


@private_page(query=())
@require_POST
def move(request: ShopRequest) -> HttpResponseBase:
    """Put a thing into the cart, then take it off the list: it is never on neither."""
    item_id, thing = request.POST.get("id", ""), read_thing(request.POST.get("item", ""))
    try:
        cart = into_cart(request, request.POST.get("sku", ""))
    except NotMoved as refused:
        return list_page(request, notices=(str(refused),), status=refused.status)
    title = named(request.shop, thing) if thing else None
    message = _("%(title)s is in your cart.") % {"title": title} if title else _("It is in your cart.")

    def take(ref: ListRef) -> WishList:
        return request.shop.lists.remove_item(ref=ref, item_id=item_id)

    try:
        changed = change(request, take, fresh=False)
    except UpstreamError:
        changed = None
        message = " ".join((message, str(words.NOT_REMOVED)))
    response: HttpResponseBase
    if request.htmx:
        response = list_page(request, Look(changed.list) if changed else None, notices=(message,))
        response.headers["HX-Trigger"] = "cart:changed, list:changed"
    else:
        add_notice(request, message)
        response = see_other(reverse(_ROUTE))
    keep_cart(request, response, cart)
    if changed is not None:
        changed.keep(request, response)
    return response


def list_page(
    request: ShopRequest,
    seen: Look | None = None,
    *,
    notices: tuple[str, ...] = (),
    removed: Removed | None = None,
    status: int = 200,
) -> HttpResponseBase:
    """The list as it is now (or as `seen` just now), with what is to be said."""
    try:
        seen = seen or look(request)
    except UpstreamError:
        return render_page(request, TEMPLATE, unavailable(), status=503)
    items = seen.list.items if seen.list else ()
    part = sliced(items, request.GET.get("page", "1"), reverse(_ROUTE))
    page = WishlistPage(
        title=str(words.TITLE),
        wishes=wishes(request.shop, part.items),
        count=len(items),
        notices=(*notices, *seen.notices),
        removed=removed,
        copy=seen.copy,
        sections=sections(_ROUTE, exact=True) if request.identity.signed_in else (),
        share_href=share_href(seen.list) if seen.list else "",
        page=part.number,
        previous_href=part.previous_href,
        next_href=part.next_href,
    )
    if request.htmx:
        page = replace(page, notices=(*take_notices(request), *page.notices))
        response = render_fragment(request, TEMPLATE, page, block="wishlist", status=status)
    else:
        response = render_page(request, TEMPLATE, page, status=status, degraded=seen.copy)
    settle(seen, response)
    return response
