"""Rows of a Shopify product export to products: one handle, several rows, each fault with its place.

A product may be spread over many rows. The first carries the title, the body and the first variant; the
others carry a further variant, a further image, or both.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from dev.catalogue.naming import SKU, derived_sku, slug
from dev.catalogue.report import Problem
from dev.catalogue.variants import NAMES, VALUES, VariantReader

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dev.catalogue.csvfile import Row, Table
    from dev.catalogue.variants import RawVariant

MOST_IMAGES: Final = 20
POSITION_DIGITS: Final = 4
MOST_VARIANTS: Final = 250
_TRUE, _FALSE = frozenset({"true", "yes", "1"}), frozenset({"false", "no", "0"})


@dataclass(frozen=True, slots=True)
class RawImage:
    """An image as the file names it."""

    url: str
    alt: str
    position: int
    line: int


@dataclass(slots=True)
class RawProduct:
    """A product as the file has it, checked, before pictures and facets. `variants` is never empty."""

    handle: str
    title: str
    line: int
    body: str = ""
    vendor: str = ""
    type: str = ""
    category: str = ""
    tags: tuple[str, ...] = ()
    published: bool = True
    seo_title: str = ""
    seo_description: str = ""
    options: tuple[str, ...] = ()
    variants: list[RawVariant] = field(default_factory=list)
    images: list[RawImage] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything a file gave: the good products, what was wrong, and how many products were left out."""

    products: tuple[RawProduct, ...]
    problems: tuple[Problem, ...]
    left_out: int


def read(table: Table, currency: str) -> Reading:
    """The products of a table, with prices in `currency`."""
    problems = list(table.problems)
    groups, refused = _grouped(table.rows, problems)
    taken: dict[str, int] = {}
    products, left_out = [], refused
    for handle, rows in groups.items():
        product = _product(handle, rows, VariantReader(currency, problems, taken), problems)
        if product is None:
            left_out += 1
        else:
            products.append(product)
    problems.sort(key=lambda problem: (problem.line, problem.column))
    return Reading(tuple(products), tuple(problems), left_out)


def _grouped(rows: Iterable[Row], problems: list[Problem]) -> tuple[dict[str, list[Row]], int]:
    groups: dict[str, list[Row]] = {}
    spelled: dict[str, str] = {}
    refused: set[str] = set()
    for row in rows:
        written = row.get("Handle")
        handle = slug(written)
        if not handle:
            problems.append(Problem(row.line, "Handle", "is empty"))
        elif spelled.setdefault(handle, written) != written:
            reason = f"{written[:60]!r} and {spelled[handle][:60]!r} would have the same address"
            problems.append(Problem(row.line, "Handle", reason, handle))
            refused.add(written)
        else:
            groups.setdefault(handle, []).append(row)
    return groups, len(refused)


def _product(
    handle: str, rows: list[Row], reader: VariantReader, problems: list[Problem]
) -> RawProduct | None:
    lead = next((row for row in rows if row.get("Title")), None)
    if lead is None:
        problems.append(Problem(rows[0].line, "Title", "is empty in every row of the product", handle))
        return None
    product = RawProduct(
        handle,
        lead.get("Title")[:200],
        lead.line,
        lead.get("Body (HTML)"),
        lead.get("Vendor")[:120],
        lead.get("Type"),
        lead.get("Product Category"),
        _tags(lead),
        _published(lead, handle, problems),
        lead.get("SEO Title")[:200],
        lead.get("SEO Description")[:320],
    )
    product.options = _options(rows)
    for row in rows:
        title = row.get("Title")
        if title and title[:200] != product.title:
            problems.append(
                Problem(
                    row.line, "Title", f"{title[:60]!r} under the handle of {product.title[:60]!r}", handle
                )
            )
            continue
        _take(row, product, reader, problems, first=row is lead)
    _limit(product, problems)
    if not product.variants:
        problems.append(Problem(lead.line, "Handle", "left out: it has no variant that can be sold", handle))
        return None
    return product


def _take(
    row: Row, product: RawProduct, reader: VariantReader, problems: list[Problem], *, first: bool
) -> None:
    image = row.get("Image Src")
    has_variant = any(
        row.get(column) for column in (VALUES[0], VALUES[1], VALUES[2], "Variant Price", "Variant SKU")
    )
    if has_variant or first:
        variant = reader.read(row, product.handle, product.options)
        if variant is not None:
            product.variants.append(variant)
    elif not image:
        problems.append(
            Problem(row.line, "Variant Price", "the row has neither a variant nor an image", product.handle)
        )
    if image:
        _add_image(row, image, row.get("Image Alt Text"), product, problems, "Image Src")
    if row.get("Variant Image"):
        _add_image(row, row.get("Variant Image"), "", product, problems, "Variant Image")


def _add_image(
    row: Row, url: str, alt: str, product: RawProduct, problems: list[Problem], column: str
) -> None:
    if not url.lower().startswith(("http://", "https://")) or any(char.isspace() for char in url):
        problems.append(
            Problem(row.line, column, f"{url[:60]!r} is not an http or https address", product.handle)
        )
        return
    if any(image.url == url for image in product.images):
        return
    written = row.get("Image Position") if column == "Image Src" else ""
    late = 10_000 + len(product.images)
    position = (
        int(written) if written.isascii() and written.isdigit() and len(written) <= POSITION_DIGITS else late
    )
    product.images.append(RawImage(url, alt[:400], position, row.line))


def _limit(product: RawProduct, problems: list[Problem]) -> None:
    product.images.sort(key=lambda image: image.position)
    if len(product.images) > MOST_IMAGES:
        line = product.images[MOST_IMAGES].line
        problems.append(
            Problem(line, "Image Src", f"only the first {MOST_IMAGES} images are taken", product.handle)
        )
        del product.images[MOST_IMAGES:]
    if len(product.variants) > MOST_VARIANTS:
        line = product.variants[MOST_VARIANTS].line
        problems.append(
            Problem(
                line, "Option1 Value", f"only the first {MOST_VARIANTS} variants are taken", product.handle
            )
        )
        del product.variants[MOST_VARIANTS:]


def _options(rows: list[Row]) -> tuple[str, ...]:
    """Names of the options in use, in order; none for a product with a single variant."""
    named = next((row for row in rows if row.get(NAMES[0])), None)
    if named is None:
        return ()
    values = {row.get(VALUES[0]).lower() for row in rows if row.get(VALUES[0])}
    if named.get(NAMES[0]).lower() == "title" and values <= {"default title"}:
        return ()
    names = []
    for column in NAMES:
        if not named.get(column):
            break
        names.append(named.get(column)[:100])
    return tuple(names)


def _tags(row: Row) -> tuple[str, ...]:
    tags = (tag.strip()[:80] for tag in row.get("Tags").split(","))
    return tuple(dict.fromkeys(tag for tag in tags if tag))[:50]


def _published(row: Row, handle: str, problems: list[Problem]) -> bool:
    published, status = row.get("Published").lower(), row.get("Status").lower()
    if published and published not in _TRUE | _FALSE:
        problems.append(
            Problem(
                row.line, "Published", f"{published[:40]!r} is neither true nor false; not published", handle
            )
        )
        return False
    if status and status not in {"active", "draft", "archived"}:
        problems.append(
            Problem(
                row.line, "Status", f"{status[:40]!r} is not active, draft or archived; not published", handle
            )
        )
        return False
    return published not in _FALSE and status in {"", "active"}


__all__ = ["SKU", "RawImage", "RawProduct", "Reading", "derived_sku", "read"]
