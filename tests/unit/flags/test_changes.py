"""Changing flags: nobody is overwritten, nothing is undone behind a back, every change is told and noted."""

import pytest

from storefront.core import ManualClock, Reason, UpstreamUnavailable
from storefront.flags.documents import written
from storefront.flags.memory import MemoryFlagTable
from storefront.flags.records import (
    Action,
    FlagConflict,
    LaterChanges,
    Refused,
)
from storefront.flags.state import Decided, FlagState, Rule, Serve
from tests.unit.flags.changing import (
    MIKA,
    OLA,
    Told,
    all_get,
    before_the_commit,
    changes,
    codes,
    rule,
    segment,
)

# -- Saving ------------------------------------------------------------------------------------------------


def test_a_saved_state_stands_and_is_told_and_is_in_the_audit_with_who_and_why():
    told, clock = Told(), ManualClock()
    made = changes(told=told, clock=clock)
    outcome = made.save(all_get("green"), 0, MIKA, " Spring ")
    assert outcome.decision == all_get("green", version=1) == made.state("colour")
    assert (outcome.revision, outcome.proposal, told.times) == (1, None, 1)
    (entry,) = made.audit()
    assert (entry.who, entry.reason, entry.at, entry.action) == (MIKA, "Spring", clock.now(), Action.SAVE)
    assert (entry.before, entry.after) == (None, outcome.decision)


def test_who_saw_an_older_version_loses_and_hears_what_stands():
    made = changes()
    made.save(all_get("green"), 0, MIKA, "first")
    with pytest.raises(FlagConflict) as lost:
        made.save(all_get("blue"), 0, OLA, "second")
    assert lost.value.standing == all_get("green", version=1)
    assert len(made.audit()) == 1


def test_a_change_between_looking_and_writing_is_not_overwritten_either():
    """The table itself compares: here the other one comes in after the version was found to be right."""
    table = MemoryFlagTable()
    made, other = changes(table), changes(table)
    before_the_commit(table, lambda: other.save(all_get("blue"), 0, OLA, "faster"))
    with pytest.raises(FlagConflict):
        made.save(all_get("green"), 0, MIKA, "slower")
    assert made.state("colour") == all_get("blue", version=1)


def test_saving_what_stands_already_leaves_no_trace():
    made = changes()
    made.save(all_get("green"), 0, MIKA, "first")
    assert made.save(all_get("green"), 1, MIKA, "again").revision == 0
    assert len(made.audit()) == 1


@pytest.mark.parametrize(("reason", "code"), [("", "required"), ("  ", "required"), ("x" * 301, "too_long")])
def test_every_change_wants_a_reason(reason, code):
    made = changes()
    made.save_segment(segment(), 0, MIKA, "to delete")
    wishes = [
        lambda: made.save(all_get("green"), 0, MIKA, reason),
        lambda: made.kill("colour", MIKA, reason),
        lambda: made.revive("colour", MIKA, reason),
        lambda: made.undo(1, MIKA, reason),
        lambda: made.save_segment(segment("new"), 0, MIKA, reason),
        lambda: made.delete_segment("staff", 1, MIKA, reason),
        lambda: made.import_document(made.export_document(), MIKA, reason),
    ]
    for wish in wishes:
        with pytest.raises(Refused) as refused:
            wish()
        assert codes(refused) == [("reason", code)]
    assert len(made.audit()) == 1


def test_a_state_that_makes_no_sense_is_refused_whole():
    made = changes()
    with pytest.raises(Refused) as refused:
        made.save(all_get("mauve"), 0, MIKA, "why not")
    assert codes(refused) == [("otherwise.weights.0", "unknown_variant")]
    assert made.audit() == ()


def test_a_flag_that_is_not_declared_cannot_be_changed():
    made = changes()
    for wish in (
        lambda: made.save(all_get("green", "nothing"), 0, MIKA, "x"),
        lambda: made.kill("nothing", MIKA, "x"),
        lambda: made.revive("nothing", MIKA, "x"),
    ):
        with pytest.raises(Refused) as refused:
            wish()
        assert codes(refused) == [("key", "unknown_flag")]


