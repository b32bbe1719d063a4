"""Django's session on our table: lazy, by entry, bounded, and harmless while the table is away."""

import pytest
from django.contrib.sessions.backends.base import UpdateError

from storefront.core import ManualClock, UpstreamUnavailable
from storefront.sessions import MOST_BYTES, MemorySessionTable, SessionTooLarge, digest_of, new_key
from storefront.sessions.backend import SessionStore
from tests.unit.sessions.stores import again, saved, sealed_session


def test_looking_into_a_session_that_is_not_there_writes_nothing(table):
    session = SessionStore(None, table)
    assert session.get("x") is None
    assert table.calls == []


def test_what_was_saved_is_there_at_once(table):
    session = saved(table, step="delivery", ids=[1, 2])
    assert dict(again(table, session).items()) == {"step": "delivery", "ids": [1, 2]}


def test_the_table_never_sees_the_cookie(table):
    session = saved(table, x=1)
    assert list(table.sessions) == [digest_of(session.session_key)]
    assert session.session_key not in repr(table.sessions)


def test_keys_are_256_random_bits():
    keys = {new_key() for _ in range(50)}
    assert len(keys) == 50
    assert all(len(key) == 43 for key in keys)


@pytest.mark.parametrize("key", ["", "short", "x" * 42, "x" * 44, "../" + "x" * 40, "x" * 42 + "\n"])
def test_a_cookie_of_another_shape_is_not_even_looked_up(table, key):
    session = SessionStore(key, table)
    assert session.get("x") is None
    assert table.calls == []


def test_an_unknown_id_is_never_adopted(table):
    planted = new_key()
    session = SessionStore(planted, table)
    session["x"] = 1
    session.save()
    assert session.session_key != planted


def test_two_requests_that_change_different_entries_both_win(table):
    first = saved(table, a=1)
    one, two = again(table, first), again(table, first)
    one["b"], two["c"] = 2, 3
    one.save()
    two.save()
    assert dict(again(table, first).items()) == {"a": 1, "b": 2, "c": 3}


def test_a_change_inside_an_entry_is_noticed(table):
    session = again(table, saved(table, ids=[1]))
    session["ids"].append(2)
    assert session.changed == {"ids"}
    session.save()
    assert again(table, session)["ids"] == [1, 2]


def test_an_entry_can_be_removed(table):
    session = again(table, saved(table, a=1, b=2))
    del session["a"]
    session.save()
    assert dict(again(table, session).items()) == {"b": 2}


def test_saving_without_a_change_asks_nothing(table):
    session = again(table, saved(table, a=1))
    assert session["a"] == 1
    table.calls.clear()
    session.save()
    assert table.calls == []


def test_an_ended_session_is_not_brought_back(table):
    session = saved(table, a=1)
    under_way = again(table, session)
    assert under_way["a"] == 1
    session.flush()
    under_way["b"] = 2
    with pytest.raises(UpdateError):
        under_way.save()
    assert table.sessions == {}


def test_an_expired_session_is_empty_even_while_the_table_still_has_it():
    clock = ManualClock()
    table = MemorySessionTable(clock)
    session = saved(table, a=1)
    clock.advance(30 * 24 * 3600)
    assert table.sessions
    assert again(table, session).get("a") is None


def test_a_new_key_keeps_the_contents_and_ends_the_old_one(table):
    session = saved(table, a=1)
    before = session.session_key
    session.cycle_key()
    assert session.session_key != before
    assert SessionStore(before, table).get("a") is None
    assert again(table, session)["a"] == 1


def test_clearing_removes_what_the_table_holds(table):
    session = again(table, saved(table, a=1, b=2))
    session.clear()
    session["c"] = 3
    session.save()
    assert dict(again(table, session).items()) == {"c": 3}


def test_flush_forgets_id_and_contents(table):
    session = again(table, saved(table, a=1))
    session.flush()
    assert (session.session_key, dict(session.items()), table.sessions) == (None, {}, {})


def test_a_session_has_a_size_limit(table):
    session = SessionStore(None, table)
    session["x"] = "y" * 33_000
    with pytest.raises(SessionTooLarge, match="32768 bytes"):
        session.save()
    assert table.sessions == {}


def test_only_json_is_kept(table):
    session = SessionStore(None, table)
    session["x"] = object()
    with pytest.raises(TypeError):
        session.save()


def test_an_outage_reads_as_anonymous_and_writes_fail_closed(table):
    known = saved(table, a=1)
    table.down = True
    session = again(table, known)
    assert session.get("a") is None
    assert session.unavailable
    assert session.session_key == known.session_key
    session["b"] = 2
    with pytest.raises(UpstreamUnavailable):
        session.save()
    with pytest.raises(UpstreamUnavailable):
        session.cycle_key()
    table.down = False
    assert again(table, known)["a"] == 1


