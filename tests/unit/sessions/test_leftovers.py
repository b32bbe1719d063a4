"""A change of key that fails halfway: the old session goes on, and no row is left behind without need."""

import pytest

from storefront.core import Reason, UpstreamUnavailable
from storefront.sessions import MemorySessionTable
from storefront.sessions.backend import SessionStore
from tests.unit.sessions.stores import again, saved


class Failing(MemorySessionTable):
    """A table that does not answer these calls, the first time or always."""

    def __init__(self, *operations: str, times: int = 1, late: bool = False) -> None:
        super().__init__()
        self.operations, self.times, self.late, self.armed = operations, times, late, False

    def update(self, *given, **more):
        self._fail("update")
        return super().update(*given, **more)

    def create(self, digest, data, **more):
        made = super().create(digest, data, **more) if self._late("create") else None
        self._fail("create")
        return made or super().create(digest, data, **more)

    def delete(self, digest):
        self._fail("delete")
        return super().delete(digest)

    def _late(self, operation: str) -> bool:
        return self.late and self.armed and self.times > 0 and operation in self.operations

    def _fail(self, operation: str) -> None:
        if self.armed and self.times > 0 and operation in self.operations:
            self.times -= 1
            raise UpstreamUnavailable("dynamodb", operation, Reason.TIMEOUT, sent=True)


def cycled(table: Failing):
    session = again(table, saved(table, guest="kept"))
    session["auth"] = {"sub": "robin"}
    before = session.session_key
    table.armed = True
    with pytest.raises(UpstreamUnavailable):
        session.cycle_key(anew=True)
    assert session.session_key == before
    return session


def test_a_row_whose_key_nobody_was_told_is_taken_out_again():
    table = Failing("delete")
    session = cycled(table)
    assert list(table.sessions) == [session.digest]
    assert again(table, session)["guest"] == "kept"


def test_so_is_one_that_was_made_although_the_answer_was_lost():
    table = Failing("create", late=True)
    session = cycled(table)
    assert list(table.sessions) == [session.digest]


def test_while_the_table_stays_away_the_row_stays_and_the_failure_is_the_first_one():
    table = Failing("delete", times=2)
    session = cycled(table)
    assert len(table.sessions) == 2
    assert again(table, session)["guest"] == "kept"


@pytest.mark.parametrize("guest", [False, True])
def test_what_does_not_pass_the_check_is_as_if_nothing_had_been(guest):
    table = Failing()
    session = again(table, saved(table, guest="kept")) if guest else SessionStore(None, table)
    rows, before = dict(table.sessions), session.session_key
    session["auth"] = {"sub": "robin"}
    seen = []

    def check():
        seen.append([stored.data.keys() for stored in table.sessions.values()])
        raise ValueError("overtaken")

    with pytest.raises(ValueError, match="overtaken"):
        session.cycle_key(anew=True, check=check)
    assert any("auth" in names for names in seen[0])  # the row was there when it was asked
    assert (table.sessions, session.session_key, session.saved) == (rows, before, guest)


def test_what_others_wrote_is_given_up_rather_than_the_change_of_key():
    """The old row is gone by then: to fail would leave a row that opens, and no word of it."""
    table = Failing("update")
    session = again(table, saved(table, guest="kept", step="cart"))
    session["auth"] = {"sub": "robin"}
    delete = table.delete

    def meanwhile(digest):
        MemorySessionTable.update(table, digest, {"step": '"payment"', "more": "1"}, ("guest",))
        table.armed = True
        return delete(digest)

    table.delete = meanwhile
    before = session.session_key
    session.cycle_key(anew=True)
    assert session.session_key != before
    assert dict(session.items()) == {"guest": "kept", "step": "cart", "auth": {"sub": "robin"}}
    assert session.changed == frozenset()
    assert dict(again(table, session).items()) == dict(session.items())
