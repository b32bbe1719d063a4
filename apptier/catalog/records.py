"""What an importer hands in: products with prices per market and categories, checked before they are kept."""

from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from apptier.kit.markets import MARKETS
from apptier.kit.markup import sanitise
from apptier.kit.models import LARGEST_AMOUNT, FrozenModel, Handle, Image, Sku

Amount = Annotated[int, Field(ge=0, le=LARGEST_AMOUNT)]
Name = Annotated[str, Field(min_length=1, max_length=120)]
Code = Annotated[str, Field(pattern=r"^[a-z0-9_]+$", min_length=1, max_length=60)]


class Price(FrozenModel):
    """A price in one market, in minor units of its currency; `compare_at` is the higher price before."""

    amount: Amount
    compare_at: Amount | None = None


class VariantRecord(FrozenModel):
    """One variant. `prices` maps market codes (`eu`, `us`) to prices; a market without doesn't sell it."""

    sku: Sku
    title: Annotated[str, Field(max_length=200)]
    options: Annotated[dict[str, str], Field(max_length=3)]
    image_index: Annotated[int, Field(ge=0)] | None = None
    prices: Annotated[dict[str, Price], Field(min_length=1)]


class OptionRecord(FrozenModel):
    """An axis of choice, such as Colour, with its values in the order to show them."""

    name: Name
    values: Annotated[tuple[str, ...], Field(min_length=1)]


class AttributeRecord(FrozenModel):
    """A property to filter by, such as material; `code` becomes the facet's name in search."""

    code: Code
    name: Name
    values: Annotated[tuple[str, ...], Field(min_length=1)]


class ProductRecord(FrozenModel):
    """A product. `description_html` is sanitised here; `published_at` (RFC 3339) orders lists, newest first.

    `source_hash` is the importer's own mark of what it read, given back by `CatalogRepository.hashes`.
    """

    handle: Handle
    title: Annotated[str, Field(min_length=1, max_length=200)]
    vendor: Annotated[str, Field(max_length=120)] = ""
    description_html: Annotated[str, AfterValidator(sanitise), Field(max_length=65_536)] = ""
    summary: Annotated[str, Field(max_length=320)] = ""
    category_ids: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    options: Annotated[tuple[OptionRecord, ...], Field(max_length=3)] = ()
    variants: Annotated[tuple[VariantRecord, ...], Field(min_length=1, max_length=1000)]
    images: Annotated[tuple[Image, ...], Field(max_length=50)] = ()
    attributes: tuple[AttributeRecord, ...] = ()
    published_at: str | None = None
    source_hash: str = ""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        skus = [variant.sku for variant in self.variants]
        if len(set(skus)) < len(skus):
            raise ValueError("two variants have the same SKU")
        for variant in self.variants:
            if variant.image_index is not None and variant.image_index >= len(self.images):
                raise ValueError(f"variant {variant.sku} shows an image that is not there")
            if unknown := variant.prices.keys() - MARKETS.keys():
                raise ValueError(f"variant {variant.sku} has prices in unknown markets: {', '.join(unknown)}")
        return self


class CategoryRecord(FrozenModel):
    """A category; `parent_id` None puts it at the top. Slugs and ids are unique."""

    id: Name
    slug: Handle
    name: Name
    description: Annotated[str, Field(max_length=1000)] = ""
    parent_id: str | None = None
    position: Annotated[int, Field(ge=0)] = 0
    image: Image | None = None
