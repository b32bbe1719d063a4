"""Words of search's own in every language: the facets that no product brings along, and their values."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeVar

from apptier.kit.markets import DEFAULT_LOCALE

Word = TypeVar("Word")

_FACETS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "en": {
            "category": "Category",
            "price": "Price",
            "rating": "Rating",
            "availability": "Availability",
            "vendor": "Brand",
        },
        "de": {
            "category": "Kategorie",
            "price": "Preis",
            "rating": "Bewertung",
            "availability": "Verfügbarkeit",
            "vendor": "Marke",
        },
        "ar": {
            "category": "الفئة",
            "price": "السعر",
            "rating": "التقييم",
            "availability": "التوفر",
            "vendor": "العلامة التجارية",
        },
    }
)
_AVAILABILITY: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "en": {"in_stock": "In stock", "low_stock": "Only a few left", "out_of_stock": "Sold out"},
        "de": {"in_stock": "Auf Lager", "low_stock": "Nur noch wenige", "out_of_stock": "Ausverkauft"},
        "ar": {"in_stock": "متوفر", "low_stock": "بقي القليل", "out_of_stock": "نفد"},
    }
)
_PRICES: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "en": ("Under {high}", "{low} to {high}", "{low} and more"),
        "de": ("Unter {high}", "{low} bis {high}", "{low} und mehr"),
        "ar": ("أقل من {high}", "من {low} إلى {high}", "{low} وأكثر"),
    }
)
_STARS: Mapping[str, str] = MappingProxyType(
    {"en": "{stars} stars and up", "de": "Ab {stars} Sternen", "ar": "{stars} نجوم فأكثر"}
)

AVAILABILITIES = tuple(_AVAILABILITY[DEFAULT_LOCALE])


def facet_name(code: str, locale: str) -> str:
    """What one of search's own facets is called."""
    return _in(_FACETS, locale)[code]


def availability_label(value: str, locale: str) -> str:
    """What an availability is called; one that isn't known stays the word it is."""
    return _in(_AVAILABILITY, locale).get(value, value)


def price_label(low: int, high: int | None, locale: str) -> str:
    """A range of minor units in whole units, without currency; `high` None leaves it open."""
    under, between, over = _in(_PRICES, locale)
    if high is None:
        return over.format(low=_units(low))
    # A range ends one minor unit short of the round amount: 24.99 is said as 25.
    top = _units(high + 1 if high % 100 == 99 else high)  # noqa: PLR2004
    return under.format(high=top) if low == 0 else between.format(low=_units(low), high=top)


def stars_label(stars: int, locale: str) -> str:
    """So many stars, or more."""
    return _in(_STARS, locale).format(stars=stars)


def _in(table: Mapping[str, Word], locale: str) -> Word:
    return table.get(locale, table[DEFAULT_LOCALE])


def _units(amount: int) -> str:
    whole, rest = divmod(amount, 100)
    return f"{whole}.{rest:02d}" if rest else str(whole)
