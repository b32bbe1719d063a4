"""How the current region writes money, days, numbers and countries: the filters of the templates, by Babel.

Digits are Latin in every language, Arabic included. The shop's countries write their postcodes, telephone
and card numbers so, product texts do too ("45 cm"), and what shoppers type comes back as they typed it: two
kinds of digits on one page would have to be compared with each other.

In languages that are read from right to left an amount or a day is wrapped in the characters that keep it
together (Unicode's first strong isolate, UAX #9), because its own marks and spaces would otherwise be sorted
among the words around it. Characters, and not an element, because these texts also stand in attributes.

Amounts in those languages stand from left to right with the currency first ("US$ 21.00"): its sign is made of
letters of both kinds of direction ("US" and "$"), which from right to left would come apart as "$US".
"""

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from unicodedata import normalize
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_precision

from storefront.core import Money
from storefront.web.regions import COUNTRIES, REGIONS, Direction, Region, current_region

_ISOLATE, _LEFT_TO_RIGHT, _END = "\u2068", "\u2066", "\u2069"
_MARKS = str.maketrans("", "", "\u200e\u200f\u061c")
_CURRENCY_FIRST = "\u00a4\u00a0#,##0.00"
_HYPHEN, _MINUS = "-", "\u2212"
# Babel's lists of the style "unit" are like this, but of German it has no pattern for three words or more.
_COMMAS = {"ar": "\u060c "}
# Babel takes as long for a price as a template for a card; a list has the same few numbers again and again.
_MOST_AMOUNTS = 4_096
_SKELETONS = {"d MMMM": ("MMMMd", "MMMd"), "EEEE d MMMM": ("MMMMEd", "MMMEd")}


def money(value: Money) -> str:
    """An amount as the region writes it: "€49.00", "49,00 €"; with a real minus when it is taken off."""
    region = current_region()
    return _money(value.amount, value.currency, region.language, region.territory, region.direction)


def day(value: date | datetime, style: str = "long") -> str:
    """A day as the region writes it: "25 November 2026", "25. November 2026".

    A moment's day is the one on the region's clocks, as `moments.moment` has it.
    `style` is one of Babel's names (short, medium, long, full), or says which parts to show: "d MMMM",
    "EEEE d MMMM". Their order and punctuation are the region's.
    """
    locale = _locale()
    if isinstance(value, datetime) and value.tzinfo is not None:
        value = value.astimezone(ZoneInfo(COUNTRIES[current_region().country].timezone)).date()
    return _isolated(format_date(value, _pattern(style, locale), locale=locale))


def number(value: float) -> str:
    """A number with the region's separators: "1,204"."""
    region = current_region()
    return _number(value, region.language, region.territory)


def percent(value: float, digits: int = 0) -> str:
    """A share of one as the region writes it: 0.2 is "20%", with two digits "20.00%"."""
    locale = _locale()
    pattern = str(locale.percent_formats[None].pattern)
    if digits:
        pattern = pattern.replace("0", f"0.{'0' * digits}", 1)
    return _isolated(format_percent(value, pattern, locale=locale))


def signed(value: float, digits: int = 2) -> str:
    """A number that says on which side of nought it is: "+0.41", "\u22120.41", "0.00"."""
    value = round(value, digits)
    text = format_decimal(abs(value), f"0.{'0' * digits}", locale=_locale())
    sign = "" if not value else _MINUS if value < 0 else "+"
    return f"{_LEFT_TO_RIGHT}{sign}{text}{_END}" if current_region().direction == "rtl" else sign + text


def country(code: str) -> str:
    """A country's name in the region's language (ISO 3166-1 alpha-2 code in, any case): "Ireland"."""
    return str(_locale().territories.get(code.upper(), code))


def country_in_english(code: str) -> str:
    """A country's English name, as the catalogue's own words have it: "Ireland"; "" for an unknown one."""
    return str(_known("en", "IE").territories.get(code.upper(), ""))


def by_country_name(codes: Iterable[str]) -> list[str]:
    """Codes of countries in the order of their names in the region's language (accents don't count)."""
    return sorted(codes, key=lambda code: normalize("NFKD", country(code)).casefold())


def and_list(values: Iterable[str]) -> str:
    """Words joined as the region's language does it: "ink, moss and sand"."""
    return format_list([str(value) for value in values], locale=_locale())


def comma_list(values: Iterable[str]) -> str:
    """Words one after the other, with the comma of the region's language: "linen, wool", "كتان، صوف"."""
    return _COMMAS.get(current_region().language, ", ").join(str(value) for value in values)


def load_locales() -> None:
    """Read what Babel knows of the regions' languages, which would be done at the first page in each."""
    for region in REGIONS:
        assert babel_locale(region).territories


def babel_locale(region: Region) -> Locale:
    """What Babel knows of language and country together, else of the language."""
    return _known(region.language, region.territory)


@lru_cache(_MOST_AMOUNTS)
def _money(amount: int, currency: str, language: str, territory: str, direction: Direction) -> str:
    locale = _known(language, territory)
    units = Decimal(amount).scaleb(-get_currency_precision(currency))
    if direction == "rtl":
        text = format_currency(units, currency, _CURRENCY_FIRST, locale=locale).translate(_MARKS)
        return f"{_LEFT_TO_RIGHT}{text.replace(_HYPHEN, _MINUS)}{_END}"
    return format_currency(units, currency, locale=locale).replace(_HYPHEN, _MINUS)


@lru_cache(_MOST_AMOUNTS)
def _number(value: float, language: str, territory: str) -> str:
    return format_decimal(value, locale=_known(language, territory))


@lru_cache(maxsize=64)
def _known(language: str, territory: str) -> Locale:
    try:
        return Locale(language, territory)
    except UnknownLocaleError:
        return Locale(language)


@lru_cache(maxsize=256)
def _pattern(style: str, locale: Locale) -> str:
    """The locale's own pattern for what `style` shows: CLDR lists some, and widens names to get others."""
    for skeleton in _SKELETONS.get(style, ()):
        if skeleton in locale.datetime_skeletons:
            return re.sub("E+", "EEEE", re.sub("MMM+", "MMMM", str(locale.datetime_skeletons[skeleton])))
    return style


def _locale() -> Locale:
    return babel_locale(current_region())


def _isolated(text: str) -> str:
    return f"{_ISOLATE}{text}{_END}" if current_region().direction == "rtl" else text
