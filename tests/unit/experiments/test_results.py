"""What the figures of a run are said to mean, and when a guardrail is broken."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.experiments.results import GUARD_PEOPLE, Unwatched, breaches, results_of, split_of, unwatched
from storefront.experiments.statistics import Sums
from storefront.experiments.tallies import HOLDOUT, Goal, Run, Tally
from storefront.flags.state import Rule, Serve
from tests.unit.experiments.conftest import HALVES, state

AT = datetime(2030, 1, 1, tzinfo=UTC)
SPLIT = {"control": 50_000, "note": 50_000}


def run(**tallies) -> Run:
    return Run(run="r", tallies=tallies, first=AT, last=AT)


def results(split=SPLIT, **tallies):
    return results_of(run(**tallies), "control", ("control", "note"), split)


def tally(people, orders=0, errors=0, cart=0, spent=None) -> Tally:
    goals = {"order": orders, "error": errors, "cart": cart}
    return Tally(people=people, goals=goals, amounts=spent or {})


def test_rates_come_with_intervals_and_differences_with_theirs():
    """Newcombe's example (a): 56 of 70 against 48 of 80."""
    found = results(control=tally(80, orders=48), note=tally(70, orders=56))
    control, note = found.sides
    assert (control.variant, note.variant) == ("control", "note")
    order = next(one for one in note.goals if one.goal is Goal.ORDER)
    assert (round(order.above.low, 4), round(order.above.high, 4)) == (0.0524, 0.3339)
    assert all(one.above is None for one in control.goals)


def test_revenue_is_that_of_every_shopper_and_of_each_currency():
    spent = {"EUR": (60_000, 1_000_000_000), "USD": (500, 250_000)}
    found = results(control=tally(100, spent={"EUR": (30_000, 500_000_000)}), note=tally(100, spent=spent))
    euro, dollar = found.sides[1].spent
    assert (euro.currency, euro.total, euro.each.value, euro.above.value) == ("EUR", 60_000, 600, 300)
    assert (dollar.currency, dollar.total, dollar.above.value) == ("USD", 500, 5)
    assert euro.above.low < 300 < euro.above.high


def test_a_variant_that_nobody_got_is_told_of():
    found = results(control=tally(50))
    assert [(side.variant, side.people) for side in found.sides] == [("control", 50), ("note", 0)]
    assert found.sides[1].goals[0].share.high == 1


def test_shoppers_kept_out_stand_beside_the_comparison():
    found = results(control=tally(50), note=tally(50), **{HOLDOUT: tally(5)})
    assert found.people == 100
    assert found.holdout.people == 5
    assert found.ratio == 1
    assert results(control=tally(50)).holdout is None


def test_lost_shoppers_raise_the_alarm():
    assert results(control=tally(10_000), note=tally(9_000)).unfair
    assert not results(control=tally(10_000), note=tally(9_900)).unfair
    uneven = {"control": 90_000, "note": 10_000}
    assert not results(uneven, control=tally(9_050), note=tally(950)).unfair
    assert results(uneven, control=tally(5_000), note=tally(5_000)).unfair


def test_where_rules_deal_differently_nothing_is_said_of_shares():
    other = Rule(name="x", conditions=(), serve=Serve(weights=(("control", 90_000), ("note", 10_000))))
    assert split_of(state()) == SPLIT
    assert split_of(state(rules=(Rule(name="y", conditions=(), serve=HALVES),))) == SPLIT
    assert split_of(state(rules=(other,))) is None
    assert split_of(state(otherwise=Serve(weights=(("control", 100_000),)))) is None
    assert not results(None, control=tally(10_000), note=tally(1)).unfair


def test_a_guardrail_breaks_for_fewer_orders_and_for_more_errors():
    good = tally(4_000, orders=200, errors=8)
    for bad, goal in ((tally(4_000, orders=100, errors=8), Goal.ORDER), (tally(4_000, 200, 80), Goal.ERROR)):
        (found,) = breaches({"control": good, "note": bad}, "control", SPLIT)
        assert (found.variant, found.goal) == ("note", goal)
        assert breaches({"control": bad, "note": good}, "control", SPLIT) == ()
    assert breaches({"control": good, "note": good}, "control", SPLIT) == ()
    assert breaches({"control": good, HOLDOUT: tally(4_000, orders=100)}, "control", SPLIT) == ()


def test_few_shoppers_break_nothing():
    few = GUARD_PEOPLE - 1
    assert breaches({"control": tally(few, orders=few), "note": tally(few)}, "control", SPLIT) == ()
    assert breaches({"note": tally(10_000)}, "control", SPLIT) == ()


def test_a_guardrail_does_not_compare_the_people_of_one_rule_with_those_of_another():
    """Of eu, 90/10, ten of a hundred order, of us, 10/90, one: the variants do nothing to anybody."""
    counted = {"control": tally(10_000, orders=900 + 10), "note": tally(10_000, orders=100 + 90)}
    assert breaches(counted, "control", SPLIT)
    assert breaches(counted, "control", None) == ()
    assert results(None, **counted).breaches == ()


def test_why_a_guardrail_does_not_watch_is_said():
    other = Rule(name="x", conditions=(), serve=Serve(weights=(("control", 90_000), ("note", 10_000))))
    no_control = Serve(weights=(("control", 0), ("note", 50_000), ("long", 50_000)))
    assert unwatched(state(rules=(other,)), "control") is Unwatched.DEALT_DIFFERENTLY
    assert unwatched(state(otherwise=no_control), "control") is Unwatched.NO_CONTROL
    assert unwatched(state(), "control") is None
    assert unwatched(state(otherwise=Serve(weights=(("note", 100_000),))), "control") is None
    split = split_of(state(otherwise=no_control))
    assert breaches({"control": tally(4_000, 200), "note": tally(4_000)}, "control", split) == ()


counted = st.integers(0, 50_000).flatmap(
    lambda people: st.builds(tally, st.just(people), st.integers(0, people), st.integers(0, people))
)


@given(counted, counted, st.sampled_from([SPLIT, None]))
def test_whatever_was_counted_there_are_results(control, note, split):
    found = results(split, control=control, note=note)
    assert found.ratio is None or 0 <= found.ratio <= 1
    for side in found.sides:
        for one in side.goals:
            assert 0 <= one.share.low <= one.share.value <= one.share.high <= 1
    for one in found.breaches:
        assert (one.worst < 0) is (one.goal is Goal.ORDER)
        better = one.hits / one.people - one.base_hits / one.base_people
        assert better * one.worst > 0


@pytest.mark.parametrize(("people", "mean"), [(0, 0), (4, 250)])
def test_means_are_of_everybody(people, mean):
    assert Sums(people, 1_000 if people else 0, 0).mean == mean
