"""From OpenSearch's answer to the contract's: pure functions."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from apptier.kit.models import ProductCard
from apptier.search import words
from apptier.search.about import About
from apptier.search.documents import COLOURS, SEPARATOR, STARS
from apptier.search.models import Facet, FacetValue, FoundPage, Suggestion
from apptier.search.prices import OPEN_END, counted, is_aligned, with_own
from apptier.search.query import Asked, chosen_codes

Answer = Mapping[str, Any]
Counts = Mapping[str, int]

# Facets that have a place of their own; the others follow by name, and those of `_LAST` come after them.
_FIRST = ("category", "colour", "color", "size", "price", "material", "pattern")
_LAST = ("rating", "availability", "vendor")
_MOST_VALUES_SHOWN = 60
_MOST_CATEGORIES = 2
_MOST_QUERIES = 3


def cards(asked: Asked, answer: Answer) -> list[ProductCard]:
    """The page's cards; of a colour that is asked for, each shows the variant in it."""
    wanted = next((set(v) for code, v in asked.choice.facets.items() if code in COLOURS), set())
    return [_card(hit["_source"]["card"], wanted) for hit in answer["hits"]["hits"]]


def related(answers: Iterable[Answer], limit: int) -> list[ProductCard]:
    """The cards of several answers, one answer after the other, `limit` of them."""
    hits = [hit for answer in answers for hit in answer["hits"]["hits"]]
    return [_card(hit["_source"]["card"], set()) for hit in hits[:limit]]


def counts_of(answers: Mapping[str, Answer]) -> dict[str, Sequence[Answer]]:
    """The buckets of each query that counted, by its name."""
    return {
        name: answer["aggregations"]["values"]["buckets"]
        for name, answer in answers.items()
        if "aggregations" in answer
    }


def facets(asked: Asked, about: About, total: int, counted: Mapping[str, Sequence[Answer]]) -> list[Facet]:
    """Every facet that a result of `total` can be narrowed by, chosen values always among them."""
    counts = _values(counted["page"])
    for code in chosen_codes(asked.choice):
        own = _values(counted[f"facet_{code}"]).get(code, {})
        counts[code] = dict.fromkeys(asked.choice.facets.get(code, ()), 0) | own
    shelves, prices, ratings = (counts.pop(code, {}) for code in ("category", "price", "rating"))
    found = [_facet(asked, about, code, values) for code, values in counts.items()]
    found += [
        _shelves(asked, about, shelves),
        _prices(asked, about, prices, counted.get("own_prices", ())),
        _ratings(asked, ratings),
    ]
    kept = [facet for facet in found if _narrows(facet, total)]
    return sorted(kept, key=lambda facet: (_place(facet.code), facet.name))


def corrected(text: str, answer: Answer) -> str | None:
    """The text with each word that the index doesn't know exchanged for the nearest it does, or None."""
    result, changed = text, False
    for entry in reversed(answer.get("suggest", {}).get("words", [])):
        options = entry["options"]
        if options:
            start = entry["offset"]
            result = result[:start] + options[0]["text"] + result[start + entry["length"] :]
            changed = True
    return result if changed and result.casefold() != text.casefold() else None


def pages(answer: Answer) -> list[FoundPage]:
    """The pages of help that were found."""
    return [FoundPage.model_validate(hit["_source"]["card"]) for hit in answer["hits"]["hits"]]


def suggestions(answer: Answer, limit: int) -> list[Suggestion]:
    """Some categories and searches first, then products, best first; each text of a kind once."""
    hits = [hit["_source"] for hit in answer["hits"]["hits"]]
    by_kind = {kind: [h for h in hits if h["kind"] == kind] for kind in ("category", "query", "product")}
    chosen = by_kind["category"][:_MOST_CATEGORIES] + by_kind["query"][:_MOST_QUERIES] + by_kind["product"]
    return [Suggestion(kind=h["kind"], text=h["card"]["title"], target=h["handle"]) for h in chosen[:limit]]


def _card(stored: Answer, colours: set[str]) -> ProductCard:
    shown = {name: value for name, value in stored.items() if name not in {"pictures", "choices"}}
    matching = [choice for choice in stored.get("choices", ()) if choice[1] in colours]
    # What can be bought first: [SKU, colour, picture, in stock and no sample].
    best = next((choice for choice in matching if choice[3]), matching[0] if matching else None)
    if best is not None:
        picture = stored["pictures"][best[2]]
        shown |= {"variant_sku": best[0], "image": picture or shown["image"]}
    return ProductCard.model_validate(shown)


