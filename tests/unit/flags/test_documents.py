"""Flags as a document: exported, imported elsewhere, checked whole before anything is written."""

import json

import msgspec
import pytest

from storefront.flags.documents import MOST_DOCUMENT_BYTES
from storefront.flags.records import Action, FlagConflict, ProposalOpen, Refused
from tests.unit.flags.changing import MIKA, OLA, all_get, changes, rule, segment


def filled():
    made = changes()
    made.save_segment(segment(), 0, MIKA, "x")
    asked = (rule("blue", ("segment", "is", ("staff",))),)
    made.save(all_get("green", rules=asked), 0, MIKA, "x")
    made.save(all_get("spring", "paint", values={"spring": "#0f0"}), 0, MIKA, "x")
    made.kill("door", OLA, "stuck")
    return made


def decisions(made):
    decided = made.decided()
    rows = [*decided.flags, *decided.segments]
    return {one.key: json.dumps(json.loads(made_json(one)) | {"version": 0}) for one in rows}


def made_json(one):
    return msgspec.json.encode(one)


def codes(refused):
    return [(one.field, one.code) for one in refused.value.problems]


def test_what_is_exported_stands_elsewhere_after_an_import():
    one, other = filled(), changes()
    one.revive("door", OLA, "opens again")
    other.import_document(one.export_document(), OLA, "moving")
    assert decisions(other) == decisions(one)
    assert {entry.action for entry in other.audit()} == {Action.IMPORT}
    assert other.import_document(one.export_document(), OLA, "again") == ()


def test_an_import_does_not_turn_the_kill_switch():
    """What was exported before a kill would lift it; what was exported after it would kill elsewhere."""
    made = filled()
    before_the_kill = made.export_document().replace(b'"stuck"', b'""')
    assert made.import_document(before_the_kill, OLA, "as it was") == ()
    assert made.state("door").killed == "stuck"
    other = changes()
    other.import_document(made.export_document(), OLA, "moving")
    assert other.state("door").killed == ""


def test_an_import_leaves_alone_what_it_does_not_name():
    one, other = filled(), changes()
    other.save(all_get("red", "front"), 0, OLA, "x")
    other.import_document(one.export_document(), OLA, "moving")
    assert other.state("front") == all_get("red", "front", version=1)


def test_the_plan_says_what_an_import_would_do_and_does_nothing():
    one, other = filled(), changes()
    document = one.export_document()
    plan = other.plan_document(document, OLA, "moving")
    assert [change.subject for change in plan.changes] == [
        "segment#staff",
        "flag#colour",
        "flag#door",
        "flag#paint",
    ]
    assert other.audit() == ()


def test_critical_flags_of_a_document_are_proposed():
    one, other = changes(), changes()
    one.approve(one.save(all_get("off", "vault"), 0, MIKA, "x").proposal.id, OLA)
    one.save(all_get("green"), 0, MIKA, "x")
    other.import_document(one.export_document(), MIKA, "moving")
    assert other.state("vault").version == 0
    assert other.state("colour").version == 1
    other.approve(other.proposals()[0].id, OLA)
    assert other.state("vault") == all_get("off", "vault", version=1)


def test_one_thing_that_cannot_be_done_stops_all_of_an_import():
    one, other = changes(), changes()
    one.approve(one.save(all_get("off", "vault"), 0, MIKA, "x").proposal.id, OLA)
    one.save(all_get("green"), 0, MIKA, "x")
    other.save(all_get("on", "vault"), 0, OLA, "waits already")
    with pytest.raises(ProposalOpen):
        other.import_document(one.export_document(), MIKA, "moving")
    assert other.state("colour").version == 0


def test_every_problem_of_a_document_is_named_and_nothing_is_written():
    made = changes()
    document = json.loads(filled().export_document())
    document["flags"][0]["otherwise"]["weights"][0][0] = "mauve"
    document["flags"][0]["rules"][0]["conditions"][0]["values"] = ["nobody"]
    document["segments"][0]["alternatives"] = []
    with pytest.raises(Refused) as refused:
        made.import_document(json.dumps(document), MIKA, "x")
    assert codes(refused) == [
        ("segments.0.alternatives", "required"),
        ("flags.0.rules.0.conditions.0.values", "unknown_segment"),
        ("flags.0.otherwise.weights.0", "unknown_variant"),
    ]
    assert made.audit() == ()


def test_segments_and_flags_of_a_document_may_lean_on_each_other():
    made = changes()
    made.import_document(filled().export_document(), MIKA, "x")
    assert made.segment("staff").version == 1


@pytest.mark.parametrize(
    ("document", "found"),
    [
        (b"{", [("", "not_json")]),
        (b"\xff{}", [("", "not_json")]),
        (b"[]", [("", "wrong_shape")]),
        (b'{"format": 2}', [("format", "unknown_format")]),
        (b'{"flags": [{"key": "colour", "colour": 1}]}', [("", "wrong_shape")]),
        (b'{"flags": [{"key": "nothing"}]}', [("flags.0.key", "unknown_flag")]),
        (b'{"flags": [{"key": "colour"}, {"key": "colour"}]}', [("flags.1.key", "same_name")]),
        (b" " * (MOST_DOCUMENT_BYTES + 1), [("", "too_large")]),
    ],
)
def test_what_is_no_document_is_refused_with_its_place(document, found):
    made = changes()
    with pytest.raises(Refused) as refused:
        made.import_document(document, MIKA, "x")
    assert codes(refused) == found


def test_where_a_document_is_odd_is_said_as_a_path():
    with pytest.raises(Refused) as refused:
        changes().plan_document(b'{"flags": [{"key": 7}]}', MIKA, "x")
    assert (
        refused.value.problems[0].parameters["at"] == "$.flags[...].key"
        or "key" in (refused.value.problems[0].parameters["at"])
    )


def test_a_change_since_the_plan_was_shown_stops_the_import():
    one, other = filled(), changes()
    plan = other.plan_document(one.export_document(), MIKA, "x")
    other.save(all_get("red", "colour"), 0, OLA, "meanwhile")
    with pytest.raises(FlagConflict) as lost:
        other.import_document(one.export_document(), MIKA, "x", seen=plan.revision)
    assert lost.value.subject == "flag#colour"
    assert other.state("paint").version == 0


def test_too_many_changes_for_one_commit_are_refused_before_anything_is_written():
    made = changes()
    document = {"segments": [json.loads(made_json(segment(f"s{number}"))) for number in range(25)]}
    with pytest.raises(Refused) as refused:
        made.import_document(json.dumps(document), MIKA, "x")
    assert codes(refused) == [("", "too_many")]
    document["segments"].pop()
    assert len(made.import_document(json.dumps(document), MIKA, "x")) == 24