def test_a_change_counts_also_when_nobody_can_be_told():
    told = Told()
    told.error = UpstreamUnavailable("redis", "purge", Reason.CONNECTION)
    made = changes(told=told)
    assert made.save(all_get("green"), 0, MIKA, "x").revision == 1
    assert made.state("colour").version == 1


def test_a_table_that_is_away_is_said_and_nothing_happens():
    table = MemoryFlagTable()
    made = changes(table)
    table.away = True
    with pytest.raises(UpstreamUnavailable):
        made.kill("colour", MIKA, "trouble")
    table.away = False
    assert made.state("colour").killed == ""


# -- The kill switch ---------------------------------------------------------------------------------------


def test_a_kill_acts_at_once_for_critical_flags_too_and_says_why():
    made = changes()
    for key in ("colour", "vault"):
        outcome = made.kill(key, MIKA, " it burns ")
        assert outcome.proposal is None
        assert made.state(key).killed == "it burns"
    assert [one.action for one in made.audit()] == [Action.KILL, Action.KILL]


def test_a_kill_wins_against_somebody_who_changes_the_same_flag():
    table = MemoryFlagTable()
    made, other = changes(table), changes(table)
    before_the_commit(table, lambda: other.save(all_get("blue"), 0, OLA, "faster"))
    made.kill("colour", MIKA, "stop")
    assert made.state("colour") == all_get("blue", version=2, killed="stop")


def test_saving_does_not_turn_the_kill_switch():
    made = changes()
    made.kill("colour", MIKA, "stop")
    made.save(all_get("green"), 1, OLA, "a form that knew nothing of it")
    assert made.state("colour") == all_get("green", version=2, killed="stop")
    made.revive("colour", MIKA, "works again")
    made.save(all_get("red", killed="smuggled in"), 3, OLA, "x")
    assert made.state("colour").killed == ""


def test_a_kill_of_what_is_killed_and_a_revival_of_what_lives_change_nothing():
    made = changes()
    assert made.revive("colour", MIKA, "x").revision == 0
    made.kill("colour", MIKA, "first")
    assert made.kill("colour", OLA, "second").revision == 0
    assert made.state("colour").killed == "first"


# -- Undo --------------------------------------------------------------------------------------------------


def test_undo_puts_back_all_that_stood_before_the_change():
    made = changes()
    made.save(all_get("green", note="spring"), 0, MIKA, "one")
    second = made.save(all_get("blue"), 1, MIKA, "two")
    outcome = made.undo(second.revision, OLA, "too blue")
    assert outcome.decision == all_get("green", note="spring", version=3)
    newest = made.audit()[0]
    assert (newest.action, newest.undoes, newest.who) == (Action.UNDO, second.revision, OLA)


def test_the_first_change_undone_is_a_flag_as_declared():
    made = changes()
    first = made.save(all_get("green"), 0, MIKA, "one")
    state = made.undo(first.revision, MIKA, "no").decision
    assert (state.otherwise, state.rules, state.enabled, state.version) == (None, (), True, 2)


def test_undo_is_refused_while_later_changes_were_not_shown():
    made = changes()
    first = made.save(all_get("green"), 0, MIKA, "one")
    made.save(all_get("blue"), 1, OLA, "two")
    made.save(all_get("red", "paint"), 0, OLA, "of another flag")
    with pytest.raises(LaterChanges) as refused:
        made.undo(first.revision, MIKA, "no")
    assert [one.revision for one in refused.value.entries] == [2]
    assert made.state("colour") == all_get("blue", version=2)
    assert made.undo(first.revision, MIKA, "no", seen=2).decision.version == 3


def test_a_change_after_the_one_that_was_shown_refuses_the_undo_again():
    made = changes()
    first = made.save(all_get("green"), 0, MIKA, "one")
    made.save(all_get("blue"), 1, OLA, "two")
    made.save(all_get("red"), 2, OLA, "three")
    with pytest.raises(LaterChanges):
        made.undo(first.revision, MIKA, "no", seen=2)


