"""The Unit Price columns of an export become the measure that a price per kilogram, litre or metre needs."""

from __future__ import annotations

import pytest
from shop_files import imported, row, shop_file

from dev.catalogue.records import CatalogueMeasure


def measured(total: str, unit: str, base: str = "", base_unit: str = ""):
    cells = {"Unit_Price_Total_Measure": total, "Unit_Price_Total_Measure_Unit": unit}
    cells |= {"Unit_Price_Base_Measure": base, "Unit_Price_Base_Measure_Unit": base_unit}
    return imported(shop_file(row("soap", "Soap", "6.50", **cells)))


@pytest.mark.parametrize(
    ("cells", "measure"),
    [
        (("250", "g", "1", "kg"), CatalogueMeasure("0.25", "kg", "1")),
        (("250", "g", "100", "g"), CatalogueMeasure("250", "g", "100")),
        (("75", "cl", "1", "l"), CatalogueMeasure("0.75", "l", "1")),
        (("500", "ML", "100", "ml"), CatalogueMeasure("500", "ml", "100")),
        (("1005", "cm", "1", "m"), CatalogueMeasure("10.05", "m", "1")),
        (("5.2", "m2", "", ""), CatalogueMeasure("5.2", "m2", "1")),
        (("6", "item", "1", "item"), CatalogueMeasure("6", "piece", "1")),
        (("1.5", "l", "100", "ml"), CatalogueMeasure("1500", "ml", "100")),
    ],
)
def test_a_measure_is_told_in_the_unit_of_its_base(cells, measure) -> None:
    got = measured(*cells)
    assert got.problems == []
    assert got.only.variants[0].measure == measure


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (("250", "g", "1", "l"), "cannot be told per l"),
        (("250", "stone", "1", "kg"), "'stone' is none of"),
        (("many", "g", "1", "kg"), "'many' is not a number"),
        (("0", "g", "1", "kg"), "is not a measure"),
        (("1e9", "g", "", ""), "is not a number"),
        (("0.0001", "g", "1", "kg"), "too little"),
    ],
)
def test_an_odd_measure_is_named_and_the_product_sold_without(cells, said) -> None:
    got = measured(*cells)
    assert got.problems == [(2, "Unit Price Total Measure")]
    assert said in got.report.problems[0].reason
    assert got.only.variants[0].measure is None
    assert got.only.variants[0].prices["eu"].amount == 650


def test_without_the_columns_there_is_no_measure() -> None:
    assert imported(shop_file(row("soap", "Soap", "6.50"))).only.variants[0].measure is None
