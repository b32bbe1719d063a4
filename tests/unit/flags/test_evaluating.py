"""What a shopper gets and why: in the order that the reference tells, and never an error."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from storefront.core import ManualClock
from storefront.flags.bucketing import bucket
from storefront.flags.declaration import Kind
from storefront.flags.state import WHOLE, Prerequisite, Segment, Serve, Window
from tests.unit.flags.deciding import (
    ATTRIBUTES,
    all_to,
    flag,
    half,
    rule,
    snapshot,
    somebody,
    state,
    switch,
    variant,
    where,
)

IN_HOLDOUT, NOT_IN_HOLDOUT = "6f1d", "6f1e"  # buckets 250 and 10,693 of :holdout:share:


def test_a_flag_that_nothing_was_decided_about_is_as_declared():
    assert variant(snapshot()) == ("red", "DEFAULT", "no_state")


def test_a_flag_that_is_not_declared_is_an_error_without_a_value():
    found = snapshot(state("mystery")).evaluate("mystery", somebody())
    assert (found.value, found.variant, found.reason, found.why) == (None, "", "ERROR", "unknown_flag")


def test_without_a_rule_everybody_gets_what_all_others_get():
    assert variant(snapshot(state(otherwise=all_to("green")))) == ("green", "STATIC", "")


def test_without_a_decision_for_all_others_they_get_the_declared_default():
    assert variant(snapshot(state())) == ("red", "DEFAULT", "")


def test_the_value_is_the_variants_and_the_rule_is_named():
    decided = snapshot(
        state("on", rules=(rule("phones", all_to("off"), where("device", "is", "phone")),)),
        declared=[switch("on")],
    )
    found = decided.evaluate("on", somebody(device="phone"))
    assert (found.key, found.value, found.variant, found.rule) == ("on", False, "off", "phones")
    assert found.reason == "TARGETING_MATCH"


def test_the_first_rule_that_fits_decides():
    decided = snapshot(
        state(
            otherwise=all_to("blue"),
            rules=(
                rule("both", all_to("green"), where("market", "is", "eu"), where("device", "is", "phone")),
                rule("market", all_to("red"), where("market", "is", "eu")),
            ),
        )
    )
    assert variant(decided, market="eu", device="phone")[0] == "green"
    assert variant(decided, market="eu", device="desktop")[0] == "red"
    assert variant(decided, market="us", device="phone")[0] == "blue"


def test_a_rule_without_a_name_is_told_by_its_number():
    decided = snapshot(state(rules=(rule("", all_to("green")),)))
    assert decided.evaluate("colour", somebody()).rule == "#1"


def test_a_killed_flag_is_off_whatever_else_is_decided():
    decided = snapshot(state(killed="It broke", enabled=False, otherwise=all_to("green")))
    assert variant(decided) == ("blue", "DISABLED", "killed")


def test_a_flag_that_is_not_enabled_is_off():
    assert variant(snapshot(state(enabled=False, otherwise=all_to("green")))) == ("blue", "DISABLED", "off")


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"market": "eu"}, True),
        ({"market": "us"}, False),
        ({}, False),
    ],
)
def test_a_text_is_asked_for(asked, expected):
    decided = snapshot(state(rules=(rule("", all_to("green"), where("market", "is", "eu", "ch")),)))
    assert (variant(decided, **asked)[0] == "green") is expected


@pytest.mark.parametrize(
    ("attribute", "op", "values", "fact", "holds"),
    [
        ("market", "is_not", ["eu"], "us", True),
        ("market", "is_not", ["eu"], "eu", False),
        ("market", "starts", ["e", "u"], "us", True),
        ("market", "starts", ["e"], "us", False),
        ("orders", "above", ["3"], 4, True),
        ("orders", "above", ["3"], 3, False),
        ("orders", "below", ["2.5"], 2, True),
        ("orders", "below", ["2.5"], 2.5, False),
        ("orders", "is", ["2", "3"], 3.0, True),
        ("orders", "is_not", ["2", "3"], 3, False),
        ("orders", "above", ["0"], True, False),
        ("orders", "above", ["0"], float("nan"), False),
        ("signed_in", "is", ["true"], True, True),
        ("signed_in", "is", ["true"], False, False),
        ("signed_in", "is_not", ["true"], False, True),
        ("signed_in", "is", ["true"], "true", False),
        ("group", "is", ["staff", "press"], frozenset({"press"}), True),
        ("group", "is", ["staff"], frozenset(), False),
        ("group", "is_not", ["staff"], frozenset({"press"}), True),
        ("group", "is_not", ["staff"], frozenset({"staff", "press"}), False),
        ("group", "is_not", ["staff"], frozenset(), True),
        ("group", "is", ["staff"], "staff", False),
    ],
)
def test_each_operator_says_what_its_name_says(attribute, op, values, fact, holds):
    decided = snapshot(state(rules=(rule("", all_to("green"), where(attribute, op, *values)),)))
    assert variant(decided, **{attribute: fact})[0] == ("green" if holds else "red")


@pytest.mark.parametrize("attribute", ATTRIBUTES)
@pytest.mark.parametrize("op", ["is", "is_not"])
def test_what_is_not_known_answers_no_question(attribute, op):
    value = {"orders": "1", "signed_in": "true"}.get(attribute, "eu")
    decided = snapshot(state(rules=(rule("", all_to("green"), where(attribute, op, value)),)))
    assert variant(decided) == ("red", "DEFAULT", "")


class TestSegments:
    REGULARS = Segment(
        key="regulars",
        name="Regulars",
        alternatives=(
            (where("orders", "above", "3"),),
            (where("group", "is", "club"), where("market", "is", "eu")),
        ),
    )

    def decided(self, op="is", *keys):
        rules = (rule("", all_to("green"), where("segment", op, *(keys or ("regulars",)))),)
        return snapshot(state(rules=rules), segments=(self.REGULARS,))

    @pytest.mark.parametrize(
        ("facts", "member"),
        [
            ({"orders": 4}, True),
            ({"orders": 1}, False),
            ({"group": frozenset({"club"}), "market": "eu"}, True),
            ({"group": frozenset({"club"}), "market": "us"}, False),
            ({}, False),
        ],
    )
    def test_somebody_is_in_it_who_meets_all_conditions_of_one_alternative(self, facts, member):
        assert (variant(self.decided(), **facts)[0] == "green") is member
        assert (variant(self.decided("is_not"), **facts)[0] == "green") is not member

    def test_a_segment_that_is_not_there_is_a_fault_and_not_everybody(self):
        assert variant(self.decided("is_not", "gone")) == ("red", "ERROR", "fault")


class TestWindows:
    DECEMBER = Window(starts="2026-12-01T09:00", ends="2026-12-24T14:00", zone="Europe/Berlin")

    @pytest.mark.parametrize(
        ("now", "expected"),
        [
            (datetime(2026, 12, 1, 7, 59, 59, tzinfo=UTC), ("blue", "DISABLED", "before")),
            (datetime(2026, 12, 1, 8, tzinfo=UTC), ("green", "STATIC", "")),
            (datetime(2026, 12, 24, 12, 59, 59, tzinfo=UTC), ("green", "STATIC", "")),
            (datetime(2026, 12, 24, 13, tzinfo=UTC), ("blue", "DISABLED", "after")),
        ],
    )
    def test_outside_of_its_window_a_flag_is_off(self, now, expected):
        decided = snapshot(state(window=self.DECEMBER, otherwise=all_to("green")))
        assert variant(decided, context=somebody(now=now)) == expected

    def test_a_rule_outside_of_its_window_is_passed_over(self):
        clock = ManualClock(datetime(2026, 11, 30, 12, tzinfo=UTC))
        rules = (rule("sale", all_to("green"), window=self.DECEMBER),)
        decided = snapshot(state(rules=rules, otherwise=all_to("red")), clock=clock)
        assert variant(decided)[0] == "red"
        clock.advance(24 * 3600.0)
        assert variant(decided)[0] == "green"

    def test_an_open_side_has_no_end(self):
        decided = snapshot(state(window=Window(starts="2026-12-01T09:00"), otherwise=all_to("green")))
        assert variant(decided, context=somebody(now=datetime(2026, 12, 1, 8, 59, tzinfo=UTC)))[2] == "before"
        assert variant(decided, context=somebody(now=datetime(2060, 1, 1, tzinfo=UTC)))[0] == "green"

    def test_it_tells_when_something_changes_next(self):
        decided = snapshot(state(window=self.DECEMBER, otherwise=all_to("green")))
        opens, closes = (datetime(2026, 12, 1, 8, tzinfo=UTC), datetime(2026, 12, 24, 13, tzinfo=UTC))
        assert decided.next_change(datetime(2026, 1, 1, tzinfo=UTC).timestamp()) == opens.timestamp()
        assert decided.next_change(opens.timestamp()) == closes.timestamp()
        assert decided.next_change(closes.timestamp()) is None


class TestPrerequisites:
    FLAGS = (flag(), switch("base"))

    def decided(self, base, *variants):
        needs = (Prerequisite(flag="base", variants=variants or ("on",)),)
        own = state(prerequisites=needs, otherwise=all_to("green"))
        return snapshot(own, *([base] if base else []), declared=self.FLAGS)

    def test_a_flag_is_off_while_the_one_it_needs_has_another_variant(self):
        assert variant(self.decided(state("base", killed="x"))) == ("blue", "DISABLED", "prerequisite")
        assert variant(self.decided(state("base", otherwise=all_to("on")))) == ("green", "STATIC", "")
        assert variant(self.decided(state("base", killed="x"), "off"))[0] == "green"

    def test_the_declared_default_of_the_needed_flag_counts(self):
        assert variant(self.decided(None))[0] == "green"

    def test_it_is_asked_for_the_same_shopper(self):
        rules = (rule("", all_to("on"), where("device", "is", "phone")),)
        decided = self.decided(state("base", rules=rules, otherwise=all_to("off")))
        assert variant(decided, device="phone")[0] == "green"
        assert variant(decided, device="desktop")[2] == "prerequisite"

    def test_a_needed_flag_that_does_not_exist_is_not_met(self):
        needs = (Prerequisite(flag="nothing", variants=("on",)),)
        assert variant(snapshot(state(prerequisites=needs)))[2] == "prerequisite"

    def test_a_needed_flag_that_makes_no_sense_is_not_met_even_by_its_default(self):
        assert variant(self.decided(state("base", otherwise=all_to("mauve"))))[2] == "prerequisite"

    def test_flags_that_need_each_other_are_a_fault_of_both(self):
        own = state(prerequisites=(Prerequisite(flag="base", variants=("on",)),), otherwise=all_to("green"))
        base = state("base", prerequisites=(Prerequisite(flag="colour", variants=("green",)),))
        decided = snapshot(own, base, declared=self.FLAGS)
        assert variant(decided) == ("red", "ERROR", "fault")
        assert variant(decided, "base") == ("on", "ERROR", "fault")


class TestShares:
    def test_somebody_unknown_takes_part_in_no_share(self):
        assert variant(snapshot(state(otherwise=half())), who="") == ("blue", "DEFAULT", "no_id")

    def test_who_does_not_take_part_gets_the_off_variant(self):
        decided = snapshot(state(otherwise=half(share=0)))
        assert variant(decided) == ("blue", "SPLIT", "not_in_share")

    def test_a_share_of_one_variant_is_told_from_a_split(self):
        serve = Serve(weights=(("red", 0), ("green", WHOLE)), share=WHOLE - 1)
        assert variant(snapshot(state(otherwise=serve))) == ("green", "SPLIT", "part")
        assert variant(snapshot(state(otherwise=half())))[1:] == ("SPLIT", "")

    def test_one_variant_for_everybody_asks_for_no_id(self):
        serve = Serve(weights=(("red", 0), ("green", WHOLE)))
        assert variant(snapshot(state(otherwise=serve)), who="") == ("green", "STATIC", "")

    def test_a_weight_ends_before_its_bucket(self):
        place = bucket("colour", "", "variant", "6f1d")
        for cut, expected in ((place, "green"), (place + 1, "red")):
            serve = Serve(weights=(("red", cut), ("green", WHOLE - cut)))
            assert variant(snapshot(state(otherwise=serve)))[0] == expected

    def test_the_split_names_its_rule(self):
        found = snapshot(state(rules=(rule("trial", half()),))).evaluate("colour", somebody())
        assert (found.reason, found.rule) == ("SPLIT", "trial")
        assert found.variant in {"red", "green"}


class TestHoldout:
    TRIAL = flag(kind=Kind.EXPERIMENT, by_person=True)

    def test_its_people_are_kept_out_of_experiments(self):
        decided = snapshot(state(otherwise=all_to("green")), declared=[self.TRIAL])
        assert variant(decided, who=IN_HOLDOUT) == ("blue", "SPLIT", "kept_out")
        assert variant(decided, who=NOT_IN_HOLDOUT)[0] == "green"

    def test_who_would_have_been_dealt_one_of_several_variants_is_told_from_all_others(self):
        """Only these can be compared with those who were: others may be other people."""
        us = rule("us", half(), where("market", "is", "us"))
        decided = snapshot(state(rules=(us,)), declared=[self.TRIAL])
        assert variant(decided, who=IN_HOLDOUT, market="us") == ("blue", "SPLIT", "holdout")
        assert variant(decided, who=IN_HOLDOUT, market="eu") == ("blue", "SPLIT", "kept_out")
        for serve in (half(share=0), Serve(weights=(("green", WHOLE),), share=WHOLE - 1)):
            decided = snapshot(state(otherwise=serve), declared=[self.TRIAL])
            assert variant(decided, who=IN_HOLDOUT) == ("blue", "SPLIT", "kept_out")

    def test_not_of_one_that_does_without(self):
        decided = snapshot(state(otherwise=all_to("green"), holdout=False), declared=[self.TRIAL])
        assert variant(decided, who=IN_HOLDOUT)[0] == "green"

    def test_and_not_of_what_is_no_experiment(self):
        assert variant(snapshot(state(otherwise=all_to("green"))), who=IN_HOLDOUT)[0] == "green"


class TestOverrides:
    def test_it_holds_even_for_a_killed_flag(self):
        found = snapshot(state(killed="x")).evaluate("colour", somebody(), {"colour": "green"})
        assert (found.value, found.variant, found.reason, found.why) == (
            "green",
            "green",
            "STATIC",
            "override",
        )

    def test_it_holds_for_a_flag_that_nothing_was_decided_about(self):
        assert snapshot().evaluate("colour", somebody(), {"colour": "green"}).variant == "green"

    def test_it_holds_for_flags_that_need_it(self):
        own = state(prerequisites=(Prerequisite(flag="base", variants=("on",)),), otherwise=all_to("green"))
        decided = snapshot(own, state("base", killed="x"), declared=[flag(), switch("base")])
        assert decided.evaluate("colour", somebody(), {"base": "on"}).variant == "green"

    def test_a_variant_that_the_flag_does_not_have_is_not_looked_at(self):
        assert snapshot().evaluate("colour", somebody(), {"colour": "mauve"}).why == "no_state"


class TestFlagsOfPagesThatAreKeptOnceForAll:
    PUBLIC = flag(pages=("content:home",))

    def test_they_ask_only_for_what_the_address_tells(self):
        rules = (rule("", all_to("green"), where("device", "is", "phone")),)
        assert variant(snapshot(state(rules=rules), declared=[self.PUBLIC]), device="phone")[0] == "red"
        rules = (rule("", all_to("green"), where("market", "is", "eu")),)
        assert variant(snapshot(state(rules=rules), declared=[self.PUBLIC]), market="eu")[0] == "green"

    def test_they_deal_nobody_a_share(self):
        assert variant(snapshot(state(otherwise=half()), declared=[self.PUBLIC]))[2] == "no_id"

    def test_a_person_does_not_come_in_by_a_segment_that_is_denied(self):
        phones = Segment(key="phones", name="", alternatives=((where("device", "is", "phone"),),))
        rules = (rule("", all_to("green"), where("segment", "is_not", "phones")),)
        decided = snapshot(state(rules=rules), declared=[self.PUBLIC], segments=(phones,))
        assert {variant(decided, device=one)[0] for one in ("phone", "desktop")} == {"red"}

    def test_a_person_does_not_come_in_by_a_flag_that_is_needed(self):
        own = state(prerequisites=(Prerequisite(flag="base", variants=("on",)),), otherwise=all_to("green"))
        base = state(
            "base", rules=(rule("", all_to("on"), where("device", "is", "phone")),), otherwise=all_to("off")
        )
        decided = snapshot(own, base, declared=[self.PUBLIC, switch("base")])
        assert {variant(decided, device=one)[0] for one in ("phone", "desktop")} == {"blue"}
        assert decided.personal() == ("base",)
