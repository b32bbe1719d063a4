"""What may be said about counted shoppers: intervals, differences, fair shares, and bounds for looking often.

Pure functions of counts. Every one is checked against published worked examples (tests/unit/experiments).

Sources: Wilson, JASA 22 (1927); Newcombe, Statistics in Medicine 17 (1998), 857-872 (single share, method 3)
and 873-890 (difference, method 10); Welch, Biometrika 34 (1947); Pearson, Phil. Mag. 50 (1900); Robbins,
Ann. Math. Stat. 41 (1970), and Waudby-Smith et al., Annals of Statistics 52 (2024), for bounds at all times.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

CONFIDENCE = 0.95
_NORMAL = NormalDist()
_ENOUGH = 1e-15  # relative size of a term that changes nothing any more
_MOST_TERMS = 100_000
_TINY = 1e-300
_LEAST_PEOPLE = 2  # of fewer the spread is not known
SCALE = 0.02
"""The difference of shares for which the bounds at all times are made tightest: two points in a hundred."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A value and between which others it lies, with the confidence that was asked for."""

    value: float
    low: float
    high: float

    @property
    def tells(self) -> bool:
        """Whether nought is outside: as a difference it is then not put down to chance."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class Sums:
    """Amounts of `people`, each their own: how many, the sum, and the sum of the squares.

    Whole numbers (minor units of one currency), so that nothing is lost however many are added.
    """

    people: int
    total: int
    squares: int

    @property
    def mean(self) -> float:
        """The amount of one of them; 0 of nobody."""
        return self.total / self.people if self.people else 0.0

    @property
    def variance_of_mean(self) -> float:
        """How far that mean may be off, squared; infinite for fewer than two."""
        if self.people < _LEAST_PEOPLE:
            return math.inf
        # In whole numbers: the difference of two large floats would have no digits left.
        spread = max(self.squares * self.people - self.total * self.total, 0)
        return spread / (self.people - 1) / self.people / self.people


def quantile(confidence: float) -> float:
    """How many standard errors a two-sided interval reaches out to either side."""
    return _NORMAL.inv_cdf(0.5 + confidence / 2)


def share(hits: int, people: int, confidence: float = CONFIDENCE) -> Interval:
    """Wilson's score interval of `hits` among `people`; 0 to 1 for nobody. ValueError for odd counts."""
    _check(hits, people)
    if not people:
        return Interval(0.0, 0.0, 1.0)
    z = quantile(confidence)
    p, square = hits / people, z * z
    middle = p + square / (2 * people)
    reach = z * math.sqrt(p * (1 - p) / people + square / (4 * people * people))
    whole = 1 + square / people
    # At the ends the formula gives exactly 0 and 1, were it not for rounding.
    low = 0.0 if not hits else max((middle - reach) / whole, 0.0)
    high = 1.0 if hits == people else min((middle + reach) / whole, 1.0)
    return Interval(p, low, high)


def difference(
    hits: int, people: int, base_hits: int, base_people: int, confidence: float = CONFIDENCE
) -> Interval:
    """By how much a share is above that of the base: Newcombe's interval from two of Wilson's (method 10)."""
    one, base = share(hits, people, confidence), share(base_hits, base_people, confidence)
    value = one.value - base.value
    down = math.hypot(one.value - one.low, base.high - base.value)
    up = math.hypot(one.high - one.value, base.value - base.low)
    return Interval(value, max(value - down, -1.0), min(value + up, 1.0))


def mean(sums: Sums, confidence: float = CONFIDENCE) -> Interval:
    """The mean amount of one shopper; unbounded while fewer than two were counted.

    The normal approximation: amounts are skewed, so it wants some hundreds of shoppers.
    """
    reach = quantile(confidence) * math.sqrt(sums.variance_of_mean)
    return Interval(sums.mean, sums.mean - reach, sums.mean + reach)


