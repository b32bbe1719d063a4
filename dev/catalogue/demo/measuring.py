"""Says the centimetres of a size in inches, for shoppers who measure in them."""

from __future__ import annotations

import re
from typing import Final

CM_PER_INCH: Final = 2.54
_QUARTERS: Final = ("", "¼", "½", "¾")
_IN_CM: Final = re.compile(r"(\d+(?:\.\d+)?)(?: × (\d+(?:\.\d+)?))? cm")


def inches_of(label: str) -> str | None:
    """The centimetres in a label in inches, to the quarter ("45 × 45 cm": "17¾ × 17¾"); None without any."""
    found = _IN_CM.search(label)
    if found is None:
        return None
    return " × ".join(_quarters(float(side)) for side in found.groups() if side is not None)


def _quarters(centimetres: float) -> str:
    whole, quarters = divmod(round(4 * centimetres / CM_PER_INCH), 4)
    return f"{whole or ''}{_QUARTERS[quarters]}"
