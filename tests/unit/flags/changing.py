"""A shop's flags in few words, for the tests of changing them."""

from __future__ import annotations

from storefront.core import ManualClock
from storefront.flags.changes import Changes
from storefront.flags.memory import MemoryFlagTable
from storefront.flags.records import Who
from storefront.flags.state import WHOLE, Condition, FlagState, Prerequisite, Rule, Segment, Serve
from tests.unit.flags.deciding import ATTRIBUTES, flag, switch

MIKA, OLA = Who("m1", "Mika"), Who("o1", "Ola")
FLAGS = {
    one.key: one
    for one in (
        flag("colour"),
        flag("paint", open=True),
        flag("trial", by_person=True, pages=("catalog:product",)),
        flag("front", pages=("content:home",)),
        switch("door"),
        switch("vault", critical=True),
        switch("key"),
    )
}


class Told:
    """Counts what is announced."""

    def __init__(self) -> None:
        self.times = 0
        self.error: Exception | None = None

    def __call__(self) -> None:
        self.times += 1
        if self.error is not None:
            raise self.error


def changes(table=None, told=lambda: None, clock=None):
    clock = clock or ManualClock()
    return Changes(table or MemoryFlagTable(clock), FLAGS, ATTRIBUTES, clock, told)


def all_get(variant, key="colour", **more):
    return FlagState(key=key, otherwise=Serve(weights=((variant, WHOLE),)), **more)


def rule(variant, *conditions, name="Some", share=WHOLE, window=None):
    return Rule(
        name=name,
        conditions=tuple(Condition(attribute=a, op=op, values=values) for a, op, values in conditions),
        serve=Serve(weights=((variant, WHOLE),), share=share),
        window=window,
    )


def segment(key="staff", *conditions, version=0):
    asked = conditions or (("market", "is", ("eu",)),)
    group = tuple(Condition(attribute=a, op=op, values=values) for a, op, values in asked)
    return Segment(key=key, name=key.title(), alternatives=(group,), version=version)


def needs(flag_key, *variants):
    return (Prerequisite(flag=flag_key, variants=variants),)


def codes(refused):
    return [(one.field, one.code) for one in refused.value.problems]


def before_the_commit(table, other):
    """Whoever commits next is overtaken: `other` happens after what they read."""
    commit = table.commit

    def late(wanted, judged=None):
        table.commit = commit
        other()
        return commit(wanted, judged)

    table.commit = late
