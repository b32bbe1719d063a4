"""What the pages of reviews hold.

Critical: the product. Deferred: its reviews (without them the page says so), the category tree (without it
the way there is short).
"""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from storefront.clients.catalog import Product
from storefront.clients.shapes import Image
from storefront.web import reads
from storefront.web.forms import Form
from storefront.web.policies import COMPOSE_SECONDS
from storefront.web.product_reviews import ReviewState, ReviewsView, build_reviews
from storefront.web.shop import Shop
from storefront.web.site import Crumb


@dataclass(frozen=True, slots=True)
class ReviewsPage:
    """All reviews of a product, page by page."""

    title: str
    description: str
    product: Product
    breadcrumbs: tuple[Crumb, ...]
    reviews: ReviewsView


@dataclass(frozen=True, slots=True, kw_only=True)
class WritePage:
    """The form to write a review. `product_title` is "" when it can't be had.

    `form_key` names this form, so that sent twice it is one review. `author` is the name to show of who is
    signed in, "" where it is asked for.
    """

    title: str
    handle: str
    product_title: str
    image: Image | None
    breadcrumbs: tuple[Crumb, ...]
    form: Form
    form_key: str
    author: str = ""


@dataclass(frozen=True, slots=True)
class ThanksPage:
    """After a review was sent."""

    title: str
    handle: str
    product_title: str


@dataclass(frozen=True, slots=True)
class VotedPage:
    """What stands in the button's place once somebody has pressed it."""

    review_id: str
    helpful: int


def build_page(shop: Shop, state: ReviewState) -> ReviewsPage:
    """All reviews of a product. Raises NotFound for an unknown product and for a page beyond the end."""
    with shop.compose.page(COMPOSE_SECONDS) as plan:
        wanted = plan.critical("product", lambda: reads.product(shop, state.handle).value)
    product = wanted.value
    return ReviewsPage(
        title=_("Reviews of %(product)s") % {"product": product.title},
        description=_("What buyers say about %(product)s.") % {"product": product.title},
        product=product,
        breadcrumbs=way_to(product, _("Reviews")),
        reviews=build_reviews(shop, state),
    )


def way_to(product: Product | None, last: str) -> tuple[Crumb, ...]:
    """The way to a page about a product, as far as known: the first page, the product, the page itself."""
    way = [Crumb(_("Home"), reverse("content:home"))]
    if product:
        way.append(Crumb(product.title, reverse("catalog:product", kwargs={"handle": product.handle})))
    return (*way, Crumb(last))
