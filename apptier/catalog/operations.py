"""The questions of the catalog service, answered from cards, documents and stock."""

from collections.abc import Iterable, Mapping, Sequence

from apptier.catalog import models
from apptier.catalog.answers import offer, product_answer, product_card
from apptier.catalog.layout import StoredCard, StoredCategory
from apptier.catalog.news import offers_version
from apptier.catalog.records import CategoryRecord
from apptier.catalog.repository import CatalogRepository
from apptier.inventory import Inventory
from apptier.kit.markets import Market
from apptier.kit.models import ProductCard
from apptier.kit.problems import not_found
from apptier.kit.service import Context
from apptier.ratings import Ratings


class CatalogQueries:
    """Reads for one request; cheap to make."""

    def __init__(self, context: Context) -> None:
        self._repository = CatalogRepository(context.tables, context.clock)
        self._inventory = Inventory(context.tables, context.clock)
        self._ratings = Ratings(context.tables)
        self._cursors = context.cursors

    def tree(self, market: Market, locale: str) -> models.CategoryTree:
        """Every category with products in this market, by parent and position, tops first."""
        stamp = self._repository.stamp()
        kept = [c for c in self._repository.categories() if c.counts.get(market.code, 0) > 0]
        tops = {c.record.id: (c.record.position, c.record.slug) for c in kept}
        kept.sort(key=lambda c: _tree_order(c, tops))
        items = [
            _category_answer(category.record.in_language(locale), category.counts[market.code])
            for category in kept
        ]
        return models.CategoryTree(items=items, version=stamp.version, updated_at=stamp.updated_at)

    def named(
        self, market: Market, locale: str, handles: Sequence[str], category: str | None
    ) -> models.ProductPage:
        """The cards of these products in this order; `category` keeps only those in it."""
        stamp = self._repository.stamp()
        if category is not None:
            self._known_category(category)
        cards = self.cards(market, locale, handles, category)
        return models.ProductPage(
            items=cards, next_cursor=None, version=stamp.version, updated_at=stamp.updated_at
        )

    def listed(
        self, market: Market, locale: str, category: str | None, limit: int, cursor: str | None
    ) -> models.ProductPage:
        """One page of a market's or a category's products, newest first."""
        scope = f"products:{market.code}:{category or ''}"
        after = None if cursor is None else str(self._cursors.decode(scope, cursor))
        stamp = self._repository.stamp()
        if category is not None:
            self._known_category(category)
        page = self._repository.list_handles(market.code, category=category, limit=limit, after=after)
        return models.ProductPage(
            items=self.cards(market, locale, page.handles),
            next_cursor=None if page.last is None else self._cursors.encode(scope, page.last),
            version=stamp.version,
            updated_at=stamp.updated_at,
        )

    def sitemap(self, market: Market, limit: int, cursor: str | None) -> models.SitemapPage:
        """One page of a market's products with the times of their last change, newest first."""
        scope = f"sitemap:{market.code}"
        after = None if cursor is None else str(self._cursors.decode(scope, cursor))
        stamp = self._repository.stamp()
        entries, last = self._repository.list_changes(market.code, limit=limit, after=after)
        return models.SitemapPage(
            items=[models.SitemapEntry(handle=handle, updated_at=changed) for handle, changed in entries],
            next_cursor=None if last is None else self._cursors.encode(scope, last),
            version=stamp.version,
            updated_at=stamp.updated_at,
        )

    def versions(self, limit: int, cursor: str | None) -> models.VersionPage:
        """One page of all products there ever were with their versions, by handle."""
        after = None if cursor is None else str(self._cursors.decode("versions", cursor))
        stamp = self._repository.stamp()
        entries, last = self._repository.list_versions(limit=limit, after=after)
        return models.VersionPage(
            items=[
                models.ProductVersion(
                    handle=entry["sk"], version=entry["version"], retired=entry["status"] != "active"
                )
                for entry in entries
            ],
            next_cursor=None if last is None else self._cursors.encode("versions", last),
            version=stamp.version,
            updated_at=stamp.updated_at,
        )

    def cards(
        self, market: Market, locale: str, handles: Iterable[str], category: str | None = None
    ) -> list[ProductCard]:
        """Cards in the order of `handles`, without those that this market doesn't sell."""
        wanted = list(dict.fromkeys(handles))
        found = self._repository.cards(wanted)
        sold = {
            handle: found[handle].sold_in(market.code)
            for handle in wanted
            if handle in found and (category is None or _in_category(found[handle], market, category))
        }
        sold = {handle: variants for handle, variants in sold.items() if variants}
        best = self._inventory.best({h: [v.sku for v in variants] for h, variants in sold.items()})
        ratings = self._ratings.summaries(sold)
        return [
            product_card(
                market, found[handle].in_language(locale), variants, best[handle], ratings.get(handle)
            )
            for handle, variants in sold.items()
        ]

    def product(self, market: Market, locale: str, handle: str) -> models.Product:
        """One product with the variants that this market sells. Raises Problem 404."""
        stored = self._repository.product(handle)
        if stored is None:
            raise not_found("There is no such product.", "unknown_product")
        variants = [variant for variant in stored.record.variants if market.code in variant.prices]
        if not variants:
            raise not_found("This product is not sold here.", "unknown_product")
        return product_answer(stored, variants, locale)

    def product_offers(self, market: Market, handle: str) -> models.OfferList:
        """The offers of one product. Raises Problem 404."""
        card = self._repository.cards([handle]).get(handle)
        if card is None or not card.sold_in(market.code):
            raise not_found("There is no such product.", "unknown_product")
        levels = self._inventory.levels(variant.sku for variant in card.variants)
        offers = [offer(market, variant, levels) for variant in card.sold_in(market.code)]
        times = [card.updated_at, *(level.updated_at for level in levels.values())]
        return models.OfferList(items=offers, version=offers_version(card, levels), updated_at=max(times))

    def offers(self, market: Market, skus: Sequence[str]) -> models.OfferList:
        """The offers of these SKUs in their order; the unknown ones are left out."""
        stamp = self._repository.stamp()
        wanted = list(dict.fromkeys(skus))
        levels = self._inventory.levels(wanted)
        sold = self._repository.sold_variants(levels)
        here = [sold[sku] for sku in wanted if sku in sold and market.code in sold[sku].variant.prices]
        known = [levels[found.variant.sku] for found in here]
        return models.OfferList(
            items=[offer(market, found.variant, levels) for found in here],
            version=stamp.version + sum(level.version for level in known),
            updated_at=max([stamp.updated_at, *(level.updated_at for level in known)]),
        )

    def _known_category(self, slug: str) -> None:
        if self._repository.category(slug) is None:
            raise not_found("There is no such category.", "unknown_category")


def _category_answer(record: CategoryRecord, count: int) -> models.Category:
    kept = record.model_dump(exclude={"image", "translations"})
    return models.Category(**kept, image=record.image, product_count=count)


def _in_category(card: StoredCard, market: Market, slug: str) -> bool:
    return f"L#{market.code}#{slug}" in card.memberships


def _tree_order(category: StoredCategory, tops: Mapping[str, tuple[int, str]]) -> tuple[object, ...]:
    """Tops before the rest, then by the parent's place, then by the own one."""
    record = category.record
    own = (record.position, record.slug)
    if record.parent_id is None:
        return (0, own, own)
    return (1, tops.get(record.parent_id, (0, record.parent_id)), own)
