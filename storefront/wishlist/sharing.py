"""Showing one's list to others: a link that says nothing of its owner and can be ended.

The page is private in HTTP's sense (never stored by anybody, not indexed): a list changes, and once it is
shared no longer no copy of it shall be around.
"""

from django.http import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from storefront.clients.lists import ListRef, WishList
from storefront.core import Gone, Invalid, NotFound, UpstreamError
from storefront.web.errors import error_response
from storefront.web.policies import private_page
from storefront.web.requests import ShopRequest
from storefront.web.responses import render_page, see_other
from storefront.wishlist import words
from storefront.wishlist.pages import SharedPage, sliced, wishes
from storefront.wishlist.views import list_page
from storefront.wishlist.wishes import Look, change

TEMPLATE = "wishlist/shared.html"


@private_page(query=())
@require_POST
def share(request: ShopRequest) -> HttpResponseBase:
    """Make a link to the list, or end it."""
    end, lists = request.POST.get("action") == "end", request.shop.lists

    def do(ref: ListRef) -> WishList:
        return lists.unshare_list(ref=ref) if end else lists.share_list(ref=ref)

    try:
        changed = change(request, do, fresh=False)
    except (NotFound, Gone, Invalid):
        changed = None
    except UpstreamError:
        return list_page(request, notices=(str(words.NOT_SHARED),), status=503)
    response: HttpResponseBase
    if request.htmx:
        response = list_page(request, Look(changed.list) if changed else None)
    else:
        response = see_other(f"{reverse('wishlist:show')}#share")
    if changed is not None:
        changed.keep(request, response)
    return response


@private_page(query=("page",))
@require_safe
def shared(request: ShopRequest, token: str) -> HttpResponseBase:
    """Somebody's list; 404 once it is shared no longer."""
    title = str(words.SHARED_TITLE)
    try:
        found = request.shop.lists.get_shared_list(share=token)
    except (NotFound, Invalid):
        ask, ended = str(words.ASK_FOR_ANOTHER), str(words.NO_LONGER_SHARED)
        response: HttpResponseBase = error_response(request, 404, ask, title=ended)
    except UpstreamError:
        page = SharedPage(title=title, problem=str(words.SHARED_AWAY))
        response = render_page(request, TEMPLATE, page, status=503)
    else:
        here = reverse("wishlist:shared", kwargs={"token": token})
        part = sliced(found.items, request.GET.get("page", "1"), here)
        page = SharedPage(
            title=title,
            wishes=wishes(request.shop, part.items),
            count=len(found.items),
            page=part.number,
            previous_href=part.previous_href,
            next_href=part.next_href,
        )
        response = render_page(request, TEMPLATE, page)
    response.headers["X-Robots-Tag"] = "noindex"
    return response
