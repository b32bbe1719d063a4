"""Django's session on our table: lazy, by entry, bounded, and harmless while the table is away."""

import pytest
from django.contrib.sessions.backends.base import UpdateError

from storefront.core import ManualClock, UpstreamUnavailable
from storefront.sessions import MemorySessionTable, SessionTooLarge, digest_of, new_key
from storefront.sessions.backend import SessionStore


@pytest.fixture
def table() -> MemorySessionTable:
    return MemorySessionTable(ManualClock())


def saved(table: MemorySessionTable, **entries: object) -> SessionStore:
    session = SessionStore(None, table)
    session.update(entries)
    session.save()
    return session


def again(table: MemorySessionTable, session: SessionStore) -> SessionStore:
    return SessionStore(session.session_key, table)


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
