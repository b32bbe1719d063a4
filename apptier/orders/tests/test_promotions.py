"""What promotions take off: exactly, never more than there is, the best for the shopper, always the same."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from apptier.kit.markets import LOCALES, MARKETS
from apptier.orders.promotions import Promotion
from apptier.orders.promotions_engine import Goods, Situation, evaluate
from apptier.orders.promotions_limits import email_hash
from apptier.orders.promotions_seed import read_promotions

NOW = "2026-11-23T10:00:00.000Z"
NAMES = itertools.count()


def promotion(kind: str, **facts) -> Promotion:
    name = facts.pop("id", f"promo-{next(NAMES)}")
    return Promotion.model_validate(
        {"id": name, "market": "eu", "kind": kind, "labels": {"en": name}} | facts
    )


def cart(*goods: tuple[str, int, int], codes: tuple[str, ...] = (), **facts) -> Situation:
    """Goods as category, quantity, price."""
    lines = tuple(
        Goods(f"SKU-{n}", f"thing-{n}", (category,), quantity, price)
        for n, (category, quantity, price) in enumerate(goods)
    )
    known = {"option_id": "standard", "delivery": 495, "used_up": frozenset(), "now": NOW} | facts
    return Situation(goods=lines, codes=codes, **known)


def percent(share: int, **facts) -> Promotion:
    return promotion("percentage", percent=share * 100, **facts)


def amount(off: int, **facts) -> Promotion:
    return promotion("amount", amount=off, **({"minimum": off + 1} | facts))


def test_a_percentage_is_rounded_once_and_spread_over_its_lines() -> None:
    found = evaluate([percent(10)], cart(("a", 1, 333), ("b", 1, 333), ("c", 1, 339)))
    assert found.lines == (34, 33, 34)
    assert found.discount == 101  # 100.5, half up


def test_a_percentage_of_a_category_only_touches_that() -> None:
    mugs = percent(50, target={"categories": ("mugs",)})
    assert evaluate([mugs], cart(("mugs", 2, 1000), ("rugs", 1, 9000))).lines == (1000, 0)
    handles = percent(50, target={"handles": ("thing-1",), "skus": ("SKU-2",)})
    assert evaluate([handles], cart(("a", 1, 100), ("b", 1, 100), ("c", 1, 100))).lines == (0, 50, 50)


def test_an_amount_needs_its_minimum_and_says_what_is_missing() -> None:
    take15 = amount(1500, minimum=10_000, code="TAKE15")
    short = evaluate([take15], cart(("a", 1, 9000), codes=("TAKE15",)))
    assert (short.discount, short.refused["TAKE15"].reason, short.refused["TAKE15"].missing) == (
        0,
        "minimum_not_reached",
        1000,
    )
    assert evaluate([take15], cart(("a", 1, 10_000), codes=("TAKE15",))).lines == (1500,)
    assert evaluate([take15], cart(("a", 1, 10_000))).lines == (0,), "nobody has entered it"


@pytest.mark.parametrize(
    ("quantities", "free"),
    [((1, 1), 0), ((1, 2), 500), ((3, 0), 900), ((2, 4), 1000), ((3, 4), 1000), ((9, 0), 2700)],
)
def test_three_for_two_gives_the_cheapest_for_every_whole_three(quantities, free) -> None:
    bundle = promotion("buy_x_get_y", take=3, pay=2, target={"categories": ("mugs",)})
    goods = [("mugs", q, p) for q, p in zip(quantities, (900, 500), strict=True) if q]
    assert evaluate([bundle], cart(*goods, ("rugs", 5, 100))).discount == free


def test_an_article_counts_for_one_bundle_only() -> None:
    two = [promotion("buy_x_get_y", take=2, pay=1, id=name) for name in ("aa", "bb")]
    assert evaluate(two, cart(("a", 2, 1000))).discount == 1000
    assert evaluate(two, cart(("a", 4, 1000))).discount == 2000
    worse, better = (promotion("buy_x_get_y", take=3, pay=pay, id=f"for-{pay}") for pay in (2, 1))
    found = evaluate([worse, better], cart(("a", 3, 1000)))
    assert [(one.promotion.id, one.amount) for one in found.applied] == [("for-1", 2000)]


def test_codes_that_exclude_each_other_leave_the_better() -> None:
    small, large = percent(10, code="SMALL"), amount(1500, code="LARGE")
    found = evaluate([small, large], cart(("a", 1, 10_000), codes=("SMALL", "LARGE")))
    assert [one.promotion.code for one in found.applied] == ["LARGE"]
    assert found.refused["SMALL"].reason == "not_combinable"
    more = evaluate([small, large], cart(("a", 1, 20_000), codes=("SMALL", "LARGE")))
    assert [one.promotion.code for one in more.applied] == ["SMALL"]


def test_a_code_works_on_what_automatic_ones_leave() -> None:
    found = evaluate(
        [percent(10, id="auto"), percent(10, code="MORE")], cart(("a", 1, 1000), codes=("MORE",))
    )
    assert [one.amount for one in found.applied] == [100, 90]


def test_an_exclusive_one_stands_alone_when_it_is_better() -> None:
    row = [percent(10), percent(20, code="ALONE", exclusive=True)]
    found = evaluate(row, cart(("a", 1, 1000), codes=("ALONE",)))
    assert [(one.promotion.code, one.amount) for one in found.applied] == [("ALONE", 200)]
    weak = [percent(30), percent(20, code="ALONE", exclusive=True)]
    kept = evaluate(weak, cart(("a", 1, 1000), codes=("ALONE",)))
    assert [one.promotion.code for one in kept.applied] == [None]
    assert kept.refused["ALONE"].reason == "not_combinable"


def test_delivery_is_free_for_standard_only_and_without_spending_a_code() -> None:
    auto, code = promotion("free_delivery", minimum=7500), promotion("free_delivery", code="FREESHIP")
    goods, entered = ("a", 1, 8000), ("FREESHIP",)
    found = evaluate([auto, code], cart(goods, codes=entered))
    assert [(one.promotion.code, one.amount) for one in found.applied] == [(None, 495)]
    assert found.refused["FREESHIP"].reason == "not_combinable"
    below = evaluate([auto, code], cart(("a", 1, 7000), codes=entered))
    assert [one.promotion.code for one in below.applied] == ["FREESHIP"]
    for facts in ({"option_id": "express", "delivery": 1295}, {"option_id": "pickup", "delivery": 0}):
        other = evaluate([auto, code], cart(goods, codes=entered, **facts))
        assert (other.delivery, other.refused["FREESHIP"].reason) == (0, "no_matching_items")


def test_what_is_within_reach_is_said() -> None:
    free = promotion("free_delivery", minimum=7500)
    near = evaluate([free], cart(("a", 1, 7000)))
    assert [(one.id, missing) for one, missing in near.within_reach] == [(free.id, 500)]
    for far in (
        cart(("a", 1, 3000)),
        cart(("a", 1, 7500)),
        cart(),
        cart(("a", 1, 7000), option_id="express"),
    ):
        assert evaluate([free], far).within_reach == ()


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"ends_at": "2026-11-23T10:00:00.000Z"}, "code_expired"),
        ({"ends_at": "2026-11-23T10:00:00.001Z"}, None),
        ({"starts_at": "2026-11-23T10:00:00.001Z"}, "code_expired"),
        ({"starts_at": "2026-11-23T10:00:00.000Z"}, None),
        ({"target": {"categories": ("rugs",)}}, "no_matching_items"),
    ],
)
def test_when_and_for_what_a_code_counts(facts, reason) -> None:
    found = evaluate([percent(10, code="CODE", **facts)], cart(("a", 1, 1000), codes=("CODE",)))
    assert (found.refused["CODE"].reason if found.refused else None) == reason
    assert bool(found.discount) == (reason is None)


def test_a_used_up_code_takes_nothing_off() -> None:
    one = percent(10, code="CODE", uses=20)
    found = evaluate([one], cart(("a", 1, 1000), codes=("CODE",), used_up=frozenset({one.id})))
    assert (found.discount, found.refused["CODE"].reason) == (0, "code_used_up")


targets = st.sampled_from([{}, {"categories": ("a",)}, {"categories": ("b", "c")}])
shared = {"target": targets, "exclusive": st.booleans(), "minimum": st.integers(0, 30_000)}
some_promotion = st.one_of(
    st.fixed_dictionaries({"kind": st.just("percentage"), "percent": st.integers(1, 9000), **shared}),
    st.fixed_dictionaries(
        {
            "kind": st.just("amount"),
            "amount": st.integers(1, 5000),
            **shared,
            "minimum": st.integers(5001, 30_000),
        }
    ),
    st.fixed_dictionaries(
        {"kind": st.just("buy_x_get_y"), "take": st.integers(3, 5), "pay": st.integers(1, 2), **shared}
    ),
    st.fixed_dictionaries({"kind": st.just("free_delivery"), **shared}),
)
some_goods = st.tuples(st.sampled_from("abc"), st.integers(1, 20), st.integers(0, 20_000))


@settings(deadline=None, max_examples=300)
@given(
    rows=st.lists(st.tuples(some_promotion, st.booleans()), max_size=7),
    goods=st.lists(some_goods, max_size=8),
    option=st.sampled_from([("standard", 495), ("express", 1295), ("pickup", 0)]),
    data=st.data(),
)
def test_whatever_is_combined_adds_up_and_is_the_best(rows, goods, option, data) -> None:
    known = [
        promotion(**facts, id=f"p{n}", code=f"CODE{n}" if coded else None)
        for n, (facts, coded) in enumerate(rows)
    ]
    codes = tuple(one.code for one in known if one.code)[:3]
    here = cart(*goods, codes=codes, option_id=option[0], delivery=option[1] if goods else 0)
    found = evaluate(known, here)

    assert len(found.lines) == len(goods)
    assert all(0 <= off <= line.total for off, line in zip(found.lines, here.goods, strict=True))
    assert 0 <= found.delivery <= here.delivery
    assert found.discount == sum(one.amount for one in found.applied)
    assert all(one.amount > 0 for one in found.applied)
    # Every code that was entered either applies or says why not.
    applied = {one.promotion.code for one in found.applied if one.promotion.code}
    assert applied | set(found.refused) == set(codes)
    assert not applied & set(found.refused)
    # At most one percentage or amount by code, and one without.
    reductions = [one.promotion for one in found.applied if one.promotion.kind in {"percentage", "amount"}]
    assert sum(one.code is not None for one in reductions) <= 1
    assert sum(one.code is None for one in reductions) <= 1
    goods_side = [one.promotion for one in found.applied if one.promotion.kind != "free_delivery"]
    assert len(goods_side) == 1 or not any(one.exclusive for one in goods_side)
    # The order in which they are written down changes nothing, and no single one would have been better.
    assert evaluate(data.draw(st.permutations(known)), here) == found
    for one in known:
        assert sum(evaluate([one], here).lines) <= sum(found.lines)


@pytest.mark.parametrize(
    "facts",
    [
        {"kind": "percentage"},
        {"kind": "percentage", "percent": 9001},
        {"kind": "amount", "amount": 1500, "minimum": 1500},
        {"kind": "amount", "minimum": 1500},
        {"kind": "buy_x_get_y", "take": 2, "pay": 2},
        {"kind": "buy_x_get_y", "take": 2, "pay": 0},
        {"kind": "percentage", "percent": 1000, "uses": 20},
        {"kind": "percentage", "percent": 1000, "market": "xx"},
        {"kind": "percentage", "percent": 1000, "labels": {"de": "nur deutsch"}},
        {"kind": "percentage", "percent": 1000, "code": "lower"},
    ],
)
def test_a_promotion_that_would_give_too_much_is_refused(facts) -> None:
    with pytest.raises(ValidationError):
        promotion(**facts)


def test_the_demo_promotions_can_be_read_in_every_market_and_language() -> None:
    known = read_promotions()
    assert {one.market for one in known} == set(MARKETS)
    assert all(set(one.labels) == set(LOCALES) for one in known)
    codes = {one.code for one in known if one.market == "eu"}
    assert {None, "WELCOME10", "MEADOW10", "TAKE15", "FREESHIP", "LAST20", "3FOR2", "SPRING25"} == codes
    free = {one.market: one.minimum for one in known if one.id == "free-delivery"}
    assert free == {"eu": 7500, "us": 8500}


@pytest.mark.parametrize("written", ["Mal@Example.com", " mal@example.com ", "ｍal@example.com"])
def test_one_mailbox_is_counted_once_however_it_is_written(written):
    assert email_hash(written) == email_hash("mal@example.com")


@pytest.mark.parametrize("other", ["m.al@example.com", "mal+1@example.com", "mal@example.org"])
def test_what_may_be_another_mailbox_is_counted_apart(other):
    assert email_hash(other) != email_hash("mal@example.com")
