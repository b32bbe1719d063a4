"""What a product page holds.

Critical: the product. Deferred: its offers (without them the price is shown in the cart, and adding still
works), the category tree (without it the way there is short), the usual delivery (without it the checkout
tells), summary and list of reviews (without either their section says so), related products (without them
there are none). All are asked for at once: no part needs what another one brings.
"""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from markupsafe import Markup

from storefront.catalog.delivery import DeliveryView, usual_delivery
from storefront.catalog.pricing import VariantView, tax_note, variant_view
from storefront.catalog.related import related_products
from storefront.catalog.sold_out import SoldOut, sold_out
from storefront.catalog.structured import structured_data
from storefront.catalog.variants import OptionView, choose, option_views
from storefront.clients.catalog import Category, CategoryTree, Offer, Product, Variant
from storefront.clients.shapes import Image, ProductCard
from storefront.core import Money, NotFound
from storefront.web import reads
from storefront.web.html import trusted
from storefront.web.paths import path_of
from storefront.web.policies import COMPOSE_SECONDS
from storefront.web.product_reviews import ReviewState, ReviewsView, plan_reviews
from storefront.web.shop import Shop
from storefront.web.site import Crumb, breadcrumbs

_DESCRIPTION_LENGTH = 160


@dataclass(frozen=True, slots=True)
class PictureView:
    """One picture of the gallery; `number` counts from 1 in the product's own order."""

    number: int
    image: Image


@dataclass(frozen=True, slots=True)
class ProductPage:
    """A product with one variant chosen.

    `variant` is None when the market sells none of them. While `price_known` is False no price or stock is
    known: they are told in the cart; `aged` says that they are what was known some minutes ago. `notice` is a
    sentence to show above the choice, "" for none. `pictures` start with the variant's.
    `structured_data` is JSON-LD, escaped to stand in a script element as it is. `delivery_note` is a line
    under the button, "" for none.
    """

    title: str
    description: str
    product: Product
    body: Markup
    breadcrumbs: tuple[Crumb, ...]
    pictures: tuple[PictureView, ...]
    options: tuple[OptionView, ...]
    variant: VariantView | None
    sold_out: SoldOut | None
    price_known: bool
    aged: bool
    tax_note: str
    notice: str
    delivery: DeliveryView
    structured_data: Markup
    reviews: ReviewsView
    related: tuple[ProductCard, ...]
    delivery_note: str = ""


@dataclass(frozen=True, slots=True)
class _Offered:
    """Offers by SKU, and whether they are an old copy because nobody answers."""

    by_sku: dict[str, Offer]
    aged: bool


def build_product(shop: Shop, handle: str, sku: str) -> ProductPage:
    """The page, with the variant `sku` chosen if there is one. Raises NotFound for an unknown product."""
    with shop.compose.page(COMPOSE_SECONDS) as plan:
        wanted = plan.critical("product", lambda: reads.product(shop, handle).value, cached=True)
        priced = plan.deferred("offers", lambda: _offers(shop, handle), cached=True)
        tree = plan.deferred("categories", lambda: reads.category_tree(shop).value, cached=True)
        quotes = plan.deferred(
            "delivery", lambda: reads.delivery_quotes(shop, shop.country).value, cached=True
        )
        told = plan_reviews(plan, shop, ReviewState(handle))
        related = plan.deferred("related", lambda: related_products(shop, handle), cached=True)
    product, offered, reviews = wanted.value, priced.or_none(), told()
    offers = offered.by_sku if offered else None
    way = _way(product, tree.or_none())
    variant = choose(product, offers, sku, shop.country)
    href = _hrefs(handle)
    return ProductPage(
        title=product.title,
        description=product.summary[:_DESCRIPTION_LENGTH],
        product=product,
        body=trusted(product.description_html),
        breadcrumbs=way,
        pictures=_pictures(product, variant),
        options=option_views(product, offers, variant, href),
        variant=variant_view(product, variant, (offers or {}).get(variant.sku)) if variant else None,
        sold_out=sold_out(product, offers, variant, href) if variant else None,
        price_known=offered is not None,
        aged=offered.aged if offered else False,
        tax_note=tax_note(),
        notice=_notice(sku, variant),
        delivery=usual_delivery(quotes.or_none(), shop.country, _own_price(offers, variant)),
        structured_data=structured_data(product, offers, variant, way, reviews),
        reviews=reviews,
        related=related.or_none() or (),
    )


def _offers(shop: Shop, handle: str) -> _Offered:
    """Offers by SKU; empty when the market sells no variant."""
    try:
        found = reads.offers(shop, handle)
    except NotFound:
        return _Offered({}, aged=False)
    return _Offered({offer.sku: offer for offer in found.value.items}, aged=found.stale)


def _own_price(offers: dict[str, Offer] | None, variant: Variant | None) -> Money | None:
    """What the variant costs, None while that is not known."""
    offer = (offers or {}).get(variant.sku) if variant else None
    return offer.price if offer else None


def _hrefs(handle: str) -> Callable[[Variant], str]:
    """The addresses of a product's variants."""
    path = path_of("catalog:product", handle=handle)
    return lambda variant: f"{path}?{urlencode({'variant': variant.sku})}"


def _notice(sku: str, variant: Variant | None) -> str:
    if not sku or (variant is not None and variant.sku == sku):
        return ""
    return _("The version you asked for is no longer available. Here is the one we suggest.")


def _pictures(product: Product, variant: Variant | None) -> tuple[PictureView, ...]:
    """The variant's picture, then the others in their order."""
    views = [PictureView(number, image) for number, image in enumerate(product.images, start=1)]
    first = variant.image_index if variant else None
    if first is None or first >= len(views):
        return tuple(views)
    return (views[first], *views[:first], *views[first + 1 :])


def _way(product: Product, tree: CategoryTree | None) -> tuple[Crumb, ...]:
    items: tuple[Category, ...] = tree.items if tree else ()
    known = {category.id for category in items}
    shelf = next((one for one in product.category_ids if one in known), None)
    return breadcrumbs(items, shelf, product.title)
