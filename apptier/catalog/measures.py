"""Prices per unit of measure, exactly: Directive 98/6/EC, article 2 (b).

Amounts are integers of the minor unit and measures are decimals with three places at most, so everything is a
fraction of integers until it is rounded, once, half up.
"""

from decimal import Decimal
from fractions import Fraction

from apptier.catalog import models
from apptier.catalog.records import Unit, UnitMeasure
from apptier.kit.markets import Market

_THOUSAND = 1000
_LARGER: dict[Unit, Unit] = {"g": "kg", "ml": "l"}


def unit_price(market: Market, amount: int, measure: UnitMeasure | None) -> models.UnitPrice | None:
    """What the reference quantity costs when the whole costs `amount` minor units; None without a measure."""
    if measure is None:
        return None
    exact = Fraction(amount) * Fraction(measure.reference) / Fraction(measure.quantity)
    # Half up for amounts of 0 or more: the whole part of what is half a unit more.
    rounded = (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)
    unit, reference = measure.unit, measure.reference
    if unit in _LARGER and reference % _THOUSAND == 0:
        unit, reference = _LARGER[unit], reference / _THOUSAND
    per = models.Quantity(quantity=number(reference), unit=unit)
    return models.UnitPrice(price=market.money(rounded), per=per)


def measure_answer(measure: UnitMeasure | None) -> models.UnitMeasure | None:
    """The measure as the contract has it."""
    if measure is None:
        return None
    return models.UnitMeasure(
        quantity=number(measure.quantity), unit=measure.unit, reference=number(measure.reference)
    )


def number(value: Decimal) -> models.Number:
    """A decimal as JSON's number: whole ones without a point."""
    return int(value) if value == value.to_integral_value() else float(value)
