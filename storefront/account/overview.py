"""The account's first page: what is under way, where parcels go, and the way to everything else.

Nothing on it is critical: what is not to be had in time is left out, or shown as it was.
"""

from dataclasses import dataclass

from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from storefront.account.addresses import book_of
from storefront.account.guards import account_view
from storefront.account.orders import OrderRow, newest
from storefront.account.owner import Owner
from storefront.account.pages import AccountPage
from storefront.clients.customers import AddressList, SavedAddress
from storefront.clients.orders import OrderPage
from storefront.orchestration import Why
from storefront.web.copies import Copied
from storefront.web.policies import COMPOSE_SECONDS, READ_METHODS
from storefront.web.requests import ShopRequest
from storefront.web.responses import render_page

_HERE = "account:home"
_MOST_ORDERS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewPage(AccountPage):
    """`rows` is None where the orders can't be had; `address` is the newest of the book."""

    name: str
    email: str
    rows: tuple[OrderRow, ...] | None
    address: SavedAddress | None


@account_view(section=_HERE, methods=READ_METHODS)
def show(request: ShopRequest, owner: Owner) -> HttpResponseBase:
    """The page, with as much of it as there is."""
    shop = request.shop

    def ask_orders() -> Copied[OrderPage]:
        return newest(shop, owner)

    def ask_book() -> Copied[AddressList]:
        return book_of(request, owner)

    with shop.compose.page(COMPOSE_SECONDS) as plan:
        orders, book = plan.deferred("account_orders", ask_orders), plan.deferred("account_book", ask_book)
    for part, ask in ((orders, ask_orders), (book, ask_book)):
        if part.missing is not None and part.missing.reason is Why.REFUSED:
            ask()  # raises it here: a token that is too old is renewed, and the page made again
    found, kept = orders.or_none(), book.or_none()
    page = OverviewPage(
        title=_("Your account"),
        section=_HERE,
        copied_at=min((one.at for one in (found, kept) if one and one.at), default=None),
        name=owner.person.name,
        email=owner.person.email,
        rows=tuple(map(OrderRow.of, found.value.items[:_MOST_ORDERS])) if found else None,
        address=kept.value.items[0] if kept and kept.value.items else None,
    )
    return render_page(request, "account/overview.html", page)
