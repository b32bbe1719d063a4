"""From a file to the shop: reads all of it, then writes what differs; a refused file changes nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, Protocol

from apptier.kit.markup import plain_text
from dev.catalogue import csvfile, shopify
from dev.catalogue.facets import attributes, place
from dev.catalogue.records import CatalogueProduct, CatalogueVariant, Price
from dev.catalogue.report import ImportReport, NotACatalogueError
from dev.catalogue.sanitise import description

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from dev.catalogue.records import CatalogueCategory, CatalogueImage
    from dev.catalogue.shopify import RawProduct, Reading
    from dev.catalogue.sink import CatalogueSink

MARKET_OF: Final = {"EUR": "eu", "USD": "us"}
"""The market that sells in a currency. In the others an imported product is not offered."""


class Pictures(Protocol):
    """Gets the pictures of many products at once."""

    def collect(self, products: Sequence[RawProduct]) -> Mapping[str, Mapping[str, CatalogueImage]]:
        """By handle, then by the address in the file, in order. A drawn stand-in has the address ''."""

    def notes(self) -> list[str]:
        """What is to be said about it, one line each."""


def import_file(
    path: Path, sink: CatalogueSink, pictures: Pictures, currency: str = "EUR", *, prune: bool = False
) -> ImportReport:
    """Imports a Shopify product CSV, see `import_table`. Raises NotACatalogueError before any write."""
    return import_table(csvfile.load(path), sink, pictures, currency, prune=prune)


def import_table(
    table: csvfile.Table,
    sink: CatalogueSink,
    pictures: Pictures,
    currency: str = "EUR",
    *,
    prune: bool = False,
) -> ImportReport:
    """Puts the products of a table into the sink: new and changed ones; the others are not touched.

    Products that the shop has and the table has not stay, unless `prune`. Unpublished ones are not put in,
    and are retired if they were.

    Raises:
        NotACatalogueError: the currency has no market, or not one product is good enough to go in.
    """
    reading = readable(table, currency)
    shown = [product for product in reading.products if product.published]
    homes, categories = place(shown)
    images = pictures.collect(shown)
    products = [_finished(raw, homes[raw.handle], images.get(raw.handle, {}), currency) for raw in shown]
    report = ImportReport(
        left_out=reading.left_out,
        problems=list(reading.problems),
        unpublished=len(reading.products) - len(shown),
        notes=pictures.notes(),
    )
    hidden = {raw.handle for raw in reading.products if not raw.published}
    apply(products, _pictured(categories, products), sink, report, prune=prune, hidden=hidden)
    return report


def readable(table: csvfile.Table, currency: str = "EUR") -> Reading:
    """The products of a table, and what is wrong with the others.

    Raises:
        NotACatalogueError: the currency has no market, or not one product is good enough to go in.
    """
    if currency not in MARKET_OF:
        message = f"No market sells in {currency}; choose {' or '.join(MARKET_OF)}."
        raise NotACatalogueError(message)
    reading = shopify.read(table, currency)
    if not reading.products:
        first = f" First problem: {reading.problems[0].text()}." if reading.problems else ""
        message = f"None of the products in the file can be sold.{first}"
        raise NotACatalogueError(message)
    return reading


def _pictured(
    categories: Iterable[CatalogueCategory], products: Sequence[CatalogueProduct]
) -> list[CatalogueCategory]:
    """The categories, each shown by its first product's first picture where it has none of its own."""
    pictures: dict[str, CatalogueImage] = {}
    for product in products:
        if product.images:
            for category_id in product.category_ids:
                pictures.setdefault(category_id, product.images[0])
    return [replace(one, image=one.image or pictures.get(one.id)) for one in categories]


def apply(
    products: Sequence[CatalogueProduct],
    categories: Iterable[CatalogueCategory],
    sink: CatalogueSink,
    report: ImportReport,
    *,
    prune: bool,
    hidden: Iterable[str] = (),
) -> None:
    """Writes the difference between what is wanted and what the sink has; counts it in the report."""
    known = sink.existing_hashes()
    for category in categories:
        sink.put_category(category)
        report.categories += 1
    for product in products:
        if known.get(product.handle) == product.content_hash:
            report.unchanged += 1
            continue
        sink.put_product(product)
        if product.handle in known:
            report.updated += 1
        else:
            report.created += 1
    wanted = {product.handle for product in products}
    leaving = (set(known) - wanted) if prune else (set(hidden) & set(known))
    for handle in sorted(leaving):
        sink.retire_product(handle)
        report.retired += 1
    sink.finish()


def _finished(
    raw: RawProduct, home: tuple[str, ...], images: Mapping[str, CatalogueImage], currency: str
) -> CatalogueProduct:
    market = MARKET_OF[currency]
    order = list(images)
    body = description(raw.body)
    variants = tuple(
        CatalogueVariant(
            variant.sku,
            dict(zip(raw.options, variant.values, strict=True)),
            {market: Price(variant.amount, currency)},
            variant.stock,
            {} if variant.compare_at is None else {market: Price(variant.compare_at, currency)},
            variant.barcode,
            variant.grams,
            order.index(variant.image) if variant.image in images else None,
            variant.measure,
        )
        for variant in raw.variants
    )
    options = tuple(
        (name, tuple(dict.fromkeys(variant.values[index] for variant in raw.variants)))
        for index, name in enumerate(raw.options)
    )
    return CatalogueProduct(
        raw.handle,
        raw.title,
        raw.vendor,
        body,
        home,
        raw.tags,
        options,
        variants,
        tuple(images.values()),
        attributes(raw),
        published=True,
        seo_title=raw.seo_title or raw.title,
        seo_description=raw.seo_description or plain_text(body, 160),
    ).sealed()
