"""What the importer and the demo shop produce and a sink takes in: frozen, plain, comparable."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Price:
    """An amount in integer minor units (cents) of an ISO 4217 currency."""

    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class CatalogueImage:
    """A picture in several renditions: the file of width `w` and format `f` is at `{base}-{w}.{f}`.

    `width` and `height` are those of the largest rendition, in pixels.
    """

    base: str
    widths: tuple[int, ...]
    formats: tuple[str, ...]
    width: int
    height: int
    alt: str


@dataclass(frozen=True, slots=True)
class CatalogueAttribute:
    """A facet of a product: stable `code`, shopper-facing `name`, one value or several."""

    code: str
    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CatalogueMeasure:
    """How much a variant holds, for its price per `reference` of the unit (see `apptier.catalog.records`).

    `quantity` and `reference` are decimal numbers as text, so that they stay exact.
    """

    quantity: str
    unit: str
    reference: str = "1"


@dataclass(frozen=True, slots=True)
class CatalogueText:
    """A product's texts in another language; words of options and attributes map to labels."""

    title: str
    description_html: str
    summary: str
    options: dict[str, str]
    values: dict[str, str]
    attributes: dict[str, str]
    images: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShelfText:
    """A category's texts in another language; its picture is described by its name."""

    name: str
    description: str


@dataclass(frozen=True, slots=True)
class CatalogueVariant:
    """What is put into a cart.

    `prices` and `compare_at` map a market's id to a price; a market that is missing does not offer the
    variant. `stock` counts units, `grams` is the shipping weight, `image_index` points into the images. A
    `sample` is sold to be looked at, and no list names its price; None leaves it to the store to tell.
    """

    sku: str
    option_values: dict[str, str]
    prices: dict[str, Price]
    stock: int
    compare_at: dict[str, Price] = field(default_factory=dict)
    barcode: str | None = None
    grams: int = 0
    image_index: int | None = None
    measure: CatalogueMeasure | None = None
    sample: bool | None = None


@dataclass(frozen=True, slots=True)
class CatalogueProduct:
    """One product page.

    `category_ids` run from the narrowest to its ancestors; `published_at` (RFC 3339) orders the newest first,
    None leaves it to the store; `translations` are by language (ISO 639-1); `content_hash` covers all else.
    """

    handle: str
    title: str
    vendor: str
    description_html: str
    category_ids: tuple[str, ...]
    tags: tuple[str, ...]
    options: tuple[tuple[str, tuple[str, ...]], ...]
    variants: tuple[CatalogueVariant, ...]
    images: tuple[CatalogueImage, ...]
    attributes: tuple[CatalogueAttribute, ...]
    published: bool
    seo_title: str = ""
    seo_description: str = ""
    published_at: str | None = None
    translations: dict[str, CatalogueText] = field(default_factory=dict)
    content_hash: str = ""

    def sealed(self) -> CatalogueProduct:
        """The same product with its content hash set."""
        return replace(self, content_hash=content_hash(self))


@dataclass(frozen=True, slots=True)
class CatalogueCategory:
    """A shelf of the shop; `parent_id` is empty on the upper level, `position` orders siblings."""

    id: str
    slug: str
    name: str
    parent_id: str | None
    position: int
    description: str = ""
    image: CatalogueImage | None = None
    translations: dict[str, ShelfText] = field(default_factory=dict)


def content_hash(product: CatalogueProduct) -> str:
    """Sixteen hex digits over everything that a product says, its hash apart. Equal content, equal hash."""
    content = asdict(product)
    content.pop("content_hash")
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
