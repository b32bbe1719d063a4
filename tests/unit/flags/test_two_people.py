"""Critical flags take two people, and nothing is judged by what does not stand any more."""

import pytest

from storefront.core import Reason, UpstreamUnavailable
from storefront.flags.memory import MemoryFlagTable
from storefront.flags.records import (
    Action,
    FlagConflict,
    LaterChanges,
    Overtaken,
    ProposalClosed,
    ProposalOpen,
    Refused,
    Who,
)
from tests.unit.flags.changing import (
    MIKA,
    OLA,
    all_get,
    before_the_commit,
    changes,
    codes,
    needs,
    rule,
    segment,
)

# -- A second person ---------------------------------------------------------------------------------------


def test_a_critical_flag_changes_when_another_person_agrees():
    made = changes()
    proposed = made.save(all_get("off", "vault"), 0, MIKA, "closing")
    assert made.state("vault").version == 0
    assert made.proposals() == (proposed.proposal,)
    outcome = made.approve(proposed.proposal.id, OLA)
    assert outcome.decision == made.state("vault") == all_get("off", "vault", version=1)
    assert made.proposals() == ()
    newest = made.audit()[0]
    assert (newest.action, newest.who, newest.author, newest.reason) == (Action.APPROVE, OLA, MIKA, "closing")


def test_authors_cannot_approve_or_reject_their_own():
    made = changes()
    waiting = made.save(all_get("off", "vault"), 0, MIKA, "x").proposal
    for wish in (made.approve, made.reject):
        with pytest.raises(Refused) as refused:
            wish(waiting.id, Who("m1", "Mika under another name"), "fine")
        assert codes(refused) == [("", "own_proposal")]
    assert made.state("vault").version == 0


def test_a_rejected_and_a_withdrawn_proposal_change_nothing_but_are_in_the_audit():
    made = changes()
    one = made.save(all_get("off", "vault"), 0, MIKA, "x").proposal
    made.reject(one.id, OLA, "not today")
    two = made.save(all_get("off", "vault"), 0, MIKA, "x").proposal
    with pytest.raises(Refused) as refused:
        made.withdraw(two.id, OLA, "x")
    assert codes(refused) == [("", "not_own_proposal")]
    made.withdraw(two.id, MIKA, "thought again")
    assert [one.action.value for one in made.audit()] == ["withdraw", "propose", "reject", "propose"]
    assert (made.state("vault").version, made.proposals()) == (0, ())
    for gone in (one, two):
        with pytest.raises(ProposalClosed):
            made.approve(gone.id, OLA)


def test_only_one_proposal_waits_for_a_flag():
    made = changes()
    first = made.save(all_get("off", "vault"), 0, MIKA, "x").proposal
    with pytest.raises(ProposalOpen) as refused:
        made.save(all_get("on", "vault"), 0, OLA, "y")
    assert refused.value.proposal == first


def test_what_was_proposed_for_another_state_is_not_approved():
    made = changes()
    waiting = made.save(all_get("off", "vault"), 0, MIKA, "x").proposal
    made.kill("vault", OLA, "trouble")
    with pytest.raises(FlagConflict) as lost:
        made.approve(waiting.id, OLA)
    assert lost.value.standing.killed == "trouble"
    assert made.proposals() == (waiting,)


def test_reviving_and_undoing_a_critical_flag_wait_too():
    made = changes()
    killed = made.kill("vault", MIKA, "trouble")
    revival = made.revive("vault", MIKA, "over")
    assert made.state("vault").killed == "trouble"
    made.reject(revival.proposal.id, OLA, "not over")
    undone = made.undo(killed.revision, MIKA, "over")
    assert (undone.proposal.action, undone.proposal.undoes) == (Action.UNDO, killed.revision)
    made.approve(undone.proposal.id, OLA)
    assert made.state("vault").killed == ""
    assert made.audit()[0].undoes == killed.revision


