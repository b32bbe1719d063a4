"""The markets: currency, the countries served with tax and postcodes, how parcels travel, how one pays.

Rates of the EU are standard rates of VAT (Directive 2006/112/EC, article 97, as each state sets them). Those
of the United States are demo figures by state: see `sales_tax`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from types import MappingProxyType

from apptier.kit.holidays import is_holiday
from apptier.kit.models import DeliveryOption, Money, Totals
from apptier.kit.problems import Fault, Problem, not_found, validation_failed
from apptier.kit.sales_tax import FLAT_BASIS_POINTS, sales_tax

DEFAULT_LOCALE = "en"
LOCALES = ("en", "de", "ar")
_BASIS_POINTS = 10_000
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Country:
    """A country that a market serves.

    `tax` is in basis points (2300 is 23 %); with `tax_by_state` it is that of a state that isn't known.
    `postcode` is a regular expression for the whole upper-case code.
    """

    code: str
    name: str
    tax: int
    postcode: str
    postcode_example: str
    tax_by_state: bool = False

    def accepts(self, postcode: str) -> bool:
        """Whether the postcode can exist in this country."""
        return re.fullmatch(self.postcode, postcode.strip().upper(), re.ASCII) is not None


@dataclass(frozen=True, slots=True)
class DeliveryMethod:
    """One way to send a parcel. Price in minor units; leads in working days after the day it leaves.

    `surcharges` adds minor units for some countries; an empty `countries` means all of the market's. `names`
    are the name in other languages than English.
    """

    id: str
    name: str
    price: int
    lead_min: int
    lead_max: int
    cut_off_hour: int
    surcharges: tuple[tuple[str, int], ...] = ()
    countries: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)

    def in_language(self, locale: str) -> str:
        """The name in a locale, English where it has no other."""
        return self.names.get(locale, self.name)


@dataclass(frozen=True, slots=True)
class PaymentWay:
    """One way to pay; `texts` are name and detail by language."""

    id: str
    texts: Mapping[str, tuple[str, str]]

    def in_language(self, locale: str) -> tuple[str, str]:
        """Name and detail in a locale, English where there are none."""
        return self.texts.get(locale, self.texts[DEFAULT_LOCALE])


@dataclass(frozen=True, slots=True)
class Market:
    """Where the shop sells. The first country is the main one, the first way to pay the usual one."""

    code: str
    currency: str
    tax_included: bool
    countries: tuple[Country, ...]
    delivery: tuple[DeliveryMethod, ...]
    payment: tuple[PaymentWay, ...]

    @property
    def main_country(self) -> Country:
        """Where things probably go, as long as nobody has said."""
        return self.countries[0]

    @property
    def tax_basis_points(self) -> int:
        """The main country's rate: for words about the market as a whole, never to reckon with."""
        return self.main_country.tax

    def money(self, amount: int) -> Money:
        """`amount` minor units in the market's currency."""
        return Money(amount=amount, currency=self.currency)

    def country(self, code: str) -> Country | None:
        """The country, when this market serves it."""
        return next((country for country in self.countries if country.code == code), None)

    def delivery_name(self, method_id: str, locale: str) -> str | None:
        """What a way to send parcels is called; None for one that there is not (any more)."""
        found = next((method for method in self.delivery if method.id == method_id), None)
        return found.in_language(locale) if found else None

    def rate(self, country: str | None, state: str = "") -> int:
        """The rate of a country (the main one's for None or one that isn't served), in basis points.

        `state` is two upper-case letters where a country's states have rates of their own, "" while unknown.
        """
        known = (self.country(country) if country else None) or self.main_country
        return sales_tax(state) if known.tax_by_state else known.tax

    def tax(self, amount: int, country: str | None = None, state: str = "") -> int:
        """The tax in `amount` (included) or on top of it, in minor units, rounded half up."""
        rate = self.rate(country, state)
        base = _BASIS_POINTS + rate if self.tax_included else _BASIS_POINTS
        return (2 * amount * rate + base) // (2 * base)

    def totals(
        self,
        subtotal: int,
        delivery: int | None,
        *,
        discount: int = 0,
        country: str | None = None,
        state: str = "",
        estimated: bool = False,
    ) -> Totals:
        """What there is to pay for goods and delivery (None: nothing is sent), all in minor units.

        Delivery is taxed like the goods, and tax is on what is left after the discount. Where prices include
        tax it is part of the total, else on top.

        Args:
            subtotal: Of the goods, before discounts.
            delivery: Before discounts.
            discount: Of goods and delivery together, 0 or more, never more than they cost.
            country: Whose tax it is; the main one's for None.
            state: Of that country, as for `rate`.
            estimated: Whether the shopper has still to say where and how it goes.
        """
        net = subtotal - discount + (delivery or 0)
        tax = self.tax(net, country, state)
        return Totals(
            subtotal=self.money(subtotal),
            discount=self.money(discount),
            delivery=None if delivery is None else self.money(delivery),
            tax=self.money(tax),
            tax_basis_points=self.rate(country, state),
            tax_included=self.tax_included,
            total=self.money(net if self.tax_included else net + tax),
            estimated=estimated,
        )

    def delivery_options(
        self, country: str | None, now: datetime, locale: str = "en"
    ) -> list[DeliveryOption]:
        """The options for a country (None: the main one), cheapest first, with the days they arrive."""
        code = country or self.main_country.code
        options = [
            _option(self, method, code, now, locale)
            for method in self.delivery
            if not method.countries or code in method.countries
        ]
        return sorted(options, key=lambda option: (option.price.amount, option.id))


