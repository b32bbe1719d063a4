"""The real sink: the reference backend's catalog tables, stock levels and search index."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from apptier.catalog.records import (
    AttributeRecord,
    CategoryRecord,
    CategoryText,
    OptionRecord,
    ProductRecord,
    ProductText,
    UnitMeasure,
    VariantRecord,
)
from apptier.catalog.records import Price as PriceRecord
from apptier.catalog.repository import CatalogRepository
from apptier.catalog.writer import CatalogWriter
from apptier.inventory import LevelChange
from apptier.kit.clock import SystemClock
from apptier.kit.dynamo import Tables
from apptier.kit.events import Events
from apptier.kit.markup import plain_text
from apptier.kit.models import Image
from apptier.ratings import Ratings
from apptier.search.index import SearchIndex
from apptier.search.indexer import Indexer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apptier.kit.clock import Clock
    from apptier.kit.settings import Settings
    from dev.catalogue.records import (
        CatalogueCategory,
        CatalogueImage,
        CatalogueMeasure,
        CatalogueProduct,
        CatalogueText,
        CatalogueVariant,
    )


class BackendSink:
    """Buffers what it is given and writes it in `finish`: shelves, goods, stock, index, as readers need it.

    Raises what botocore and opensearch-py raise when the tables or the index are away.
    """

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._tables = Tables(settings)
        self._repository = CatalogRepository(self._tables, self._clock)
        self._writer = CatalogWriter(self._tables, Events(settings, "catalog", self._clock), self._clock)
        index = SearchIndex(settings, self._clock)
        self._indexer = Indexer(self._tables, index, self._clock, Ratings(self._tables))
        self._categories: list[CatalogueCategory] = []
        self._products: list[CatalogueProduct] = []
        self._retired: list[str] = []

    def existing_hashes(self) -> Mapping[str, str]:
        """Content hash by handle, of every product that is not retired."""
        return self._repository.hashes()

    def put_category(self, category: CatalogueCategory) -> None:
        """Notes a category for `finish`."""
        self._categories.append(category)

    def put_product(self, product: CatalogueProduct) -> None:
        """Notes a product for `finish`."""
        self._products.append(product)

    def retire_product(self, handle: str) -> None:
        """Notes a handle for `finish`."""
        self._retired.append(handle)

    def finish(self) -> None:
        """Writes everything noted. The index is always built anew: a local one forgets when it stops."""
        categories = self._writer.put_categories([_category(category) for category in self._categories])
        products = self._writer.put_products([_product(product) for product in self._products])
        self._writer.put_levels(
            [
                LevelChange(variant.sku, product.handle, variant.stock)
                for product in self._products
                for variant in product.variants
            ]
        )
        gone = self._writer.retire(self._retired) if self._retired else []
        self._indexer.rebuild()
        changed = [sum(w.outcome != "unchanged" for w in written) for written in (products, categories)]
        self._writer.end_import(changed[0] + len(gone), changed[1])
        self._categories, self._products, self._retired = [], [], []


def _image(image: CatalogueImage) -> Image:
    return Image.model_validate(
        {
            "base": image.base,
            "widths": list(image.widths),
            "formats": list(image.formats),
            "width": image.width,
            "height": image.height,
            "alt": image.alt,
        }
    )


def _category(category: CatalogueCategory) -> CategoryRecord:
    return CategoryRecord(
        id=category.id,
        slug=category.slug,
        name=category.name,
        description=category.description,
        parent_id=category.parent_id,
        position=category.position,
        image=None if category.image is None else _image(category.image),
        translations={
            language: CategoryText(name=text.name, description=text.description, image=text.name)
            for language, text in category.translations.items()
        },
    )


def _product(product: CatalogueProduct) -> ProductRecord:
    return ProductRecord(
        handle=product.handle,
        title=product.title,
        vendor=product.vendor,
        description_html=product.description_html,
        summary=product.seo_description or plain_text(product.description_html, 300),
        category_ids=product.category_ids,
        tags=product.tags,
        options=tuple(OptionRecord(name=name, values=values) for name, values in product.options),
        variants=tuple(_variant(variant) for variant in product.variants),
        images=tuple(_image(image) for image in product.images),
        attributes=tuple(
            AttributeRecord(code=attribute.code, name=attribute.name, values=attribute.values)
            for attribute in product.attributes
        ),
        translations={language: _text(text) for language, text in product.translations.items()},
        published_at=product.published_at,
        source_hash=product.content_hash,
    )


def _variant(variant: CatalogueVariant) -> VariantRecord:
    prices = {}
    for market, price in variant.prices.items():
        before = variant.compare_at.get(market)
        prices[market] = PriceRecord(
            amount=price.amount, compare_at=None if before is None else before.amount
        )
    return VariantRecord(
        sku=variant.sku,
        title=" / ".join(variant.option_values.values()),
        options=variant.option_values,
        image_index=variant.image_index,
        prices=prices,
        unit_measure=None if variant.measure is None else _measure(variant.measure),
        sample=variant.sample,
    )


def _text(text: CatalogueText) -> ProductText:
    return ProductText(
        title=text.title,
        description_html=text.description_html,
        summary=text.summary,
        options=text.options,
        values=text.values,
        attributes=text.attributes,
        images=text.images,
    )


def _measure(measure: CatalogueMeasure) -> UnitMeasure:
    return UnitMeasure.model_validate(
        {
            "quantity": Decimal(measure.quantity),
            "unit": measure.unit,
            "reference": Decimal(measure.reference),
        }
    )
