"""Each shopper is counted once: whoever tells it, however often, at whatever moment."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storefront.core import Money
from storefront.experiments.recording import REACHED, SHOWN, dealt_by
from storefront.experiments.tallies import (
    HOLDOUT,
    MOST_ORDERS,
    Goal,
    person_of,
    with_goal,
)
from storefront.flags import Evaluation
from storefront.flags.bucketing import in_holdout
from storefront.flags.state import Rule, Serve
from tests.unit.experiments.conftest import HALVES, World, snapshot_of, state

EURO = "EUR"


def test_a_shopper_is_shown_a_variant_once_in_each_run(world):
    world.show("ana", "ana", "ben")
    world.show("ana", recorder=world.another())
    assert sum(tally.people for tally in world.tallies().values()) == 2
    told = [detail for kind, detail in world.published if kind == SHOWN]
    assert [one["person"] for one in told] == [person_of("ana"), person_of("ben")]
    assert [one["variant"] for one in told] == [world.evaluate(name).variant for name in ("ana", "ben")]


def test_no_event_has_the_id_of_the_cookie(world):
    world.show("ana-secret-id")
    world.recorder.reached(("ana-secret-id",), Goal.CART)
    world.settle()
    assert len(world.published) == 2
    assert "ana-secret-id" not in repr(world.published)


def test_who_was_noted_here_is_not_asked_about_again(world):
    world.show("ana")
    before = world.store.calls
    world.show("ana", "ana")
    assert world.store.calls == before


def test_a_goal_counts_once_and_only_for_those_who_were_shown_something(world):
    world.recorder.reached(("ana",), Goal.CART)
    world.settle()
    assert world.tallies() == {}
    world.show("ana")
    for recorder in (world.recorder, world.another()):
        recorder.reached(("ana",), Goal.CART)
        recorder.reached(("ben",), Goal.CART)
        world.settle(recorder)
    tally = world.tallies()[world.evaluate("ana").variant]
    assert tally.reached(Goal.CART) == 1
    assert [detail["goal"] for kind, detail in world.published if kind == REACHED] == ["cart"]


def test_every_order_counts_once_and_the_shopper_once(world):
    world.show("ana")
    later = world.clock.now() + timedelta(minutes=1)
    for order, amount in (("o-1", 4_900), ("o-2", 100), ("o-1", 4_900)):
        world.recorder.ordered(("ana",), order, Money(amount, EURO), later)
    world.recorder.ordered(("ana",), "o-3", Money(700, "USD"), later)
    world.settle()
    tally = world.tallies()[world.evaluate("ana").variant]
    assert tally.reached(Goal.ORDER) == 1
    assert (tally.spent(EURO).total, tally.spent(EURO).squares) == (5_000, 5_000**2)
    assert tally.spent("USD").total == 700
    goals = [detail["goal"] for kind, detail in world.published if kind == REACHED]
    assert goals.count("order") == 1
    assert goals.count("revenue") == 3


def test_who_has_signed_in_since_is_still_who_was_shown_it(world):
    """The account has seen nothing of it, the browser has; where both have, the account's part counts."""
    world.show("browser")
    world.recorder.reached(("account", "browser"), Goal.CART)
    world.settle()
    assert world.tallies()[world.evaluate("browser").variant].reached(Goal.CART) == 1
    world.show("account")
    world.recorder.reached(("account", "browser"), Goal.ERROR)
    world.settle()
    reached = {name: tally.reached(Goal.ERROR) for name, tally in world.tallies().items()}
    assert {name for name, errors in reached.items() if errors} == {world.evaluate("account").variant}
    assert sum(reached.values()) == 1


def test_who_signs_in_is_not_shown_it_a_second_time(world):
    """They count as the browser's already: with the account's, they were two of whom one never buys."""
    world.show("browser")
    for recorder in (world.recorder, world.another()):
        recorder.shown(("account", "browser"), world.evaluate("account"))
        world.settle(recorder)
        recorder.reached(("account", "browser"), Goal.ORDER)
        world.settle(recorder)
    seen = world.evaluate("browser").variant
    assert {name: (one.people, one.reached(Goal.ORDER)) for name, one in world.tallies().items()} == {
        seen: (1, 1)
    }
    world.recorder.shown(("account", "another browser"), world.evaluate("account"))
    world.settle()
    assert sum(one.people for one in world.tallies().values()) == 2


