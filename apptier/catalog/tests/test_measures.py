"""Prices per unit are exact, rounded once and half up, for amounts and measures of any size."""

from decimal import Decimal
from fractions import Fraction

import pytest
from pydantic import ValidationError

from apptier.catalog.measures import measure_answer, unit_price
from apptier.catalog.records import Unit, UnitMeasure
from apptier.kit.markets import MARKETS

EU = MARKETS["eu"]


def measure(quantity: str, unit: Unit, reference: str = "1") -> UnitMeasure:
    return UnitMeasure(quantity=Decimal(quantity), unit=unit, reference=Decimal(reference))


@pytest.mark.parametrize(
    ("amount", "held", "told"),
    [
        (7800, measure("10", "m"), (780, 1, "m")),
        (7800, measure("10.05", "m"), (776, 1, "m")),  # 776.119...
        (650, measure("50", "g", "100"), (1300, 100, "g")),
        (350, measure("500", "g", "1000"), (700, 1, "kg")),
        (299, measure("750", "ml", "1000"), (399, 1, "l")),  # 398.66...
        (5, measure("2", "piece"), (3, 1, "piece")),  # 2.5 rounds up
        (1, measure("3", "m"), (0, 1, "m")),
        (0, measure("3", "m"), (0, 1, "m")),
        (99_999_999_999, measure("0.001", "kg", "0.001"), (99_999_999_999, 0.001, "kg")),
    ],
)
def test_the_price_of_a_reference_quantity(
    amount: int, held: UnitMeasure, told: tuple[int, float, str]
) -> None:
    found = unit_price(EU, amount, held)
    assert found is not None
    assert (found.price.amount, found.per.quantity, found.per.unit) == told
    assert found.price.currency == "EUR"


@pytest.mark.parametrize("amount", [1, 7, 333, 4999, 123_456_789])
@pytest.mark.parametrize("quantity", ["0.3", "7", "10.05", "999.999"])
def test_it_is_never_further_off_than_half_a_minor_unit(amount: int, quantity: str) -> None:
    found = unit_price(EU, amount, measure(quantity, "m"))
    assert found is not None
    exact = Fraction(amount) / Fraction(Decimal(quantity))
    assert abs(found.price.amount - exact) <= Fraction(1, 2)


def test_what_is_not_sold_by_measure_has_none() -> None:
    assert unit_price(EU, 4900, None) is None
    assert measure_answer(None) is None


@pytest.mark.parametrize("quantity", ["0", "-1", "1.0001"])
def test_a_measure_of_nothing_is_refused(quantity: str) -> None:
    with pytest.raises(ValidationError):
        measure(quantity, "m")
