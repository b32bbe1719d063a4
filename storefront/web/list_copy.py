"""The last good copy of a wish list: for the hearts on every page, and for when the lists service is away.

It is sealed and filed as the account's copies are (storefront/web/copies.py): a customer's by who they are,
so that it goes with the account; a guest's by the list's secret. Every change by way of this shop renews it,
on whichever device, so what hearts need on each page is one look into the cache and no call.
"""

from django.utils.translation import ngettext

from storefront.clients.lists import MOST_ITEMS, Item, ListRef, WishList
from storefront.core import Gone, NotFound, UpstreamError
from storefront.web.bearer import bearer_of
from storefront.web.copies import Copies
from storefront.web.formats import number
from storefront.web.list_cookie import list_of
from storefront.web.requests import ShopRequest

_NAME = "wishes"


def keep_copy(request: ShopRequest, ref: ListRef, found: WishList) -> None:
    """Remember the list as it is now."""
    copies = _copies(request, ref)
    if copies is not None:
        copies.keep(_NAME, found)


def last_copy(request: ShopRequest, ref: ListRef) -> WishList | None:
    """The list as it was last seen; None when there is no copy, or none that can be read."""
    copies = _copies(request, ref)
    copied = copies.find(_NAME, WishList) if copies is not None else None
    return copied.value if copied is not None else None


def forget_copy(request: ShopRequest, ref: ListRef) -> None:
    """Have no copy: the list is gone, or was changed in a way that this request knows nothing more of."""
    copies = _copies(request, ref)
    if copies is not None:
        copies.forget(_NAME)


def own_items(request: ShopRequest) -> tuple[Item, ...]:
    """What is on the list of whoever asks, newest first; nothing while that can't be told."""
    ref = ListRef() if request.identity.signed_in else list_of(request)
    if ref is None:
        return ()
    found = last_copy(request, ref) or _asked(request, ref)
    return found.items if found is not None else ()


def marks(items: tuple[Item, ...]) -> str:
    """The newest of them as hearts name things, `handle` or `handle:sku`, with spaces between."""
    return " ".join(f"{item.handle}:{item.sku}" if item.sku else item.handle for item in items[:MOST_ITEMS])


def how_many(count: int) -> str:
    """So many things in words, as "3 items"."""
    return ngettext("%(shown)s item", "%(shown)s items", count) % {"shown": number(count)}


def _asked(request: ShopRequest, ref: ListRef) -> WishList | None:
    token = "" if ref.secret else bearer_of(request)
    if not ref.secret and not token:
        return None
    try:
        found = request.shop.lists.get_list(ref=ref if ref.secret else ListRef(access_token=token))
    except (NotFound, Gone):
        return None
    except UpstreamError:
        request.shop.telemetry.degraded("saved", "unavailable")
        return None
    keep_copy(request, ref, found)
    return found


def _copies(request: ShopRequest, ref: ListRef) -> Copies | None:
    if ref.secret:
        return Copies(request.shop, f"guest\n{ref.id}\n{ref.secret}")
    person = request.identity.person
    return Copies(request.shop, person.sub) if person is not None else None