def test_an_order_that_two_shoppers_open_counts_once(world):
    """Bought on the phone, looked at by the link in the mail on the desktop."""
    world.show("phone", "desktop")
    for recorder in (world.recorder, world.another()):
        for name in ("phone", "desktop"):
            recorder.ordered((name,), "o-1", Money(4_900, EURO), world.clock.now())
        world.settle(recorder)
    found = [
        (one.reached(Goal.ORDER), one.spent(EURO).total)
        for one in world.tallies().values()
        if one.reached(Goal.ORDER)
    ]
    assert found == [(1, 4_900)]
    assert [detail["goal"] for kind, detail in world.published if kind == REACHED] == ["order", "revenue"]
    assert world.events("order_known") == 2
    assert world.events("lost_race") == 0


def test_an_order_from_before_does_not_count(world):
    before = world.clock.now() - timedelta(seconds=1)
    world.show("ana")
    world.recorder.ordered(("ana",), "o-1", Money(4_900, EURO), before)
    world.settle()
    assert world.tallies()[world.evaluate("ana").variant].reached(Goal.ORDER) == 0


def test_there_is_an_end_to_the_orders_of_one_shopper(world):
    world.show("ana")
    for number in range(MOST_ORDERS + 5):
        world.recorder.ordered(("ana",), f"o-{number}", Money(1, EURO), world.clock.now())
    world.settle()
    assert world.tallies()[world.evaluate("ana").variant].spent(EURO).total == MOST_ORDERS


def test_who_is_unknown_or_kept_out_or_not_in_the_share_is_no_part_of_the_comparison(world):
    kept_out = next(name for name in map(str, range(1000)) if in_holdout(name))
    taking_part = next(name for name in map(str, range(1000)) if not in_holdout(name))
    world.snapshot = snapshot_of(state(holdout=True))
    world.show("", kept_out, taking_part)
    world.snapshot = snapshot_of(state(otherwise=Serve(weights=HALVES.weights, share=0)))
    world.show("somebody else")
    tallies = world.tallies()
    assert tallies.pop(HOLDOUT).people == 1
    assert sum(tally.people for tally in tallies.values()) == 1


def test_who_gets_the_only_variant_of_a_share_is_compared_with_nobody(world):
    alone = Serve(weights=(("note", 100_000),), share=50_000)
    world.snapshot = snapshot_of(state(rules=(Rule(name="us", conditions=(), serve=alone),)))
    names = [f"v-{number}" for number in range(20)]
    assert {world.evaluate(name).variant for name in names} == {"control", "note"}
    world.show(*names)
    assert world.tallies() == {}


def test_the_holdout_counts_only_where_variants_are_dealt(world):
    kept_out = next(name for name in map(str, range(1000)) if in_holdout(name))
    world.snapshot = snapshot_of(state(otherwise=None, holdout=True))
    world.show(kept_out)
    assert world.tallies() == {}


@pytest.mark.parametrize(
    ("reason", "why", "counts"),
    [
        ("SPLIT", "", True),
        ("SPLIT", "not_in_share", False),
        ("SPLIT", "part", False),
        ("SPLIT", "kept_out", False),
        ("SPLIT", "no_id", False),
        ("STATIC", "", False),
        ("TARGETING_MATCH", "", False),
        ("STATIC", "override", False),
        ("DISABLED", "killed", False),
        ("ERROR", "", False),
    ],
)
def test_only_a_split_deals(reason, why, counts):
    assert (dealt_by(Evaluation("note", "x", "note", reason, why), "r") is not None) is counts


@pytest.mark.parametrize("other", [state(killed="trouble"), state(enabled=False), None])
def test_nothing_counts_while_the_experiment_is_off(world, other):
    world.show("ana")
    world.snapshot = snapshot_of(*([other] if other else []))
    world.recorder.reached(("ana",), Goal.CART)
    world.recorder.ordered(("ana",), "o-1", Money(100, EURO), world.clock.now())
    world.show("ben")
    tallies = world.tallies()
    assert sum(tally.people for tally in tallies.values()) == 1
    assert not any(tally.goals for tally in tallies.values())


