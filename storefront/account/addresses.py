"""The address book: look at it, take an address out, put one back. One address has its form in `address`."""

from dataclasses import dataclass

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from storefront.account.guards import POST_ONLY, account_view
from storefront.account.owner import Owner
from storefront.account.pages import AccountPage
from storefront.clients.customers import AddressList, SavedAddress
from storefront.core import Conflict, NotFound, UpstreamError
from storefront.web.copies import Copied
from storefront.web.policies import READ_METHODS
from storefront.web.requests import ShopRequest
from storefront.web.responses import render_page, see_other

HERE = "account:addresses"
COPY = "addresses"
FULL = 409


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressesPage(AccountPage):
    """The address book, newest first. `undo_id` is an address that was just taken out, "" for none."""

    items: tuple[SavedAddress, ...]
    undo_id: str = ""
    problem: str = ""


@account_view(query=("removed",), section=HERE, methods=READ_METHODS)
def show(request: ShopRequest, owner: Owner) -> HttpResponseBase:
    """The whole book; after one was taken out with the way to put it back."""
    book = book_of(request, owner)
    removed = request.GET.get("removed", "")
    # The address names what can be undone: a reload offers it again, and nothing has to be remembered.
    undo_id = removed if removed and removed not in {one.id for one in book.value.items} else ""
    return _show(request, book, undo_id=undo_id)


@account_view(section=HERE, methods=POST_ONLY)
def remove(request: ShopRequest, owner: Owner, address_id: str) -> HttpResponseBase:
    """Take one out; 404 for one that is not in this person's book."""
    try:
        request.shop.customers.remove_address(token=owner.token, address_id=address_id)
    except NotFound:
        raise
    except UpstreamError:
        # The answer may be lost and the address gone: the book knows.
        book = book_of(request, owner)
        if book.at is not None or address_id in {one.id for one in book.value.items}:
            words = _("We could not remove this address right now. Please try again in a moment.")
            return _show(request, book, problem=words, status=503)
    owner.copies.forget(COPY)
    return see_other(f"{reverse(HERE)}?removed={address_id}")


@account_view(section=HERE, methods=POST_ONLY)
def restore(request: ShopRequest, owner: Owner, address_id: str) -> HttpResponseBase:
    """Put back what was just taken out, as long as the service still has it."""
    problem = ""
    try:
        request.shop.customers.restore_address(token=owner.token, address_id=address_id)
    except NotFound:
        problem = _("This address can't be put back any more. Please add it again.")
    except Conflict:
        problem = _("Your address book is full. Please remove an address first.")
    except UpstreamError:
        words = _("We could not put this address back right now. Please try again in a moment.")
        return _show(request, book_of(request, owner), undo_id=address_id, problem=words, status=503)
    if problem:
        return _show(request, book_of(request, owner), problem=problem, status=FULL)
    owner.copies.forget(COPY)
    return see_other(f"{reverse(HERE)}#address-{address_id}")


def book_of(request: ShopRequest, owner: Owner) -> Copied[AddressList]:
    """The book, or the last good copy of it."""
    return owner.copies.read(COPY, lambda: read_book(request, owner), type=AddressList)


def read_book(request: ShopRequest, owner: Owner) -> AddressList:
    """The book as the service has it."""
    return request.shop.customers.list_addresses(token=owner.token)


def _show(
    request: ShopRequest,
    book: Copied[AddressList],
    *,
    undo_id: str = "",
    problem: str = "",
    status: int = 200,
) -> HttpResponseBase:
    page = AddressesPage(
        title=_("Address book"),
        section=HERE,
        items=book.value.items,
        copied_at=book.at,
        undo_id=undo_id,
        problem=problem,
    )
    return render_page(request, "account/addresses.html", page, status=status)
