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

from apptier.kit.markets import DeliveryMethod, Market

DATA = Path(__file__).with_name("data")
BRACES = re.compile(r"\{([a-z_]+)\}")
SYMBOLS = {"EUR": "€", "USD": "$"}


@dataclass(frozen=True, slots=True)
class Stock:
    """How much a market sells."""

    products: int
    categories: int


def facts(market: Market, locale: str, shop_name: str, stock: Stock) -> dict[str, str]:
    """The facts by the name that stands in braces; those with tags in them are HTML."""
    words = json.loads((DATA / locale / "facts.json").read_text(encoding="utf-8"))
    options = "".join(f"<li>{_option(market, method, words, locale)}</li>" for method in market.delivery)
    names = [_country(words, country.code, country.name) for country in market.countries]
    tax = words["tax_included" if market.tax_included else "tax_on_top"]
    return {
        "shop_name": shop_name,
        "stock_words": _stock(words["stock"], stock),
        "see_all": words["see_all"],
        "delivery_options": f"<ul>{options}</ul>",
        "countries": escape(words["comma"].join(names)),
        "tax_words": tax.format(currency=market.currency),
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


def _option(market: Market, method: DeliveryMethod, words: Mapping[str, Any], locale: str) -> str:
    """One way of delivery in HTML: its name, price, days, and where it goes if not everywhere."""
    known = {country.code: country.name for country in market.countries}
    where = words["comma"].join(_country(words, code, known[code]) for code in method.countries)
    text: str = words["option"].format(
        name=escape(method.names.get(locale, method.name)),
        price=_price(market, method.price, words),
        days=_days(method.lead_min, method.lead_max, words),
        only=escape(words["only"].format(countries=where)) if where else "",
        more=words["more"] if method.surcharges else "",
    )
    return text


def _price(market: Market, amount: int, words: Mapping[str, Any]) -> str:
    """An amount in minor units of the market's currency, which both have two places."""
    if amount == 0:
        return str(words["free"])
    symbol = SYMBOLS[market.currency]
    return str(words["price"].format(symbol=symbol, whole=amount // 100, cents=f"{amount % 100:02d}"))


def _days(least: int, most: int, words: Mapping[str, Any]) -> str:
    """A number of working days in words."""
    if least == most:
        return str(words["days_one" if least == 1 else "days_same"].format(n=least))
    return str(words["days"].format(least=least, most=most))


def _country(words: Mapping[str, Any], code: str, name: str) -> str:
    return str(words["countries"].get(code, name))