def test_after_dealing_anew_nothing_is_added_to_the_earlier_run(world):
    world.show("ana")
    world.snapshot = snapshot_of(state(salt="anew"))
    world.recorder.reached(("ana",), Goal.CART)
    world.settle()
    assert not any(tally.goals for tally in world.tallies().values())
    world.clock.advance(1)
    world.show("ana")
    world.recorder.reached(("ana",), Goal.CART)
    world.settle()
    newest, earlier = world.store.runs("note")
    assert [sum(t.reached(Goal.CART) for t in run.tallies.values()) for run in (newest, earlier)] == [1, 0]


def test_a_store_that_is_away_costs_figures_and_nothing_else(world):
    world.store.away = True
    world.show("ana")
    assert world.events("given_up") == 1
    world.store.away = False
    world.show("ana")
    assert sum(tally.people for tally in world.tallies().values()) == 1


def test_a_short_outage_costs_nothing(world):
    calls = []
    begin = world.store.begin

    def flaky(*args):
        calls.append(args)
        world.store.away = len(calls) < 3
        return begin(*args)

    world.store.begin = flaky
    world.show("ana")
    assert sum(tally.people for tally in world.tallies().values()) == 1


def test_a_lost_race_is_run_again(world):
    world.show("ana")
    take, raced = world.store.take, []

    def beaten(person, step):
        if not raced:
            raced.append(step)
            (record,) = world.store.records(person)
            assert take(person, with_goal(record, Goal.CART))
        return take(person, step)

    world.store.take = beaten
    world.recorder.ordered(("ana",), "o-1", Money(500, EURO), world.clock.now())
    world.settle()
    tally = world.tallies()[world.evaluate("ana").variant]
    assert (tally.reached(Goal.CART), tally.reached(Goal.ORDER), tally.spent(EURO).total) == (1, 1, 500)


happenings = st.lists(
    st.tuples(
        st.sampled_from(["shown", "cart", "order", "error"]),
        st.sampled_from(["ana", "ben", "cleo", "dan"]),
        st.integers(0, 3),
        st.integers(0, 1),
    ),
    max_size=40,
)


@given(happenings)
@settings(max_examples=60, deadline=None)
def test_tallies_are_what_the_records_add_up_to(told):
    """Whatever is told, twice or by two processes: sums over shoppers, as a plain model counts them."""
    world = World()
    recorders = [world.recorder, world.another()]
    seen, orders, goals = {}, {}, set()
    for what, who, number, process in told:
        recorder = recorders[process]
        if what == "shown":
            recorder.shown((who,), world.evaluate(who))
            seen[who] = world.evaluate(who).variant
        elif what == "order":
            amount = 100 * (number + 1)
            recorder.ordered((who,), f"{who}-{number}", Money(amount, EURO), world.clock.now())
            if who in seen:
                orders.setdefault(who, {})[number] = amount
                goals.add((who, "order"))
        else:
            recorder.reached((who,), Goal(what))
            if who in seen:
                goals.add((who, what))
        world.settle(recorder)
    for variant in ("control", "note"):
        people = [who for who, got in seen.items() if got == variant]
        spent = [sum(orders.get(who, {}).values()) for who in people]
        tally = world.tallies().get(variant)
        if tally is None:
            assert not people
            continue
        assert tally.people == len(people)
        assert (tally.spent(EURO).total, tally.spent(EURO).squares) == (sum(spent), sum(x * x for x in spent))
        for goal in Goal:
            assert tally.reached(goal) == len([who for who in people if (who, goal) in goals])


def test_a_bug_while_something_is_noted_is_counted_and_ends_nothing(world, monkeypatch):
    monkeypatch.setattr(world.recorder, "_begin", lambda *_: 1 // 0)
    world.show("ana")
    assert world.telemetry.events.value("experiments", "failed_bug") == 1
    monkeypatch.undo()
    world.show("ana")
    assert sum(tally.people for tally in world.tallies().values()) == 1


def test_what_is_too_much_to_be_noted_is_lost_and_counted(world, monkeypatch):
    monkeypatch.setattr(world.recorder._behind, "put", lambda _job: False)
    world.show("ana")
    assert world.telemetry.events.value("experiments", "dropped_queue_full") == 1
    assert world.tallies() == {}
