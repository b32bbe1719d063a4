"""Which experiments run, and when a run ends: whenever somebody may get another variant than before."""

from __future__ import annotations

from datetime import timedelta

import pytest

from storefront.core import ManualClock, Money
from storefront.experiments.running import Running, running
from storefront.experiments.tallies import Goal, run_of
from storefront.flags import Context, Decided, compile_snapshot
from storefront.flags.declared import ATTRIBUTES
from storefront.flags.state import WHOLE, Condition, Prerequisite, Rule, Segment, Serve, Window
from tests.unit.experiments.conftest import HALVES, NOTE, snapshot_of, state

NOTE_FOR_ALL = Serve(weights=(("note", WHOLE),))
PHONE = (Condition(attribute="device", op="is", values=("phone",)),)
PHONES = Rule(name="Phones", conditions=PHONE, serve=NOTE_FOR_ALL)
ASKS_SEGMENT = Rule(
    name="Some",
    conditions=(Condition(attribute="segment", op="is", values=("some",)),),
    serve=NOTE_FOR_ALL,
)


def segments(*values):
    asked = (Condition(attribute="country", op="is", values=values),)
    return {"some": Segment(key="some", name="Some", alternatives=(asked,))}


def written(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%S")


@pytest.mark.parametrize(
    "same",
    [
        state(otherwise=Serve(weights=HALVES.weights, share=1_000)),
        state(otherwise=Serve(weights=(*HALVES.weights, ("third", 0)))),
        state(window=Window(ends="2099-01-01T00:00")),
        state(enabled=False),
        state(killed="trouble"),
        state(version=7, note="Look at it on Friday", owner="Others", expires="2099-01-01"),
    ],
)
def test_what_moves_nobody_from_side_to_side_goes_on_with_the_run(same):
    assert run_of(same) == run_of(state())


def test_whatever_changes_who_gets_what_begins_another_run():
    tablet = (Condition(attribute="device", op="is", values=("tablet",)),)
    changed = (
        state(),
        state(salt="b"),
        state(otherwise=Serve(weights=(("control", 90_000), ("note", 10_000)))),
        state(otherwise=NOTE_FOR_ALL),
        state(values={"note": "other words"}),
        state(rules=(PHONES,)),
        state(rules=(Rule(name="Phones", conditions=tablet, serve=NOTE_FOR_ALL),)),
        state(rules=(Rule(name="Phones", conditions=PHONE, serve=HALVES),)),
        state(
            rules=(
                Rule(
                    name="Phones",
                    conditions=PHONE,
                    serve=NOTE_FOR_ALL,
                    window=Window(starts="2026-12-01T00:00"),
                ),
            )
        ),
        state(prerequisites=(Prerequisite(flag="switch", variants=("on",)),)),
        state(holdout=True),
    )
    assert len({run_of(one) for one in changed}) == len(changed)
    renamed = Rule(name="Mobile", conditions=PHONE, serve=NOTE_FOR_ALL)
    assert run_of(state(rules=(renamed,))) == run_of(state(rules=(PHONES,)))


def test_a_segment_that_a_rule_names_belongs_to_the_run():
    asking = state(rules=(ASKS_SEGMENT,))
    assert run_of(asking, segments("de")) != run_of(asking, segments("de", "at"))
    assert run_of(state(), segments("de")) == run_of(state(), segments("de", "at"))
    told = [
        compile_snapshot(
            Decided(revision=1, flags=(asking,), segments=tuple(there.values())), {"note": NOTE}, ATTRIBUTES
        )
        for there in (segments("de"), segments("at"))
    ]
    assert running(told[0]) != running(told[1])


def test_a_rule_for_one_variant_adds_nothing_to_the_side_that_its_people_were_on(world):
    """Dealt by halves; then everybody on a phone is given the note, and puts things into the cart."""
    shoppers = [f"shopper-{number}" for number in range(5)]
    world.show(*shoppers)
    before = world.tallies()
    declared = {"note": NOTE}
    decided = Decided(revision=2, flags=(state(version=2, rules=(PHONES,)),))
    world.snapshot = compile_snapshot(decided, declared, ATTRIBUTES, world.clock)
    on_phone = Context(id=shoppers[0], facts={"device": "phone"})
    assert world.snapshot.evaluate("note", on_phone).variant == "note"
    for shopper in shoppers:
        world.recorder.reached((shopper,), Goal.CART)
        world.recorder.ordered((shopper,), f"order-{shopper}", Money(100, "EUR"), world.clock.now())
    world.settle()
    assert world.tallies() == before
    assert not any(tally.goals for tally in before.values())


def test_outside_of_its_time_an_experiment_does_not_run():
    clock = ManualClock()
    starts, ends = clock.now() + timedelta(hours=1), clock.now() + timedelta(hours=2)
    planned = state(window=Window(starts=written(starts), ends=written(ends)))
    snapshot = snapshot_of(planned, clock=clock)
    runs = Running(lambda: snapshot)
    found = []
    for _hour in range(3):
        found.append((dict(runs()), dict(running(snapshot))))
        clock.advance(3_600)
    within = {"note": run_of(planned)}
    assert found == [({}, {}), (within, within), ({}, {})]
