"""What the DynamoDB table is asked, without DynamoDB: conditions, names and values of each operation."""

from typing import Any

import pytest

from storefront.aws import ConditionFailed
from storefront.core import ManualClock
from storefront.sessions import DynamoSessionTable, SessionConflict, SessionExists, SessionGone

NOW = int(ManualClock().now().timestamp())


class RecordingTable:
    """Stands for DynamoTable: remembers the calls, answers what it is told."""

    def __init__(self, item: dict[str, Any] | None = None, *, conflict: bool = False) -> None:
        self.item = item
        self.conflict = conflict
        self.calls: list[tuple[str, Any, dict[str, Any]]] = []

    def get_item(self, key, *, consistent=False):
        self.calls.append(("get", key, {"consistent": consistent}))
        return self.item

    def put_item(self, item, **rest):
        self._write("put", item, rest)

    def update_item(self, key, update, **rest):
        self._write("update", key, {"update": update, **rest})
        return self.item

    def delete_item(self, key, **rest):
        self._write("delete", key, rest)
        return self.item

    def _write(self, name, what, rest):
        self.calls.append((name, what, rest))
        if self.conflict:
            raise ConditionFailed("dynamodb", name, self.item)


def table(item=None, *, conflict=False):
    recording = RecordingTable(item, conflict=conflict)
    return recording, DynamoSessionTable(recording, ManualClock())


def stored(**changes):
    item = {"pk": "d", "version": 3, "created_at": NOW - 5, "expires_at": NOW + 5, "d_a": "1"}
    return item | changes


def test_reads_are_consistent():
    recording, sessions = table(stored())
    session = sessions.read("d")
    assert recording.calls == [("get", {"pk": "d"}, {"consistent": True})]
    assert (session.data, session.version) == ({"a": "1"}, 3)


def test_an_item_that_the_table_has_not_deleted_yet_is_not_there():
    _, sessions = table(stored(expires_at=NOW))
    assert sessions.read("d") is None


def test_what_another_release_wrote_beside_the_entries_is_kept_apart():
    _, sessions = table(stored(format=7, x_of_tomorrow="?"))
    session = sessions.read("d")
    assert (session.data, session.others) == ({"a": "1"}, {"x_of_tomorrow": "?"})


def test_a_new_item_is_written_only_where_there_is_none_that_is_alive():
    recording, sessions = table()
    made = sessions.create("d", {"a": "1"}, lifetime=60)
    ((_, item, rest),) = recording.calls
    times = {"created_at": NOW, "expires_at": NOW + 60}
    assert item == {"pk": "d", "version": 1, "format": 1, "d_a": "1", **times}
    assert rest == {"condition": "attribute_not_exists(pk) OR expires_at <= :now", "values": {":now": NOW}}
    assert (made.data, made.expires_at) == ({"a": "1"}, NOW + 60)


def test_a_moved_session_lasts_no_longer_and_keeps_what_nobody_knows():
    recording, sessions = table()
    sessions.create("d", {}, lifetime=60, until=NOW + 9, others={"x": 1, "version": 8})
    item = recording.calls[0][1]
    assert (item["expires_at"], item["x"], item["version"]) == (NOW + 9, 1, 1)


def test_a_taken_key_is_said_to_be_taken():
    _, sessions = table(stored(d_a="other"), conflict=True)
    with pytest.raises(SessionExists):
        sessions.create("d", {"a": "1"}, lifetime=60)


def test_a_repeated_create_whose_first_try_got_through_is_fine():
    _, sessions = table(stored(), conflict=True)
    sessions.create("d", {"a": "1"}, lifetime=60)


def test_an_update_names_only_what_changed():
    recording, sessions = table(stored())
    sessions.update("d", {"a": "1", "b": "2"}, ["c"])
    ((_, key, rest),) = recording.calls
    writer = rest["values"].pop(":writer")
    assert len(writer) == 16
    assert key == {"pk": "d"}
    assert rest["update"] == "ADD #version :one SET writer = :writer, #e0 = :v0, #e1 = :v1 REMOVE #e2"
    assert rest["names"] == {"#e0": "d_a", "#e1": "d_b", "#e2": "d_c", "#version": "version"}
    assert rest["values"] == {":v0": "1", ":v1": "2", ":now": NOW, ":one": 1}
    assert rest["condition"] == "attribute_exists(pk) AND expires_at > :now"


def test_an_update_may_expect_entries_to_be_as_they_were():
    recording, sessions = table(stored())
    sessions.update("d", {"a": "2"}, [], expected={"a": "1", "lock": None})
    ((_, _, rest),) = recording.calls
    assert rest["condition"].endswith(" AND #e0 = :x0 AND attribute_not_exists(#e1)")
    assert (rest["values"][":x0"], rest["names"]["#e1"]) == ("1", "d_lock")


def test_an_update_may_prolong():
    recording, sessions = table(stored())
    sessions.update("d", {"a": "2"}, [], lifetime=70)
    ((_, _, rest),) = recording.calls
    assert "expires_at = :until" in rest["update"]
    assert rest["values"][":until"] == NOW + 70


@pytest.mark.parametrize("item", [None, stored(expires_at=NOW)])
def test_an_ended_session_cannot_be_written(item):
    _, sessions = table(item, conflict=True)
    with pytest.raises(SessionGone):
        sessions.update("d", {"a": "1"}, [])


def test_a_conflict_says_what_is_there_now():
    _, sessions = table(stored(d_a="9"), conflict=True)
    with pytest.raises(SessionConflict) as conflict:
        sessions.update("d", {"a": "2"}, [], expected={"a": "1"})
    assert conflict.value.current.data == {"a": "9"}


def test_an_equal_value_of_somebody_else_is_a_conflict_all_the_same():
    _, sessions = table(stored(d_a="2", writer="somebody"), conflict=True)
    with pytest.raises(SessionConflict):
        sessions.update("d", {"a": "2"}, [], expected={"a": "1"})


def test_a_repeated_update_whose_first_try_got_through_is_fine():
    class Repeating(RecordingTable):
        def update_item(self, key, update, **rest):
            raise ConditionFailed("dynamodb", "update", stored(d_a="2", writer=rest["values"][":writer"]))

    sessions = DynamoSessionTable(Repeating(), ManualClock())
    assert sessions.update("d", {"a": "2"}, [], expected={"a": "1"}).data == {"a": "2"}


def test_ending_a_session_gives_what_it_held():
    _, sessions = table(stored())
    assert sessions.delete("d").data == {"a": "1"}
    _, sessions = table(stored(expires_at=NOW))
    assert sessions.delete("d") is None
