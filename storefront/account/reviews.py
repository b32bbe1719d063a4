"""What a customer wrote about products, and what became of it: waiting, shown, or not shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlencode

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from storefront.account.guards import account_view
from storefront.account.owner import Owner
from storefront.account.pages import AccountPage
from storefront.clients.reviews import MyReview, MyReviewPage
from storefront.clients.reviews.models import ReviewState
from storefront.core import Invalid, UpstreamError
from storefront.web import reads
from storefront.web.copies import Copied
from storefront.web.policies import READ_METHODS
from storefront.web.requests import ShopRequest
from storefront.web.responses import render_page, see_other
from storefront.web.shop import Shop

_HERE = "account:reviews"
_COPY = "reviews"
PAGE_SIZE = 12

Tone = Literal["", "good", "care"]
STATE: Mapping[ReviewState, tuple[str | Promise, str | Promise, Tone]] = {
    "pending": (_lazy("Waiting"), _lazy("We read it before it is shown."), ""),
    "approved": (_lazy("Published"), _lazy("Everybody can read it."), "good"),
    "rejected": (_lazy("Not published"), _lazy("It does not follow our rules for reviews."), "care"),
}


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One review with its state in words. `product` is what it is about, "" where that can't be told now."""

    review: MyReview
    product: str
    state: str
    meaning: str
    tone: Tone
    href: str

    @classmethod
    def of(cls, review: MyReview, product: str) -> "ReviewRow":
        """The row of a review."""
        state, meaning, tone = STATE[review.state]
        href = reverse("catalog:product", kwargs={"handle": review.handle})
        return cls(review, product, str(state), str(meaning), tone, href)


@dataclass(frozen=True, slots=True, kw_only=True)
class MyReviewsPage(AccountPage):
    """Some reviews; `older_href` leads on, `newest_href` back to the first, "" where there is nothing."""

    rows: tuple[ReviewRow, ...]
    older_href: str = ""
    newest_href: str = ""


@account_view(query=("cursor",), section=_HERE, methods=READ_METHODS)
def show(request: ShopRequest, owner: Owner) -> HttpResponseBase:
    """One page of the list; a cursor that is none leads to the first."""
    cursor = request.GET.get("cursor", "")
    try:
        found = _found(request, owner, cursor)
    except Invalid:
        if not cursor:
            raise
        return see_other(reverse(_HERE))
    following, products = found.value.next_cursor, _products(request.shop, found.value)
    page = MyReviewsPage(
        title=_("Your reviews"),
        section=_HERE,
        copied_at=found.at,
        rows=tuple(ReviewRow.of(one, products.get(one.handle, "")) for one in found.value.items),
        older_href=f"{reverse(_HERE)}?{urlencode({'cursor': following})}" if following else "",
        newest_href=reverse(_HERE) if cursor else "",
    )
    return render_page(request, "account/reviews.html", page)


def _products(shop: Shop, page: MyReviewPage) -> Mapping[str, str]:
    """What the products are called, as far as they are still sold and the catalogue answers."""
    handles = sorted({one.handle for one in page.items})
    if not handles:
        return {}
    try:
        return {card.handle: card.title for card in reads.named_products(shop, handles).value.items}
    except UpstreamError:
        shop.telemetry.degraded("products", "unavailable")
        return {}


def _found(request: ShopRequest, owner: Owner, cursor: str) -> Copied[MyReviewPage]:
    """One page; of the first there is a copy."""

    def fetch() -> MyReviewPage:
        return request.shop.reviews.list_my_reviews(
            access_token=owner.token, cursor=cursor or None, limit=PAGE_SIZE
        )

    return Copied(fetch()) if cursor else owner.copies.read(_COPY, fetch, type=MyReviewPage)
