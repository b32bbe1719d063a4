"""What an index (one per market and language) holds: products, categories, searches and pages of help.

Everything that is counted is a token of the one field `facets` (a price by its slot), so that counting is
one pass. A product's document carries its card ready to show, so that an answer needs nothing but the
index. Facets' values are the same words in every language, as the catalogue has them; only labels are
translated.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apptier.catalog import texts
from apptier.catalog.answers import product_card
from apptier.catalog.layout import CardVariant, StoredCard, StoredCategory, StoredProduct
from apptier.inventory import availability
from apptier.kit.markets import Market
from apptier.kit.markup import plain_text
from apptier.search.folding import fold
from apptier.search.prices import slot_of

Document = dict[str, Any]

# Between the parts of a facet token; can't be typed, and JSON keeps it.
SEPARATOR = "\x1f"
COLOURS = frozenset({"colour", "color"})
# Facets that search makes by itself; a product's own attribute of that code would shadow them.
RESERVED = ("price", "availability", "category", "rating")
# The rating facet's values: so many stars and more.
STARS = (4, 3, 2)
_FEWEST_FOR_QUERY = 3
_MOST_QUERIES = 300
_LONGEST_BODY = 4000
_LONGEST_PAGE = 12_000
_NOT_ALNUM = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an index sells and what it speaks."""

    market: Market
    locale: str

    def fold(self, text: str, *, endings: bool = True) -> str:
        """A text of the place as it is searched for."""
        return fold(text, self.locale, endings=endings)


@dataclass(frozen=True, slots=True)
class Source:
    """Everything that a product's documents are made of; `stock` is the quantity of each of its SKUs."""

    card: StoredCard
    product: StoredProduct
    stock: Mapping[str, int]
    rating: tuple[float, int] | None = None


@dataclass(frozen=True, slots=True)
class FacetOf:
    """What a product says of a facet: the facet's name, its values, and what they are called."""

    name: str
    values: tuple[str, ...]
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class HelpPage:
    """A page of content, in the language of the index."""

    slug: str
    title: str
    description: str
    body_html: str


def product_id(handle: str) -> str:
    """The id of a product's document."""
    return f"product:{handle}"


def product_document(
    place: Place, source: Source, categories: Mapping[str, StoredCategory]
) -> Document | None:
    """The document of a product, or None when the market doesn't sell it."""
    card = source.card.in_language(place.locale)
    variants = card.sold_in(place.market.code)
    if not variants:
        return None
    record = source.product.record
    best = max(source.stock.get(variant.sku, 0) for variant in variants)
    shown = product_card(place.market, card, variants, best, source.rating)
    above = [c.record.in_language(place.locale) for c in with_ancestors(record.category_ids, categories)]
    facets = facets_of(source.product, place.locale)
    names = [category.name for category in above]
    words = " ".join([shown.title, record.vendor, *record.tags, *names, *_facet_words(facets)])
    text = texts.text_in(record, place.locale).description_html
    return {
        "id": product_id(record.handle),
        "kind": "product",
        "handle": record.handle,
        "title": place.fold(shown.title),
        "title_sort": shown.title.casefold(),
        "suggest": place.fold(shown.title, endings=False),
        "category_names": list(map(place.fold, names)),
        "body": place.fold(plain_text(text or record.description_html, _LONGEST_BODY)),
        "words": place.fold(words),
        "spelled": words,
        "skus": [variant.sku.lower() for variant in variants],
        "facets": [token(code, value) for code, facet in facets.items() for value in facet.values]
        + [token("availability", shown.availability)]
        + [token("category", category.slug) for category in above]
        + [token("price", str(slot_of(shown.price_from.amount)))]
        + [token("rating", str(stars)) for stars in STARS if source.rating and source.rating[0] >= stars],
        "price": shown.price_from.amount,
        "published_at": card.published_at,
        "card": shown.model_dump(mode="json") | _choices(source, variants, facets),
    }


def category_documents(place: Place, categories: Iterable[StoredCategory]) -> Iterator[Document]:
    """One document for each category that has products in this market."""
    for category in categories:
        if category.counts.get(place.market.code, 0) > 0:
            name = category.record.in_language(place.locale).name
            yield _suggestion(place, "category", category.record.slug, name)


def query_documents(
    place: Place, sources: Iterable[Source], categories: Mapping[str, StoredCategory]
) -> Iterator[Document]:
    """Searches worth suggesting: a property and a category that several products share.

    Until there is a record of what people search for, the catalogue itself is the best guess at it.
    """
    names = {key: category.record.in_language(place.locale).name for key, category in categories.items()}
    counts: Counter[str] = Counter()
    for source in sources:
        if not source.card.sold_in(place.market.code):
            continue
        facets = facets_of(source.product, place.locale).values()
        values = {facet.labels.get(value, value) for facet in facets for value in facet.values}
        shelves = {names[i] for i in source.product.record.category_ids if i in names}
        counts.update({f"{v} {shelf}".lower() for v in values if v.isalpha() for shelf in shelves})
    for text, count in counts.most_common(_MOST_QUERIES):
        if count < _FEWEST_FOR_QUERY:
            return
        yield _suggestion(place, "query", text, text)


