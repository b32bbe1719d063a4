"""Splits an amount among several so that the parts sum to it exactly."""

from collections.abc import Sequence


def half_up(numerator: int, denominator: int) -> int:
    """`numerator / denominator`, neither negative, rounded half up."""
    return (2 * numerator + denominator) // (2 * denominator)


def spread(amount: int, weights: Sequence[int]) -> list[int]:
    """`amount` minor units in proportion to the weights, by the largest remainder; earlier ones win ties.

    No part is more than its weight as long as the amount isn't more than all weights together. Nothing can be
    spread over weights that are all 0, except 0.

    Raises:
        ValueError: a negative amount or weight, or an amount over nothing.
    """
    whole = sum(weights)
    if amount < 0 or any(weight < 0 for weight in weights) or (amount and not whole):
        raise ValueError("an amount can only be spread over something")
    if not amount:
        return [0] * len(weights)
    parts = [amount * weight // whole for weight in weights]
    remainders = [amount * weight % whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda n: (-remainders[n], n))
    for n in order[: amount - sum(parts)]:
        parts[n] += 1
    return parts


def part_of(amount: int, count: int, whole: int) -> int:
    """What `count` of `whole` equal pieces of an amount are worth, so that consecutive pieces add up."""
    return half_up(amount * count, whole)
