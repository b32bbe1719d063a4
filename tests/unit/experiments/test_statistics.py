"""What is said of counts: as published examples have it, and as it must be for any counts at all."""

import math
from random import Random

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.experiments.statistics import (
    Sums,
    always,
    chi_square,
    chi_square_tail,
    difference,
    mean,
    mean_difference,
    sample_ratio,
    share,
)

counts = st.integers(1, 200_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
amounts = st.lists(st.integers(0, 1_000_000), min_size=2, max_size=60)


def sums_of(values) -> Sums:
    return Sums(len(values), sum(values), sum(value * value for value in values))


@pytest.mark.parametrize(
    ("hits", "people", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_a_share_is_as_newcombe_1998_table_i_has_it(hits, people, low, high):
    found = share(hits, people)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@pytest.mark.parametrize(
    ("one", "base", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_a_difference_is_as_newcombe_1998_table_ii_has_it(one, base, low, high):
    found = difference(*one, *base)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_mendels_peas_are_as_they_should_be():
    """315 : 108 : 101 : 32 for 9 : 3 : 3 : 1, the textbooks' example of Pearson's test."""
    peas, ratio = (315, 108, 101, 32), (9, 3, 3, 1)
    assert chi_square(peas, ratio) == pytest.approx(0.470, abs=0.0005)
    assert sample_ratio(peas, ratio) == pytest.approx(0.925, abs=0.0005)


@pytest.mark.parametrize(
    ("value", "degrees", "chance"),
    [(3.841, 1, 0.05), (10.828, 1, 0.001), (13.816, 2, 0.001), (16.266, 3, 0.001), (29.588, 10, 0.001)],
)
def test_critical_values_are_those_of_the_tables(value, degrees, chance):
    assert chi_square_tail(value, degrees) == pytest.approx(chance, rel=5e-4)  # the tables have three digits


@given(st.floats(0.001, 400), st.integers(1, 60))
def test_the_tail_is_the_integral_that_it_stands_for(value, degrees):
    exact = float(mpmath.gammainc(degrees / 2, value / 2, regularized=True))
    assert chi_square_tail(value, degrees) == pytest.approx(exact, rel=1e-9, abs=1e-300)


def test_a_difference_of_means_is_that_of_its_formula():
    """Variances 500/3 of four and 5/2 of five, done by hand; 1.959964 is the tables' quantile."""
    one, base = sums_of([10, 20, 30, 40]), sums_of([1, 2, 3, 4, 5])
    found = mean_difference(one, base)
    error = math.sqrt((500 / 3) / 4 + 2.5 / 5)
    assert found.value == 22.0
    assert found.high - found.value == pytest.approx(1.959964 * error, rel=1e-6)
    assert mean(one).high == pytest.approx(25 + 1.959964 * math.sqrt(500 / 12), rel=1e-6)


@given(counts, st.sampled_from([0.8, 0.95, 0.99, 0.999]))
def test_a_share_lies_in_its_interval_and_both_between_nought_and_one(pair, confidence):
    found = share(*pair, confidence)
    assert 0 <= found.low <= found.value <= found.high <= 1
    wider = share(*pair, 0.9999)
    assert wider.low <= found.low
    assert found.high <= wider.high


@given(counts)
def test_misses_are_hits_seen_from_the_other_side(pair):
    hits, people = pair
    one, other = share(hits, people), share(people - hits, people)
    assert one.low == pytest.approx(1 - other.high, abs=1e-12)
    assert one.high == pytest.approx(1 - other.low, abs=1e-12)


@given(counts, counts)
def test_differences_turn_round_with_their_sides(one, base):
    there, back = difference(*one, *base), difference(*base, *one)
    assert there.low == pytest.approx(-back.high, abs=1e-12)
    assert -1 <= there.low <= there.value <= there.high <= 1
    late, early = always(*one, *base, 0.99), always(*base, *one, 0.99)
    assert late.low == pytest.approx(-early.high, abs=1e-12)
    assert late.low <= late.value <= late.high


@given(counts, counts)
def test_bounds_at_all_times_are_wider_than_those_for_one_look(one, base):
    often = always(*one, *base, 0.95)
    z = 1.959964
    p, q = one[0] / one[1], base[0] / base[1]
    once = z * math.sqrt(p * (1 - p) / one[1] + q * (1 - q) / base[1])
    assert often.high - often.value >= min(once, 1 - often.value) - 1e-12


@given(amounts, amounts)
def test_sums_are_enough_for_means_and_their_spread(one, base):
    found = mean(sums_of(one))
    average = sum(one) / len(one)
    spread = sum((value - average) ** 2 for value in one) / (len(one) - 1) / len(one)
    assert found.value == pytest.approx(average)
    assert sums_of(one).variance_of_mean == pytest.approx(spread, rel=1e-9, abs=1e-6)
    there, back = mean_difference(sums_of(one), sums_of(base)), mean_difference(sums_of(base), sums_of(one))
    assert there.low == pytest.approx(-back.high)


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 100_000)), min_size=2, max_size=8))
def test_a_ratio_is_a_chance_and_counts_as_dealt_are_the_most_likely(pairs):
    got, weights = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    assert 0 <= sample_ratio(got, weights) <= 1
    assert sample_ratio(weights, weights) == 1


def test_a_tenth_of_a_variant_lost_is_found_and_luck_is_not():
    assert sample_ratio([10_000, 9_000], [1, 1]) < 0.001
    assert sample_ratio([10_000, 9_900], [1, 1]) > 0.001
    assert sample_ratio([9_000, 1_000], [9, 1]) > 0.9


def test_nothing_is_said_of_nobody():
    assert (share(0, 0).low, share(0, 0).high) == (0, 1)
    assert not difference(0, 0, 5, 10).tells
    assert not always(0, 0, 5, 10, 0.99).tells
    assert mean(Sums(1, 500, 250_000)).low == -math.inf
    assert sample_ratio([0, 0], [1, 1]) == 1


@pytest.mark.parametrize("pair", [(-1, 5), (6, 5)])
def test_impossible_counts_are_refused(pair):
    with pytest.raises(ValueError, match="cannot be"):
        share(*pair)
    with pytest.raises(ValueError, match="cannot be"):
        always(*pair, 1, 2, 0.99)


def test_who_looks_all_the_time_is_rarely_wrong():
    """600 tests of two alike, 100 looks at each: wrong in one of a hundred, by usual intervals in many."""
    fair, usual, tests = 0, 0, 600
    for seed in range(tests):
        often, once = _looked_at(Random(seed), 0.05, 0.05)
        fair += often
        usual += once
    assert fair <= tests * 0.02
    assert usual >= tests * 0.05


def test_who_looks_all_the_time_sees_a_third_fewer_orders():
    found = sum(_looked_at(Random(seed), 0.033, 0.05)[0] for seed in range(100))
    assert found >= 90


def _looked_at(random: Random, rate: float, base_rate: float) -> tuple[bool, bool]:
    """Whether a drop was claimed at any of 100 looks, of 100 new shoppers a side each: at 99 %, one-sided."""
    hits = base_hits = people = 0
    often = once = False
    for _ in range(100):
        people += 100
        hits += _draw(random, rate)
        base_hits += _draw(random, base_rate)
        if people < 500:
            continue
        often |= always(hits, people, base_hits, people, 0.98).high < 0
        once |= difference(hits, people, base_hits, people, 0.98).high < 0
    return often, once


def _draw(random: Random, rate: float) -> int:
    return sum(random.random() < rate for _ in range(100))