def page_document(page: HelpPage, locale: str) -> Document:
    """The document of a page of help."""
    return {
        "id": f"page:{page.slug}",
        "kind": "page",
        "handle": page.slug,
        "title": fold(page.title, locale),
        "words": fold(f"{page.title} {page.description}", locale),
        "body": fold(plain_text(page.body_html, _LONGEST_PAGE), locale),
        "card": {"slug": page.slug, "title": page.title, "description": page.description},
    }


def facets_of(product: StoredProduct, locale: str) -> dict[str, FacetOf]:
    """What a product can be filtered by, by code: its attributes, its options, and who makes it."""
    record = product.record
    found: dict[str, FacetOf] = {}
    for attribute in record.attributes:
        name = texts.attribute_label(record, attribute.code, attribute.name, locale)
        found[attribute.code] = FacetOf(
            name, attribute.values, texts.labels(record, attribute.values, locale)
        )
    for option in record.options:
        code = option_code(option.name)
        if code and code not in found and option.values != ("Default Title",):
            name = texts.option_label(record, option.name, locale)
            found[code] = FacetOf(name, option.values, texts.labels(record, option.values, locale))
    if record.vendor:
        found.setdefault("vendor", FacetOf("", (record.vendor,), {}))
    for reserved in RESERVED:
        found.pop(reserved, None)
    return found


def option_code(name: str) -> str:
    """The facet that an option belongs to."""
    return _NOT_ALNUM.sub("_", name.lower()).strip("_")


def token(code: str, value: str) -> str:
    """A facet's value as one keyword."""
    return f"{code}{SEPARATOR}{value}"


def shelves_in(tokens: Iterable[str]) -> list[str]:
    """The categories among a product's facet tokens: its own in its own order, then those above."""
    shelf = token("category", "")
    return [one.removeprefix(shelf) for one in tokens if one.startswith(shelf)]


def with_ancestors(ids: Iterable[str], categories: Mapping[str, StoredCategory]) -> list[StoredCategory]:
    """The categories of these ids and all above them, each once."""
    found: dict[str, StoredCategory] = {}
    waiting = list(ids)
    while waiting:
        category = categories.get(waiting.pop(0))
        if category is not None and category.record.id not in found:
            found[category.record.id] = category
            waiting += [category.record.parent_id] if category.record.parent_id else []
    return list(found.values())


def _suggestion(place: Place, kind: str, handle: str, text: str) -> Document:
    key = handle if kind == "category" else hashlib.sha256(handle.encode()).hexdigest()[:24]
    return {
        "id": f"{kind}:{key}",
        "kind": kind,
        "handle": handle,
        "title": place.fold(text),
        "suggest": place.fold(text, endings=False),
        "card": {"title": text},
    }


def _facet_words(facets: Mapping[str, FacetOf]) -> Iterator[str]:
    """What a shopper may call a product's properties: "60 cm", "size 60 cm"."""
    for facet in facets.values():
        for value in facet.values:
            label = facet.labels.get(value, value)
            yield label
            if facet.name:
                yield f"{facet.name} {label}"


def _choices(
    source: Source, variants: Sequence[CardVariant], facets: Mapping[str, FacetOf]
) -> dict[str, object]:
    """Which variant is of which colour, with its picture: a card shows the one that was asked for."""
    options = {variant.sku: variant.options for variant in source.product.record.variants}
    wanted = next((facet for code, facet in facets.items() if code in COLOURS), None)
    if wanted is None or len(variants) < 2:  # noqa: PLR2004 - one is no choice
        return {}
    families = _families(source.product, wanted)
    pictures: list[object] = []
    choices = []
    for variant in variants:
        own = next(
            (v for name, v in options.get(variant.sku, {}).items() if option_code(name) in COLOURS), ""
        )
        if not own:
            return {}
        picture = variant.image.model_dump(mode="json") if variant.image else None
        if picture not in pictures:
            pictures.append(picture)
        in_stock = availability(source.stock.get(variant.sku, 0)) != "out_of_stock"
        plain = in_stock and not variant.sample
        choices.append([variant.sku, families.get(own, own), pictures.index(picture), plain])
    return {"pictures": pictures, "choices": choices}


def _families(product: StoredProduct, facet: FacetOf) -> dict[str, str]:
    """Colour of a variant -> value of the facet, where the facet groups colours (Ink, Sky: Blue).

    Both are listed in the same order. Where several colours share a value the order tells only the first.
    """
    own = next((o.values for o in product.record.options if option_code(o.name) in COLOURS), ())
    if set(own) <= set(facet.values):
        return {}
    if len(own) == len(facet.values):
        return dict(zip(own, facet.values, strict=True))
    return {own[0]: facet.values[0]} if own and facet.values else {}
