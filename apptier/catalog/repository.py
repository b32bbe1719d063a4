"""Reading the catalog's table; writing is `apptier.catalog.writer`."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from apptier.catalog.layout import (
    EVERYTHING,
    META_KEY,
    CardVariant,
    StoredCard,
    StoredCategory,
    StoredProduct,
    card_key,
    doc_key,
    list_pk,
)
from apptier.inventory import Inventory
from apptier.kit.clock import Clock, rfc3339
from apptier.kit.dynamo import Item, Tables


@dataclass(frozen=True, slots=True)
class Stamp:
    """The catalog-wide version and its time (RFC 3339)."""

    version: int
    updated_at: str


@dataclass(frozen=True, slots=True)
class HandlePage:
    """Some handles, newest first; `last` is the place to go on after (None: that was all)."""

    handles: list[str]
    last: str | None


@dataclass(frozen=True, slots=True)
class SoldVariant:
    """A SKU with the product that it belongs to: what a cart line needs."""

    card: StoredCard
    variant: CardVariant


class CatalogRepository:
    """The catalog as kept. No method scans; a list costs a query and a batch read."""

    def __init__(self, tables: Tables, clock: Clock) -> None:
        self._tables = tables
        self._clock = clock
        self._inventory = Inventory(tables, clock)

    def stamp(self) -> Stamp:
        """The catalog-wide version; an empty catalog has version 1."""
        item = self._tables.get("catalog", META_KEY)
        if item is None:
            return Stamp(1, rfc3339(self._clock.now()))
        return Stamp(item["version"], item["updated_at"])

    def categories(self) -> list[StoredCategory]:
        """Every category, in no useful order."""
        found = self._tables.query_all("catalog", "pk = :pk", {":pk": "TREE"})
        return [StoredCategory.from_item(item) for item in found]

    def category(self, slug: str) -> StoredCategory | None:
        """One category by slug."""
        item = self._tables.get("catalog", {"pk": "TREE", "sk": slug})
        return StoredCategory.from_item(item) if item else None

    def list_handles(
        self, market: str, *, category: str | None = None, limit: int = 24, after: str | None = None
    ) -> HandlePage:
        """Products of a market or of one of its categories (by slug, descendants included), newest first."""
        condition, values = "pk = :pk", {":pk": list_pk(market, category or EVERYTHING)}
        if after is not None:
            condition, values = f"{condition} AND sk < :after", values | {":after": after}
        page = self._tables.query("catalog", condition, values, limit=limit + 1, forward=False)
        places = [item["sk"] for item in page.items]
        last = places[limit - 1] if len(places) > limit else None
        return HandlePage([place.rpartition("#")[2] for place in places[:limit]], last)

    def list_changes(
        self, market: str, *, limit: int, after: str | None = None
    ) -> tuple[list[tuple[str, str]], str | None]:
        """Handles and times of change of a market's products, newest first; then the place of the last one.

        The place is None at the end. Members are small: thousands of them are one read of DynamoDB or two.
        """
        condition, values = "pk = :pk", {":pk": list_pk(market, EVERYTHING)}
        if after is not None:
            condition, values = f"{condition} AND sk < :after", values | {":after": after}
        found: list[Item] = []
        start: Item | None = None
        while True:
            page = self._tables.query(
                "catalog", condition, values, limit=limit + 1 - len(found), after=start, forward=False
            )
            found += page.items
            start = page.last_key
            if start is None or len(found) > limit:
                break
        last = found[limit - 1]["sk"] if len(found) > limit else None
        return [_change(item) for item in found[:limit]], last

    def cards(self, handles: Iterable[str]) -> dict[str, StoredCard]:
        """The cards of these products that exist and are not retired."""
        keys = [card_key(handle) for handle in dict.fromkeys(handles)]
        found = (StoredCard.from_item(item) for item in self._tables.batch_get("catalog", keys))
        return {card.handle: card for card in found if card.active}

    def product(self, handle: str) -> StoredProduct | None:
        """One whole product, unless retired."""
        item = self._tables.get("catalog", doc_key(handle))
        return StoredProduct.from_item(item) if item and item["status"] == "active" else None

    def products(self, handles: Iterable[str]) -> dict[str, StoredProduct]:
        """Whole products by handle, without retired ones; for indexing, not for lists."""
        keys = [doc_key(handle) for handle in dict.fromkeys(handles)]
        active = (item for item in self._tables.batch_get("catalog", keys) if item["status"] == "active")
        found = [StoredProduct.from_item(item) for item in active]
        return {product.record.handle: product for product in found}

    def sold_variants(self, skus: Iterable[str]) -> dict[str, SoldVariant]:
        """The variants of these SKUs in products that are not retired, whatever the market (see prices)."""
        levels = self._inventory.levels(skus)
        cards = self.cards(level.handle for level in levels.values())
        sold = (
            SoldVariant(cards[level.handle], variant)
            for level in levels.values()
            if level.handle in cards
            for variant in cards[level.handle].variants
            if variant.sku == level.sku
        )
        return {found.variant.sku: found for found in sold}

    def hashes(self) -> dict[str, str]:
        """The `source_hash` of every product that is not retired, by handle."""
        return {item["sk"]: item["source_hash"] for item in self._ledger() if item["status"] == "active"}

    def handles(self) -> Iterator[str]:
        """Every product that is not retired, by handle; pages through all, so not for requests."""
        return (item["sk"] for item in self._ledger() if item["status"] == "active")

    def list_versions(self, *, limit: int, after: str | None = None) -> tuple[list[Item], str | None]:
        """Entries of the ledger (`sk` the handle, `status`, `version`) by handle; then where to go on."""
        condition, values = "pk = :pk", {":pk": "ALL"}
        if after is not None:
            condition, values = f"{condition} AND sk > :after", values | {":after": after}
        found = list(islice(self._tables.query_all("catalog", condition, values, limit=limit + 1), limit + 1))
        return found[:limit], found[limit - 1]["sk"] if len(found) > limit else None

    def _ledger(self) -> Iterator[dict[str, str]]:
        return self._tables.query_all("catalog", "pk = :pk", {":pk": "ALL"})


def _change(member: Item) -> tuple[str, str]:
    """A member of a list as handle and time of change; of publication where no other is kept."""
    published, _, handle = member["sk"].rpartition("#")
    return handle, member.get("updated_at", published)
