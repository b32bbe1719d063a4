"""The wish list of whoever signs in: what they saved as a guest goes into it, once.

Signing in never fails because of the list. What could not be merged (the lists service is away, the two do
not fit together) stays in the browser's cookie, and the wish list page tries again.
"""

from dataclasses import dataclass

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from storefront.clients.lists import ListRef, WishList
from storefront.core import Conflict, UpstreamError
from storefront.web import reads
from storefront.web.bearer import bearer_of
from storefront.web.formats import number
from storefront.web.list_cookie import forget_list, list_of
from storefront.web.list_copy import forget_copy, keep_copy, last_copy
from storefront.web.notices import add_notice
from storefront.web.requests import ShopRequest

FULL = _lazy(
    "Your wish list has no room for what you saved before you signed in. Both lists are kept: take some "
    "things off this one, and the others come along."
)


@dataclass(frozen=True, slots=True)
class Opened:
    """A customer's list; `added` came in from the guest's just now, `full` when that did not fit.

    `title` is the name of the one thing that did, "" where it were several, or has no name now.

    `settled`: what this browser remembers of a guest's list is of no use any more.
    """

    list: WishList
    added: int = 0
    title: str = ""
    full: bool = False
    settled: bool = False

    @property
    def words(self) -> str:
        """What is to be said about it, "" for nothing."""
        if self.full:
            return str(FULL)
        if not self.added:
            return ""
        if self.title:
            sentence = _("%(title)s, which you saved before you signed in, is on your wish list.")
            return sentence % {"title": self.title}
        sentence = ngettext(
            "We put %(count)s item on your wish list that you saved before you signed in.",
            "We put %(count)s items on your wish list that you saved before you signed in.",
            self.added,
        )
        return sentence % {"count": number(self.added)}


def merge_list(request: ShopRequest, response: HttpResponseBase) -> None:
    """Put what this browser saved on the customer's list, right after they have signed in."""
    guest, token = list_of(request), bearer_of(request)
    if guest is None or not token:
        return
    try:
        opened = open_own_list(request, token, guest)
    except UpstreamError:
        request.shop.telemetry.degraded("list_merge", "unavailable")
        return
    if opened.words:
        add_notice(request, opened.words)
    if opened.settled:
        forget_list(response)


def open_own_list(request: ShopRequest, token: str, guest: ListRef | None) -> Opened:
    """The customer's list, with the guest's put into it where there is one.

    Its copy is kept. Raises the lists service's errors, but not that the two do not fit: then both stay as
    they are.
    """
    lists, ref = request.shop.lists, ListRef(access_token=token)
    if guest is None:
        opened = Opened(lists.get_list(ref=ref))
    else:
        try:
            mine = lists.open_my_list(token=token, guest=guest)
        except Conflict:
            opened = Opened(lists.get_list(ref=ref), full=True)
        else:
            added = mine.merged.added if mine.merged else 0
            title = _only_title(request, guest) if added == 1 else ""
            opened = Opened(mine.list, added, title, settled=True)
            forget_copy(request, guest)
    keep_copy(request, ref, opened.list)
    return opened


def _only_title(request: ShopRequest, guest: ListRef) -> str:
    """The name of the one thing that was on the guest's list, by the last copy of that; "" otherwise."""
    found = last_copy(request, guest)
    if found is None or len(found.items) != 1:
        return ""
    try:
        return reads.product(request.shop, found.items[0].handle).value.title
    except UpstreamError:
        return ""
