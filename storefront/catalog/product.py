"""What a product page holds.

Critical: the product. Deferred: its offers (without them the price is shown in the cart, and adding still
works), the category tree (without it the way there is short), related products (without them there are
none).
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from markupsafe import Markup

from storefront.catalog.structured import structured_data
from storefront.catalog.variants import OptionView, VariantView, choose, option_views, variant_view
from storefront.clients.catalog import Category, CategoryTree, Offer, Product
from storefront.clients.shapes import Image, ProductCard
from storefront.core import NotFound
from storefront.web import reads
from storefront.web.html import trusted
from storefront.web.policies import COMPOSE_SECONDS
from storefront.web.shop import Shop
from storefront.web.site import Crumb, breadcrumbs

_RELATED = 8
_DESCRIPTION_LENGTH = 160
UNKNOWN_VARIANT = "There is no such variant of this product any more; this is the one we would suggest."


@dataclass(frozen=True, slots=True)
class ProductPage:
    """A product with one variant chosen.

    `variant` is None when the market sells none of them. While `price_known` is False no price or stock is
    known: they are told in the cart. `notice` is a sentence to show above the choice, "" for none.
    `structured_data` is JSON-LD, escaped to stand in a script element as it is.
    """

    title: str
    description: str
    product: Product
    body: Markup
    breadcrumbs: tuple[Crumb, ...]
    images: tuple[Image, ...]
    options: tuple[OptionView, ...]
    variant: VariantView | None
    price_known: bool
    notice: str
    structured_data: Markup
    related: tuple[ProductCard, ...]


def build_product(shop: Shop, handle: str, sku: str) -> ProductPage:
    """The page, with the variant `sku` chosen if there is one. Raises NotFound for an unknown product."""
    with shop.compose.page(COMPOSE_SECONDS) as plan:
        wanted = plan.critical("product", lambda: reads.product(shop, handle).value)
        priced = plan.deferred("offers", lambda: _offers(shop, handle))
        tree = plan.deferred("categories", lambda: reads.category_tree(shop).value)
        related = plan.deferred("related", lambda: _related(shop, handle))
    product, offers = wanted.value, priced.or_none()
    way = _way(product, tree.or_none())
    path = reverse("catalog:product", kwargs={"handle": handle})
    variant = choose(product, offers, sku)
    view = variant_view(variant, offers) if variant else None
    return ProductPage(
        title=product.title,
        description=product.summary[:_DESCRIPTION_LENGTH],
        product=product,
        body=trusted(product.description_html),
        breadcrumbs=way,
        images=product.images,
        options=option_views(
            product, offers, variant, lambda one: f"{path}?{urlencode({'variant': one.sku})}"
        ),
        variant=view,
        price_known=offers is not None,
        notice=UNKNOWN_VARIANT if sku and (view is None or view.sku != sku) else "",
        structured_data=structured_data(product, offers, way),
        related=related.or_none() or (),
    )


def _offers(shop: Shop, handle: str) -> dict[str, Offer]:
    """Offers by SKU; empty when the market sells no variant."""
    try:
        return {offer.sku: offer for offer in reads.offers(shop, handle).value.items}
    except NotFound:
        return {}


def _way(product: Product, tree: CategoryTree | None) -> tuple[Crumb, ...]:
    items: tuple[Category, ...] = tree.items if tree else ()
    return breadcrumbs(items, _category_of(product, items), product.title)


def _category_of(product: Product, items: tuple[Category, ...]) -> str | None:
    """The first category that both the product and the tree know: the one the breadcrumbs go through."""
    known = {category.id for category in items}
    return next((one for one in product.category_ids if one in known), None)


def _related(shop: Shop, handle: str) -> tuple[ProductCard, ...]:
    """Others of the same category, from the search service."""
    product = reads.product(shop, handle).value
    items = reads.category_tree(shop).value.items
    chosen = _category_of(product, items)
    slug = next((category.slug for category in items if category.id == chosen), None)
    if slug is None:
        return ()
    found = reads.results(shop, category=slug, limit=_RELATED + 1).value
    return tuple(card for card in found.items if card.handle != handle)[:_RELATED]
