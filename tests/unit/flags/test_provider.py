"""Code that speaks OpenFeature gets the shop's flags: value, variant, reason, its own default if need be."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest
from openfeature import api
from openfeature.client import OpenFeatureClient
from openfeature.evaluation_context import EvaluationContext
from openfeature.exception import ErrorCode
from openfeature.flag_evaluation import Reason

from storefront.core import SystemClock
from storefront.flags import declared
from storefront.flags.changes import Changes
from storefront.flags.declaration import Type
from storefront.flags.live import Live
from storefront.flags.memory import MemoryFlagTable
from storefront.flags.provider import FlagProvider
from storefront.flags.records import Who
from storefront.flags.snapshot import Snapshot
from storefront.telemetry import Telemetry
from tests.unit.flags.deciding import all_to, flag, half, rule, snapshot, state, switch, where

DECLARED = [
    flag(),
    switch("on"),
    flag("number", type=Type.NUMBER, variants={"few": 3, "some": 4.5}, default="few", off="few"),
    flag("banner", type=Type.JSON, variants={"none": {"text": ""}}, default="none", off="none"),
]


@dataclass
class Known:
    snapshot: Snapshot
    away: bool = False


@pytest.fixture
def known():
    return Known(snapshot(declared=DECLARED))


@pytest.fixture
def client(known):
    api.set_provider(FlagProvider(known), domain="tests")
    yield OpenFeatureClient(domain="tests", version=None)
    api.clear_providers()


def test_each_type_is_asked_for_by_name(client, known):
    known.snapshot = snapshot(state("number", otherwise=all_to("some")), declared=DECLARED)
    assert client.get_boolean_value("on", default_value=False) is True
    assert client.get_string_value("colour", "mauve") == "red"
    assert client.get_float_value("number", 0.0) == 4.5
    assert client.get_object_value("banner", {}) == {"text": ""}


def test_a_whole_number_is_an_integer_and_a_float(client):
    assert client.get_integer_value("number", 0) == 3
    assert isinstance(client.get_float_value("number", 0.0), float)


def test_the_targeting_key_is_the_id_and_attributes_are_facts(client, known):
    known.snapshot = snapshot(
        state(
            rules=(
                rule("staff", all_to("green"), where("group", "is", "staff")),
                rule("trial", half(), where("market", "is", "eu")),
            )
        ),
        declared=DECLARED,
    )
    staff = EvaluationContext("6f1d", {"group": ["staff"], "seen": object()})
    shopper = EvaluationContext("6f1d", {"market": "eu"})
    unknown = EvaluationContext(attributes={"market": "eu"})
    assert client.get_string_details("colour", "", staff).reason == Reason.TARGETING_MATCH
    assert client.get_string_details("colour", "", shopper).reason == Reason.SPLIT
    assert client.get_string_details("colour", "", unknown).flag_metadata["why"] == "no_id"


def test_details_tell_variant_rule_and_revision(client, known):
    known.snapshot = snapshot(state(killed="It broke"), declared=DECLARED)
    found = client.get_string_details("colour", "mauve")
    assert (found.value, found.variant, found.reason) == ("blue", "blue", Reason.DISABLED)
    assert found.flag_metadata == {"why": "killed", "rule": "", "revision": 7, "stale": False}


def test_details_tell_when_the_table_is_away(client, known):
    known.away = True
    assert client.get_string_details("colour", "mauve").flag_metadata["stale"] is True


@pytest.mark.parametrize(
    ("ask", "key", "default", "code"),
    [
        ("get_string_details", "mystery", "mauve", ErrorCode.FLAG_NOT_FOUND),
        ("get_string_details", "on", "mauve", ErrorCode.TYPE_MISMATCH),
        ("get_boolean_details", "number", True, ErrorCode.TYPE_MISMATCH),
        ("get_integer_details", "on", 8, ErrorCode.TYPE_MISMATCH),
        ("get_float_details", "colour", 8.0, ErrorCode.TYPE_MISMATCH),
        ("get_object_details", "colour", {"x": 1}, ErrorCode.TYPE_MISMATCH),
    ],
)
def test_what_cannot_be_answered_gives_the_callers_default_and_says_why(client, ask, key, default, code):
    found = getattr(client, ask)(key, default)
    assert (found.value, found.reason, found.error_code) == (default, Reason.ERROR, code)


def test_a_fraction_is_no_integer(client, known):
    known.snapshot = snapshot(state("number", otherwise=all_to("some")), declared=DECLARED)
    assert client.get_integer_details("number", 8).error_code == ErrorCode.TYPE_MISMATCH


def test_a_state_that_makes_no_sense_gives_the_callers_default(client, known):
    known.snapshot = snapshot(state(otherwise=all_to("mauve")), declared=DECLARED)
    found = client.get_string_details("colour", "pink")
    assert (found.value, found.error_code) == ("pink", ErrorCode.GENERAL)
    assert "mauve" in found.error_message


def test_code_that_waits_gets_the_same(client):
    assert asyncio.run(client.get_string_value_async("colour", "mauve")) == "red"


def test_a_change_is_seen_by_the_next_question(client, known):
    assert client.get_string_value("colour", "") == "red"
    known.snapshot = snapshot(state(otherwise=all_to("green")), declared=DECLARED)
    assert client.get_string_value("colour", "") == "green"


def test_it_answers_with_what_the_process_follows():
    table = MemoryFlagTable()
    clock = SystemClock()
    live = Live(table, declared.DECLARED, declared.ATTRIBUTES, clock, Telemetry())
    told = []
    changes = Changes(
        table, declared.DECLARED, declared.ATTRIBUTES, clock, announce=lambda: told.append(live.poll())
    )
    provider = FlagProvider(live)
    assert provider.resolve_boolean_details("suggestions", False).value is True
    changes.kill("suggestions", Who(id="m1", name="Mika"), "Search is slow")
    found = provider.resolve_boolean_details("suggestions", True)
    assert (found.value, found.reason) == (False, Reason.DISABLED)
    assert told == [True]
    table.away = True
    live.poll()
    found = provider.resolve_boolean_details("suggestions", True)
    assert (found.value, found.flag_metadata["stale"]) == (False, True)
