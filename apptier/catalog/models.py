"""The answers of contracts/catalog.yaml."""

from apptier.catalog.records import Unit
from apptier.kit.models import Availability, Image, Money, ProductCard, StrictModel


class Category(StrictModel):
    """One category with the number of products in it and below it."""

    id: str
    slug: str
    name: str
    description: str
    parent_id: str | None
    position: int
    product_count: int
    image: Image | None


class CategoryTree(StrictModel):
    """The tree, flat, by parent and position."""

    items: list[Category]
    version: int
    updated_at: str


class ProductPage(StrictModel):
    """One page of cards."""

    items: list[ProductCard]
    next_cursor: str | None
    version: int
    updated_at: str


class SitemapEntry(StrictModel):
    """A product as a sitemap names it."""

    handle: str
    updated_at: str


class SitemapPage(StrictModel):
    """One page of a market's products."""

    items: list[SitemapEntry]
    next_cursor: str | None
    version: int
    updated_at: str


class ProductVersion(StrictModel):
    """How often a product has changed."""

    handle: str
    version: int
    retired: bool


class VersionPage(StrictModel):
    """One page of products and their versions."""

    items: list[ProductVersion]
    next_cursor: str | None
    version: int
    updated_at: str


Number = int | float


class UnitMeasure(StrictModel):
    """How much a variant holds."""

    quantity: Number
    unit: Unit
    reference: Number


class Variant(StrictModel):
    """One variant of a product."""

    sku: str
    title: str
    options: dict[str, str]
    image_index: int | None
    unit_measure: UnitMeasure | None
    sample: bool


class Option(StrictModel):
    """An axis of choice; `label` and `labels` are what name and values are called."""

    name: str
    label: str
    values: list[str]
    labels: dict[str, str]


class Attribute(StrictModel):
    """A property to filter by; `labels` are what the values are called."""

    code: str
    name: str
    values: list[str]
    labels: dict[str, str]


class Product(StrictModel):
    """A product as its page shows it, without price and stock; `markets` are all that sell it."""

    handle: str
    title: str
    vendor: str
    description_html: str
    summary: str
    category_ids: list[str]
    tags: list[str]
    options: list[Option]
    variants: list[Variant]
    images: list[Image]
    attributes: list[Attribute]
    markets: list[str]
    version: int
    updated_at: str


class Quantity(StrictModel):
    """So much of a unit."""

    quantity: Number
    unit: Unit


class UnitPrice(StrictModel):
    """What one reference quantity costs."""

    price: Money
    per: Quantity


class Offer(StrictModel):
    """Price and stock of one SKU."""

    sku: str
    price: Money
    compare_at: Money | None
    unit_price: UnitPrice | None
    availability: Availability
    quantity: int


class OfferList(StrictModel):
    """Offers, with a version that grows whenever one of their prices or quantities changes."""

    items: list[Offer]
    version: int
    updated_at: str