def test_a_failed_first_save_leaves_no_key_behind(table):
    table.down = True
    session = SessionStore(None, table)
    session["a"] = 1
    with pytest.raises(UpstreamUnavailable):
        session.save()
    assert session.session_key is None
    assert not session.saved


def test_ending_a_session_during_an_outage_fails_loudly(table):
    session = saved(table, a=1)
    table.down = True
    with pytest.raises(UpstreamUnavailable):
        session.flush()


def test_the_fingerprint_tells_sessions_apart_and_opens_none(table):
    session = saved(table, a=1)
    assert len(session.fingerprint) == 8
    assert session.fingerprint not in session.session_key


def test_both_lists_are_united_where_the_rules_say_so(table):
    first = saved(table, recent=["a", "b"], other=["a"])
    one, two = again(table, first), again(table, first)
    one["recent"], one["other"] = ["a", "b", "c"], ["one"]
    two["recent"], two["other"] = ["b", "d"], ["two"]
    one.save()
    two.save()
    found = again(table, first)
    assert (found["recent"], found["other"]) == (["b", "c", "d"], ["two"])


def test_five_hundred_notices_cost_the_oldest_and_no_error(table):
    session = saved(table, step="payment")
    for number in range(500):
        session[f"notice:{number:04d}"] = "x" * 200
    session["recent"] = [f"product-{number}" for number in range(200)]
    session.save()
    found = again(table, session)
    notices = sorted(name for name, _ in found.items() if name.startswith("notice:"))
    assert notices[-1] == "notice:0499"
    assert 50 < len(notices) < 200
    assert (found["step"], found["recent"][-1]) == ("payment", "product-199")
    assert table.sessions[session.digest].size <= MOST_BYTES


def test_a_long_list_of_what_was_seen_loses_its_older_half_first(table):
    session = saved(table, step="payment")
    session["recent"] = [f"{number:05d}" for number in range(5_000)]
    session.save()
    recent = again(table, session)["recent"]
    assert recent[-1] == "04999"
    assert len(recent) == 2_500


def test_writers_who_together_make_it_too_large_leave_it_small_enough(table):
    first = saved(table, step="payment")
    writers = [again(table, first) for _ in range(6)]
    for number, session in enumerate(writers):
        session[f"notice:{number}"] = "x" * 9_000
    for session in writers:
        session.save()
    assert table.sessions[first.digest].size <= MOST_BYTES
    assert again(table, first)["notice:5"] == "x" * 9_000


def test_what_others_write_while_the_key_changes_moves_along(table, vault):
    class Slow(MemorySessionTable):
        def delete(self, digest):
            late = SessionStore(before, self, vault)
            late["late"], late["recent"] = 1, ["b"]
            del late["gone"]
            if late.saved:
                late.save()
            return super().delete(digest)

    slow = Slow(ManualClock())
    session = sealed_session(slow, vault, step="x", gone=1, mine=1, recent=["a"])
    before = session.session_key
    session["mine"] = 2
    session.cycle_key()
    found = dict(SessionStore(session.session_key, slow, vault).items())
    assert found == {"step": "x", "mine": 2, "late": 1, "recent": ["b"]}
    assert len(slow.sessions) == 1


def test_a_change_of_key_does_not_prolong_the_session_and_signing_in_does(table, vault):
    clock = table._clock
    session = sealed_session(table, vault, step="x")
    ends = table.sessions[session.digest].expires_at
    clock.advance(3600)
    session.cycle_key()
    assert table.sessions[session.digest].expires_at == ends
    session.cycle_key(anew=True)
    assert table.sessions[session.digest].expires_at == ends + 3600


def test_a_change_of_key_that_fails_leaves_the_old_session_and_its_key(table):
    class Breaking(MemorySessionTable):
        def delete(self, digest):
            self.down = True
            return super().delete(digest)

    breaking = Breaking(ManualClock())
    session = saved(breaking, step="x")
    before = session.session_key
    with pytest.raises(UpstreamUnavailable):
        session.cycle_key()
    assert session.session_key == before
    breaking.down = False
    assert again(breaking, session)["step"] == "x"


def test_a_key_can_be_chosen_before(table):
    session, key = saved(table, step="x"), new_key()
    session.cycle_key(key)
    assert session.session_key == key


@pytest.mark.parametrize("wrong_by", [-600, 600])
def test_clocks_that_are_wrong_by_ten_minutes_lose_nothing(wrong_by):
    right, wrong = ManualClock(), ManualClock()
    wrong.advance(wrong_by) if wrong_by > 0 else right.advance(-wrong_by)
    table, other = MemorySessionTable(right), MemorySessionTable(wrong)
    other.sessions = table.sessions  # two machines, one table
    session = saved(table, step="x")
    there = again(other, session)
    there["step"] = "y"
    there.save()
    assert again(table, session)["step"] == "y"
