"""What the words of a fresh shop may say in braces: its name, its numbers, the rules of the checkout.

The rules are those of `apptier.kit.markets`, so that a page about delivery cannot disagree with the checkout.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from apptier.kit.markets import Country, DeliveryMethod, Market

DATA = Path(__file__).with_name("data")
_NUMBERED = {1: "days_one", 2: "days_two"}
"""Numbers of days that have a form of their own: Arabic counts one, two, many."""
BRACES = re.compile(r"\{([a-z_]+)\}")
SYMBOLS = {"EUR": "€", "USD": "$"}
FREE_FROM = {"eu": 7500, "us": 8500}
"""Minor units, by market: from this much on the demo's `free-delivery` pays for standard delivery."""


@dataclass(frozen=True, slots=True)
class Stock:
    """How much a market sells."""

    products: int
    categories: int


def facts(market: Market, locale: str, shop_name: str, stock: Stock) -> dict[str, str]:
    """The facts by the name that stands in braces; those with tags in them are HTML."""
    words = json.loads((DATA / locale / "facts.json").read_text(encoding="utf-8"))
    places = "".join(_place(market, country, words, locale) for country in market.countries)
    names = [_country(words, country.code, country.name) for country in market.countries]
    tax = words["tax_included" if market.tax_included else "tax_on_top"]
    return {
        "shop_name": shop_name,
        "stock_words": _stock(words["stock"], stock),
        "see_all": words["see_all"],
        "delivery_options": f"<dl>{places}</dl>",
        "free_from": _price(market, FREE_FROM[market.code], words),
        "countries": escape(words["comma"].join(names)),
        "tax_words": tax.format(currency=market.currency, rate=_rate(market.tax_basis_points, words)),
    }


def filled(text: str, known: Mapping[str, str]) -> str:
    """The text with each `{name}` that is a fact replaced by it, in one pass: a fact's own braces stay."""
    return BRACES.sub(lambda found: known.get(found[1], found[0]), text)


def _stock(words: list[str], stock: Stock) -> str:
    """How much there is: "12 products in 3 categories"."""
    many, plain, one, nothing = words
    if stock.products == 0:
        return nothing
    if stock.products == 1:
        return one
    return (many if stock.categories > 1 else plain).format(n=stock.products, m=stock.categories)


def _place(market: Market, country: Country, words: Mapping[str, Any], locale: str) -> str:
    """A country and every way of delivery there, with its price and days: an entry of a list in HTML."""
    ways = (method for method in market.delivery if not method.countries or country.code in method.countries)
    told = "".join(f"<dd>{_option(market, method, country, words, locale)}</dd>" for method in ways)
    return f"<dt>{escape(_country(words, country.code, country.name))}</dt>{told}"


def _option(
    market: Market, method: DeliveryMethod, country: Country, words: Mapping[str, Any], locale: str
) -> str:
    """One way of delivery to a country: its name, what it costs there, and how long it takes."""
    text: str = words["option"].format(
        name=escape(method.names.get(locale, method.name)),
        price=_price(market, method.price + dict(method.surcharges).get(country.code, 0), words),
        days=_days(method.lead_min, method.lead_max, words),
    )
    return text


def _rate(basis_points: int, words: Mapping[str, Any]) -> str:
    """A rate in per cent: "8", "7.5"."""
    return f"{basis_points / 100:g}".replace(".", str(words["decimal"]))


def _price(market: Market, amount: int, words: Mapping[str, Any]) -> str:
    """An amount in minor units of the market's currency, which both have two places."""
    if amount == 0:
        return str(words["free"])
    symbol = SYMBOLS[market.currency]
    return str(words["price"].format(symbol=symbol, whole=amount // 100, cents=f"{amount % 100:02d}"))


def _days(least: int, most: int, words: Mapping[str, Any]) -> str:
    """A number of working days in words."""
    if least == most:
        return str(words[_NUMBERED.get(least, "days_same")].format(n=least))
    return str(words["days"].format(least=least, most=most))


def _country(words: Mapping[str, Any], code: str, name: str) -> str:
    return str(words["countries"].get(code, name))
