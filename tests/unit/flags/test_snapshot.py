"""What a snapshot makes of states that make no sense, and what it foretells of those that do."""

from __future__ import annotations

import logging

import pytest

from storefront.flags.declaration import Type
from storefront.flags.state import WHOLE, Prerequisite, Serve, Window
from tests.unit.flags.deciding import (
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


class TestFaults:
    @pytest.mark.parametrize(
        "wrong",
        [
            {"otherwise": all_to("mauve")},
            {"otherwise": Serve(weights=(("red", 1),))},
            {"otherwise": Serve(weights=(("red", -1), ("green", WHOLE + 1)))},
            {"otherwise": Serve(weights=())},
            {"otherwise": half(share=WHOLE + 1)},
            {"window": Window(starts="tomorrow")},
            {"window": Window(starts="2026-12-01T09:00", zone="Mars/Base")},
            {"rules": (rule("", all_to("red"), where("shoe_size", "is", "38")),)},
            {"rules": (rule("", all_to("red"), where("market", "above", "3")),)},
            {"rules": (rule("", all_to("red"), where("orders", "above", "many")),)},
            {"rules": (rule("", all_to("red"), where("orders", "above", "1", "2")),)},
            {"rules": (rule("", all_to("red"), where("signed_in", "is", "maybe")),)},
            {"rules": (rule("", all_to("red"), where("market", "is")),)},
            {"rules": (rule("", all_to("red"), where("segment", "starts", "x")),)},
            {"values": {"red": "crimson"}},
        ],
    )
    def test_a_state_that_makes_no_sense_gives_the_declared_default(self, wrong):
        decided = snapshot(state(**wrong))
        assert variant(decided) == ("red", "ERROR", "fault")
        assert decided.fault("colour")

    def test_the_kill_switch_works_on_it_all_the_same(self):
        assert variant(snapshot(state(killed="x", otherwise=all_to("mauve")))) == (
            "blue",
            "DISABLED",
            "killed",
        )
        assert variant(snapshot(state(enabled=False, values={"red": 3})))[2] == "off"

    def test_it_is_logged_once_for_each_flag_and_revision(self, caplog):
        caplog.set_level(logging.ERROR)
        decided = snapshot(state(otherwise=all_to("mauve")))
        for _ in range(3):
            variant(decided)
        assert [record.getMessage() for record in caplog.records] == [
            "flag colour at revision 7: no variant 'mauve'"
        ]
        variant(snapshot(state(otherwise=all_to("mauve")), revision=8))
        assert len(caplog.records) == 2

    def test_a_fault_of_one_flag_is_none_of_another(self):
        decided = snapshot(
            state(otherwise=all_to("mauve")),
            state("base", otherwise=all_to("off")),
            declared=[flag(), switch("base")],
        )
        assert variant(decided, "base")[0] == "off"

    def test_an_id_that_cannot_be_written_gives_the_declared_default(self, caplog):
        caplog.set_level(logging.ERROR)
        assert variant(snapshot(state(otherwise=half())), who="\ud800") == ("red", "ERROR", "fault")
        assert "colour" in caplog.text


class TestValuesOfOpenFlags:
    OPEN = flag(open=True)

    def test_other_values_and_further_variants_are_served(self):
        decided = snapshot(
            state(values={"red": "crimson", "gold": "gold"}, otherwise=all_to("gold")), declared=[self.OPEN]
        )
        assert decided.evaluate("colour", somebody()).value == "gold"
        assert decided.values("colour")["red"] == "crimson"

    def test_a_value_of_another_type_is_a_fault(self):
        decided = snapshot(state(values={"gold": 3}, otherwise=all_to("gold")), declared=[self.OPEN])
        assert variant(decided) == ("red", "ERROR", "fault")

    @pytest.mark.parametrize("value", [True, "3", float("inf"), float("nan"), 2**53, None])
    def test_what_is_no_number_is_none(self, value):
        number = flag(type=Type.NUMBER, variants={"low": 1, "high": 2.5}, default="low", off="low", open=True)
        decided = snapshot(state(values={"more": value}, otherwise=all_to("more")), declared=[number])
        assert decided.evaluate("colour", somebody()).why == "fault"


class TestValuesInPlay:
    """What a page has to be prepared for, when nothing is known but its address."""

    @pytest.mark.parametrize(
        ("decided", "expected"),
        [
            ({}, {"red"}),
            ({"killed": "x"}, {"blue"}),
            ({"otherwise": all_to("green")}, {"green"}),
            ({"otherwise": half()}, {"red", "green", "blue"}),
            ({"otherwise": half(share=0)}, {"blue"}),
            ({"rules": (rule("", all_to("green"), where("market", "is", "eu")),)}, {"green"}),
            ({"rules": (rule("", all_to("green"), where("market", "is", "us")),)}, {"red"}),
            ({"rules": (rule("", all_to("green"), where("device", "is", "phone")),)}, {"green", "red"}),
            ({"window": Window(starts="2031-01-01T00:00"), "otherwise": all_to("green")}, {"blue"}),
            ({"rules": (rule("", all_to("green"), window=Window(ends="2029-01-01T00:00")),)}, {"red"}),
        ],
    )
    def test_it_is_what_shoppers_at_the_address_may_get(self, decided, expected):
        found = snapshot(state(**decided)).values_in_play("colour", somebody(market="eu"))
        assert {*found} == expected

    def test_a_needed_flag_that_some_have_puts_off_in_play(self):
        needs = (Prerequisite(flag="base", variants=("on",)),)
        base = state(
            "base", rules=(rule("", all_to("on"), where("device", "is", "phone")),), otherwise=all_to("off")
        )
        decided = snapshot(
            state(prerequisites=needs, otherwise=all_to("green")), base, declared=[flag(), switch("base")]
        )
        assert {*decided.values_in_play("colour")} == {"green", "blue"}

    def test_a_flag_that_is_not_declared_has_none(self):
        assert snapshot().values_in_play("mystery") == {}


class TestPersonal:
    @pytest.mark.parametrize(
        ("decided", "expected"),
        [
            ({}, False),
            ({"otherwise": all_to("green")}, False),
            ({"otherwise": half()}, True),
            ({"otherwise": half(), "killed": "x"}, False),
            ({"rules": (rule("", all_to("green"), where("market", "is", "eu")),)}, False),
            ({"rules": (rule("", all_to("green"), where("device", "is", "phone")),)}, True),
            ({"otherwise": half(), "window": Window(ends="2029-12-31T00:00")}, False),
            ({"otherwise": half(), "window": Window(starts="2031-01-01T00:00")}, True),
            ({"rules": (rule("", half(), window=Window(ends="2029-12-31T00:00")),)}, False),
        ],
    )
    def test_it_names_the_flags_that_differ_between_people(self, decided, expected):
        assert snapshot(state(**decided)).personal() == (("colour",) if expected else ())


def test_a_snapshot_tells_what_it_was_made_of():
    decided = snapshot(state(otherwise=all_to("green")), declared=[flag(), switch("base")])
    assert (decided.revision, decided.keys()) == (7, ("colour", "base"))
    assert decided.state("colour").otherwise == all_to("green")
    assert decided.state("base") is None
    assert decided.declaration("base").type is Type.BOOLEAN
