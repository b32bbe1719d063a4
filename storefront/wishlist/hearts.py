"""Pressing hearts: one form for all of them, on pages that are the same for everybody.

An empty heart sends `item` and saves it. One that the page's script has filled sends `off` and takes it away;
what it took away comes back by the `removed` that was sent along with that.
"""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from storefront.clients.lists import Item, ListRef, WishList
from storefront.core import Conflict, Gone, Invalid, NotFound, UpstreamError
from storefront.web.list_copy import how_many, marks
from storefront.web.notices import add_notice
from storefront.web.policies import private_page
from storefront.web.requests import ShopRequest
from storefront.web.responses import render_fragment, see_other
from storefront.wishlist import words
from storefront.wishlist.pages import SavedPage, called
from storefront.wishlist.saving import Thing, meant, named, opened, read_thing, signed
from storefront.wishlist.views import list_page
from storefront.wishlist.wishes import Changed, Look, change

_OWN_LIST = "wishlist"  # the part of the list's own page that its forms ask for


@dataclass(frozen=True, slots=True)
class _Refused:
    """Why nothing was saved."""

    message: str
    status: int


@private_page(query=())
@require_POST
def press(request: ShopRequest) -> HttpResponseBase:
    """Save a product, or a variant of it; take it away again; put back what was taken away."""
    if off := request.POST.get("off", ""):
        return _take_away(request, read_thing(off))
    token = request.POST.get("removed", "")
    thing = read_thing(request.POST.get("item", ""))
    things = opened(token) if token else ((thing, None),) if thing else ()
    title = named(request.shop, things[0][0]) if things else None
    saved = _save(request, things) if title is not None else _Refused(str(words.UNKNOWN), 404)
    if isinstance(saved, _Refused):
        return _said(request, saved.message, status=saved.status)
    if token and request.htmx.target == _OWN_LIST:
        response = list_page(request, Look(saved.list))
        response.headers["HX-Trigger"] = "list:changed"
    else:
        named_so = _("%(title)s is on your wish list.") % {"title": title}
        response = _said(request, named_so if title else _("It is on your wish list."), saved)
    saved.keep(request, response)
    return response


def _save(request: ShopRequest, things: tuple[tuple[Thing, datetime | None], ...]) -> Changed | _Refused:
    def put(ref: ListRef) -> WishList:
        lists = request.shop.lists
        for thing, since in things:
            found = lists.put_item(ref=ref, handle=thing.handle, sku=thing.sku or None, added_at=since)
        return found

    try:
        changed = change(request, put, fresh=True)
    except Conflict:
        return _Refused(str(words.FULL), 409)
    except (Invalid, NotFound):
        return _Refused(str(words.UNKNOWN), 404)
    except UpstreamError:
        return _Refused(str(words.NOT_SAVED), 503)
    assert changed is not None
    return changed


def _take_away(request: ShopRequest, thing: Thing | None) -> HttpResponseBase:
    """Empty a heart: whatever filled it leaves the list."""
    taken: list[Item] = []

    def take(ref: ListRef) -> WishList:
        lists = request.shop.lists
        found = lists.get_list(ref=ref)
        taken[:] = [item for item in found.items if thing and meant(thing, item)]
        for item in taken:
            found = lists.remove_item(ref=ref, item_id=item.id)
        return found

    try:
        changed = change(request, take, fresh=False)
    except (Invalid, NotFound, Gone):
        changed = None
    except UpstreamError:
        return _said(request, str(words.NOT_REMOVED), status=503)
    if thing is None or changed is None or not taken:
        return _said(request, str(words.NOT_THERE), changed)
    title = named(request.shop, thing) or called(thing.handle)
    message = _("%(title)s is no longer on your wish list.") % {"title": title}
    response = _said(request, message, changed, undo=signed(taken))
    changed.keep(request, response)
    return response


def _said(
    request: ShopRequest, message: str, changed: Changed | None = None, *, undo: str = "", status: int = 200
) -> HttpResponseBase:
    """What came of it: for htmx words in passing and the hearts' new state, else the list with them."""
    ok = status < 400  # noqa: PLR2004 - where HTTP's refusals begin
    if request.htmx:
        items = changed.list.items if changed else ()
        page = SavedPage(
            title=str(words.TITLE),
            message=message,
            ok=ok,
            undo=undo,
            marks=marks(items),
            count=how_many(len(items)),
        )
        return render_fragment(request, "wishlist/saved.html", page, status=status)
    if not ok:
        return list_page(request, notices=(message,), status=status)
    if not undo and not request.POST.get("removed"):
        add_notice(request, message)
    return see_other(reverse("wishlist:show") + (f"?removed={undo}" if undo else ""))
