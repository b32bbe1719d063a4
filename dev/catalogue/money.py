"""Prices as text to minor units, exactly, refusing what two countries would read differently."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

MINOR_DIGITS: Final = {"JPY": 0, "KRW": 0, "ISK": 0, "CLP": 0, "KWD": 3, "BHD": 3, "TND": 3}
"""Currencies whose minor unit is not a hundredth (ISO 4217); all others have two digits."""
LARGEST: Final = 99_999_999_99
"""Minor units. Beyond it a number in a price column is a mistake."""
SHOWN: Final = 40
"""Characters of an odd price that a message repeats."""
_PLAIN: Final = re.compile(r"\d{1,12}(?:\.(\d+))?")
_GROUPED: Final = re.compile(r"-?\d[\d.,\s'’]*[.,\s'’]\d+")


def parse_price(text: str, currency: str) -> int:
    """Minor units of `currency` in `text`, e.g. `"12.50"` as 1250.

    Raises:
        ValueError: not a price; the message is a reason for the person who wrote the file.
    """
    value = text.strip()
    if not value:
        message = "is empty"
        raise ValueError(message)
    match = _PLAIN.fullmatch(value) if value.isascii() else None
    if match is None:
        raise ValueError(_why(value))
    digits = MINOR_DIGITS.get(currency, 2)
    if len((match[1] or "").rstrip("0")) > digits:
        message = f"{value!r} has more decimals than {currency} has"
        raise ValueError(message)
    amount = int(Decimal(value).scaleb(digits))
    if amount > LARGEST:
        message = f"{value!r} is larger than any price can be"
        raise ValueError(message)
    return amount


def _why(value: str) -> str:
    shown = repr(value if len(value) <= SHOWN else value[: SHOWN - 1] + "…")
    if value.startswith("-"):
        return f"{shown} is negative"
    if _GROUPED.fullmatch(value):
        return f"{shown} is ambiguous: write 1234.50, a point for decimals and nothing between thousands"
    return f"{shown} is not a number like 12.50"