def mean_difference(sums: Sums, base: Sums, confidence: float = CONFIDENCE) -> Interval:
    """By how much a mean amount is above that of the base; the groups' spreads may differ (Welch)."""
    value = sums.mean - base.mean
    reach = quantile(confidence) * math.sqrt(sums.variance_of_mean + base.variance_of_mean)
    return Interval(value, value - reach, value + reach)


def chi_square(counts: Sequence[int], weights: Sequence[float]) -> float:
    """Pearson's sum for `counts` that should be as `weights`. ValueError for a weight that is not above 0."""
    if len(counts) != len(weights) or any(weight <= 0 for weight in weights):
        raise ValueError("each count needs a weight above 0")
    people, whole = sum(counts), sum(weights)
    if not people:
        return 0.0
    expected = [people * weight / whole for weight in weights]
    return sum((count - want) ** 2 / want for count, want in zip(counts, expected, strict=True))


def sample_ratio(counts: Sequence[int], weights: Sequence[float]) -> float:
    """How likely shares at least this far from `weights` are where dealing is fair (0 to 1).

    Near 0 something loses or doubles shoppers of one variant, and nothing else measured can be trusted.
    """
    return chi_square_tail(chi_square(counts, weights), len(counts) - 1)


def chi_square_tail(value: float, degrees: int) -> float:
    """The chance of `value` or more in the chi-square distribution; 1 without a degree of freedom."""
    if degrees < 1 or value <= 0:
        return 1.0
    return _upper_gamma(degrees / 2, value / 2)


def always(
    hits: int, people: int, base_hits: int, base_people: int, confidence: float, *, scale: float = SCALE
) -> Interval:
    """By how much a share is above that of the base, between bounds that hold at all times at once.

    Someone who looks every minute, and stops at what they hoped to see, is wrong with them no more often than
    1 - `confidence`; with an interval for one look they nearly always are in the end. For that the bounds are
    wider: about twice as many shoppers are needed. Each of them alone is wrong half as often.

    A mixture of normal likelihoods with standard deviation `scale` over the differences there may be, which
    has to be fixed beforehand. Asymptotic: to be asked of some hundreds of shoppers on.
    """
    _check(hits, people)
    _check(base_hits, base_people)
    if not people or not base_people:
        return Interval(0.0, -1.0, 1.0)
    value = hits / people - base_hits / base_people
    information = 1 / (_spread(hits, people) + _spread(base_hits, base_people))
    rho = 1 / (scale * scale)
    wrong = 1 - confidence
    evidence = math.log((information + rho) / (rho * wrong * wrong))
    reach = math.sqrt((information + rho) * evidence) / information
    return Interval(value, max(value - reach, -1.0), min(value + reach, 1.0))


def _spread(hits: int, people: int) -> float:
    """The variance of a share, with one hit and one miss more: that of 0 in 500 is not nought."""
    p = (hits + 1) / (people + 2)
    return p * (1 - p) / people


def _check(hits: int, people: int) -> None:
    if not 0 <= hits <= people:
        raise ValueError(f"{hits} of {people} cannot be")


def _upper_gamma(a: float, x: float) -> float:
    """The regularised incomplete gamma function Q(a, x), by the expansion that converges (DLMF 8.7, 8.9)."""
    front = math.exp(a * math.log(x) - x - math.lgamma(a))
    if x < a + 1:
        return max(1 - front * _series(a, x), 0.0)
    return min(front * _fraction(a, x), 1.0)


def _series(a: float, x: float) -> float:
    term = total = 1 / a
    for n in range(1, _MOST_TERMS):
        term *= x / (a + n)
        total += term
        if term < total * _ENOUGH:
            break
    return total


def _fraction(a: float, x: float) -> float:
    """The continued fraction, from its front (Lentz's way with Thompson and Barnett's changes)."""
    b = x + 1 - a
    c, d = 1 / _TINY, 1 / b
    value = d
    for n in range(1, _MOST_TERMS):
        numerator = n * (a - n)
        b += 2
        d = 1 / _off_zero(numerator * d + b)
        c = _off_zero(b + numerator / c)
        step = c * d
        value *= step
        if abs(step - 1) < _ENOUGH:
            break
    return value


def _off_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
