"""What the catalog service answers (contracts/catalog.yaml): categories, products, offers."""

from collections.abc import Mapping
from typing import Annotated, Literal

from msgspec import Meta, Struct

from storefront.clients.shapes import (
    Availability,
    Code,
    Count,
    Handle,
    Image,
    NonEmpty,
    ProductCard,
    SkuText,
    Time,
    Title,
    Version,
)
from storefront.core import Money


class Category(Struct, frozen=True, kw_only=True):
    """One node of the tree; `product_count` includes everything below it."""

    id: Annotated[str, Meta(min_length=1, max_length=120)]
    slug: Handle
    name: Annotated[str, Meta(min_length=1, max_length=120)]
    description: Annotated[str, Meta(max_length=1000)]
    parent_id: str | None
    position: Count
    product_count: Count
    image: Image | None


class CategoryTree(Struct, frozen=True, kw_only=True):
    """Every category of a market, flat, ordered by parent and position."""

    items: tuple[Category, ...]
    version: Version
    updated_at: Time


class ProductPage(Struct, frozen=True, kw_only=True):
    """Some cards, and the cursor that asks for the next ones (None at the end)."""

    items: tuple[ProductCard, ...]
    next_cursor: str | None
    version: Version
    updated_at: Time


class SitemapEntry(Struct, frozen=True, kw_only=True):
    """A product as a sitemap names it."""

    handle: Handle
    updated_at: Time


class SitemapPage(Struct, frozen=True, kw_only=True):
    """Some products, and the cursor that asks for the next ones (None at the end)."""

    items: Annotated[tuple[SitemapEntry, ...], Meta(max_length=5_000)]
    next_cursor: str | None
    version: Version
    updated_at: Time


class ProductVersion(Struct, frozen=True, kw_only=True):
    """How often a product has changed; a retired one is no longer sold."""

    handle: Handle
    version: Version
    retired: bool


class VersionPage(Struct, frozen=True, kw_only=True):
    """Some products' versions, and the cursor that asks for the next ones (None at the end)."""

    items: Annotated[tuple[ProductVersion, ...], Meta(max_length=5_000)]
    next_cursor: str | None
    version: Version
    updated_at: Time


Unit = Literal["m", "m2", "kg", "g", "l", "ml", "piece"]
Measure = Annotated[float, Meta(gt=0)]
Labels = Mapping[str, NonEmpty]


class UnitMeasure(Struct, frozen=True, kw_only=True):
    """How much a variant holds, and for which quantity of the unit its price is told."""

    quantity: Measure
    unit: Unit
    reference: Measure


class Quantity(Struct, frozen=True, kw_only=True):
    """So much of a unit."""

    quantity: Measure
    unit: Unit


class UnitPrice(Struct, frozen=True, kw_only=True):
    """What one reference quantity costs (Directive 98/6/EC)."""

    price: Money
    per: Quantity


class ProductOption(Struct, frozen=True, kw_only=True):
    """Something a shopper chooses, with the values there are, in the shop's order.

    `name` and `values` are the same in every language; `label` and `labels` are what they are called.
    """

    name: NonEmpty
    label: NonEmpty
    values: Annotated[tuple[str, ...], Meta(min_length=1)]
    labels: Labels

    def called(self, value: str) -> str:
        """A value in the answer's language."""
        return self.labels.get(value, value)


class Variant(Struct, frozen=True, kw_only=True):
    """One thing that can be bought. `image_index` points into the product's images.

    A `sample` is sold to be looked at: the product's price is not told by it.
    """

    sku: SkuText
    title: Annotated[str, Meta(max_length=200)]
    options: Annotated[Mapping[str, str], Meta(max_length=3)]
    image_index: Count | None
    unit_measure: UnitMeasure | None
    sample: bool


class Attribute(Struct, frozen=True, kw_only=True):
    """A fact about a product that listings can be narrowed by; `name` and `labels` are for people."""

    code: Code
    name: str
    values: Annotated[tuple[str, ...], Meta(min_length=1)]
    labels: Labels

    @property
    def words(self) -> tuple[str, ...]:
        """The values in the answer's language."""
        return tuple(self.labels.get(value, value) for value in self.values)


MarketCode = Annotated[str, Meta(pattern=r"^[a-z]{2}\Z")]


class Product(Struct, frozen=True, kw_only=True):
    """One product. Price and stock are not here but in its offers, which change more often.

    `description_html` was sanitised by the backend; `summary` is plain text. `markets` are all that sell it.
    """

    handle: Handle
    title: Title
    vendor: Annotated[str, Meta(max_length=120)]
    description_html: Annotated[str, Meta(max_length=65_536)]
    summary: Annotated[str, Meta(max_length=320)]
    category_ids: tuple[str, ...]
    tags: tuple[str, ...]
    options: Annotated[tuple[ProductOption, ...], Meta(max_length=3)]
    variants: Annotated[tuple[Variant, ...], Meta(min_length=1, max_length=1000)]
    images: Annotated[tuple[Image, ...], Meta(max_length=50)]
    attributes: tuple[Attribute, ...]
    markets: Annotated[tuple[MarketCode, ...], Meta(min_length=1, max_length=20)]
    version: Version
    updated_at: Time


class Offer(Struct, frozen=True, kw_only=True):
    """Price and stock of one SKU; `quantity` is how many can be bought now."""

    sku: SkuText
    price: Money
    compare_at: Money | None
    unit_price: UnitPrice | None
    availability: Availability
    quantity: Count


class OfferList(Struct, frozen=True, kw_only=True):
    """The offers that exist among those asked for."""

    items: tuple[Offer, ...]
    version: Version
    updated_at: Time
