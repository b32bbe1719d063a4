"""The markets: currency, tax, the countries served with their postcodes, and how parcels travel."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType

from apptier.kit.models import DeliveryOption, Money, Totals
from apptier.kit.problems import Problem, invalid, not_found

_BASIS_POINTS = 10_000
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Country:
    """A country that a market serves. `postcode` is a regular expression for the whole upper-case code."""

    code: str
    name: str
    postcode: str
    postcode_example: str

    def accepts(self, postcode: str) -> bool:
        """Whether the postcode can exist in this country."""
        return re.fullmatch(self.postcode, postcode.strip().upper(), re.ASCII) is not None


@dataclass(frozen=True, slots=True)
class DeliveryMethod:
    """One way to send a parcel. Price in minor units; leads in working days after the day it leaves.

    `surcharges` adds minor units for some countries; an empty `countries` means all of the market's.
    """

    id: str
    name: str
    price: int
    lead_min: int
    lead_max: int
    cut_off_hour: int
    surcharges: tuple[tuple[str, int], ...] = ()
    countries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Market:
    """Where the shop sells. Tax in basis points (2000 is 20 %); the first country is the main one."""

    code: str
    currency: str
    tax_basis_points: int
    tax_included: bool
    countries: tuple[Country, ...]
    delivery: tuple[DeliveryMethod, ...]

    def money(self, amount: int) -> Money:
        """`amount` minor units in the market's currency."""
        return Money(amount=amount, currency=self.currency)

    def country(self, code: str) -> Country | None:
        """The country, when this market serves it."""
        return next((country for country in self.countries if country.code == code), None)

    def tax(self, amount: int) -> int:
        """The tax in `amount` (included) or on top of it, in minor units, rounded half up."""
        base = _BASIS_POINTS + self.tax_basis_points if self.tax_included else _BASIS_POINTS
        return (2 * amount * self.tax_basis_points + base) // (2 * base)

    def totals(self, subtotal: int, delivery: int | None) -> Totals:
        """What there is to pay for goods and delivery (None: not known yet), both in minor units.

        Delivery is taxed like the goods. Where prices include tax it is part of the total, else on top.
        """
        net = subtotal + (delivery or 0)
        tax = self.tax(net)
        return Totals(
            subtotal=self.money(subtotal),
            delivery=None if delivery is None else self.money(delivery),
            tax=self.money(tax),
            tax_included=self.tax_included,
            total=self.money(net if self.tax_included else net + tax),
        )

    def delivery_options(self, country: str | None, now: datetime) -> list[DeliveryOption]:
        """The options for a country (None: the main one), cheapest first, with the days they arrive."""
        code = country or self.countries[0].code
        options = [
            _option(self, method, code, now)
            for method in self.delivery
            if not method.countries or code in method.countries
        ]
        return sorted(options, key=lambda option: (option.price.amount, option.id))


def _option(market: Market, method: DeliveryMethod, country: str, now: datetime) -> DeliveryOption:
    leaves = now.date() if now.hour < method.cut_off_hour else now.date() + timedelta(days=1)
    leaves = working_day(leaves, 0)
    return DeliveryOption(
        id=method.id,
        name=method.name,
        price=market.money(method.price + dict(method.surcharges).get(country, 0)),
        earliest=working_day(leaves, method.lead_min).isoformat(),
        latest=working_day(leaves, method.lead_max).isoformat(),
    )


def working_day(start: date, days: int) -> date:
    """The day `days` working days (Monday to Friday) after `start`; 0: the first working day from it on."""
    day = start
    while day.weekday() >= _SATURDAY:
        day += timedelta(days=1)
    for _ in range(days):
        day += timedelta(days=1)
        while day.weekday() >= _SATURDAY:
            day += timedelta(days=1)
    return day


_EU = Market(
    code="eu",
    currency="EUR",
    tax_basis_points=2000,
    tax_included=True,
    countries=(
        Country("IE", "Ireland", r"(?:[A-Z]\d{2}|D6W) ?[0-9A-Z]{4}", "D02 X285"),
        Country("AT", "Austria", r"[1-9]\d{3}", "1010"),
        Country("BE", "Belgium", r"[1-9]\d{3}", "1000"),
        Country("DE", "Germany", r"\d{5}", "10115"),
        Country("DK", "Denmark", r"\d{4}", "1050"),
        Country("ES", "Spain", r"(?:0[1-9]|[1-4]\d|5[0-2])\d{3}", "28001"),
        Country("FI", "Finland", r"\d{5}", "00100"),
        Country("FR", "France", r"\d{5}", "75001"),
        Country("IT", "Italy", r"\d{5}", "00118"),
        Country("NL", "Netherlands", r"[1-9]\d{3} ?[A-Z]{2}", "1012 AB"),
        Country("PT", "Portugal", r"\d{4}-\d{3}", "1100-148"),
        Country("SE", "Sweden", r"\d{3} ?\d{2}", "111 29"),
    ),
    delivery=(
        DeliveryMethod(
            "standard", "Standard delivery", 495, 2, 4, 15, surcharges=(("FI", 300), ("SE", 300), ("PT", 300))
        ),
        DeliveryMethod("express", "Express delivery", 1295, 1, 1, 12, surcharges=(("FI", 600), ("PT", 600))),
        DeliveryMethod(
            "courier", "Same-week courier, chosen evening", 1995, 2, 2, 12, countries=("IE", "NL", "BE", "DE")
        ),
    ),
)
_US = Market(
    code="us",
    currency="USD",
    tax_basis_points=800,
    tax_included=False,
    countries=(Country("US", "United States", r"\d{5}(?:-\d{4})?", "10001"),),
    delivery=(
        DeliveryMethod("standard", "Standard delivery", 695, 3, 6, 20),
        DeliveryMethod("express", "Two-day delivery", 1895, 2, 2, 17),
    ),
)

MARKETS = MappingProxyType({market.code: market for market in (_EU, _US)})
DEFAULT_LOCALE = "en"
LOCALES = ("en",)


def market_or_404(code: str) -> Market:
    """The market of that code. Raises Problem 404 `unknown_market`."""
    market = MARKETS.get(code)
    if market is None:
        raise not_found("There is no such market.", "unknown_market")
    return market


def locale_for(asked: str) -> str:
    """The locale that texts exist in: the one asked for, its language, or English."""
    language = asked.split("-", maxsplit=1)[0]
    return next((known for known in (asked, language) if known in LOCALES), DEFAULT_LOCALE)


def address_problem(market: Market, country: str, postcode: str, *, at: str = "") -> Problem | None:
    """Why the market can't send there (422 with the pointer under `at`), or None when it can."""
    served = market.country(country)
    if served is None:
        names = ", ".join(known.name for known in market.countries)
        return invalid(f"{at}/country", "country_not_served", f"We deliver to {names}.")
    if not served.accepts(postcode):
        words = f"A postcode in {served.name} looks like {served.postcode_example}."
        return invalid(f"{at}/postcode", "postcode_invalid", words)
    return None
