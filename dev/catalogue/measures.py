"""How much a row's variant holds, from the Unit Price columns of a Shopify export.

Shopify names the total and the base that the price is told for, each with a unit of its own: a jar of 250 g
whose price is told per 1 kg. The total is taken in the base's unit, so that one unit is left.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from dev.catalogue.records import CatalogueMeasure

if TYPE_CHECKING:
    from dev.catalogue.csvfile import Row

TOTAL: Final = "Unit Price Total Measure"
BASE: Final = "Unit Price Base Measure"
_MOST: Final = Decimal(1_000_000)
# What a unit is in the shop's own, and how many of those it makes.
_UNITS: Final[dict[str, tuple[str, Decimal]]] = {
    "mg": ("g", Decimal("0.001")),
    "g": ("g", Decimal(1)),
    "kg": ("kg", Decimal(1)),
    "ml": ("ml", Decimal(1)),
    "cl": ("ml", Decimal(10)),
    "l": ("l", Decimal(1)),
    "m3": ("l", Decimal(1000)),
    "mm": ("m", Decimal("0.001")),
    "cm": ("m", Decimal("0.01")),
    "m": ("m", Decimal(1)),
    "m2": ("m2", Decimal(1)),
    "item": ("piece", Decimal(1)),
}
_KINDS: Final = {"g": "g", "kg": "g", "ml": "ml", "l": "ml", "m": "m", "m2": "m2", "piece": "piece"}
_LARGE: Final = {"kg": Decimal(1000), "l": Decimal(1000)}


def read_measure(row: Row) -> CatalogueMeasure | None:
    """The measure of a row's variant, None where it has none.

    Raises:
        ValueError: a number or unit is odd, or the two units do not measure the same; says which.
    """
    if not row.get(TOTAL):
        return None
    quantity, unit = _amount(row, TOTAL)
    reference, base = _amount(row, BASE) if row.get(BASE) else (Decimal(1), unit)
    if _KINDS[unit] != _KINDS[base]:
        raise ValueError(f"{unit} cannot be told per {base}")
    quantity = quantity * _LARGE.get(unit, Decimal(1)) / _LARGE.get(base, Decimal(1))
    return CatalogueMeasure(_plain(quantity), base, _plain(reference))


def _amount(row: Row, column: str) -> tuple[Decimal, str]:
    """A number and its unit in the shop's own."""
    text, unit = row.get(column), row.get(f"{column} Unit").lower()
    if unit not in _UNITS:
        raise ValueError(f"{unit[:20]!r} is none of {', '.join(_UNITS)}")
    if not text.isascii() or not text.replace(".", "", 1).isdigit():
        raise ValueError(f"{text[:40]!r} is not a number")
    own, factor = _UNITS[unit]
    number = Decimal(text) * factor
    if not 0 < number < _MOST:
        raise ValueError(f"{text[:40]!r} {unit} is not a measure")
    return number, own


def _plain(number: Decimal) -> str:
    """To three decimal places, as the store keeps it. Raises ValueError for less than that."""
    rounded = number.quantize(Decimal("0.001"))
    if not rounded:
        raise ValueError(f"{number} is too little to tell a price by")
    return f"{rounded.normalize():f}"