def test_an_undo_can_be_undone():
    made = changes()
    made.save(all_get("green"), 0, MIKA, "one")
    undone = made.undo(1, MIKA, "no")
    assert made.undo(undone.revision, MIKA, "yes after all").decision == all_get("green", version=3)


def test_what_is_not_there_or_was_only_talk_cannot_be_undone():
    made = changes()
    with pytest.raises(Refused) as refused:
        made.undo(7, MIKA, "x")
    assert codes(refused) == [("revision", "unknown_revision")]
    proposed = made.save(all_get("on", "vault"), 0, MIKA, "x")
    with pytest.raises(Refused) as refused:
        made.undo(proposed.revision, MIKA, "x")
    assert codes(refused) == [("revision", "nothing_to_undo")]


# -- How weights are kept ----------------------------------------------------------------------------------


def test_weights_are_kept_in_the_order_of_the_variants_on_every_way_in():
    """Their order decides who gets what: a form that shows them in another one would deal everybody anew."""
    made, backwards = changes(), (("green", 40_000), ("red", 60_000))
    dealt = FlagState(
        key="trial",
        otherwise=Serve(weights=backwards),
        rules=(Rule(name="r", conditions=(), serve=Serve(weights=backwards)),),
    )
    made.save(dealt, 0, MIKA, "typed")
    state = made.state("trial")
    assert state.otherwise.weights == state.rules[0].serve.weights == (("red", 60_000), ("green", 40_000))
    assert made.save(dealt, 1, MIKA, "the same").revision == 0
    other = changes()
    other.import_document(written(Decided(flags=(dealt,))), MIKA, "carried")
    assert other.state("trial") == state


# -- Segments ----------------------------------------------------------------------------------------------


def test_a_segment_is_made_changed_deleted_and_put_back():
    made = changes()
    made.save_segment(segment(), 0, MIKA, "new")
    changed = segment("staff", ("market", "is", ("us",)))
    with pytest.raises(FlagConflict):
        made.save_segment(changed, 0, OLA, "x")
    assert made.save_segment(changed, 1, OLA, "x").decision.version == 2
    gone = made.delete_segment("staff", 2, OLA, "not needed")
    assert made.segment("staff") is None
    made.undo(gone.revision, MIKA, "needed")
    assert made.segment("staff").alternatives == changed.alternatives


def test_a_segment_made_again_is_no_version_that_somebody_has_seen():
    """Else a form opened before the deletion could overwrite the new one."""
    made = changes()
    made.save_segment(segment(), 0, MIKA, "x")
    made.delete_segment("staff", 1, MIKA, "x")
    assert made.save_segment(segment(), 0, OLA, "x").decision.version == 2


def test_a_segment_in_use_stays():
    made = changes()
    made.save_segment(segment(), 0, MIKA, "x")
    made.save(all_get("green", rules=(rule("red", ("segment", "is", ("staff",))),)), 0, MIKA, "x")
    for wish in (lambda: made.delete_segment("staff", 1, MIKA, "x"), lambda: made.undo(1, MIKA, "x")):
        with pytest.raises(Refused) as refused:
            wish()
        assert codes(refused) == [("", "segment_used")]


# -- The audit ---------------------------------------------------------------------------------------------


def test_the_audit_is_read_in_pieces_and_by_flag():
    made = changes()
    for version in range(6):
        made.save(all_get(("green", "blue")[version % 2]), version, MIKA, f"change {version}")
    made.kill("door", OLA, "x")
    assert [one.revision for one in made.audit(limit=3)] == [7, 6, 5]
    assert [one.revision for one in made.audit(before=5, limit=3)] == [4, 3, 2]
    assert [one.revision for one in made.audit("flag#door")] == [7]
    assert made.entry(3).reason == "change 2"
    assert made.entry(99) is None
