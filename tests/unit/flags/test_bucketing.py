"""Who is on which side: by a formula that anybody can follow, evenly, and for good."""

from __future__ import annotations

import hashlib
from collections import Counter

import pytest

from storefront.flags.bucketing import HOLDOUT_SHARE, bucket, in_holdout
from storefront.flags.state import WHOLE, Serve
from tests.unit.flags.deciding import half, snapshot, somebody, state

PEOPLE = [f"{number:032x}" for number in range(100_000)]
CRITICAL_AT_A_THOUSANDTH = {1: 10.828, 2: 13.816, 3: 16.266}  # chi-square, by degrees of freedom


def by_the_document(flag, salt, what, who):
    """docs/reference/flags.md followed to the letter, with nothing of the shop's."""
    digest = hashlib.sha256(b":".join(part.encode("utf-8") for part in (flag, salt, what, who))).hexdigest()
    return int(digest[:16], base=16) % 100_000


def chi_square(counts, expected):
    return sum((counts[name] - want) ** 2 / want for name, want in expected.items())


def served(serve, salt="", people=PEOPLE):
    """What each of `people` gets, and why."""
    decided = snapshot(state(otherwise=serve, salt=salt))
    return [decided.evaluate("colour", somebody(who)) for who in people]


def taking_part(percent, salt=""):
    serve = Serve(weights=(("green", WHOLE),), share=percent * WHOLE // 100)
    return {who for who, found in zip(PEOPLE, served(serve, salt), strict=True) if found.variant == "green"}


@pytest.mark.parametrize(
    ("flag", "salt", "what", "who", "expected"),
    [  # printf %s "flag:salt:what:id" | openssl dgst -sha256, the first 16 digits modulo 100,000
        ("delivery-note", "s1", "share", "6f1d", 69_483),
        ("delivery-note", "s1", "variant", "6f1d", 47_942),
        ("", "holdout", "share", "6f1d", 250),
        ("theme", "", "variant", "Größe-ä", 30_753),
    ],
)
def test_the_bucket_is_the_one_that_other_programs_find(flag, salt, what, who, expected):
    assert bucket(flag, salt, what, who) == expected == by_the_document(flag, salt, what, who)


def test_ten_thousand_evaluations_agree_with_an_implementation_made_from_the_document():
    weights = (("green", 20_000), ("red", 50_000), ("blue", 30_000))
    for who, found in zip(
        PEOPLE, served(Serve(weights=weights, share=70_000), "s7", PEOPLE[:10_000]), strict=False
    ):
        if by_the_document("colour", "s7", "share", who) >= 70_000:
            assert (found.variant, found.why) == ("blue", "not_in_share")
            continue
        place = by_the_document("colour", "s7", "variant", who)
        expected = "green" if place < 20_000 else "red" if place < 70_000 else "blue"
        assert (found.variant, found.why) == (expected, "")


@pytest.mark.parametrize("salt", ["", "again", "4"])
def test_one_percent_of_a_hundred_thousand_is_one_percent(salt):
    assert 700 <= len(taking_part(1, salt)) <= 1_300


def test_raising_a_share_takes_nobody_out():
    one, five, fifty, everybody = (taking_part(percent) for percent in (1, 5, 50, 100))
    assert one < five < fifty < everybody
    assert len(everybody) == len(PEOPLE)


def test_raising_a_share_deals_nobody_another_variant():
    before = {
        who: found.variant
        for who, found in zip(PEOPLE, served(half(share=5_000)), strict=True)
        if not found.why
    }
    after = {who: found.variant for who, found in zip(PEOPLE, served(half(share=50_000)), strict=True)}
    assert len(before) > 4_000
    assert all(after[who] == side for who, side in before.items())


@pytest.mark.parametrize("salt", ["", "spring", "8a"])
def test_half_and_half_is_half_and_half(salt):
    counts = Counter(found.variant for found in served(half(), salt))
    assert chi_square(counts, {"red": 50_000, "green": 50_000}) < CRITICAL_AT_A_THOUSANDTH[1]


def test_three_weights_are_kept():
    weights = {"green": 10_000, "red": 60_000, "blue": 30_000}
    counts = Counter(found.variant for found in served(Serve(weights=tuple(weights.items()))))
    assert chi_square(counts, weights) < CRITICAL_AT_A_THOUSANDTH[2]


def test_the_side_in_one_flag_says_nothing_about_the_side_in_another():
    sides = Counter(
        (bucket("one", "", "variant", who) < 50_000, bucket("two", "", "variant", who) < 50_000)
        for who in PEOPLE
    )
    cells = {(one, two): 25_000 for one in (True, False) for two in (True, False)}
    assert chi_square(sides, cells) < CRITICAL_AT_A_THOUSANDTH[3]


def test_taking_part_says_nothing_about_the_variant():
    counts = Counter(found.variant for found in served(half(share=20_000)) if not found.why)
    sides = {"red": counts.total() / 2, "green": counts.total() / 2}
    assert chi_square(counts, sides) < CRITICAL_AT_A_THOUSANDTH[1]


def test_another_salt_deals_anew():
    first, second = taking_part(50, "a"), taking_part(50, "b")
    assert 24_000 < len(first & second) < 26_000


def test_the_holdout_is_a_twentieth_and_follows_the_document():
    held = {who for who in PEOPLE if in_holdout(who)}
    assert 4_700 <= len(held) <= 5_300
    assert held == {who for who in PEOPLE if by_the_document("", "holdout", "share", who) < HOLDOUT_SHARE}
