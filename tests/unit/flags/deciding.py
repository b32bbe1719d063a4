"""Flags and states in few words, for the tests of what they come to."""

from __future__ import annotations

from storefront.core import ManualClock
from storefront.flags.compiling import compile_snapshot
from storefront.flags.context import Context
from storefront.flags.declaration import Attribute, AttributeType, Declaration, Kind, Type
from storefront.flags.state import WHOLE, Condition, Decided, FlagState, Rule, Serve

COLOURS = {"red": "red", "green": "green", "blue": "blue"}


def flag(key="colour", **changes):
    """A string flag of three colours, everybody's is red and off is blue; for private pages."""
    given = {
        "kind": Kind.CONFIGURATION,
        "type": Type.STRING,
        "variants": COLOURS,
        "default": "red",
        "off": "blue",
        "owner": "Merchandising",
        "purpose": "To be tested",
    }
    return Declaration(key=key, **{**given, **changes})


def switch(key, **changes):
    return flag(
        key, type=Type.BOOLEAN, variants={"on": True, "off": False}, default="on", off="off", **changes
    )


ATTRIBUTES = {
    attribute.name: attribute
    for attribute in (
        Attribute(name="market", type=AttributeType.TEXT, purpose="", by_address=True),
        Attribute(name="device", type=AttributeType.TEXT, purpose=""),
        Attribute(name="orders", type=AttributeType.NUMBER, purpose=""),
        Attribute(name="signed_in", type=AttributeType.TRUTH, purpose=""),
        Attribute(name="group", type=AttributeType.SET, purpose=""),
    )
}


def all_to(variant):
    return Serve(weights=((variant, WHOLE),))


def half(one="red", other="green", share=WHOLE):
    return Serve(weights=((one, WHOLE // 2), (other, WHOLE // 2)), share=share)


def where(attribute, op, *values):
    return Condition(attribute=attribute, op=op, values=values)


def rule(name, serve, *conditions, window=None):
    return Rule(name=name, conditions=conditions, serve=serve, window=window)


def state(key="colour", **changes):
    return FlagState(key=key, version=1, **changes)


def snapshot(*states, declared=None, segments=(), clock=None, revision=7):
    declared = declared or [flag()]
    return compile_snapshot(
        Decided(revision=revision, flags=states, segments=segments),
        {one.key: one for one in declared},
        ATTRIBUTES,
        clock or ManualClock(),
    )


def somebody(who="6f1d", now=None, **facts):
    return Context(id=who, facts=facts, now=now)


def variant(snapshot, key="colour", context=None, **facts):
    """The variant, reason and word of ours that a shopper gets, who is known as `facts` tell."""
    found = snapshot.evaluate(key, context or somebody(**facts))
    return found.variant, found.reason, found.why
