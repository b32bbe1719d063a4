"""The questions of the catalog service, answered from cards, documents and stock."""

from collections.abc import Iterable, Mapping, Sequence

from apptier.catalog import models
from apptier.catalog.layout import CardVariant, StoredCard, StoredCategory
from apptier.catalog.repository import CatalogRepository
from apptier.inventory import Inventory, Level, availability
from apptier.kit.markets import Market
from apptier.kit.models import ProductCard
from apptier.kit.problems import not_found
from apptier.kit.service import Context


class CatalogQueries:
    """Reads for one request; cheap to make."""

    def __init__(self, context: Context) -> None:
        self._repository = CatalogRepository(context.tables, context.clock)
        self._inventory = Inventory(context.tables, context.clock)
        self._cursors = context.cursors

    def tree(self, market: Market) -> models.CategoryTree:
        """Every category with products in this market, by parent and position, tops first."""
        stamp = self._repository.stamp()
        kept = [c for c in self._repository.categories() if c.counts.get(market.code, 0) > 0]
        tops = {c.record.id: (c.record.position, c.record.slug) for c in kept}
        kept.sort(key=lambda c: _tree_order(c, tops))
        items = [
            models.Category(
                **category.record.model_dump(exclude={"image"}),
                image=category.record.image,
                product_count=category.counts[market.code],
            )
            for category in kept
        ]
        return models.CategoryTree(items=items, version=stamp.version, updated_at=stamp.updated_at)

    def named(self, market: Market, handles: Sequence[str], category: str | None) -> models.ProductPage:
        """The cards of these products in this order; `category` keeps only those in it."""
        stamp = self._repository.stamp()
        if category is not None:
            self._known_category(category)
        cards = self.cards(market, handles, category)
        return models.ProductPage(
            items=cards, next_cursor=None, version=stamp.version, updated_at=stamp.updated_at
        )

    def listed(
        self, market: Market, category: str | None, limit: int, cursor: str | None
    ) -> models.ProductPage:
        """One page of a market's or a category's products, newest first."""
        scope = f"products:{market.code}:{category or ''}"
        after = None if cursor is None else str(self._cursors.decode(scope, cursor))
        stamp = self._repository.stamp()
        if category is not None:
            self._known_category(category)
        page = self._repository.list_handles(market.code, category=category, limit=limit, after=after)
        return models.ProductPage(
            items=self.cards(market, page.handles),
            next_cursor=None if page.last is None else self._cursors.encode(scope, page.last),
            version=stamp.version,
            updated_at=stamp.updated_at,
        )

    def cards(self, market: Market, handles: Iterable[str], category: str | None = None) -> list[ProductCard]:
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
        return [product_card(market, found[h], variants, best[h]) for h, variants in sold.items()]

    def product(self, market: Market, handle: str) -> models.Product:
        """One product with the variants that this market sells. Raises Problem 404."""
        stored = self._repository.product(handle)
        if stored is None:
            raise not_found("There is no such product.", "unknown_product")
        record = stored.record
        variants = [variant for variant in record.variants if market.code in variant.prices]
        if not variants:
            raise not_found("This product is not sold here.", "unknown_product")
        return models.Product(
            handle=record.handle,
            title=record.title,
            vendor=record.vendor,
            description_html=record.description_html,
            summary=record.summary,
            category_ids=list(record.category_ids),
            tags=list(record.tags),
            options=[
                models.Option(name=option.name, values=list(option.values)) for option in record.options
            ],
            variants=[
                models.Variant(sku=v.sku, title=v.title, options=v.options, image_index=v.image_index)
                for v in variants
            ],
            images=list(record.images),
            attributes=[
                models.Attribute(code=a.code, name=a.name, values=list(a.values)) for a in record.attributes
            ],
            version=stored.version,
            updated_at=stored.updated_at,
        )

    def product_offers(self, market: Market, handle: str) -> models.OfferList:
        """The offers of one product. Raises Problem 404."""
        card = self._repository.cards([handle]).get(handle)
        if card is None or not card.sold_in(market.code):
            raise not_found("There is no such product.", "unknown_product")
        levels = self._inventory.levels(variant.sku for variant in card.variants)
        offers = [offer(market, variant, levels) for variant in card.sold_in(market.code)]
        version = card.version + card.offers_base + sum(level.version for level in levels.values())
        times = [card.updated_at, *(level.updated_at for level in levels.values())]
        return models.OfferList(items=offers, version=version, updated_at=max(times))

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


def offer(market: Market, variant: CardVariant, levels: Mapping[str, Level]) -> models.Offer:
    """The offer of a variant that this market sells."""
    price = variant.prices[market.code]
    quantity = max(levels[variant.sku].quantity, 0) if variant.sku in levels else 0
    return models.Offer(
        sku=variant.sku,
        price=market.money(price.amount),
        compare_at=None if price.compare_at is None else market.money(price.compare_at),
        availability=availability(quantity),
        quantity=quantity,
    )


def product_card(market: Market, card: StoredCard, variants: Sequence[CardVariant], best: int) -> ProductCard:
    """A card with the lowest price among `variants`, and the availability of the best-stocked one."""
    prices = [variant.prices[market.code] for variant in variants]
    lowest = min(prices, key=lambda price: price.amount)
    return ProductCard(
        handle=card.handle,
        title=card.title,
        vendor=card.vendor,
        image=card.image,
        price_from=market.money(lowest.amount),
        compare_at=None if lowest.compare_at is None else market.money(lowest.compare_at),
        price_varies=len({price.amount for price in prices}) > 1,
        availability=availability(best),
        variant_count=len(variants),
        colours=list(card.colours),
        version=card.version,
        updated_at=card.updated_at,
    )


def _in_category(card: StoredCard, market: Market, slug: str) -> bool:
    return f"L#{market.code}#{slug}" in card.memberships


def _tree_order(category: StoredCategory, tops: Mapping[str, tuple[int, str]]) -> tuple[object, ...]:
    """Tops before the rest, then by the parent's place, then by the own one."""
    record = category.record
    own = (record.position, record.slug)
    if record.parent_id is None:
        return (0, own, own)
    return (1, tops.get(record.parent_id, (0, record.parent_id)), own)
