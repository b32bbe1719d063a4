"""The table of flags: what a transaction holds, what a lost one means, and what cannot be read.

How it does against a real one, with two editors racing, is in tests/integration/test_flags_table.py.
"""

import json

import pytest

from storefront.aws import AwsUnavailable, Fate, TransactionLost
from storefront.core import ManualClock, Reason, UpstreamInvalid, UpstreamUnavailable
from storefront.flags import Context, compile_snapshot
from storefront.flags.codec import decision_text, entry_text, proposal_text, read_entry, read_proposal
from storefront.flags.live import Live
from storefront.flags.records import (
    Action,
    Change,
    FlagConflict,
    Overtaken,
    ProposalClosed,
    ProposalOpen,
    Refused,
)
from storefront.flags.replay import AuditBroken, replay
from storefront.flags.source import MOST_CHANGES
from storefront.flags.table import DynamoFlagTable
from storefront.telemetry import Telemetry
from tests.unit.flags.changing import FLAGS, MIKA, OLA, all_get, changes, segment
from tests.unit.flags.deciding import ATTRIBUTES

FINE = Fate(failed=False, contended=False, item=None)


class Scripted:
    """A DynamoTable that holds items and answers transactions as a test has written down."""

    def __init__(self, *items):
        self.items = {(item["pk"], item["sk"]): item for item in items}
        self.answers = []
        self.writes = []

    def get_item(self, key, *, consistent=False):
        assert consistent
        return self.items.get((key["pk"], key["sk"]))

    def query(self, condition, values, *, limit, newest_first, start, consistent):
        assert consistent
        found = [item for key, item in sorted(self.items.items()) if key[0] == values[":pk"]]
        at = 0 if start is None else start["at"]
        return found[at : at + limit], {"at": at + limit} if at + limit < len(found) else None

    def transact(self, writes):
        self.writes.append(writes)
        answer = self.answers.pop(0) if self.answers else None
        if callable(answer):
            answer = answer(writes)
        if answer is not None:
            raise answer


def lost(writes, **failed):
    """A transaction lost at the writes whose place is named: `w0=item`."""
    fates = [FINE] * len(writes)
    for place, item in failed.items():
        fates[int(place[1:])] = Fate(failed=True, contended=False, item=item)
    return TransactionLost("flags", "x", tuple(fates))


def change(**given):
    usual = {
        "subject": "flag#colour",
        "action": Action.SAVE,
        "who": MIKA,
        "reason": "x",
        "before": None,
        "after": all_get("green", version=1),
    }
    return Change(**(usual | given))


def state_item(state):
    return {
        "pk": "flags",
        "sk": f"flag#{state.key}",
        "version": state.version,
        "body": decision_text(state),
    }


@pytest.fixture
def scripted():
    return Scripted({"pk": "flags", "sk": "revision", "revision": 41})


@pytest.fixture
def table(scripted):
    return DynamoFlagTable(scripted, ManualClock())


def test_a_change_is_one_transaction_over_state_audit_and_count(table, scripted):
    (entry,) = table.commit([change()])
    assert entry.revision == 42
    (writes,) = scripted.writes
    rows = [(write.kind, write.item["pk"], write.item["sk"]) for write in writes]
    assert rows == [
        ("Put", "flags", "flag#colour"),
        ("Put", "audit", "000000000042"),
        ("Put", "audit#flag#colour", "000000000042"),
        ("Update", "flags", "revision"),
    ]
    assert all(write.condition for write in writes)
    assert read_entry(writes[1].item["body"]) == entry


def test_a_commit_of_proposals_stays_within_a_transaction(table, scripted):
    made = changes()
    waiting = made.save(all_get("off", "vault"), 0, MIKA, "x").proposal
    many = [change(subject=f"flag#f{n}", action=Action.PROPOSE, opens=waiting) for n in range(MOST_CHANGES)]
    table.commit(many)
    assert len(scripted.writes[0]) <= 100
    with pytest.raises(ValueError, match="1 to 24"):
        table.commit([*many, change()])


def test_a_change_of_another_flag_meanwhile_is_no_conflict(table, scripted):
    counted = {"pk": "flags", "sk": "revision", "revision": 42}

    def other_flag(writes):
        scripted.items["flags", "revision"] = counted
        return lost(writes, w3=counted)

    scripted.answers = [other_flag, TransactionLost("flags", "x", (Fate(False, True, None),) * 4)]
    (entry,) = table.commit([change()])
    assert entry.revision == 43
    assert len(scripted.writes) == 3


def test_a_change_of_the_same_flag_meanwhile_is_a_conflict_with_what_stands(table, scripted):
    stands = all_get("blue", version=1)
    scripted.answers = [
        lambda writes: lost(writes, w0=state_item(stands), w3={"pk": "flags", "sk": "revision"})
    ]
    with pytest.raises(FlagConflict) as refused:
        table.commit([change()])
    assert refused.value.standing == stands
    assert len(scripted.writes) == 1


