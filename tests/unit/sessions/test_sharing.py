"""Entries that many want at once: no change is lost, and of all who would renew one only one does."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.sessions.backends.base import UpdateError

from storefront.core import ManualClock, Reason, SystemClock, UpstreamUnavailable
from storefront.resilience import deadline
from storefront.sessions import MemorySessionTable, Vault, digest_of
from storefront.sessions.backend import SessionStore
from storefront.sessions.leases import LEASE_SECONDS

VAULT = Vault(["c2Vzc2lvbnMgb2YgdGVzdHMsIGtlcHQgaW4gbWVtb3I="])
OLD, NEW = {"access": "old"}, {"access": "new"}


@pytest.fixture
def table() -> MemorySessionTable:
    return MemorySessionTable()


def begin(table, **entries) -> SessionStore:
    session = SessionStore(None, table, VAULT)
    session.update(entries)
    session.save()
    return session


def again(table, session, clock=None) -> SessionStore:
    return SessionStore(session.session_key, table, VAULT, clock)


def is_old(value) -> bool:
    return value == OLD


def never(_value) -> bool:
    return False


def renewed(session, make=lambda _old: NEW, usable=never):
    return session.renew("tokens", make, due=is_old, usable=usable, along=("auth",))


def all_at_once(count, work):
    together = threading.Barrier(count)

    def one(number):
        together.wait(30)
        with deadline(60):  # what is tested is who wins, and the machine may be busy
            return work(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_none_of_a_thousand_changes_of_one_entry_is_lost(table):
    first = begin(table, seen=[])

    def write(writer):
        session = again(table, first)
        for turn in range(50):
            session.modify("seen", lambda seen, mark=f"{writer}.{turn}": [*seen, mark])

    all_at_once(20, write)
    assert len(again(table, first)["seen"]) == len(set(again(table, first)["seen"])) == 1_000


class Distant(MemorySessionTable):
    """One that takes its time, so that others really come in between."""

    def update(self, *args, **more):
        time.sleep(0.001)
        return super().update(*args, **more)


def test_none_of_a_thousand_counts_is_lost():
    table = Distant()
    first = begin(table, count=0)
    all_at_once(20, lambda _: [again(table, first).modify("count", lambda n: n + 1) for _ in range(50)])
    assert again(table, first)["count"] == 1_000


def test_a_change_begins_with_the_default_and_is_not_written_twice(table):
    session = begin(table, step="x")
    assert session.modify("count", lambda n: n + 1, 0) == 1
    table.calls.clear()
    session.save()
    assert table.calls == []
    assert again(table, session)["count"] == 1


def test_a_change_works_on_what_the_table_holds_by_now(table):
    session = begin(table, count=1)
    late = again(table, session)
    assert late["count"] == 1
    session.modify("count", lambda n: n + 1)
    assert late.modify("count", lambda n: n + 1) == 3
    assert late["count"] == 3


def test_a_session_that_is_new_is_changed_and_saved_as_usual(table):
    session = SessionStore(None, table, VAULT)
    assert session.modify("count", lambda n: n + 1, 0) == 1
    assert table.sessions == {}
    session.save()
    assert again(table, session)["count"] == 1


def test_an_ended_session_is_neither_changed_nor_renewed(table):
    session = begin(table, tokens=OLD)
    late = again(table, session)
    assert late["tokens"] == OLD
    session.flush()
    with pytest.raises(UpdateError):
        late.modify("count", lambda n: n + 1, 0)
    with pytest.raises(UpdateError):
        renewed(late)
    assert table.sessions == {}


def test_during_an_outage_neither_works_and_both_say_so(table):
    session = begin(table, tokens=OLD)
    table.down = True
    late = again(table, session)
    for work in (lambda: late.modify("count", lambda n: n, 0), lambda: renewed(late)):
        with pytest.raises(UpstreamUnavailable):
            work()


def test_of_twenty_who_need_it_one_renews_and_all_get_it(table):
    first, made = begin(table, tokens=OLD), []

    def make(old):
        time.sleep(0.1)
        made.append(old)
        return NEW

    assert all_at_once(20, lambda _: renewed(again(table, first), make)) == [NEW] * 20
    assert made == [OLD]
    assert not [name for name in table.sessions[first.digest].data if name.startswith("lease:")]


def test_also_those_who_read_the_session_before(table):
    first, made = begin(table, tokens=OLD), []
    sessions = [again(table, first) for _ in range(20)]
    assert [session["tokens"] for session in sessions] == [OLD] * 20
    found = [renewed(session, lambda old: made.append(old) or NEW) for session in sessions]
    assert (found, made) == ([NEW] * 20, [OLD])


def test_while_another_renews_the_old_one_will_do_if_it_is_good(table):
    session = begin(table, tokens=OLD)
    table.update(session.digest, {"lease:tokens": '"somebody"'}, ())
    assert renewed(again(table, session), usable=is_old) == OLD


def test_saving_afterwards_does_not_bring_the_old_one_back(table):
    session = begin(table, tokens=OLD, step="x")
    renewed(session)
    session["step"] = "y"
    session.save()
    assert again(table, session)["tokens"] == NEW


def test_what_is_not_due_asks_nothing(table):
    session = begin(table, tokens=NEW)
    table.calls.clear()
    assert renewed(session) == NEW
    assert table.calls == []


def test_nothing_is_renewed_that_is_not_there(table):
    assert renewed(begin(table, step="x")) is None
    assert renewed(SessionStore(None, table, VAULT)) is None


def test_a_renewal_that_fails_lets_the_next_one_try(table):
    session = begin(table, tokens=OLD)

    def fail(_old):
        raise UpstreamUnavailable("cognito", "refresh", Reason.TIMEOUT)

    with pytest.raises(UpstreamUnavailable):
        renewed(again(table, session), fail)
    assert renewed(again(table, session)) == NEW


def test_a_renewal_that_is_refused_ends_the_entry_for_all(table):
    first = begin(table, tokens=OLD, auth={"sub": "robin"}, step="payment")
    asked = []

    def refuse(old):
        time.sleep(0.05)
        asked.append(old)

    assert all_at_once(20, lambda _: renewed(again(table, first), refuse)) == [None] * 20
    assert len(asked) == 1
    assert dict(again(table, first).items()) == {"step": "payment"}


def test_who_renewed_in_vain_does_not_save_the_entries_again(table):
    session = begin(table, tokens=OLD, auth={"sub": "robin"})
    assert renewed(session, lambda _old: None) is None
    session["step"] = "x"
    session.save()
    assert dict(again(table, session).items()) == {"step": "x"}


@pytest.mark.parametrize("wrong_by", [-600, 0, 600])
def test_the_lease_of_one_that_died_is_broken_whatever_the_clocks_say(table, wrong_by):
    session = begin(table, tokens=OLD)
    table.update(session.digest, {"lease:tokens": '"the dead"'}, ())
    clock = ManualClock(SystemClock().now())
    clock.advance(wrong_by + 601)
    late = again(table, session, clock)
    started = clock.monotonic()
    with deadline(20, clock):
        assert late["tokens"] == OLD
        assert renewed_patiently(late, clock) == NEW
    assert LEASE_SECONDS <= clock.monotonic() - started < LEASE_SECONDS * 3


def renewed_patiently(session, clock):
    """As the requests of one browser do: each waits as long as it may, the next goes on waiting."""
    for _ in range(4):
        try:
            return renewed(session)
        except UpstreamUnavailable:
            clock.advance(0.1)
    return None


def test_a_request_waits_no_longer_than_its_deadline(table):
    session = begin(table, tokens=OLD)
    table.update(session.digest, {"lease:tokens": '"somebody"'}, ())
    clock = ManualClock()
    late = again(table, session, clock)
    with deadline(1.5, clock), pytest.raises(UpstreamUnavailable) as waited:
        renewed(late)
    assert waited.value.reason == Reason.BUDGET_EXHAUSTED
    assert clock.monotonic() - 1_000.0 <= 1.5


def test_one_that_was_taken_for_dead_does_not_undo_the_work_of_the_other(table):
    session = begin(table, tokens=OLD)

    def slow(_old):
        other = again(table, session)
        table.update(digest_of(session.session_key), {}, ("lease:tokens",))
        renewed(other, lambda _: {"access": "of the other"})
        return NEW

    assert renewed(again(table, session), slow) == {"access": "of the other"}
    assert again(table, session)["tokens"] == {"access": "of the other"}
