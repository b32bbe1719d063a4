"""Others of a product's category: what is in stock first, the newest first.

Search knows a product's category by itself, so that the question need not wait for product and category
tree. While search is away, or does not know the product yet, the catalogue's newest take their place: for
those both have to be there first.
"""

from storefront.clients.catalog import Category, Product
from storefront.clients.shapes import ProductCard
from storefront.core import UpstreamError
from storefront.web import reads
from storefront.web.shop import Shop

SHOWN = 8
# Of the catalogue's newest some are sold out, and one is the product itself.
_ASKED = 16


def related_products(shop: Shop, handle: str) -> tuple[ProductCard, ...]:
    """At most `SHOWN` cards; none for a product that is in no category."""
    try:
        return reads.related_products(shop, handle, SHOWN).value.items
    except UpstreamError:
        return _newest(shop, handle)


def _newest(shop: Shop, handle: str) -> tuple[ProductCard, ...]:
    product = reads.product(shop, handle).value
    slug = _shelf(product, reads.category_tree(shop).value.items)
    if slug is None:
        return ()
    found = reads.newest_products(shop, slug, _ASKED).value.items
    others = [card for card in found if card.handle != handle]
    others.sort(key=lambda card: card.availability == "out_of_stock")
    return tuple(others[:SHOWN])


def _shelf(product: Product, items: tuple[Category, ...]) -> str | None:
    """The slug of the first category that both the product and the tree know."""
    slugs = {category.id: category.slug for category in items}
    return next((slugs[one] for one in product.category_ids if one in slugs), None)
