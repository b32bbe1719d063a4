"""Whatever lies in the table, and whoever asks: an answer, the same for the same shopper, one foreseen."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storefront.core import ManualClock
from storefront.flags.compiling import compile_snapshot
from storefront.flags.context import Context
from storefront.flags.declaration import Kind, Type
from storefront.flags.moments import WrongMomentError, moment
from storefront.flags.state import (
    WHOLE,
    Condition,
    Decided,
    FlagState,
    Prerequisite,
    Rule,
    Segment,
    Serve,
    Window,
)
from tests.unit.flags.deciding import ATTRIBUTES, all_to, flag, switch, where

REASONS = {"DEFAULT", "TARGETING_MATCH", "SPLIT", "DISABLED", "STATIC", "ERROR"}
DECLARED = {
    one.key: one
    for one in (
        flag("open", open=True),
        flag("public", pages=("*",)),
        flag("trial", kind=Kind.EXPERIMENT, by_person=True, pages=("*",)),
        switch("switch", kind=Kind.OPS),
        flag(
            "number", type=Type.NUMBER, variants={"low": 1, "high": 2.5}, default="low", off="low", open=True
        ),
    )
}
VARIANTS = ("red", "green", "blue", "on", "off", "low", "high", "gold", "mauve")

texts = st.text(max_size=5)
names = st.one_of(st.sampled_from([*ATTRIBUTES, "segment", "shoe_size"]), texts)
variants = st.sampled_from(VARIANTS)
times = st.one_of(st.sampled_from(["", "2026-12-01T09:00", "2029-06-01T00:00", "2032-01-01"]), texts)
zones = st.one_of(st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "", "Europe", "../x"]), texts)
windows = st.builds(Window, starts=times, ends=times, zone=zones)
values = st.one_of(st.sampled_from(["eu", "us", "phone", "3", "-1", "true", "staff", "one", "nan"]), texts)
conditions = st.builds(
    Condition,
    attribute=names,
    op=st.sampled_from(["is", "is_not", "above", "below", "starts", "like"]),
    values=st.lists(values, max_size=3).map(tuple),
)
sensible = st.lists(st.integers(0, WHOLE), min_size=1, max_size=2).map(
    lambda cuts: tuple(zip(VARIANTS, [cuts[0], WHOLE - cuts[0]], strict=False))
)
anything = st.lists(st.tuples(variants, st.integers(-5, WHOLE * 2)), max_size=4).map(tuple)
serves = st.builds(
    Serve, weights=st.one_of(sensible, anything), share=st.one_of(st.just(WHOLE), st.integers(-1, WHOLE + 1))
)
rules = st.builds(
    Rule,
    name=texts,
    conditions=st.lists(conditions, max_size=3).map(tuple),
    serve=serves,
    window=st.none() | windows,
)
needs = st.builds(
    Prerequisite,
    flag=st.one_of(st.sampled_from([*DECLARED]), texts),
    variants=st.lists(variants, max_size=3).map(tuple),
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2),
    max_leaves=4,
)


def states(key):
    return st.builds(
        FlagState,
        key=st.just(key),
        version=st.just(1),
        enabled=st.sampled_from([True, True, True, False]),
        killed=st.sampled_from(["", "", "", "broken"]),
        rules=st.lists(rules, max_size=3).map(tuple),
        otherwise=st.none() | serves,
        window=st.none() | st.none() | windows,
        prerequisites=st.lists(needs, max_size=2).map(tuple),
        salt=texts,
        values=st.just({}) | st.dictionaries(variants, json_values, max_size=2),
        holdout=st.booleans(),
    )


segments = st.builds(
    Segment,
    key=st.sampled_from(["one", "two"]),
    name=texts,
    alternatives=st.lists(st.lists(conditions, max_size=2).map(tuple), max_size=2).map(tuple),
)
decisions = st.builds(
    Decided,
    revision=st.integers(0, 99),
    flags=st.tuples(*(st.none() | states(key) for key in DECLARED)).map(
        lambda some: tuple(one for one in some if one)
    ),
    segments=st.lists(segments, max_size=2).map(tuple),
)

# What can be saved: the table as it is in life. The above is what it might become by accident.
asked = st.sampled_from(
    [
        ("market", "is", ("eu",)),
        ("market", "is_not", ("us",)),
        ("device", "is", ("phone",)),
        ("device", "starts", ("p", "d")),
        ("orders", "above", ("2",)),
        ("signed_in", "is", ("true",)),
        ("group", "is_not", ("staff",)),
        ("segment", "is", ("local",)),
        ("segment", "is_not", ("local",)),
        ("segment", "is_not", ("regular",)),
    ]
).map(lambda parts: Condition(attribute=parts[0], op=parts[1], values=parts[2]))
open_times = st.sampled_from(["", "2026-12-01T09:00", "2029-06-01T00:00", "2032-01-01"])
sane_windows = st.builds(Window, starts=open_times, ends=open_times, zone=st.just("Europe/Berlin"))
SEGMENTS = (
    Segment(key="local", name="Local", alternatives=((where("market", "is", "eu"),),)),
    Segment(
        key="regular",
        name="Regular",
        alternatives=(
            (where("orders", "above", "3"), where("market", "is", "us")),
            (where("group", "is", "staff"),),
        ),
    ),
)


def sane_serves(declaration):
    names = [*declaration.variants]
    one = st.sampled_from(names).map(all_to)
    several = st.builds(
        lambda cut, share: Serve(weights=((names[0], cut), (names[1], WHOLE - cut)), share=share),
        st.integers(0, WHOLE),
        st.sampled_from([0, 1_000, WHOLE // 2, WHOLE]),
    )
    return one | several


def _named(rules):
    return tuple(msgspec.structs.replace(one, name=f"Rule {n}") for n, one in enumerate(rules, 1))


def sane_states(declaration):
    dealt = sane_serves(declaration)
    one_rule = st.builds(
        Rule,
        name=texts,
        conditions=st.lists(asked, max_size=2).map(tuple),
        serve=dealt,
        window=st.none() | sane_windows,
    )
    needed = st.sampled_from([one for one in DECLARED.values() if one.key > declaration.key] or [None])
    needs_one = needed.map(lambda one: (Prerequisite(flag=one.key, variants=(one.default,)),) if one else ())
    return st.builds(
        FlagState,
        key=st.just(declaration.key),
        rules=st.lists(one_rule, max_size=3).map(_named),
        otherwise=st.none() | dealt,
        window=st.none() | sane_windows,
        prerequisites=st.just(()) | needs_one,
        salt=st.sampled_from(["", "a", "b"]),
        holdout=st.booleans(),
    )


sane_decisions = st.builds(
    Decided,
    flags=st.tuples(*(sane_states(declaration) for declaration in DECLARED.values())),
    segments=st.just(SEGMENTS),
)
facts = st.fixed_dictionaries(
    {},
    optional={
        "market": st.sampled_from(["eu", "us"]),
        "device": st.sampled_from(["phone", "desktop"]),
        "orders": st.integers(0, 5) | st.floats(),
        "signed_in": st.booleans(),
        "group": st.frozensets(st.sampled_from(["staff", "press"]), max_size=2),
    },
)
ids = st.sampled_from(["", "6f1d", "a", "b", "\ud800"]) | st.text("0123456789abcdef", min_size=4, max_size=8)
moments = st.none() | st.sampled_from([datetime(2026, 12, 2, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC)])
people = st.builds(Context, id=ids, facts=facts, now=moments)
many = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(autouse=True)
def _quiet():
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def compiled(decided):
    return compile_snapshot(decided, DECLARED, ATTRIBUTES, ManualClock())


@many
@given(decisions | sane_decisions, people)
def test_every_flag_has_an_answer_whatever_was_decided(decided, person):
    snapshot = compiled(decided)
    for key, declaration in DECLARED.items():
        found = snapshot.evaluate(key, person)
        assert found.reason in REASONS
        assert found.variant in snapshot.values(key)
        assert found.value == snapshot.values(key)[found.variant]
        if found.reason == "ERROR":
            assert found.variant == declaration.default


@many
@given(
    decisions | sane_decisions,
    st.one_of(st.none(), texts, st.integers(), st.binary(), st.lists(st.integers())),
    st.one_of(st.none(), people, st.builds(Context, id=st.none() | st.integers(), facts=json_values)),
    st.one_of(st.none(), json_values, st.dictionaries(st.sampled_from([*DECLARED]), json_values)),
)
def test_nothing_that_a_caller_hands_in_is_an_error(decided, key, person, overrides):
    snapshot = compiled(decided)
    assert snapshot.evaluate(key, person, overrides).reason == "ERROR" or key in DECLARED
    for declared in DECLARED:
        assert snapshot.evaluate(declared, person, overrides).reason in REASONS


@many
@given(sane_decisions, people)
def test_what_a_shopper_gets_is_among_what_is_said_to_be_in_play_at_the_address(decided, person):
    snapshot = compiled(decided)
    address = Context(
        facts={name: fact for name, fact in person.facts.items() if name == "market"}, now=person.now
    )
    for key in DECLARED:
        found = snapshot.evaluate(key, person)
        if found.reason == "ERROR":  # an id that cannot be written: nobody has one
            continue
        assert found.variant in snapshot.values_in_play(key, person)
        assert found.variant in snapshot.values_in_play(key, address)


@many
@given(sane_decisions, people, people)
def test_only_flags_that_say_so_differ_between_two_people_at_one_address(decided, one, other):
    snapshot = compiled(decided)
    market = {name: fact for name, fact in one.facts.items() if name == "market"}
    same_place = {**{name: fact for name, fact in other.facts.items() if name != "market"}, **market}
    other = Context(id=other.id, facts=same_place, now=one.now)
    personal = snapshot.personal(Context(now=one.now))
    for key in DECLARED:
        if key not in personal and "\ud800" not in one.id + other.id:
            assert snapshot.evaluate(key, one).variant == snapshot.evaluate(key, other).variant
    assert "public" not in personal


@many
@given(sane_decisions, people)
def test_until_the_next_change_nothing_changes_for_the_same_shopper(decided, person):
    snapshot = compiled(decided)
    now = (person.now or datetime(2026, 1, 1, tzinfo=UTC)).timestamp()
    until = snapshot.next_change(now)
    last = min(until - 1, now + 1e9) if until is not None else now + 1e9
    if last < now:
        return
    early, late = (
        Context(id=person.id, facts=person.facts, now=datetime.fromtimestamp(at, UTC)) for at in (now, last)
    )
    for key in DECLARED:
        assert snapshot.evaluate(key, early) == snapshot.evaluate(key, late)


@pytest.mark.parametrize(
    ("local", "zone", "expected"),
    [
        ("2026-12-01T09:00", "Europe/Berlin", datetime(2026, 12, 1, 8, tzinfo=UTC)),
        ("2026-12-01T09:00", "UTC", datetime(2026, 12, 1, 9, tzinfo=UTC)),
        # 02:00 to 03:00 is left out: any time in it is the moment of the change.
        ("2027-03-28T02:00", "Europe/Berlin", datetime(2027, 3, 28, 1, tzinfo=UTC)),
        ("2027-03-28T02:30", "Europe/Berlin", datetime(2027, 3, 28, 1, tzinfo=UTC)),
        ("2027-03-28T02:59:59", "Europe/Berlin", datetime(2027, 3, 28, 1, tzinfo=UTC)),
        ("2027-03-28T03:00", "Europe/Berlin", datetime(2027, 3, 28, 1, tzinfo=UTC)),
        ("2027-03-28T01:59:59", "Europe/Berlin", datetime(2027, 3, 28, 0, 59, 59, tzinfo=UTC)),
        # 02:00 to 03:00 comes twice: its first coming is meant.
        ("2026-10-25T02:30", "Europe/Berlin", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("2026-10-25T03:00", "Europe/Berlin", datetime(2026, 10, 25, 2, tzinfo=UTC)),
        ("2027-03-14T02:15", "America/New_York", datetime(2027, 3, 14, 7, tzinfo=UTC)),
    ],
)
def test_a_local_time_is_the_moment_that_its_zones_clocks_show(local, zone, expected):
    assert moment(local, zone) == expected


@pytest.mark.parametrize(
    ("local", "zone", "field"),
    [
        ("9 o'clock", "UTC", "time"),
        ("2026-02-30T09:00", "UTC", "time"),
        ("2026-12-01T09:00+01:00", "UTC", "time"),
        ("0001-01-01T00:00", "Europe/Berlin", "time"),
        ("2026-12-01T09:00", "Mars/Base", "zone"),
        ("2026-12-01T09:00", "", "zone"),
        ("2026-12-01T09:00", "Europe", "zone"),
        # Files of the database that mean something else on every machine, or that not every machine has.
        ("2026-12-01T09:00", "localtime", "zone"),
        ("2026-12-01T09:00", "Factory", "zone"),
        ("2026-12-01T09:00", "posix/Europe/Berlin", "zone"),
        ("2026-12-01T09:00", "right/UTC", "zone"),
    ],
)
def test_what_is_no_time_or_no_zone_is_refused_by_name(local, zone, field):
    with pytest.raises(WrongMomentError) as refused:
        moment(local, zone)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"killed": "trouble"}, "killed"),
        ({"enabled": False}, "off"),
        ({"window": Window(starts="2099-01-01T00:00")}, "before"),
        ({"window": Window(ends="2000-01-01T00:00")}, "after"),
        ({"prerequisites": (Prerequisite(flag="switch", variants=("off",)),)}, "prerequisite"),
        ({"otherwise": Serve(weights=(("blue", WHOLE),))}, ""),
    ],
)
def test_off_is_what_the_code_declares_whatever_value_somebody_has_given_it(changes, why):
    """A kill would show what it is to take away: values of the table never stand for the off variant."""
    state = FlagState(key="open", version=1, values={"blue": "FREE TVs", "gold": "FREE TVs"}, **changes)
    found = compile_snapshot(Decided(flags=(state,)), DECLARED, ATTRIBUTES).evaluate("open", Context())
    assert (found.variant, found.value, found.why) == ("blue", DECLARED["open"].variants["blue"], why)


def test_what_a_public_flag_needs_is_foreseen_without_the_person_who_asks():
    """A flag for everybody is decided as if nobody in particular asked, so it is foreseen that way."""
    phones = FlagState(
        key="open",
        rules=(Rule(name="", conditions=(where("device", "is", "phone"),), serve=all_to("green")),),
        otherwise=all_to("red"),
    )
    public = FlagState(
        key="public",
        prerequisites=(Prerequisite(flag="open", variants=("green",)),),
        otherwise=all_to("green"),
    )
    snapshot = compiled(Decided(flags=(phones, public)))
    person = Context(id="somebody", facts={"device": "phone"})
    found = snapshot.evaluate("public", person)
    assert found.why == "prerequisite"
    assert found.variant in snapshot.values_in_play("public", person)