def _values(buckets: Sequence[Answer]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for bucket in buckets:
        code, _, value = bucket["key"].partition(SEPARATOR)
        found.setdefault(code, {})[value] = bucket["doc_count"]
    return found


def _facet(asked: Asked, about: About, code: str, counts: Counts) -> Facet:
    """The most frequent values; sizes by number, everything else by frequency. Chosen ones are never cut."""
    chosen = set(asked.choice.facets.get(code, ()))
    ranked = sorted(counts, key=lambda value: (value not in chosen, -counts[value], value))
    shown = ranked[:_MOST_VALUES_SHOWN]
    if code == "availability":
        shown.sort(
            key=lambda value: words.AVAILABILITIES.index(value) if value in words.AVAILABILITIES else 9
        )
    elif all(_number(value) is not None for value in shown):
        shown.sort(key=lambda value: (_number(value), value))
    else:
        shown.sort(key=lambda value: (-counts[value], value))
    values = [
        FacetValue(
            value=value,
            label=_label(asked, about, code, value),
            count=counts[value],
            selected=value in chosen,
        )
        for value in shown
    ]
    return Facet(code=code, name=_name(asked, about, code), values=values)


def _label(asked: Asked, about: About, code: str, value: str) -> str:
    if code == "availability":
        return words.availability_label(value, asked.locale)
    return about.label(code, value)


def _name(asked: Asked, about: About, code: str) -> str:
    if code in {"availability", "vendor"}:
        return words.facet_name(code, asked.locale)
    return about.names.get(code) or code.replace("_", " ").capitalize()


def _number(value: str) -> float | None:
    """The number that a value begins with (45 cm, 1,5 l), if it does."""
    digits = value.split(maxsplit=1)[0].replace(",", ".") if value.split() else ""
    return float(digits) if digits.replace(".", "", 1).isdecimal() else None


def _shelves(asked: Asked, about: About, counts: Counts) -> Facet:
    """The categories that can narrow this list: those below its own, and those below the chosen ones."""
    chosen = asked.choice.categories
    slugs = about.below(asked.category)
    for slug in chosen:
        slugs += [slug, *about.below(slug)]
    values = [
        FacetValue(
            value=slug,
            label=about.shelves[slug].name if slug in about.shelves else slug,
            count=counts.get(slug, 0),
            selected=slug in chosen,
        )
        for slug in dict.fromkeys(slugs)
        if counts.get(slug) or slug in chosen
    ]
    return Facet(code="category", name=words.facet_name("category", asked.locale), values=values)


def _prices(asked: Asked, about: About, counts: Counts, buckets: Sequence[Answer]) -> Facet:
    slots = {int(slot): count for slot, count in counts.items()}
    own = {bucket["key"]: bucket["doc_count"] for bucket in buckets}
    chosen = asked.choice.prices
    values = []
    for step in with_own(about.steps.get(asked.category or "", ()), chosen):
        count = counted(step, slots) if is_aligned(step) else own.get(step.value, 0)
        if count or step in chosen:
            high = None if step.high >= OPEN_END else step.high
            label = words.price_label(step.low, high, asked.locale)
            values.append(FacetValue(value=step.value, label=label, count=count, selected=step in chosen))
    return Facet(code="price", name=words.facet_name("price", asked.locale), values=values)


def _ratings(asked: Asked, counts: Counts) -> Facet:
    chosen = asked.choice.stars
    values = [
        FacetValue(
            value=str(stars),
            label=words.stars_label(stars, asked.locale),
            count=counts.get(str(stars), 0),
            selected=stars == chosen,
        )
        for stars in STARS
        if counts.get(str(stars)) or stars == chosen
    ]
    return Facet(code="rating", name=words.facet_name("rating", asked.locale), values=values)


def _narrows(facet: Facet, total: int) -> bool:
    """Whether a choice of this facet would make a difference, or has been made."""
    return any(value.selected or value.count < total for value in facet.values)


def _place(code: str) -> int:
    if code in _FIRST:
        return _FIRST.index(code)
    return len(_FIRST) + 1 + (_LAST.index(code) if code in _LAST else -1)