def _option(
    market: Market, method: DeliveryMethod, country: str, now: datetime, locale: str
) -> DeliveryOption:
    leaves = now.date() if now.hour < method.cut_off_hour else now.date() + timedelta(days=1)
    # It leaves where the market's goods lie, and travels where it is going.
    leaves = working_day(leaves, 0, market.main_country.code)
    return DeliveryOption(
        id=method.id,
        name=method.in_language(locale),
        price=market.money(method.price + dict(method.surcharges).get(country, 0)),
        earliest=working_day(leaves, method.lead_min, country).isoformat(),
        latest=working_day(leaves, method.lead_max, country).isoformat(),
    )


def working_day(start: date, days: int, country: str = "") -> date:
    """The day `days` working days after `start`; 0: the first working day from it on.

    Working days are Monday to Friday but for the holidays of `country` (ISO 3166-1 alpha-2).
    """
    day = _first_working(start, country)
    for _ in range(days):
        day = _first_working(day + timedelta(days=1), country)
    return day


def _first_working(day: date, country: str) -> date:
    while day.weekday() >= _SATURDAY or is_holiday(day, country):
        day += timedelta(days=1)
    return day


_STANDARD = {"de": "Standardversand", "ar": "توصيل عادي"}
_EXPRESS = {"de": "Expressversand", "ar": "توصيل سريع"}
_CARD = PaymentWay(
    "card",
    {
        "en": ("Card", "Visa, Mastercard and others"),
        "de": ("Karte", "Visa, Mastercard und andere"),
        "ar": ("بطاقة", "فيزا وماستركارد وغيرهما"),
    },
)
_BANK = PaymentWay(
    "bank",
    {
        "en": ("Pay by bank", "You approve it in your bank's app"),
        "de": ("Banküberweisung", "Sie geben sie in der App Ihrer Bank frei"),
        "ar": ("الدفع عبر البنك", "توافق عليه في تطبيق مصرفك"),
    },
)
_WALLET = PaymentWay(
    "wallet",
    {
        "en": ("Digital wallet", "The wallet on your phone or in your browser"),
        "de": ("Digitale Geldbörse", "Die Geldbörse auf Ihrem Telefon oder im Browser"),
        "ar": ("محفظة رقمية", "المحفظة في هاتفك أو متصفحك"),
    },
)
_EU = Market(
    code="eu",
    currency="EUR",
    tax_included=True,
    countries=(
        Country("IE", "Ireland", 2300, r"(?:[A-Z]\d{2}|D6W) ?[0-9A-Z]{4}", "D02 X285"),
        Country("AT", "Austria", 2000, r"[1-9]\d{3}", "1010"),
        Country("BE", "Belgium", 2100, r"[1-9]\d{3}", "1000"),
        Country("DE", "Germany", 1900, r"\d{5}", "10115"),
        Country("DK", "Denmark", 2500, r"\d{4}", "1050"),
        Country("ES", "Spain", 2100, r"(?:0[1-9]|[1-4]\d|5[0-2])\d{3}", "28001"),
        Country("FI", "Finland", 2550, r"\d{5}", "00100"),
        Country("FR", "France", 2000, r"\d{5}", "75001"),
        Country("IT", "Italy", 2200, r"\d{5}", "00118"),
        Country("NL", "Netherlands", 2100, r"[1-9]\d{3} ?[A-Z]{2}", "1012 AB"),
        Country("PT", "Portugal", 2300, r"\d{4}-\d{3}", "1100-148"),
        Country("SE", "Sweden", 2500, r"\d{3} ?\d{2}", "111 29"),
    ),
    delivery=(
        DeliveryMethod(
            "standard",
            "Standard delivery",
            495,
            2,
            4,
            15,
            surcharges=(("FI", 300), ("SE", 300), ("PT", 300)),
            names=_STANDARD,
        ),
        DeliveryMethod(
            "express",
            "Express delivery",
            1295,
            1,
            1,
            12,
            surcharges=(("FI", 600), ("PT", 600)),
            names=_EXPRESS,
        ),
        DeliveryMethod(
            "courier",
            "Evening courier, 18:00–21:00",
            1995,
            2,
            2,
            12,
            countries=("IE", "NL", "BE", "DE"),
            names={
                "de": "Abendkurier, 18–21 Uhr",
                "ar": "توصيل مسائي، من 18:00 إلى 21:00",
            },
        ),
    ),
    payment=(_CARD, _BANK),
)
_US = Market(
    code="us",
    currency="USD",
    tax_included=False,
    countries=(
        Country("US", "United States", FLAT_BASIS_POINTS, r"\d{5}(?:-\d{4})?", "10001", tax_by_state=True),
    ),
    delivery=(
        DeliveryMethod("standard", "Standard delivery", 695, 3, 6, 20, names=_STANDARD),
        DeliveryMethod(
            "express",
            "Two-day delivery",
            1895,
            2,
            2,
            17,
            names={"de": "Lieferung in zwei Tagen", "ar": "توصيل خلال يومين"},
        ),
    ),
    payment=(_CARD, _WALLET),
)

MARKETS = MappingProxyType({market.code: market for market in (_EU, _US)})


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
    fault = place_fault(market, country, postcode, at=f"{at}/")
    return validation_failed([fault]) if fault else None


def place_problem(
    market: Market, country: str, postcode: str | None = None, *, at: str = ""
) -> Problem | None:
    """As `address_problem`, where only the place is asked for: the fault is the problem's own code.

    `at` goes before the names `country` and `postcode`: "/" for a body, nothing for parameters.
    """
    fault = place_fault(market, country, postcode, at=at)
    return Problem(422, fault.code, fault.detail, faults=[fault]) if fault else None


def place_fault(market: Market, country: str, postcode: str | None, *, at: str) -> Fault | None:
    """What is wrong with a place: `country_not_served` or `postcode_invalid`; None when nothing is."""
    served = market.country(country)
    if served is None:
        names = ", ".join(known.name for known in market.countries)
        return Fault(f"{at}country", "country_not_served", f"We deliver to {names}.")
    if postcode is None or served.accepts(postcode):
        return None
    words = f"A postcode in {served.name} looks like {served.postcode_example}."
    return Fault(f"{at}postcode", "postcode_invalid", words)
