"""The price facet's steps: round, few, without gaps, and nothing to choose where there is no choice."""

import pytest

from apptier.search.prices import (
    MOST_STEPS,
    OPEN_END,
    SLOT,
    PriceRange,
    counted,
    is_aligned,
    price_steps,
    slot_of,
    with_own,
)

MANY = {slot * SLOT: 40 // (1 + abs(slot - 9)) + 1 for slot in range(200)}


def test_steps_are_few_and_each_holds_a_share():
    steps = price_steps(MANY)
    assert 2 <= len(steps) <= MOST_STEPS + 1
    assert all(counted(step, MANY) > 0 for step in steps)
    assert sum(counted(step, MANY) for step in steps) == sum(MANY.values())


@pytest.mark.parametrize("amount", [0, 499, 500, 2499, 2500, 99_999, 10_000_000])
def test_every_price_is_in_exactly_one_step(amount):
    assert sum(step.low <= amount <= step.high for step in price_steps(MANY)) == 1


def test_boundaries_are_round_and_steps_meet():
    steps = price_steps(MANY)
    assert all(step.low % SLOT == 0 for step in steps)
    assert [a.high + 1 for a in steps[:-1]] == [b.low for b in steps[1:]]
    assert (steps[0].low, steps[-1].high) == (0, OPEN_END)


@pytest.mark.parametrize("counts", [{}, {2500: 7}, {slot_of(4900): 1}])
def test_one_price_is_no_choice(counts):
    assert price_steps(counts) == []


def test_a_range_of_ones_own_is_kept_among_the_steps():
    own = PriceRange(1234, 5678)
    assert with_own([PriceRange(0, 999), PriceRange(1000, OPEN_END)], [own])[-1] == own
    assert not is_aligned(own)
    assert is_aligned(PriceRange(2500, 4999))
    assert is_aligned(PriceRange(2500, OPEN_END))
