"""What an importer hands in: products with prices per market and categories, checked before they are kept.

Texts are English; `translations` adds other languages (see `apptier.catalog.writer` for the shape). What is
not translated stays English, text by text. Names and values of options, and codes and values of attributes,
are the same words in every language: addresses and filters are made of them, and a translation is a label.
"""

import re
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from apptier.kit.markets import MARKETS
from apptier.kit.markup import sanitise
from apptier.kit.models import LARGEST_AMOUNT, FrozenModel, Handle, Image, Sku

Amount = Annotated[int, Field(ge=0, le=LARGEST_AMOUNT)]
Name = Annotated[str, Field(min_length=1, max_length=120)]
Code = Annotated[str, Field(pattern=r"^[a-z0-9_]+$", min_length=1, max_length=60)]
# ISO 639-1; English is what the records themselves are in.
Language = Annotated[str, Field(pattern=r"^(?:[a-df-z][a-z]|e[a-mo-z])$")]
Labels = dict[str, Annotated[str, Field(min_length=1, max_length=200)]]
Measure = Annotated[Decimal, Field(gt=0, max_digits=12, decimal_places=3)]
_SAMPLE = re.compile(r"\b(?:samples?|swatch(?:es)?)\b", re.IGNORECASE)
Unit = Literal["m", "m2", "kg", "g", "l", "ml", "piece"]


class Price(FrozenModel):
    """A price in one market, in minor units of its currency; `compare_at` is the higher price before."""

    amount: Amount
    compare_at: Amount | None = None


class UnitMeasure(FrozenModel):
    """How much a variant holds, so that its price can be told per `reference` of the unit.

    Directive 98/6/EC, articles 2 (b) and 3: beside the price stands the price of a kilogram, a litre, a
    metre, or of another quantity that is usual for such goods. 10.05 m of wallpaper by the metre:
    `UnitMeasure(quantity=Decimal("10.05"), unit="m", reference=Decimal(1))`.
    """

    quantity: Measure
    unit: Unit
    reference: Measure = Decimal(1)


class VariantRecord(FrozenModel):
    """One variant. `prices` maps market codes (`eu`, `us`) to prices; a market without doesn't sell it.

    `sample` marks what is sold to be looked at, such as a cutting of wallpaper: no list names its price as
    the product's. With None the values of its options tell ("Sample, A4", "Swatch").
    """

    sku: Sku
    title: Annotated[str, Field(max_length=200)]
    options: Annotated[dict[str, str], Field(max_length=3)]
    image_index: Annotated[int, Field(ge=0)] | None = None
    prices: Annotated[dict[str, Price], Field(min_length=1)]
    unit_measure: UnitMeasure | None = None
    sample: bool | None = None

    @property
    def is_sample(self) -> bool:
        """As said, or as the values of its options say."""
        if self.sample is not None:
            return self.sample
        return any(_SAMPLE.search(value) for value in self.options.values())


class OptionRecord(FrozenModel):
    """An axis of choice, such as Colour, with its values in the order to show them."""

    name: Name
    values: Annotated[tuple[str, ...], Field(min_length=1)]


class AttributeRecord(FrozenModel):
    """A property to filter by, such as material; `code` becomes the facet's name in search."""

    code: Code
    name: Name
    values: Annotated[tuple[str, ...], Field(min_length=1)]


class ProductText(FrozenModel):
    """A product's texts in one more language. What is empty or missing stays English.

    `options` maps names of options, `values` values of options and attributes, `attributes` codes of
    attributes to their labels; words that the product doesn't have are passed over, so that one glossary
    serves many products. `images` are the alternative texts, in the order of the product's images.
    """

    title: Annotated[str, Field(max_length=200)] = ""
    description_html: Annotated[str, AfterValidator(sanitise), Field(max_length=65_536)] = ""
    summary: Annotated[str, Field(max_length=320)] = ""
    options: Labels = Field(default_factory=dict)
    values: Labels = Field(default_factory=dict)
    attributes: Labels = Field(default_factory=dict)
    images: Annotated[tuple[Annotated[str, Field(max_length=500)], ...], Field(max_length=50)] = ()


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
    translations: dict[Language, ProductText] = Field(default_factory=dict)
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


class CategoryText(FrozenModel):
    """A category's texts in one more language; `image` is its picture's alternative text."""

    name: Annotated[str, Field(max_length=120)] = ""
    description: Annotated[str, Field(max_length=1000)] = ""
    image: Annotated[str, Field(max_length=500)] = ""


class CategoryRecord(FrozenModel):
    """A category; `parent_id` None puts it at the top. Slugs and ids are unique."""

    id: Name
    slug: Handle
    name: Name
    description: Annotated[str, Field(max_length=1000)] = ""
    parent_id: str | None = None
    position: Annotated[int, Field(ge=0)] = 0
    image: Image | None = None
    translations: dict[Language, CategoryText] = Field(default_factory=dict)

    def in_language(self, language: str) -> Self:
        """The category with its texts in that language, as far as there are any."""
        text = self.translations.get(language[:2])
        if text is None:
            return self
        image = self.image
        if image is not None and text.image:
            image = image.model_copy(update={"alt": text.image})
        return self.model_copy(
            update={
                "name": text.name or self.name,
                "description": text.description or self.description,
                "image": image,
            }
        )