def test_a_repeated_try_of_a_change_that_got_through_is_no_conflict(table, scripted):
    """The answer to the first one was lost on its way, and the service did not know it for the same."""

    def done_already(writes):
        return lost(writes, w0=state_item(all_get("green", version=1)), w1=dict(writes[1].item))

    scripted.answers = [done_already]
    assert table.commit([change()])[0].revision == 42


def test_proposals_that_are_open_or_gone_are_said(table, scripted):
    waiting = changes().save(all_get("off", "vault"), 0, MIKA, "x").proposal
    item = {"pk": "proposals", "sk": "flag#vault", "id": waiting.id, "body": proposal_text(waiting)}
    scripted.answers = [lambda writes: lost(writes, w1=item)]
    with pytest.raises(ProposalOpen) as refused:
        table.commit([change(action=Action.PROPOSE, opens=waiting)])
    assert refused.value.proposal == waiting
    scripted.answers = [lambda writes: lost(writes, w1=None)]
    with pytest.raises(ProposalClosed):
        table.commit([change(action=Action.APPROVE, closes=waiting)])


def test_who_never_gets_through_hears_so(table, scripted):
    scripted.answers = [lambda writes: lost(writes, w3={})] * 100
    with pytest.raises(UpstreamUnavailable) as away:
        table.commit([change()])
    assert away.value.reason is Reason.THROTTLED


def test_a_table_that_is_away_is_not_asked_again(table, scripted):
    scripted.answers = [AwsUnavailable("flags", "x", Reason.TIMEOUT)]
    with pytest.raises(AwsUnavailable):
        table.commit([change()])
    assert len(scripted.writes) == 1


def test_everything_is_read_also_in_many_pieces(scripted, table):
    for number in range(230):
        item = state_item(all_get("green", f"f{number:03}", version=1))
        scripted.items[item["pk"], item["sk"]] = item
    decided = table.read()
    assert decided.revision == 41
    assert [state.key for state in decided.flags] == [f"f{number:03}" for number in range(230)]


def test_what_was_read_while_it_changed_is_read_again(scripted, table):
    """A revision must not stand beside states that are older than it: nobody would look again."""
    query, turns = scripted.query, []

    def changing(*args, **given):
        found = query(*args, **given)
        if not turns:
            item = state_item(all_get("blue", version=1))
            scripted.items[item["pk"], item["sk"]] = item
            scripted.items["flags", "revision"] = {"pk": "flags", "sk": "revision", "revision": 42}
        turns.append(1)
        return found

    scripted.query = changing
    decided = table.read()
    assert (decided.revision, decided.flags) == (42, (all_get("blue", version=1),))


def test_a_table_that_changes_all_the_time_is_not_said_to_be_newer_than_what_was_read(scripted, table):
    """A change after each of the readings: the process that follows has to look again, and does."""
    query, turns = scripted.query, []

    def changing(*args, **given):
        found = query(*args, **given)
        turns.append(1)
        item = state_item(all_get("blue", note=f"change {len(turns)}", version=len(turns)))
        scripted.items[item["pk"], item["sk"]] = item
        counted = {"pk": "flags", "sk": "revision", "revision": 41 + len(turns)}
        scripted.items["flags", "revision"] = counted
        return found

    scripted.query = changing
    live = Live(table, FLAGS, ATTRIBUTES, ManualClock(), Telemetry())
    assert live.poll()
    held = live.snapshot.state("colour")
    assert live.revision == 41 + held.version
    assert live.revision < table.revision()
    scripted.query = query
    assert live.poll()
    assert live.snapshot.state("colour").version == len(turns)


def test_a_change_that_was_judged_at_another_revision_is_not_made(table, scripted):
    counted = {"pk": "flags", "sk": "revision", "revision": 42}
    standing = state_item(all_get("blue", version=1))
    for fates in ({"w3": counted}, {"w0": standing, "w3": counted}):
        scripted.answers = [lambda writes, fates=fates: lost(writes, **fates)]
        with pytest.raises(Overtaken):
            table.commit([change()], judged=41)
    count = scripted.writes[0][-1]
    assert (count.condition, count.values) == ("#r = :base", {":next": 42, ":base": 41})


def test_a_change_that_was_judged_right_is_tried_again_when_only_contended(table, scripted):
    scripted.answers = [TransactionLost("flags", "x", (Fate(False, True, None),) * 4)]
    assert table.commit([change()], judged=41)[0].revision == 42


LATER = '{"key":"colour","version":2,"enabled":true,"killed":"","hologram":{"deep":[1]}}'


def later_item(text=LATER):
    return {"pk": "flags", "sk": "flag#colour", "version": 2, "body": text}


