"""Looking at one's own list, and changing it."""

from dataclasses import replace

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from storefront.clients.lists import Item, ListRef, WishList
from storefront.core import Conflict, Gone, Invalid, NotFound, UpstreamError
from storefront.web.cart_cookie import keep_cart
from storefront.web.notices import add_notice, take_notices
from storefront.web.policies import private_page
from storefront.web.requests import ShopRequest
from storefront.web.responses import render_fragment, render_page, see_other
from storefront.wishlist import words
from storefront.wishlist.moving import NotMoved, into_cart
from storefront.wishlist.pages import (
    Removed,
    SavedPage,
    WishlistPage,
    share_href,
    sliced,
    unavailable,
    wishes,
)
from storefront.wishlist.saving import named, opened, read_thing, removed_of, signed
from storefront.wishlist.wishes import Look, change, look, settle

TEMPLATE = "wishlist/wishlist.html"


@private_page(query=("page", "removed"))
@require_safe
def show(request: ShopRequest) -> HttpResponseBase:
    """The list, or a sentence that says why it can't be shown."""
    return list_page(request, removed=removed_of(request.shop, request.GET.get("removed", "")))


@private_page(query=())
@require_POST
def add(request: ShopRequest) -> HttpResponseBase:
    """Save a product, or a variant of it; from a removal's undo, in its place."""
    token = request.POST.get("removed", "")
    thing, since = opened(token) if token else (read_thing(request.POST.get("item", "")), None)
    title = named(request.shop, thing) if thing else None
    if thing is None or title is None:
        return _saved(request, str(words.UNKNOWN), status=404)
    sku = thing.sku or None

    def put(ref: ListRef) -> WishList:
        return request.shop.lists.put_item(ref=ref, handle=thing.handle, sku=sku, added_at=since)

    try:
        changed = change(request, put, fresh=True)
    except Conflict:
        return _saved(request, str(words.FULL), status=409)
    except (Invalid, NotFound):
        return _saved(request, str(words.UNKNOWN), status=404)
    except UpstreamError:
        return _saved(request, str(words.NOT_SAVED), status=503)
    assert changed is not None
    if token and request.htmx:
        response = list_page(request, Look(changed.list))
    else:
        named_so = _("%(title)s is on your wish list.") % {"title": title}
        message = named_so if title else _("It is on your wish list.")
        response = _saved(request, "" if token else message)
    changed.keep(request, response)
    return response


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
        return see_other(reverse("wishlist:show"))
    except UpstreamError:
        return list_page(request, notices=(str(words.NOT_REMOVED),), status=503)
    if changed is None or not taken:
        return see_other(reverse("wishlist:show"))
    token = signed(taken[0])
    if request.htmx:
        response = list_page(request, Look(changed.list), removed=removed_of(request.shop, token))
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
        response.headers["HX-Trigger"] = "cart:changed"
    else:
        add_notice(request, message)
        response = see_other(reverse("wishlist:show"))
    keep_cart(response, cart)
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
    part = sliced(items, request.GET.get("page", "1"), reverse("wishlist:show"))
    page = WishlistPage(
        title=str(words.TITLE),
        wishes=wishes(request.shop, part.items),
        count=len(items),
        notices=(*notices, *seen.notices),
        removed=removed,
        copy=seen.copy,
        signed_in=request.identity.signed_in,
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


def _saved(request: ShopRequest, message: str, *, status: int = 200) -> HttpResponseBase:
    """What came of saving: words in passing where htmx asked, else the list with them."""
    ok = status < 400  # noqa: PLR2004 - where HTTP's refusals begin
    if request.htmx:
        page = SavedPage(title=str(words.TITLE), message=message, ok=ok)
        return render_fragment(request, "wishlist/saved.html", page, status=status)
    if not ok:
        return list_page(request, notices=(message,), status=status)
    if message:
        add_notice(request, message)
    return see_other(reverse("wishlist:show"))
