"""How the catalog lies in its table, and the records that the services read from it.

    pk                    sk                      what
    P#<handle>            CARD                    prices, variants and everything a list or a cart needs
    P#<handle>            DOC                     the whole product record as JSON
    L#<market>#<slug>     <published_at>#<handle> one member of a category (or of one above it), newest last
    L#<market>#*          <published_at>#<handle> one product of the market; `updated_at` is its last change
    ALL                   <handle>                every product ever seen: hash, status, version
    TREE                  <slug>                  one category with its counts per market
    META                  CATALOG                 the catalog-wide version and its time
    OUTBOX                <time>#<random>         what still has to be told to others (apptier.kit.outbox)

So a list is one query and one batch read, whatever the size of the catalog.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from apptier.catalog.records import CategoryRecord, Price, ProductRecord, UnitMeasure
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
    """What a list, an offer or a cart line needs of a variant; prices by market.

    `titles` and `alts` (of the image) are by language, whole or not at all. A `sample` is not what the price
    of the product is told by.
    """

    sku: str
    title: str
    image: Image | None
    prices: Mapping[str, Price]
    measure: UnitMeasure | None = None
    sample: bool = False
    titles: Mapping[str, str] = field(default_factory=dict)
    alts: Mapping[str, str] = field(default_factory=dict)

    def in_language(self, language: str) -> "CardVariant":
        """The same with title and alternative text in a language, as far as they exist."""
        if language not in self.titles:
            return self
        alt, image = self.alts.get(language, ""), self.image
        if image is not None and alt:
            image = image.model_copy(update={"alt": alt})
        return replace(self, title=self.titles[language], image=image)

    def to_json(self) -> dict[str, object]:
        """As kept in the card's body; what is usually empty is left out."""
        kept: dict[str, object] = {
            "sku": self.sku,
            "title": self.title,
            "image": self.image.model_dump() if self.image else None,
            "prices": {m: [p.amount, p.compare_at] for m, p in self.prices.items()},
        }
        if self.measure:
            kept["measure"] = self.measure.model_dump(mode="json")
        if self.sample:
            kept["sample"] = True
        if self.titles:
            kept |= {"titles": dict(self.titles), "alts": dict(self.alts)}
        return kept

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> "CardVariant":
        """The variant from the card's body, which was checked when it came in."""
        measure = raw.get("measure")
        return cls(
            sku=raw["sku"],
            title=raw["title"],
            image=_image(raw["image"]),
            prices={m: Price.model_construct(amount=p[0], compare_at=p[1]) for m, p in raw["prices"].items()},
            measure=UnitMeasure.model_validate_json(json.dumps(measure)) if measure else None,
            sample=raw.get("sample", False),
            titles=raw.get("titles", {}),
            alts=raw.get("alts", {}),
        )


@dataclass(frozen=True, slots=True)
class CardText:
    """What a card says in one more language; `colours` maps colours to labels that are other words."""

    title: str
    alt: str
    colours: Mapping[str, str]


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
    texts: Mapping[str, CardText] = field(default_factory=dict)
    colour_labels: Mapping[str, str] = field(default_factory=dict)

    def in_language(self, locale: str) -> "StoredCard":
        """The card with its texts in a locale's language, English where it isn't translated.

        `colour_labels` is only filled here; `colours` stay the words that filters and swatches know.
        """
        text = self.texts.get(locale[:2])
        if text is None:
            return self
        image = self.image
        if image is not None and text.alt:
            image = image.model_copy(update={"alt": text.alt})
        variants = tuple(variant.in_language(locale[:2]) for variant in self.variants)
        return replace(self, title=text.title, image=image, variants=variants, colour_labels=text.colours)

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
            "variants": [variant.to_json() for variant in self.variants],
            "texts": {
                language: [text.title, text.alt, dict(text.colours)] for language, text in self.texts.items()
            },
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
            variants=tuple(CardVariant.from_json(raw) for raw in body["variants"]),
            texts={
                language: CardText(title, alt, colours)
                for language, (title, alt, colours) in body.get("texts", {}).items()
            },
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
