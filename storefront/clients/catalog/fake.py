"""The catalog service in memory, over a list of products: for tests and trials of what shows products."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from storefront.clients.catalog.models import (
    Category,
    CategoryTree,
    Offer,
    OfferList,
    Product,
    ProductPage,
    ProductVersion,
    SitemapEntry,
    SitemapPage,
    VersionPage,
)
from storefront.clients.catalog.port import Catalog
from storefront.clients.failing import Failing
from storefront.clients.shapes import Availability, ProductCard

_UPDATED = datetime(2030, 1, 1, tzinfo=UTC)


class FakeCatalog(Failing, Catalog):
    """Answers like the real service for one market; any other market is 404 `unknown_market`.

    `offers` holds what each product's variants cost and how many there are, by handle. Products come newest
    first, in the order given.
    """

    def __init__(
        self,
        products: Iterable[Product] = (),
        offers: Mapping[str, Sequence[Offer]] | None = None,
        categories: Iterable[Category] = (),
        *,
        market: str = "eu",
    ) -> None:
        super().__init__("catalog")
        self._products = {product.handle: product for product in products}
        self._offers = {handle: tuple(some) for handle, some in (offers or {}).items()}
        self._categories = tuple(categories)
        self._market = market

    def put(self, product: Product, offers: Sequence[Offer]) -> None:
        """Add or replace one product and its offers."""
        self._products[product.handle] = product
        self._offers[product.handle] = tuple(offers)

    def list_categories(self, *, market: str, locale: str) -> CategoryTree:
        """The category tree."""
        del locale
        with self._call("list_categories"):
            self._serves(market)
            return CategoryTree(items=self._categories, version=1, updated_at=_UPDATED)

    def list_products(
        self,
        *,
        market: str,
        locale: str,
        category: str | None = None,
        handles: Sequence[str] | None = None,
        cursor: str | None = None,
        limit: int = 24,
    ) -> ProductPage:
        """Cards, by category or by handle; cursors are "at" and a number."""
        del locale
        with self._call("list_products"):
            self._serves(market)
            start = self._position(cursor)
            chosen = self._chosen(category, handles)
            page = tuple(card_of(p, self._offers[p.handle]) for p in chosen[start : start + limit])
            more = f"at{start + limit}" if len(chosen) > start + limit else None
            return ProductPage(items=page, next_cursor=more, version=1, updated_at=_UPDATED)

    def list_sitemap_entries(
        self, *, market: str, cursor: str | None = None, limit: int = 1_000
    ) -> SitemapPage:
        """All products; cursors are "at" and a number."""
        with self._call("list_sitemap_entries"):
            self._serves(market)
            start, chosen = self._position(cursor), list(self._products.values())
            page = tuple(
                SitemapEntry(handle=product.handle, updated_at=product.updated_at)
                for product in chosen[start : start + limit]
            )
            more = f"at{start + limit}" if len(chosen) > start + limit else None
            return SitemapPage(items=page, next_cursor=more, version=1, updated_at=_UPDATED)

    def list_versions(self, *, cursor: str | None = None, limit: int = 1_000) -> VersionPage:
        """Versions of all products by handle; cursors are "at" and a number."""
        with self._call("list_versions"):
            start, chosen = self._position(cursor), sorted(self._products.values(), key=lambda p: p.handle)
            page = tuple(
                ProductVersion(handle=product.handle, version=product.version, retired=False)
                for product in chosen[start : start + limit]
            )
            more = f"at{start + limit}" if len(chosen) > start + limit else None
            return VersionPage(items=page, next_cursor=more, version=1, updated_at=_UPDATED)

    def get_product(self, *, handle: str, market: str, locale: str) -> Product:
        """One product; NotFound."""
        del locale
        with self._call("get_product"):
            self._serves(market)
            if handle not in self._products:
                raise self._not_found()
            return self._products[handle]

    def get_product_offers(self, *, handle: str, market: str) -> OfferList:
        """The offers of one product; NotFound."""
        with self._call("get_product_offers"):
            self._serves(market)
            if handle not in self._products:
                raise self._not_found()
            return OfferList(items=self._offers.get(handle, ()), version=1, updated_at=_UPDATED)

    def list_offers(self, *, market: str, skus: Sequence[str]) -> OfferList:
        """The offers among `skus` that exist, in that order."""
        with self._call("list_offers"):
            if not skus:
                raise ValueError("skus must name something")
            self._serves(market)
            known: dict[str, Offer] = {offer.sku: offer for some in self._offers.values() for offer in some}
            items = tuple(known[sku] for sku in skus if sku in known)
            return OfferList(items=items, version=1, updated_at=_UPDATED)

    def _serves(self, market: str) -> None:
        if market != self._market:
            raise self._refusal(404, "unknown_market", f"There is no market {market!r}.")

    def _position(self, cursor: str | None) -> int:
        if cursor is None:
            return 0
        number = cursor.removeprefix("at")
        if not number.isdecimal():
            raise self._refusal(400, "bad_cursor", "This cursor was not made here.")
        return int(number)

    def _chosen(self, category: str | None, handles: Sequence[str] | None) -> list[Product]:
        chosen = list(self._products.values())
        if handles is not None:
            if not handles:
                raise ValueError("handles must name something")
            chosen = [self._products[handle] for handle in handles if handle in self._products]
        if category is not None:
            below = self._below(category)
            chosen = [product for product in chosen if below.intersection(product.category_ids)]
        return chosen

    def _below(self, slug: str) -> set[str]:
        """The ids of a category and of everything under it; NotFound."""
        found = {category.id for category in self._categories if category.slug == slug}
        if not found:
            raise self._not_found()
        size = 0
        while len(found) > size:
            size = len(found)
            found |= {category.id for category in self._categories if category.parent_id in found}
        return found


def card_of(product: Product, offers: Sequence[Offer]) -> ProductCard:
    """What a list shows of a product that costs what `offers` (at least one) say, samples left aside."""
    samples = {variant.sku for variant in product.variants if variant.sample}
    whole = [offer for offer in offers if offer.sku not in samples] or list(offers)
    cheapest = min(whole, key=lambda offer: offer.price.amount)
    colours = next((option for option in product.options if option.name == "Colour"), None)
    return ProductCard(
        handle=product.handle,
        title=product.title,
        vendor=product.vendor,
        image=product.images[0] if product.images else None,
        price_from=cheapest.price,
        compare_at=cheapest.compare_at,
        price_varies=len({offer.price for offer in whole}) > 1,
        availability=_best(offers),
        variant_count=len(product.variants),
        colours=colours.values if colours else (),
        colour_labels=colours.labels if colours else {},
        variant_sku=product.variants[0].sku if len(product.variants) == 1 else None,
        version=product.version,
        updated_at=product.updated_at,
    )


def _best(offers: Sequence[Offer]) -> Availability:
    there = {offer.availability for offer in offers}
    order: tuple[Availability, ...] = ("in_stock", "low_stock", "out_of_stock")
    return next(availability for availability in order if availability in there)
