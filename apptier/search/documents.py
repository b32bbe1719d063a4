"""What the index holds: one document per product and market, per category and market, and per popular query.

A product's document carries its card ready to show, so that an answer needs nothing but the index.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from apptier.catalog.layout import StoredCard, StoredCategory, StoredProduct
from apptier.catalog.operations import product_card
from apptier.catalog.repository import Stamp
from apptier.kit.markets import Market
from apptier.kit.markup import plain_text

Document = dict[str, Any]

# Between the parts of a facet token; can't be typed, and JSON keeps it.
SEPARATOR = "\x1f"
_FEWEST_FOR_QUERY = 3
_MOST_QUERIES = 300
_LONGEST_BODY = 4000


@dataclass(frozen=True, slots=True)
class Source:
    """Everything that a product's documents are made of; `best` is its best-stocked variant's quantity."""

    card: StoredCard
    product: StoredProduct
    best: int


def product_id(market: str, handle: str) -> str:
    """The id of a product's document in a market."""
    return f"product:{market}:{handle}"


def product_document(
    market: Market, source: Source, categories: Mapping[str, StoredCategory], stamp: Stamp
) -> Document | None:
    """The document of a product in a market, or None when the market doesn't sell it."""
    variants = source.card.sold_in(market.code)
    if not variants:
        return None
    card = product_card(market, source.card, variants, source.best)
    record = source.product.record
    above = _with_ancestors(record.category_ids, categories)
    facets = facets_of(source.product)
    words = [record.title, record.vendor, *record.tags, *(c.record.name for c in above)]
    words += [value for _name, values in facets.values() for value in values]
    words += [f"{name} {value}" for name, values in facets.values() for value in values]
    return {
        "id": product_id(market.code, record.handle),
        "kind": "product",
        "market": market.code,
        "handle": record.handle,
        "title": record.title,
        "title_sort": record.title.casefold(),
        "suggest": record.title,
        "category_names": [category.record.name for category in above],
        "body": plain_text(record.description_html, _LONGEST_BODY),
        "words": " ".join(words),
        "skus": [variant.sku.lower() for variant in variants],
        "categories": [category.record.slug for category in above],
        "facets": [token(code, value) for code, (_name, values) in facets.items() for value in values]
        + [token("availability", card.availability)],
        "facet_names": [token(code, name) for code, (name, _values) in facets.items()],
        "price": card.price_from.amount,
        "published_at": source.card.published_at,
        "version": card.version,
        "catalog_version": stamp.version,
        "catalog_time": stamp.updated_at,
        "card": card.model_dump(mode="json") | {"skus": [variant.sku for variant in variants]},
    }


def category_documents(market: Market, categories: Iterable[StoredCategory]) -> Iterator[Document]:
    """One document for each category that has products in this market."""
    for category in categories:
        if category.counts.get(market.code, 0) > 0:
            yield {
                "id": f"category:{market.code}:{category.record.slug}",
                "kind": "category",
                "market": market.code,
                "handle": category.record.slug,
                "title": category.record.name,
                "suggest": category.record.name,
            }


def query_documents(
    market: Market, sources: Iterable[Source], names: Mapping[str, str]
) -> Iterator[Document]:
    """Searches worth suggesting: a property and a category that several products share.

    `names` maps category ids to names. Until there is a record of what people search for, the catalogue
    itself is the best guess at it.
    """
    counts: Counter[str] = Counter()
    for source in sources:
        if not source.card.sold_in(market.code):
            continue
        values = {v for _code, (_name, vs) in facets_of(source.product).items() for v in vs if v.isalpha()}
        shelves = {names[i] for i in source.product.record.category_ids if i in names}
        counts.update({f"{value} {shelf}".lower() for value in values for shelf in shelves})
    for text, count in counts.most_common(_MOST_QUERIES):
        if count < _FEWEST_FOR_QUERY:
            return
        yield {
            "id": f"query:{market.code}:{hashlib.sha256(text.encode()).hexdigest()[:24]}",
            "kind": "query",
            "market": market.code,
            "handle": text,
            "title": text,
            "suggest": text,
        }


def facets_of(product: StoredProduct) -> dict[str, tuple[str, tuple[str, ...]]]:
    """What a product can be filtered by: code -> (name, values), from attributes, options and vendor."""
    record = product.record
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    for attribute in record.attributes:
        found[attribute.code] = (attribute.name, attribute.values)
    for option in record.options:
        code = re.sub(r"[^a-z0-9]+", "_", option.name.lower()).strip("_")
        if code and code not in found and option.values != ("Default Title",):
            found[code] = (option.name, option.values)
    if record.vendor:
        found.setdefault("vendor", ("Brand", (record.vendor,)))
    for reserved in ("price", "availability"):
        found.pop(reserved, None)
    return found


def token(code: str, value: str) -> str:
    """A facet's value (or name) as one keyword."""
    return f"{code}{SEPARATOR}{value}"


def _with_ancestors(ids: Iterable[str], categories: Mapping[str, StoredCategory]) -> list[StoredCategory]:
    """The categories of these ids and all above them, each once."""
    found: dict[str, StoredCategory] = {}
    waiting = list(ids)
    while waiting:
        category = categories.get(waiting.pop(0))
        if category is not None and category.record.id not in found:
            found[category.record.id] = category
            waiting += [category.record.parent_id] if category.record.parent_id else []
    return list(found.values())
