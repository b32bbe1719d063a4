"""Everything the shop knows of somebody, as one file for them (GDPR, articles 15 and 20).

It is whole or it is not made: a file that lacks what a service could not tell just now would be taken for
all there is. So whoever asks while one is away is told to come back.
"""

from datetime import UTC, datetime
from typing import Any

import msgspec
from django.http import HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from storefront.account.guards import FRESH, POST_ONLY, account_view
from storefront.account.leaving import HERE, show_data
from storefront.account.owner import Owner
from storefront.clients.orders import Order, OrderRef
from storefront.clients.reviews import MyReview
from storefront.core import Unauthorized, UpstreamError
from storefront.identity import IdentityRefused, Person, TokenRefused
from storefront.web.counters import AllowanceEach
from storefront.web.identity import sessions_of
from storefront.web.requests import ShopRequest
from storefront.web.shop import Shop

EXPORT_SECONDS = 20.0
"""All of it, for the longest history; what does not fit is told as an outage."""
_PAGE_SIZE = 24
_PAGE_SECONDS = 5.0
EXPORTS_A_MINUTE = 3
exports = AllowanceEach("account-exports", EXPORTS_A_MINUTE)


@account_view(section=HERE, seconds=EXPORT_SECONDS, fresh=FRESH, methods=POST_ONLY)
def download(request: ShopRequest, owner: Owner) -> HttpResponseBase:
    """The file, as a download that nobody keeps a copy of on the way."""
    if not exports.take(owner.copies.who):
        words = _("You asked for this several times just now. Please wait a minute and try again.")
        return show_data(request, problem=words, status=429)
    try:
        found = _everything(request, owner)
    except (Unauthorized, TokenRefused):
        raise
    except (UpstreamError, IdentityRefused):
        words = _(
            "We can't put all of it together right now, and a part would be misleading. "
            "Please try again in a few minutes."
        )
        return show_data(request, problem=words, status=503)
    text = msgspec.json.format(msgspec.json.encode(found), indent=2)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    name = f"account-{datetime.now(UTC):%Y-%m-%d}.json"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _everything(request: ShopRequest, owner: Owner) -> dict[str, Any]:
    """What each service holds, by service, in the words of its own contract."""
    shop, token = request.shop, owner.token
    signed_in = [{"device": one.device, "began": one.began, "seen": one.seen} for one in sessions_of(request)]
    return {
        "made_at": datetime.now(UTC),
        "sign_in": {**_person(owner.person), "second_step": shop.people.has_totp(access_token=token)},
        "devices": signed_in,
        "customer": shop.customers.export_me(token=token),
        "orders": _orders(shop, token),
        "reviews": _reviews(shop, token),
        "wish_list": shop.lists.open_my_list(token=token, guest=None).list,
    }


def _person(person: Person) -> dict[str, Any]:
    return {"id": person.sub, "email": person.email, "name": person.name, "groups": sorted(person.groups)}


def _orders(shop: Shop, token: str) -> list[Order]:
    """Every order with all its details, a page of the list at a time."""
    found: list[Order] = []
    cursor: str | None = None
    while True:
        page = shop.orders.list_orders(access_token=token, cursor=cursor, limit=_PAGE_SIZE)
        refs = [OrderRef(one.id, access_token=token) for one in page.items]
        with shop.compose.page(_PAGE_SECONDS) as plan:
            parts = [
                plan.critical(f"order_{number}", lambda ref=ref: shop.orders.get_order(order=ref))  # type: ignore[misc]
                for number, ref in enumerate(refs)
            ]
        found += [part.value for part in parts]
        cursor = page.next_cursor
        if cursor is None:
            return found


def _reviews(shop: Shop, token: str) -> list[MyReview]:
    found: list[MyReview] = []
    cursor: str | None = None
    while True:
        page = shop.reviews.list_my_reviews(access_token=token, cursor=cursor, limit=_PAGE_SIZE)
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            return found
