"""What the demo charges as sales tax in the United States: by state, and by what is known of the place.

**Demo figures.** Real sales tax depends on state, county, city and kind of goods; a shop that sells there
asks a tax service. Here the five states without a state sales tax (Oregon, Montana, New Hampshire, Delaware,
Alaska; Federation of Tax Administrators) have none, and every other has the same 8 %. Delivery is taxed as
goods are.
"""

from types import MappingProxyType
from typing import Final

FLAT_BASIS_POINTS: Final = 800
"""Of every state that has a tax, and of an unknown one (then the total is an estimate)."""

_UNTAXED: Final = frozenset({"OR", "MT", "NH", "DE", "AK"})
# First three digits of ZIP codes, both included (USPS, Domestic Mail Manual L002).
_ZIPS: Final = MappingProxyType(
    {"NH": (30, 38), "DE": (197, 199), "MT": (590, 599), "OR": (970, 979), "AK": (995, 999)}
)
_ZIP_AREA: Final = 3
_STATE: Final = 2


def sales_tax(state: str) -> int:
    """The rate of a state (its two letters) in basis points; the flat one for "", which is not known."""
    return 0 if state in _UNTAXED else FLAT_BASIS_POINTS


def state_at(region: str | None, postcode: str | None) -> str:
    """The state of an address: its own two letters, else the untaxed one of its ZIP code, else ""."""
    state = (region or "").strip().upper()
    return state if len(state) == _STATE and state.isalpha() else _untaxed_state(postcode or "")


def _untaxed_state(postcode: str) -> str:
    area = postcode.strip()[:_ZIP_AREA]
    if not (area.isascii() and area.isdecimal() and len(area) == _ZIP_AREA):
        return ""
    return next((state for state, (low, high) in _ZIPS.items() if low <= int(area) <= high), "")