def test_what_a_critical_flag_leans_on_takes_two_people_too():
    """Otherwise one person could change the critical flag through its segment or its prerequisite."""
    made = changes()
    made.save_segment(segment(), 0, MIKA, "x")
    for subject in (
        all_get("on", "key", rules=(rule("off", ("segment", "is", ("staff",))),)),
        all_get("on", "door", prerequisites=needs("key", "on")),
    ):
        assert made.save(subject, 0, MIKA, "x").proposal is None
    leaning = all_get("on", "vault", prerequisites=needs("door", "on"))
    made.approve(made.save(leaning, 0, MIKA, "x").proposal.id, OLA)
    assert made.save(all_get("off", "door"), 1, MIKA, "x").proposal is not None
    assert made.save(all_get("off", "key"), 1, MIKA, "x").proposal is not None
    changed = segment("staff", ("market", "is", ("us",)))
    assert made.save_segment(changed, 1, MIKA, "x").proposal is not None
    assert made.save(all_get("green"), 0, MIKA, "x").proposal is None
    assert made.kill("key", MIKA, "trouble").proposal is None


def leaning_on_staff():
    return all_get("on", "vault", rules=(rule("off", ("segment", "is", ("staff",))),))


EVERYBODY = ("market", "is", ("eu", "us"))


def test_what_a_proposal_leans_on_takes_two_people_from_the_moment_it_is_made():
    """Else its author could change what it asks for while it waits, and have that approved unseen."""
    made = changes()
    made.save_segment(segment(), 0, MIKA, "x")
    waiting = made.save(leaning_on_staff(), 0, MIKA, "for staff alone").proposal
    wider = made.save_segment(segment("staff", EVERYBODY), 1, MIKA, "everybody")
    assert wider.proposal is not None
    made.approve(waiting.id, OLA)
    assert made.segment("staff") == segment("staff", version=1)


def test_a_flag_that_a_proposal_would_need_takes_two_people_too():
    made = changes()
    waiting = made.save(all_get("on", "vault", prerequisites=needs("door", "on")), 0, MIKA, "x").proposal
    assert made.save(all_get("off", "door"), 0, MIKA, "x").proposal is not None
    made.withdraw(waiting.id, MIKA, "x")
    made.withdraw(made.proposals()[0].id, MIKA, "x")
    assert made.save(all_get("off", "door"), 0, MIKA, "x").proposal is None


def test_a_proposal_that_comes_before_the_commit_counts():
    table = MemoryFlagTable()
    made, other = changes(table), changes(table)
    made.save_segment(segment(), 0, MIKA, "x")
    before_the_commit(table, lambda: other.save(leaning_on_staff(), 0, OLA, "for staff alone"))
    assert made.save_segment(segment("staff", EVERYBODY), 1, MIKA, "everybody").proposal is not None
    assert made.segment("staff").version == 1


# -- What is judged by something that does not stand any more ----------------------------------------------


def test_a_flag_that_became_critical_meanwhile_is_not_changed_by_one_person():
    """The approval makes the vault need the door; who had read before still wants to close the door."""
    table = MemoryFlagTable()
    made, other = changes(table), changes(table)
    leaning = all_get("on", "vault", prerequisites=needs("door", "on"))
    waiting = made.save(leaning, 0, MIKA, "x").proposal
    made.reject(waiting.id, OLA, "not yet")

    def meanwhile():
        again = other.save(leaning, 0, MIKA, "x").proposal
        other.approve(again.id, OLA)

    before_the_commit(table, meanwhile)
    assert made.save(all_get("off", "door"), 0, MIKA, "alone").proposal is not None
    assert made.state("door").version == 0


