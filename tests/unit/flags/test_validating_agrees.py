"""Whoever checks a state and whoever evaluates it agree: what may be kept works, whatever it says.

The states are dealt by a seeded generator, so that each run has the same ones.
"""

import random

from storefront.flags.compiling import compile_snapshot
from storefront.flags.context import Context
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
from storefront.flags.validating import check_segment, check_state
from storefront.flags.validating_parts import Known
from tests.unit.flags.changing import FLAGS
from tests.unit.flags.deciding import ATTRIBUTES

DEALT = 4_000
RIGHT = (
    ("market", "is", ("eu", "us")),
    ("market", "starts", ("e",)),
    ("device", "is_not", ("phone",)),
    ("orders", "above", ("3",)),
    ("orders", "is", ("3", "1.5")),
    ("orders", "below", ("-2e3",)),
    ("signed_in", "is", ("true",)),
    ("group", "is", ("staff",)),
    ("segment", "is_not", ("staff",)),
)
WRONG = (
    ("height", "is", ("1",)),
    ("market", "above", ("eu",)),
    ("market", "is", ()),
    ("market", "is", ("",)),
    ("orders", "above", ("inf",)),
    ("orders", "above", ("1", "2")),
    ("orders", "is", ("many",)),
    ("signed_in", "is", ("yes",)),
    ("group", "starts", ("st",)),
    ("segment", "is", ("nobody",)),
    ("segment", "starts", ("staff",)),
    ("market", "like", ("eu",)),
)
TIMES = (
    "",
    "2026-01-01T00:00",
    "2026-03-29T01:30",
    "2026-12-31T23:59",
    "9999-12-31T23:59",
    "0001-01-01T00:00",
)
ZONES = ("UTC", "Europe/Dublin", "America/New_York")
CONTEXTS = (
    Context(),
    Context(id="a", facts={"market": "eu", "orders": 3.0, "signed_in": True}),
    Context(id="b", facts={"market": "us", "device": "phone", "group": frozenset({"staff"})}),
)


class Dealer:
    """Deals states; of its parts one in `wrong` is odd."""

    def __init__(self, seed: int, wrong: int) -> None:
        self.dice = random.Random(seed)
        self.wrong = wrong

    def odd(self):
        return self.dice.randrange(self.wrong) == 0

    def some(self, make, most=2):
        return tuple(make() for _ in range(self.dice.randint(0, most)))

    def condition(self):
        attribute, op, values = self.dice.choice(WRONG if self.odd() else RIGHT)
        return Condition(attribute=attribute, op=op, values=values)

    def window(self):
        if self.dice.random() < 0.6:
            return None
        starts, ends = sorted(self.dice.choices(TIMES, k=2))
        zone = "Mars/Olympus" if self.odd() else self.dice.choice(ZONES)
        return Window(starts="soon" if self.odd() else starts, ends=ends, zone=zone)

    def serve(self, variants):
        share = -1 if self.odd() else self.dice.choice((WHOLE, WHOLE, 0, 50_000))
        if self.odd():
            weights = self.some(
                lambda: (self.dice.choice((*variants, "mauve")), self.dice.choice((-1, WHOLE, 7)))
            )
        elif self.dice.random() < 0.5:
            weights = ((self.dice.choice(variants), WHOLE),)
        else:
            one, other = self.dice.sample(variants, 2)
            cut = self.dice.choice((0, 1, 30_000, 99_999))
            weights = ((one, cut), (other, WHOLE - cut))
        return Serve(weights=weights, share=share)

    def state(self):
        key = "nothing" if self.odd() else self.dice.choice(sorted(FLAGS))
        values = {"mauve": "mauve"} if key == "paint" and self.dice.random() < 0.5 else {}
        variants = (*(FLAGS[key].variants if key in FLAGS else ("on", "off")), *values)
        names = iter(("A", "A" if self.odd() else "B"))
        needed = self.dice.choice(("nothing", key, "trial") if self.odd() else ("door", "colour"))
        known = sorted(FLAGS[needed].variants) if needed in FLAGS else ["on"]
        need = Prerequisite(flag=needed, variants=() if self.odd() else (self.dice.choice(known),))
        return FlagState(
            key=key,
            enabled=self.dice.random() < 0.9,
            rules=self.some(
                lambda: Rule(
                    name=next(names),
                    conditions=self.some(self.condition),
                    serve=self.serve(variants),
                    window=self.window(),
                )
            ),
            otherwise=self.serve(variants) if self.dice.random() < 0.8 else None,
            window=self.window(),
            prerequisites=(need,) if self.dice.random() < 0.3 else (),
            values=values if not self.odd() else {"Odd Key": 1},
        )

    def segment(self):
        alternatives = self.some(lambda: self.some(self.condition))
        return Segment(key="staff", name="Staff", alternatives=alternatives)


def test_a_state_that_may_be_kept_can_be_evaluated():
    kept = 0
    for seed in range(DEALT):
        dealer = Dealer(seed, wrong=60)
        state, segment = dealer.state(), dealer.segment()
        allowed = not check_segment(segment, Known(FLAGS, ATTRIBUTES, Decided()))
        segments = (segment,) if allowed else ()
        if check_state(state, Known(FLAGS, ATTRIBUTES, Decided(segments=segments))):
            continue
        kept += 1
        snapshot = compile_snapshot(Decided(revision=1, flags=(state,), segments=segments), FLAGS, ATTRIBUTES)
        for context in CONTEXTS:
            found = snapshot.evaluate(state.key, context)
            assert found.reason != "ERROR", (seed, state, found)
    assert kept > DEALT / 5


def test_checking_never_fails_itself():
    found = set()
    for seed in range(DEALT // 4):
        dealer = Dealer(seed, wrong=4)
        state, other, segment = dealer.state(), dealer.state(), dealer.segment()
        known = Known(FLAGS, ATTRIBUTES, Decided(flags=(other,), segments=(segment,)))
        found |= {one.code for one in (*check_state(state, known), *check_segment(segment, known))}
    assert len(found) > 15
