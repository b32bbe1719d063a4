"""Parts sum to the whole, whatever is split."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apptier.orders.shares import half_up, part_of, spread


@given(weights=st.lists(st.integers(0, 2_000_000), min_size=1, max_size=90), data=st.data())
def test_a_spread_sums_exactly_and_no_part_exceeds_its_weight(weights, data) -> None:
    amount = data.draw(st.integers(0, sum(weights)))
    parts = spread(amount, weights)
    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert 0 <= part <= weight
        assert abs(part - Fraction(amount * weight, sum(weights) or 1)) < 1


def test_nothing_can_be_spread_over_nothing() -> None:
    assert spread(0, [0, 0]) == [0, 0]
    for amount, weights in ((1, [0]), (-1, [1]), (1, [-1, 2])):
        with pytest.raises(ValueError, match="spread"):
            spread(amount, weights)


@given(amount=st.integers(0, 10**9), pieces=st.integers(1, 99))
def test_consecutive_pieces_add_up(amount, pieces) -> None:
    worth = [part_of(amount, n + 1, pieces) - part_of(amount, n, pieces) for n in range(pieces)]
    assert sum(worth) == amount
    assert min(worth) >= 0
    assert max(worth) - min(worth) <= 1


@given(numerator=st.integers(0, 10**9), denominator=st.integers(1, 10**5))
def test_halves_go_up(numerator, denominator) -> None:
    exact = Fraction(numerator, denominator)
    assert exact - Fraction(1, 2) < half_up(numerator, denominator) <= exact + Fraction(1, 2)