def test_a_segment_that_is_asked_for_meanwhile_is_not_deleted():
    table = MemoryFlagTable()
    made, other = changes(table), changes(table)
    made.save_segment(segment(), 0, MIKA, "x")
    asking = all_get("green", rules=(rule("red", ("segment", "is", ("staff",))),))
    before_the_commit(table, lambda: other.save(asking, 0, OLA, "asks"))
    with pytest.raises(Refused) as refused:
        made.delete_segment("staff", 1, MIKA, "x")
    assert codes(refused) == [("", "segment_used")]
    assert made.segment("staff") is not None


def test_two_saves_do_not_make_a_circle_together():
    table = MemoryFlagTable()
    made, other = changes(table), changes(table)
    back = all_get("on", "key", prerequisites=needs("door", "on"))
    before_the_commit(table, lambda: other.save(back, 0, OLA, "back"))
    with pytest.raises(Refused) as refused:
        made.save(all_get("on", "door", prerequisites=needs("key", "on")), 0, MIKA, "forth")
    assert codes(refused) == [("prerequisites", "circle")]


def test_a_change_of_something_else_meanwhile_costs_nothing():
    table = MemoryFlagTable()
    made, other = changes(table), changes(table)
    before_the_commit(table, lambda: other.save(all_get("red", "paint"), 0, OLA, "x"))
    assert made.save(all_get("green"), 0, MIKA, "x").revision == 2


def test_an_undo_does_not_overwrite_what_came_while_it_was_looked_at():
    table = MemoryFlagTable()
    made, other = changes(table), changes(table)
    first = made.save(all_get("green"), 0, MIKA, "one")
    mine = all_get("blue", note="Ola's work")
    before_the_commit(table, lambda: other.save(mine, 1, OLA, "two"))
    with pytest.raises(LaterChanges):
        made.undo(first.revision, MIKA, "no")
    entries, asked = table.entries, []

    def late(*given):
        found = entries(*given)
        if not asked:
            asked.append(other.save(all_get("red", note="more work"), 2, OLA, "three"))
        return found

    table.entries = late
    with pytest.raises(LaterChanges):
        made.undo(first.revision, MIKA, "no", seen=2)
    assert made.state("colour").note == "more work"


def test_an_approval_of_what_was_changed_meanwhile_is_a_conflict():
    table = MemoryFlagTable()
    made, other = changes(table), changes(table)
    waiting = made.save(all_get("off", "vault"), 0, MIKA, "x").proposal
    before_the_commit(table, lambda: other.kill("vault", OLA, "trouble"))
    with pytest.raises(FlagConflict):
        made.approve(waiting.id, OLA)
    assert made.state("vault").killed == "trouble"


def test_a_proposal_that_was_ended_meanwhile_does_not_come_true():
    table = MemoryFlagTable()
    made, other = changes(table), changes(table)
    waiting = made.save(all_get("off", "vault"), 0, MIKA, "x").proposal
    before_the_commit(table, lambda: other.withdraw(waiting.id, MIKA, "thought again"))
    with pytest.raises(ProposalClosed):
        made.approve(waiting.id, OLA)
    assert made.state("vault").version == 0


def test_who_is_always_overtaken_hears_so():
    table = MemoryFlagTable()

    def never(wanted, judged=None):
        raise Overtaken(judged)

    table.commit = never
    with pytest.raises(UpstreamUnavailable) as away:
        changes(table).save(all_get("green"), 0, MIKA, "x")
    assert away.value.reason is Reason.THROTTLED


def test_a_kill_for_one_state_leaves_another_alone():
    """The guardrail has measured one run: what was dealt since then has answered it."""
    table = MemoryFlagTable()
    made, other = changes(table), changes(table)
    made.save(all_get("green", salt="first"), 0, MIKA, "x")
    before_the_commit(table, lambda: other.save(all_get("blue", salt="second"), 1, OLA, "anew"))
    left = made.kill("colour", MIKA, "figures", still=lambda state: state.salt == "first")
    assert (left.revision, left.decision.salt, made.state("colour").killed) == (0, "second", "")
    assert made.kill("colour", MIKA, "figures", still=lambda state: state.salt == "second").revision
