"""Others of a product's category: what is in stock first, in the search service's order.

The number of calls is the same for every product: product and tree are in the cache by then, and there is one
question for the cards. While search is away the catalogue's newest take their place.
"""

from collections.abc import Sequence

from storefront.clients.catalog import Category, Product
from storefront.clients.shapes import ProductCard
from storefront.core import UpstreamError
from storefront.web import reads
from storefront.web.shop import Shop

SHOWN = 8
# Some are sold out, and one is the product itself.
_ASKED = 16


def related_products(shop: Shop, handle: str) -> tuple[ProductCard, ...]:
    """At most `SHOWN` cards; none for a product that is in no category."""
    product = reads.product(shop, handle).value
    slug = _shelf(product, reads.category_tree(shop).value.items)
    if slug is None:
        return ()
    others = [card for card in _cards(shop, slug) if card.handle != handle]
    others.sort(key=lambda card: card.availability == "out_of_stock")
    return tuple(others[:SHOWN])


def _cards(shop: Shop, slug: str) -> Sequence[ProductCard]:
    try:
        return reads.results(shop, category=slug, limit=_ASKED).value.items
    except UpstreamError:
        return reads.newest_products(shop, slug, _ASKED).value.items


def _shelf(product: Product, items: tuple[Category, ...]) -> str | None:
    """The slug of the first category that both the product and the tree know."""
    slugs = {category.id: category.slug for category in items}
    return next((slugs[one] for one in product.category_ids if one in slugs), None)
