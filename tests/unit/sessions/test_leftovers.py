"""A change of key that fails halfway: the old session goes on, and no row is left behind without need."""

import pytest

from storefront.core import Reason, UpstreamUnavailable
from storefront.sessions import MemorySessionTable
from tests.unit.sessions.stores import again, saved


class Failing(MemorySessionTable):
    """A table that does not answer these calls, the first time or always."""

    def __init__(self, *operations: str, times: int = 1, late: bool = False) -> None:
        super().__init__()
        self.operations, self.times, self.late, self.armed = operations, times, late, False

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
