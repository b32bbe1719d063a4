"""The orders of a customer, newest first, page by page. Each leads to its own page (storefront.orders)."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from storefront.account.guards import account_view
from storefront.account.owner import Owner
from storefront.account.pages import AccountPage
from storefront.clients.orders import OrderPage, OrderStatus, OrderSummary
from storefront.core import Invalid
from storefront.web.copies import Copied
from storefront.web.policies import READ_METHODS
from storefront.web.requests import ShopRequest
from storefront.web.responses import render_page, see_other
from storefront.web.shop import Shop

_HERE = "account:orders"
COPY = "orders"
PAGE_SIZE = 12

STATUS: Mapping[OrderStatus, str | Promise] = {
    "awaiting_payment": _lazy("Awaiting payment"),
    "placed": _lazy("Ordered and paid"),
    "preparing": _lazy("Being packed"),
    "ready_for_pickup": _lazy("Ready to be picked up"),
    "shipped": _lazy("On its way"),
    "delivered": _lazy("Delivered"),
    "payment_failed": _lazy("Not paid"),
    "cancelled": _lazy("Cancelled"),
    "refunded": _lazy("Refunded"),
}
_OPEN = frozenset({"awaiting_payment", "placed", "preparing", "ready_for_pickup", "shipped"})
# An order that nobody paid for yet still holds its cart: ordering it again would be the same order.
_HOLDS_ITS_CART = frozenset({"awaiting_payment"})


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One order in a list."""

    order: OrderSummary
    status: str
    under_way: bool
    can_repeat: bool

    @classmethod
    def of(cls, order: OrderSummary) -> "OrderRow":
        """The row of an order."""
        return cls(
            order,
            str(STATUS[order.status]),
            order.status in _OPEN,
            order.status not in _HOLDS_ITS_CART,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OrdersPage(AccountPage):
    """Some orders; `older_href` leads on, `newest_href` back to the first, "" where there is nothing."""

    rows: tuple[OrderRow, ...]
    older_href: str = ""
    newest_href: str = ""


@account_view(query=("cursor",), section=_HERE, methods=READ_METHODS)
def show(request: ShopRequest, owner: Owner) -> HttpResponseBase:
    """One page of the list; a cursor that is none leads to the first."""
    cursor = request.GET.get("cursor", "")
    try:
        found = _older(request, owner, cursor) if cursor else newest(request.shop, owner)
    except Invalid:
        if not cursor:
            raise
        return see_other(reverse(_HERE))
    following = found.value.next_cursor
    page = OrdersPage(
        title=_("Orders"),
        section=_HERE,
        copied_at=found.at,
        rows=tuple(map(OrderRow.of, found.value.items)),
        older_href=f"{reverse(_HERE)}?{urlencode({'cursor': following})}" if following else "",
        newest_href=reverse(_HERE) if cursor else "",
    )
    return render_page(request, "account/orders.html", page)


def newest(shop: Shop, owner: Owner) -> Copied[OrderPage]:
    """The first page of the list, or the last good copy of it."""
    return owner.copies.read(
        COPY, lambda: shop.orders.list_orders(access_token=owner.token, limit=PAGE_SIZE), type=OrderPage
    )


def _older(request: ShopRequest, owner: Owner, cursor: str) -> Copied[OrderPage]:
    """A later page. There is no copy of these: a cursor is good for the list as it was."""
    return Copied(request.shop.orders.list_orders(access_token=owner.token, cursor=cursor, limit=PAGE_SIZE))