def test_a_state_of_a_later_release_can_be_killed_and_is_left_as_it_is_otherwise(scripted, table):
    scripted.items["flags", "flag#colour"] = later_item()
    made = changes(table)
    outcome = made.kill("colour", MIKA, " it burns ")
    assert outcome.revision == 42
    writes = scripted.writes[0]
    put = writes[0]
    assert (put.kind, put.condition, put.values, put.item["version"]) == (
        "Put",
        "#v = :base",
        {":base": 2},
        3,
    )
    wanted = json.loads(LATER) | {"killed": "it burns", "version": 3}
    assert json.loads(put.item["body"]) == wanted
    # This release shows the entry without what it does not understand; the later one has all of it.
    entry = read_entry(writes[1].item["body"])
    assert (entry.action, entry.reason, entry.before, entry.after) == (Action.KILL, "it burns", None, None)
    assert (json.loads(entry.unread.before), json.loads(entry.unread.after)) == (json.loads(LATER), wanted)
    scripted.items["flags", "flag#colour"] = dict(put.item)
    assert made.kill("colour", MIKA, "again").revision == 0


def test_the_guardrail_does_not_kill_a_run_that_it_cannot_read(scripted, table):
    scripted.items["flags", "flag#colour"] = later_item()
    with pytest.raises(UpstreamInvalid):
        changes(table).kill("colour", MIKA, "figures", still=lambda state: True)
    assert scripted.writes == []


def test_what_is_no_state_at_all_cannot_be_killed(scripted, table):
    for text in ("[]", "{", '{"key":"colour","pepper":1}'):
        scripted.items["flags", "flag#colour"] = later_item(text)
        with pytest.raises(UpstreamInvalid):
            changes(table).kill("colour", MIKA, "x")


@pytest.mark.parametrize("known", [True, False])
def test_a_kill_counts_where_the_rest_of_the_state_is_not_understood(scripted, table, known):
    """In a worker of the release before, which has understood the state before or has never seen one."""
    if known:
        scripted.items["flags", "flag#colour"] = state_item(all_get("green", version=1))
        table.read()
    scripted.items["flags", "flag#colour"] = later_item(LATER.replace('"killed":""', '"killed":"stop"'))
    decided = compile_snapshot(table.read(), FLAGS, ATTRIBUTES)
    assert decided.evaluate("colour", Context()).why == "killed"
    scripted.items["flags", "flag#colour"] = later_item(LATER.replace("true", "false"))
    assert compile_snapshot(table.read(), FLAGS, ATTRIBUTES).evaluate("colour", Context()).why == "off"
    scripted.items["flags", "flag#colour"] = later_item()
    lives = compile_snapshot(table.read(), FLAGS, ATTRIBUTES).evaluate("colour", Context())
    assert lives.variant == ("green" if known else "red")


def test_entries_of_a_later_release_do_not_hide_the_others(scripted, table):
    made = changes()
    made.save(all_get("green"), 0, MIKA, "x")
    made.save(all_get("blue"), 1, MIKA, "y")
    newer, older = made.audit()
    strange = entry_text(newer).replace('"salt"', '"pepper"')
    for text, revision in ((entry_text(older), 1), (strange, 2)):
        for partition in ("audit", "audit#flag#colour"):
            sk = f"{revision:012d}"
            scripted.items[partition, sk] = {"pk": partition, "sk": sk, "body": text}
    read = changes(table)
    strange_one = next(one for one in read.audit("flag#colour") if one.revision == 2)
    assert (strange_one.who, strange_one.reason, strange_one.after) == (MIKA, "y", None)
    assert read.entry(1) == older
    with pytest.raises(Refused) as refused:
        read.undo(2, MIKA, "x")
    assert [one.code for one in refused.value.problems] == ["unreadable"]
    with pytest.raises(AuditBroken, match="another release"):
        replay([older, strange_one])


def test_a_state_of_a_later_release_is_the_last_one_understood(scripted, table, caplog):
    scripted.items["flags", "flag#colour"] = state_item(all_get("green", version=1))
    scripted.items["flags", "flag#paint"] = state_item(all_get("blue", "paint", version=1))
    table.read()
    for key in ("colour", "new"):
        item = {"pk": "flags", "sk": f"flag#{key}", "version": 2, "body": '{"key":"x","hologram":1}'}
        scripted.items["flags", f"flag#{key}"] = item
    for _ in range(3):
        assert table.read().flags == (all_get("green", version=1), all_get("blue", "paint", version=1))
    assert len(caplog.records) == 2
    with pytest.raises(UpstreamInvalid):
        table.standing("flag#colour")


def test_entries_and_proposals_come_back_as_they_were_written():
    made = changes()
    made.save_segment(segment(), 0, MIKA, "x")
    made.delete_segment("staff", 1, MIKA, "x")
    waiting = made.save(all_get("off", "vault", values={}), 0, MIKA, "x").proposal
    assert read_proposal(proposal_text(waiting)) == waiting
    made.approve(waiting.id, OLA)
    made.kill("vault", OLA, "ü \N{SNOWMAN}")
    for entry in made.audit():
        assert read_entry(entry_text(entry)) == entry


@pytest.mark.parametrize("text", ["", "{}", '{"subject":"flag#a","action":"dance"}', "\ud800"])
def test_what_is_no_entry_is_said(text):
    with pytest.raises(UpstreamInvalid):
        read_entry(text)
