"""How the catalog lies in its table, and the records that the services read from it.

    pk                    sk                      what
    P#<handle>            CARD                    prices, variants and everything a list or a cart needs
    P#<handle>            DOC                     the whole product record as JSON
    L#<market>#<slug>     <published_at>#<handle> one member of a category (or of one above it), newest last
    L#<market>#*          <published_at>#<handle> one product of the market
    ALL                   <handle>                every product ever seen: hash, status, version
    TREE                  <slug>                  one category with its counts per market
    META                  CATALOG                 the catalog-wide version and its time

So a list is one query and one batch read, whatever the size of the catalog.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from apptier.catalog.records import CategoryRecord, Price, ProductRecord
from apptier.kit.dynamo import Item
from apptier.kit.models import Image

EVERYTHING = "*"
META_KEY: Item = {"pk": "META", "sk": "CATALOG"}


def card_key(handle: str) -> Item:
    """The key of a product's card."""
    return {"pk": f"P#{handle}", "sk": "CARD"}


def doc_key(handle: str) -> Item:
    """The key of a product's document."""
    return {"pk": f"P#{handle}", "sk": "DOC"}


def list_pk(market: str, slug: str) -> str:
    """The partition that lists a category's products in a market (`EVERYTHING`: all of them)."""
    return f"L#{market}#{slug}"


@dataclass(frozen=True, slots=True)
class CardVariant:
    """What a list, an offer or a cart line needs of a variant; prices by market."""

    sku: str
    title: str
    image: Image | None
    prices: Mapping[str, Price]


@dataclass(frozen=True, slots=True)
class StoredCard:
    """A product's card as kept. `offers_base` keeps the version of its offers growing when SKUs go away."""

    handle: str
    active: bool
    content_hash: str
    source_hash: str
    version: int
    updated_at: str
    published_at: str
    offers_base: int
    title: str
    vendor: str
    image: Image | None
    colours: tuple[str, ...]
    memberships: tuple[str, ...]
    variants: tuple[CardVariant, ...]

    def sold_in(self, market: str) -> list[CardVariant]:
        """The variants that have a price in this market."""
        return [variant for variant in self.variants if market in variant.prices]

    def to_item(self) -> Item:
        """The card as an item; what nobody queries by is one JSON text, which is quick to read."""
        body = {
            "title": self.title,
            "vendor": self.vendor,
            "image": self.image.model_dump() if self.image else None,
            "colours": self.colours,
            "memberships": self.memberships,
            "variants": [
                {
                    "sku": variant.sku,
                    "title": variant.title,
                    "image": variant.image.model_dump() if variant.image else None,
                    "prices": {m: [p.amount, p.compare_at] for m, p in variant.prices.items()},
                }
                for variant in self.variants
            ],
        }
        return {
            **card_key(self.handle),
            "handle": self.handle,
            "status": "active" if self.active else "retired",
            "content_hash": self.content_hash,
            "source_hash": self.source_hash,
            "version": self.version,
            "updated_at": self.updated_at,
            "published_at": self.published_at,
            "offers_base": self.offers_base,
            "body": json.dumps(body, separators=(",", ":"), ensure_ascii=False),
        }

    @classmethod
    def from_item(cls, item: Item) -> "StoredCard":
        """The card from its item."""
        body = json.loads(item["body"])
        return cls(
            handle=item["handle"],
            active=item["status"] == "active",
            content_hash=item["content_hash"],
            source_hash=item["source_hash"],
            version=item["version"],
            updated_at=item["updated_at"],
            published_at=item["published_at"],
            offers_base=item["offers_base"],
            title=body["title"],
            vendor=body["vendor"],
            image=_image(body["image"]),
            colours=tuple(body["colours"]),
            memberships=tuple(body["memberships"]),
            variants=tuple(
                CardVariant(
                    sku=raw["sku"],
                    title=raw["title"],
                    image=_image(raw["image"]),
                    prices={
                        m: Price.model_construct(amount=p[0], compare_at=p[1])
                        for m, p in raw["prices"].items()
                    },
                )
                for raw in body["variants"]
            ),
        )


@dataclass(frozen=True, slots=True)
class StoredProduct:
    """A product's whole record as kept."""

    record: ProductRecord
    version: int
    updated_at: str

    @classmethod
    def from_item(cls, item: Item) -> "StoredProduct":
        """The product from its item, which was checked when it came in."""
        return cls(ProductRecord.model_validate_json(item["doc"]), item["version"], item["updated_at"])


@dataclass(frozen=True, slots=True)
class StoredCategory:
    """A category as kept, with how many products it holds in each market, those below it included."""

    record: CategoryRecord
    counts: Mapping[str, int]

    @classmethod
    def from_item(cls, item: Item) -> "StoredCategory":
        """The category from its item."""
        return cls(CategoryRecord.model_validate_json(item["doc"]), item["counts"])


def _image(raw: dict[str, Any] | None) -> Image | None:
    return Image.model_construct(**raw) if raw else None
