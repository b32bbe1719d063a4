"""What the page cache is told of a request: remembered, but never longer than it is so."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from storefront.core import ManualClock
from storefront.flags import ATTRIBUTES, DECLARED, compile_snapshot
from storefront.flags.state import WHOLE, Condition, Decided, FlagState, Rule, Serve, Window
from storefront.web.flags import variants
from storefront.web.flags.variants import FlagVariants
from storefront.web.flags.visitors import new_visitor, written

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HARBOUR = Serve(weights=(("harbour", WHOLE),))
HALVES = Serve(weights=(("control", WHOLE // 2), ("note", WHOLE // 2)))
HOME = {"PATH_INFO": "/ie/en/", "REQUEST_METHOD": "GET"}


class World:
    """A process's Shop, as far as it is asked here."""

    def __init__(self, *states: FlagState) -> None:
        self.clock = ManualClock(NOON)
        self.flags = SimpleNamespace(snapshot=None)
        self.decide(*states)
        self.told = FlagVariants(lambda: self)  # type: ignore[arg-type, return-value]

    def decide(self, *states: FlagState) -> None:
        self.flags.snapshot = compile_snapshot(Decided(revision=1, flags=states), DECLARED, ATTRIBUTES)

    def value(self, name: str, **environ: str) -> str:
        ((_, value),) = self.told.values({**HOME, **environ}, (name,))
        return value.partition("~")[0]

    def visitor(self, **facts: object) -> str:
        return f"visitor={written(replace(new_visitor(NOON), **facts))}"


def test_a_window_opens_and_closes_without_a_change():
    window = Window(starts="2026-11-23T13:00", ends="2026-11-23T14:00")
    world = World(
        FlagState(key="theme", rules=(Rule(name="x", conditions=(), serve=HARBOUR, window=window),))
    )
    seen = []
    for seconds in (0, 3599, 1, 3599, 1):
        world.clock.advance(seconds)
        seen.append(world.value("theme"))
    assert seen == ["meadow", "meadow", "harbour", "harbour", "meadow"]


def test_another_snapshot_is_looked_at_at_once():
    world = World()
    assert world.value("theme") == "meadow"
    world.decide(FlagState(key="theme", otherwise=HARBOUR))
    assert world.value("theme") == "harbour"


def test_regions_are_told_apart():
    german = (Condition(attribute="country", op="is", values=("de",)),)
    world = World(FlagState(key="theme", rules=(Rule(name="de", conditions=german, serve=HARBOUR),)))
    assert world.value("theme", PATH_INFO="/de/en/c/rugs/") == "harbour"
    assert world.value("theme", PATH_INFO="/ie/en/c/rugs/") == "meadow"


def test_a_new_visitor_is_a_returning_one_later():
    returning = (Condition(attribute="visitor", op="is", values=("returning",)),)
    note = Serve(weights=(("note", WHOLE),))
    rule = Rule(name="r", conditions=returning, serve=note)
    world = World(FlagState(key="delivery-note", rules=(rule,), holdout=False))
    cookie = world.visitor()
    assert world.value("delivery-note", HTTP_COOKIE=cookie) == "control"
    world.clock.advance(24 * 3600)
    assert world.value("delivery-note", HTTP_COOKIE=cookie) == "note"


def test_a_cookie_is_read_only_where_people_differ(monkeypatch: pytest.MonkeyPatch):
    world, reads = World(), []
    monkeypatch.setattr(variants, "cookie", lambda _environ, name: reads.append(name) or "")
    world.value("delivery-note", HTTP_COOKIE="visitor=x")
    world.value("theme", HTTP_COOKIE="visitor=x")
    assert reads == []
    world.decide(FlagState(key="delivery-note", otherwise=HALVES, holdout=False))
    world.value("theme", HTTP_COOKIE="visitor=x")
    assert reads == []
    world.value("delivery-note", HTTP_COOKIE="visitor=x")
    assert reads == ["visitor"]


def test_what_is_remembered_has_a_bound(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(variants, "_MOST", 20)
    world = World(FlagState(key="delivery-note", otherwise=HALVES, holdout=False))
    for _ in range(100):
        world.value("delivery-note", HTTP_COOKIE=world.visitor())
    assert len(world.told._memo.values) <= 20


@pytest.mark.parametrize("value", ["x", "y" * 200, "z" * 8_000, "1.aaaaaaaaaaaaaaaaaaaaaa.s.1.d..b", ""])
def test_a_cookie_that_nobody_here_has_signed_is_a_stranger_s_and_not_remembered(value: str):
    world = World(FlagState(key="delivery-note", otherwise=HALVES, holdout=False))
    stranger = world.value("delivery-note")
    kept = dict(world.told._memo.values)
    assert world.value("delivery-note", HTTP_COOKIE=f"visitor={value}") == stranger
    forged = f"{world.visitor()[:-1]}!"
    assert world.value("delivery-note", HTTP_COOKIE=forged) == stranger
    assert world.told._memo.values == kept


def test_of_what_an_edge_tells_only_variants_that_there_are_are_remembered(edge):
    world = World(FlagState(key="delivery-note", otherwise=HALVES, holdout=False))
    for number in range(50):
        told = f"delivery_note=v{number};x{number}=note"
        assert world.value("delivery-note", HTTP_X_VARIANTS=told) == "control"
    kept = len(world.told._memo.values)
    assert world.value("delivery-note", HTTP_X_VARIANTS="x=y; delivery_note=note") == "note"
    assert (kept, len(world.told._memo.values)) == (2, 3)


def test_the_order_in_which_flags_are_named_is_not_part_of_it():
    world = World()
    assert world.told.values(HOME, ("theme", "suggestions")) == world.told.values(
        HOME, ["suggestions", "theme"]
    )
