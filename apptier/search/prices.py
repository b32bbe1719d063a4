"""The price facet's steps: few, round, each with a fair share of the products, the same while one filters.

They are made for each category when the index is, of all that is in it: so a range that a shopper has
chosen stays one of the ranges on offer, and no search has to find out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# Prices are counted in slots of so many minor units: every boundary of a step is a multiple of it.
SLOT = 500
OPEN_END = 99_999_999_999
MOST_STEPS = 6
_FEWEST_STEPS = 2
_ROUND = tuple(
    base * 10**power
    for power in range(1, 9)
    for base in (10, 15, 20, 25, 30, 40, 50, 75)
    if base * 10**power % SLOT == 0
)


@dataclass(frozen=True, slots=True)
class PriceRange:
    """Prices from `low` to `high`, both included, in minor units."""

    low: int
    high: int

    @property
    def value(self) -> str:
        """The range as a filter's value."""
        return f"{self.low}-{self.high}"


def slot_of(amount: int) -> int:
    """Where the slot of a price begins."""
    return amount // SLOT * SLOT


def price_steps(counts: Mapping[int, int]) -> list[PriceRange]:
    """Ranges for prices that lie in these slots (its start -> products in it).

    None when all would be in one range: there is nothing to choose then.
    """
    total = sum(counts.values())
    if not total:
        return []
    share = -(-total // MOST_STEPS)
    ends: list[int] = []
    inside = 0
    last = max(counts)
    marks = sorted(set(_ROUND))
    for start, end in zip((0, *marks), marks, strict=False):
        inside += sum(count for slot, count in counts.items() if start <= slot < end)
        if inside >= share and end <= last:
            ends.append(end)
            inside = 0
    if len(ends) + 1 < _FEWEST_STEPS:
        return []
    lows, highs = (0, *ends), (*(end - 1 for end in ends), OPEN_END)
    return [PriceRange(low, high) for low, high in zip(lows, highs, strict=True)]


def counted(step: PriceRange, counts: Mapping[int, int]) -> int:
    """How many products are in a step (whose ends are multiples of `SLOT`)."""
    return sum(count for slot, count in counts.items() if step.low <= slot <= step.high)


def is_aligned(price: PriceRange) -> bool:
    """Whether whole slots make this range."""
    return price.low % SLOT == 0 and (price.high == OPEN_END or (price.high + 1) % SLOT == 0)


def with_own(steps: Sequence[PriceRange], chosen: Sequence[PriceRange]) -> list[PriceRange]:
    """The steps, and the chosen ranges that are none of them, in order."""
    own = [price for price in chosen if price not in steps]
    return sorted([*steps, *own], key=lambda price: (price.low, price.high))
