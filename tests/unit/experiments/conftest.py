"""An experiment of two variants, a store in memory, and a recorder that tells a list what it publishes."""

from __future__ import annotations

from datetime import date

import pytest

from storefront.core import ManualClock
from storefront.experiments.memory import MemoryPublisher, MemoryTallies
from storefront.experiments.recording import Recorder
from storefront.experiments.running import Running
from storefront.flags import Context, Decided, Declaration, Kind, Type, compile_snapshot
from storefront.flags.state import FlagState, Serve
from storefront.telemetry import Telemetry

NOTE = Declaration(
    key="note",
    kind=Kind.EXPERIMENT,
    type=Type.STRING,
    variants={"control": "control", "note": "note"},
    default="control",
    off="control",
    owner="Tests",
    purpose="To be counted",
    expires=date(2099, 1, 1),
    by_person=True,
    pages=("catalog:product",),
)
SWITCH = Declaration(
    key="switch",
    kind=Kind.OPS,
    type=Type.BOOLEAN,
    variants={"on": True, "off": False},
    default="on",
    off="off",
    owner="Tests",
    purpose="To be no experiment",
)
HALVES = Serve(weights=(("control", 50_000), ("note", 50_000)))


def state(**changed) -> FlagState:
    return FlagState(**({"key": "note", "version": 1, "otherwise": HALVES, "holdout": False} | changed))


def snapshot_of(*states, clock=None):
    decided = Decided(revision=1, flags=states)
    declared = {one.key: one for one in (NOTE, SWITCH)}
    return compile_snapshot(decided, declared, {}, clock or ManualClock())


class World:
    """Everything that a recorder works with."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.telemetry = Telemetry()
        self.store = MemoryTallies()
        self.bus = MemoryPublisher()
        self.snapshot = snapshot_of(state())
        self.recorder = self.another()

    def another(self) -> Recorder:
        """A recorder of another process."""
        return Recorder(self.store, self.bus, Running(lambda: self.snapshot), self.clock, self.telemetry)

    @property
    def published(self):
        return self.bus.events

    def evaluate(self, visitor):
        return self.snapshot.evaluate("note", Context(id=visitor))

    def show(self, *visitors, recorder=None):
        for visitor in visitors:
            visitors = (visitor,) if visitor else ()
            (recorder or self.recorder).shown(visitors, self.evaluate(visitor))
        self.settle(recorder)

    def settle(self, recorder=None):
        assert (recorder or self.recorder).flush(5)

    def tallies(self):
        runs = self.store.runs("note")
        return dict(runs[0].tallies) if runs else {}

    def events(self, name):
        return self.telemetry.events.value("experiments", name)


@pytest.fixture
def world() -> World:
    return World()
