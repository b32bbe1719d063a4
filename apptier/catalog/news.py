"""What the catalogue tells the bus, read from its tables at the moment of telling.

CategoryChanged   a category was written
ProductChanged    a product was written or withdrawn (`retired`); `created` and `moved` (other categories,
                  another place in them) say that lists have changed, too
PriceChanged      a price of one of its variants is another one; always beside a ProductChanged
StockChanged      the quantity of one SKU
ImportEnded       an import is through and the search index is built anew; `changed` products, `categories`

`version` is that of the thing itself, `offers_version` that of the answer of /products/{handle}/offers.
contracts/events.yaml has their shapes.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from apptier.catalog.layout import EVERYTHING, META_KEY, StoredCard, card_key
from apptier.inventory import Inventory, Level, availability
from apptier.kit.clock import Clock, rfc3339
from apptier.kit.dynamo import Tables
from apptier.kit.events import Events
from apptier.kit.outbox import About, Outbox

Detail = dict[str, Any]


def offers_version(card: StoredCard, levels: Mapping[str, Level]) -> int:
    """The version of a product's offers: grows with every change of the product and of its SKUs' stock."""
    own = (levels[variant.sku].version for variant in card.variants if variant.sku in levels)
    return card.version + card.offers_base + sum(own)


def stock_detail(level: Level) -> Detail:
    """What `StockChanged` says of a SKU."""
    return {
        "sku": level.sku,
        "handle": level.handle,
        "quantity": level.quantity,
        "availability": availability(level.quantity),
        "version": level.version,
        "updated_at": level.updated_at,
    }


class CatalogNews:
    """Makes the details of events. Reads are consistent: an event must not be older than its change."""

    def __init__(self, tables: Tables, clock: Clock) -> None:
        self._tables = tables
        self._clock = clock
        self._inventory = Inventory(tables, clock)

    def outbox(self, events: Events) -> Outbox:
        """The catalogue's outbox on this bus."""
        return Outbox(self._tables, "catalog", events, self._clock, self.describe)

    def describe(self, kind: str, about: Sequence[About]) -> list[Detail]:
        """The details of events of `kind`. What is told of products and categories raises the version."""
        if kind == "StockChanged":
            return self.stock([str(one["sku"]) for one in about])
        if kind == "PriceChanged":
            return self._prices([str(one["handle"]) for one in about])
        stamp = self._raised()
        if kind == "ProductChanged":
            cards = self._cards(str(one["handle"]) for one in about)
            known = [one for one in about if one["handle"] in cards]
            return [stamp | _product(cards[one["handle"]], one) for one in known]
        return [stamp | dict(one) for one in about]

    def stock(self, skus: Sequence[str]) -> list[Detail]:
        """One detail for each SKU that exists, with the version of its product's offers."""
        levels = self._inventory.levels(skus, consistent=True)
        versions = self._offers_versions(level.handle for level in levels.values())
        return [
            stock_detail(level)
            | ({"offers_version": versions[level.handle]} if level.handle in versions else {})
            for level in levels.values()
        ]

    def _prices(self, handles: Sequence[str]) -> list[Detail]:
        cards = self._cards(handles)
        versions = self._offers_versions(cards)
        return [
            {
                "handle": handle,
                "version": card.version,
                "offers_version": versions[handle],
                "markets": sorted({market for variant in card.variants for market in variant.prices}),
                "updated_at": card.updated_at,
            }
            for handle, card in cards.items()
        ]

    def _offers_versions(self, handles: Iterable[str]) -> dict[str, int]:
        cards = self._cards(handles)
        skus = (variant.sku for card in cards.values() for variant in card.variants)
        levels = self._inventory.levels(skus, consistent=True)
        return {handle: offers_version(card, levels) for handle, card in cards.items()}

    def _cards(self, handles: Iterable[str]) -> dict[str, StoredCard]:
        """Cards by handle, those of withdrawn products too."""
        keys = [card_key(handle) for handle in dict.fromkeys(handles)]
        found = self._tables.batch_get("catalog", keys, consistent=True)
        return {card.handle: card for card in map(StoredCard.from_item, found)}

    def _raised(self) -> Detail:
        """Raise the catalogue-wide version."""
        now = rfc3339(self._clock.now())
        item = self._tables.update(
            "catalog",
            META_KEY,
            "SET updated_at = :now ADD version :one",
            values={":now": now, ":one": 1},
        )
        return {"catalog_version": int(item["version"]), "updated_at": now}


def _product(card: StoredCard, about: About) -> Detail:
    slugs = {pk.split("#", 2)[2] for pk in card.memberships} - {EVERYTHING}
    return {
        "handle": card.handle,
        "version": card.version,
        "updated_at": card.updated_at,
        "retired": not card.active,
        "created": bool(about.get("created", False)),
        "moved": bool(about.get("moved", False)),
        "categories": sorted(slugs),
    }
