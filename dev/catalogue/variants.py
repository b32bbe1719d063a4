"""One row to one variant: option values, SKU, prices, stock, weight, each checked and each fault named."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dev.catalogue.measures import TOTAL, read_measure
from dev.catalogue.money import parse_price
from dev.catalogue.naming import SKU, derived_sku
from dev.catalogue.report import Problem

if TYPE_CHECKING:
    from dev.catalogue.csvfile import Row
    from dev.catalogue.records import CatalogueMeasure

NAMES: Final = ("Option1 Name", "Option2 Name", "Option3 Name")
VALUES: Final = ("Option1 Value", "Option2 Value", "Option3 Value")
UNTRACKED_STOCK: Final = 100
"""Units for a variant whose stock the file does not count: its inventory quantity is blank."""
MOST_STOCK: Final = 1_000_000
MOST_GRAMS: Final = 10_000_000
_NUMBER: Final = re.compile(r"-?\d{1,12}(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class RawVariant:
    """A variant as the file has it. Amounts are minor units; `compare_at` is None when nothing is reduced."""

    sku: str
    values: tuple[str, ...]
    amount: int
    compare_at: int | None
    stock: int
    grams: int
    barcode: str | None
    image: str
    line: int
    measure: CatalogueMeasure | None = None


class VariantReader:
    """Reads the variants of one product. `taken` holds the SKUs of the whole file with their lines."""

    def __init__(self, currency: str, problems: list[Problem], taken: dict[str, int]) -> None:
        self._currency = currency
        self._problems = problems
        self._taken = taken
        self._combinations: dict[tuple[str, ...], int] = {}

    def read(self, row: Row, handle: str, options: tuple[str, ...]) -> RawVariant | None:
        """The row's variant, or None when it cannot be sold; says why in the problems."""
        values = self._values(row, handle, options)
        amount = self._price(row, handle)
        if values is None or amount is None:
            return None
        sku = self._sku(row, handle, values)
        if sku is None:
            return None
        self._combinations[tuple(value.lower() for value in values)] = row.line
        self._taken[sku] = row.line
        return RawVariant(
            sku,
            values,
            amount,
            self._compare_at(row, handle, amount),
            self._stock(row, handle),
            self._grams(row, handle),
            row.get("Variant Barcode").lstrip("'")[:60] or None,
            row.get("Variant Image"),
            row.line,
            self._measure(row, handle),
        )

    def _say(self, row: Row, column: str, reason: str, handle: str) -> None:
        self._problems.append(Problem(row.line, column, reason, handle))

    def _values(self, row: Row, handle: str, options: tuple[str, ...]) -> tuple[str, ...] | None:
        values = tuple(row.get(column)[:100] for column in VALUES)
        used = values[: len(options)]
        for column, name, value in zip(VALUES, options, used, strict=False):
            if not value:
                self._say(row, column, f"is empty, but the product has the option {name!r}", handle)
                return None
        for column, value in list(zip(VALUES, values, strict=True))[len(options) :]:
            if value and not (not options and value.lower() == "default title"):
                self._say(row, column, f"{value[:40]!r} belongs to an option that has no name", handle)
                return None
        earlier = self._combinations.get(tuple(value.lower() for value in used))
        if earlier is not None:
            what = " / ".join(used) or "the only variant"
            self._say(row, VALUES[0], f"{what[:80]!r} is there already, on line {earlier}", handle)
            return None
        return used

    def _price(self, row: Row, handle: str) -> int | None:
        try:
            return parse_price(row.get("Variant Price"), self._currency)
        except ValueError as error:
            self._say(row, "Variant Price", str(error), handle)
            return None

    def _sku(self, row: Row, handle: str, values: tuple[str, ...]) -> str | None:
        written = row.get("Variant SKU").lstrip("'").strip()
        sku = written or derived_sku(handle, values)
        if not SKU.fullmatch(sku):
            self._say(
                row,
                "Variant SKU",
                f"{sku[:60]!r} may hold only letters, digits and . _ / -, 80 at most",
                handle,
            )
            return None
        if sku in self._taken:
            self._say(row, "Variant SKU", f"{sku!r} is there already, on line {self._taken[sku]}", handle)
            return None
        return sku

    def _compare_at(self, row: Row, handle: str, amount: int) -> int | None:
        text = row.get("Variant Compare At Price")
        if not text:
            return None
        try:
            before = parse_price(text, self._currency)
        except ValueError as error:
            self._say(row, "Variant Compare At Price", f"{error}; sold without it", handle)
            return None
        return before if before > amount else None

    def _measure(self, row: Row, handle: str) -> CatalogueMeasure | None:
        try:
            return read_measure(row)
        except ValueError as error:
            self._say(row, TOTAL, f"{error}; sold without its unit price", handle)
            return None

    def _stock(self, row: Row, handle: str) -> int:
        units = self._whole(row, "Variant Inventory Qty", handle, "counted as 0")
        return UNTRACKED_STOCK if units is None else min(max(units, 0), MOST_STOCK)

    def _grams(self, row: Row, handle: str) -> int:
        return min(max(self._whole(row, "Variant Grams", handle, "taken as 0") or 0, 0), MOST_GRAMS)

    def _whole(self, row: Row, column: str, handle: str, instead: str) -> int | None:
        text = row.get(column)
        if not text:
            return None
        if not text.isascii() or not _NUMBER.fullmatch(text):
            self._say(row, column, f"{text[:40]!r} is not a whole number; {instead}", handle)
            return 0
        return int(text.partition(".")[0])
