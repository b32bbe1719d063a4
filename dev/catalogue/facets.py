"""Categories and facets for products that came without: from type, tags, options and vendor."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from dev.catalogue.naming import code, slug
from dev.catalogue.records import CatalogueAttribute, CatalogueCategory

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dev.catalogue.shopify import RawProduct

EVERYTHING: Final = "All products"


def place(products: Sequence[RawProduct]) -> tuple[dict[str, tuple[str, ...]], tuple[CatalogueCategory, ...]]:
    """Category ids by handle (narrowest first), and the categories, parents before children.

    A product is put where its Type says, else its Product Category, else the tag that it shares with most
    others, else `EVERYTHING`. "A > B" makes two levels; of a deeper path the first and the last count.
    """
    popular = Counter(tag for product in products for tag in product.tags)
    paths = {product.handle: _path(product, popular) for product in products}
    categories: dict[str, CatalogueCategory] = {}
    homes: dict[str, tuple[str, ...]] = {}
    for handle, path in paths.items():
        homes[handle] = _register(path, categories)
    ordered = sorted(
        categories.values(), key=lambda one: (one.parent_id is not None, one.name.lower(), one.id)
    )
    numbered = (
        CatalogueCategory(one.id, one.slug, one.name, one.parent_id, index)
        for index, one in enumerate(ordered)
    )
    return homes, tuple(numbered)


def _path(product: RawProduct, popular: Counter[str]) -> tuple[str, ...]:
    for text in (product.type, product.category):
        steps = [step.strip()[:100] for step in text.split(">") if step.strip()]
        if steps:
            return (steps[0], steps[-1]) if len(steps) > 1 else (steps[0],)
    if product.tags:
        best = min(product.tags, key=lambda tag: (-popular[tag], tag.lower()))
        return (best[:1].upper() + best[1:],)
    return (EVERYTHING,)


def _register(path: tuple[str, ...], categories: dict[str, CatalogueCategory]) -> tuple[str, ...]:
    parent, ids = None, []
    for name in path:
        key = slug(name, 50) if parent is None else f"{parent}-{slug(name, 50)}"
        categories.setdefault(key, CatalogueCategory(key, key, name, parent, 0))
        ids.append(key)
        parent = key
    return tuple(reversed(ids))


def attributes(product: RawProduct) -> tuple[CatalogueAttribute, ...]:
    """The product's facets: each option with its values, then vendor, type and tags."""
    out: dict[str, CatalogueAttribute] = {}
    for index, name in enumerate(product.options):
        values = dict.fromkeys(variant.values[index] for variant in product.variants)
        shown = "Colour" if code(name) == "colour" else name
        out.setdefault(code(name), CatalogueAttribute(code(name), shown, tuple(values)))
    kind = product.type.rpartition(">")[2].strip()[:100]
    further: tuple[tuple[str, str, tuple[str, ...]], ...] = (
        ("vendor", "Brand", (product.vendor,)),
        ("type", "Type", (kind,)),
        ("tag", "Tag", product.tags),
    )
    for key, name, said in further:
        kept = tuple(value for value in said if value)
        if kept:
            out.setdefault(key, CatalogueAttribute(key, name, kept))
    return tuple(out.values())
