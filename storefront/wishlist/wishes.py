"""Whose list it is: what a request reads and changes, a customer's by their token, a guest's by the cookie.

The last good copy of a list is kept for a day (storefront/web/list_copy.py), so that it can be looked at
while the lists service is away.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from django.http import HttpResponseBase

from storefront.clients.lists import ListRef, WishList
from storefront.core import Gone, NotFound, UpstreamError
from storefront.web import limits
from storefront.web.bearer import bearer_of
from storefront.web.list_cookie import forget_list, keep_list, list_of
from storefront.web.list_copy import forget_copy, keep_copy, last_copy
from storefront.web.list_merge import open_own_list
from storefront.web.requests import ShopRequest
from storefront.wishlist import words


@dataclass(frozen=True, slots=True)
class Look:
    """The list as it is, None when there is none; `notices` are to be said, `copy` when it is an old one.

    `forget` when the browser need not remember its guest's list any more.
    """

    list: WishList | None
    notices: tuple[str, ...] = ()
    copy: bool = False
    forget: bool = False


@dataclass(frozen=True, slots=True)
class Changed:
    """A list after a change, and what opens it."""

    ref: ListRef
    list: WishList

    def keep(self, request: ShopRequest, response: HttpResponseBase) -> None:
        """Let the browser remember a guest's list."""
        if self.ref.secret:
            keep_list(response, self.ref)
        keep_copy(request, self.ref, self.list)


def look(request: ShopRequest) -> Look:
    """The list of whoever asks. Raises UpstreamError when there is not even an old copy of it."""
    token, guest = bearer_of(request), list_of(request)
    if token:
        return _theirs(request, token, guest)
    if request.identity.signed_in:
        return _copy(request, ListRef()) or _guests(request, guest)
    return _guests(request, guest)


def change(request: ShopRequest, do: Callable[[ListRef], WishList], *, fresh: bool) -> Changed | None:
    """Do something to the list of whoever asks; with `fresh` to a new one where there is none.

    None where there is none (any more) and none is made. Raises the lists service's errors, and TooMany.
    """
    token, guest = bearer_of(request), list_of(request)
    if token:
        ref = ListRef(access_token=token)
        return Changed(ref, do(ref))
    if guest is not None:
        try:
            return Changed(guest, do(guest))
        except (NotFound, Gone):
            pass
    if not fresh:
        return None
    limits.before_new_list(request)
    made = request.shop.lists.create_list(idempotency_key=f"list:{uuid4().hex}")
    return Changed(made.ref, do(made.ref))


def settle(look: Look, response: HttpResponseBase) -> None:
    """Take the cookie off the browser that is of no use any more."""
    if look.forget:
        forget_list(response)


def _theirs(request: ShopRequest, token: str, guest: ListRef | None) -> Look:
    try:
        opened = open_own_list(request, token, guest)
    except Gone:  # the account was deleted while this browser was signed in
        forget_copy(request, ListRef())
        return Look(None)
    except UpstreamError:
        kept = _copy(request, ListRef())
        if kept is None:
            raise
        return kept
    said = (opened.words,) if opened.words else ()
    return Look(opened.list, said, forget=opened.settled)


def _guests(request: ShopRequest, guest: ListRef | None) -> Look:
    if guest is None:
        return Look(None)
    try:
        found = request.shop.lists.get_list(ref=guest)
    except NotFound:
        return Look(None, forget=True)
    except Gone as gone:
        why = words.MERGED if gone.code == "list_merged" else words.EXPIRED
        return Look(None, (str(why),), forget=True)
    except UpstreamError:
        kept = _copy(request, guest)
        if kept is None:
            raise
        return kept
    keep_copy(request, guest, found)
    return Look(found)


def _copy(request: ShopRequest, ref: ListRef) -> Look | None:
    """The last good copy; None when there is none."""
    found = last_copy(request, ref)
    if found is None:
        return None
    request.shop.telemetry.degraded("wishlist", "copy")
    return Look(found, (str(words.AS_BEFORE),), copy=True)
