"""From OpenSearch's answer to the contract's: pure functions."""

from collections.abc import Mapping, Sequence
from typing import Any

from apptier.search.documents import SEPARATOR
from apptier.search.models import Facet, FacetValue, Suggestion
from apptier.search.query import OPEN_END, Asked, price_steps

Answer = Mapping[str, Any]

# Facets that have a place of their own; the others follow by name.
_FIRST = ("colour", "size", "material", "pattern")
_AVAILABILITY_LABELS = {"in_stock": "In stock", "low_stock": "Only a few left", "out_of_stock": "Sold out"}
_MOST_VALUES_SHOWN = 60
_MOST_CATEGORIES = 2
_MOST_QUERIES = 3


def facets(asked: Asked, answer: Answer) -> list[Facet]:
    """Every facet that the result can be narrowed by, chosen values always among them."""
    aggs = answer["aggregations"]
    names = _names(aggs["names"]["buckets"])
    counts = _values(aggs["everything"]["values"]["buckets"])
    for code in asked.facets:
        own = _values(aggs[f"facet_{code}"]["values"]["buckets"]).get(code, {})
        counts[code] = dict.fromkeys(asked.facets[code], 0) | own
    found = [
        Facet(code=code, name=names.get(code, code), values=_facet_values(asked, code, values))
        for code, values in counts.items()
    ]
    found.sort(key=lambda f: (_FIRST.index(f.code) if f.code in _FIRST else len(_FIRST), f.name))
    return [*found, *_prices(asked, aggs["price"]["ranges"]["buckets"])]


def known_codes(answer: Answer) -> set[str]:
    """The codes of all facets in a result, whatever is chosen."""
    return {*_names(answer["aggregations"]["names"]["buckets"]), "price"}


def text_matches(answer: Answer) -> int:
    """How many products the text alone finds, before any facet's choice."""
    return int(answer["aggregations"]["matched"]["doc_count"])


def corrected(text: str, answer: Answer) -> str | None:
    """The text with each word that the index doesn't know exchanged for the nearest it does, or None."""
    result, changed = text, False
    for entry in reversed(answer.get("suggest", {}).get("words", [])):
        options = entry["options"]
        if options:
            start = entry["offset"]
            result = result[:start] + options[0]["text"] + result[start + entry["length"] :]
            changed = True
    return result if changed and result.lower() != text.lower() else None


def suggestions(answer: Answer, limit: int) -> list[Suggestion]:
    """Some categories and searches first, then products, best first; each text once."""
    hits = [hit["_source"] for hit in answer["hits"]["hits"]]
    by_kind = {kind: [h for h in hits if h["kind"] == kind] for kind in ("category", "query", "product")}
    chosen = by_kind["category"][:_MOST_CATEGORIES] + by_kind["query"][:_MOST_QUERIES] + by_kind["product"]
    return [Suggestion(kind=h["kind"], text=h["title"], target=h["handle"]) for h in chosen[:limit]]


def _names(buckets: Sequence[Answer]) -> dict[str, str]:
    """Facet names by code; where products disagree the more frequent one, which comes first."""
    names: dict[str, str] = {}
    for bucket in buckets:
        code, _, name = bucket["key"].partition(SEPARATOR)
        names.setdefault(code, name)
    return names | {"availability": "Availability"}


def _values(buckets: Sequence[Answer]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for bucket in buckets:
        code, _, value = bucket["key"].partition(SEPARATOR)
        found.setdefault(code, {})[value] = bucket["doc_count"]
    return found


def _facet_values(asked: Asked, code: str, counts: Mapping[str, int]) -> list[FacetValue]:
    """The most frequent values, in the order of their names; chosen ones are never cut off."""
    chosen = set(asked.facets.get(code, ()))
    ranked = sorted(counts, key=lambda value: (value not in chosen, -counts[value], value))
    labels = _AVAILABILITY_LABELS if code == "availability" else {}
    shown = sorted(ranked[:_MOST_VALUES_SHOWN], key=_natural)
    return [
        FacetValue(value=value, label=labels.get(value, value), count=counts[value], selected=value in chosen)
        for value in shown
    ]


def _natural(value: str) -> tuple[int, int, str]:
    """Numbers by size (45 cm before 120 cm), then words by name."""
    digits = "".join(value.split()[:1])
    return (0, int(digits), value) if digits.isdecimal() else (1, 0, value.casefold())


def _prices(asked: Asked, buckets: Sequence[Answer]) -> list[Facet]:
    counts = {bucket["key"]: bucket["doc_count"] for bucket in buckets}
    steps = sorted(price_steps(asked.prices), key=lambda step: (step.low, step.high))
    values = [
        FacetValue(
            value=step.value,
            label=_price_label(step.low, step.high),
            count=counts.get(step.value, 0),
            selected=step in asked.prices,
        )
        for step in steps
        if counts.get(step.value, 0) or step in asked.prices
    ]
    return [Facet(code="price", name="Price", values=values)] if values else []


def _price_label(low: int, high: int) -> str:
    """The range in whole units; a step's upper end is one minor unit short of the round amount."""
    upper = high + 1 if high % 100 == 99 else high  # noqa: PLR2004 - 24.99 is said as 25
    if high >= OPEN_END:
        return f"{_units(low)} and more"
    return f"Under {_units(upper)}" if low == 0 else f"{_units(low)} to {_units(upper)}"


def _units(amount: int) -> str:
    whole, rest = divmod(amount, 100)
    return f"{whole}.{rest:02d}" if rest else str(whole)
