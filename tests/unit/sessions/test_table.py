"""What the DynamoDB table is asked, without DynamoDB: conditions, names and values of each operation."""

from typing import Any

import pytest

from storefront.aws import ConditionFailed
from storefront.core import ManualClock
from storefront.sessions import DynamoSessionTable, SessionExists, SessionGone

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

    def delete_item(self, key, **rest):
        self._write("delete", key, rest)

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


def test_a_new_item_is_written_only_where_there_is_none():
    recording, sessions = table()
    sessions.create("d", {"a": "1"}, lifetime=60)
    ((_, item, rest),) = recording.calls
    assert item == {"pk": "d", "version": 1, "created_at": NOW, "expires_at": NOW + 60, "d_a": "1"}
    assert rest == {"condition": "attribute_not_exists(pk)"}


def test_a_taken_key_is_said_to_be_taken():
    _, sessions = table(stored(d_a="other"), conflict=True)
    with pytest.raises(SessionExists):
        sessions.create("d", {"a": "1"}, lifetime=60)


def test_a_repeated_create_whose_first_try_got_through_is_fine():
    _, sessions = table(stored(), conflict=True)
    sessions.create("d", {"a": "1"}, lifetime=60)


def test_an_update_names_only_what_changed():
    recording, sessions = table()
    sessions.update("d", {"a": "1", "b": "2"}, ["c"])
    ((_, key, rest),) = recording.calls
    assert key == {"pk": "d"}
    assert rest["update"] == "ADD #version :one SET #e0 = :v0, #e1 = :v1 REMOVE #e2"
    assert rest["names"] == {"#e0": "d_a", "#e1": "d_b", "#e2": "d_c", "#version": "version"}
    assert rest["values"] == {":v0": "1", ":v1": "2", ":now": NOW, ":one": 1}
    assert rest["condition"] == "attribute_exists(pk) AND expires_at > :now"


def test_an_update_may_insist_on_a_version():
    recording, sessions = table()
    sessions.update("d", {"a": "1"}, [], version=7)
    ((_, _, rest),) = recording.calls
    assert rest["condition"].endswith("AND #version = :version")
    assert rest["values"][":version"] == 7


def test_an_ended_session_cannot_be_written():
    _, sessions = table(conflict=True)
    with pytest.raises(SessionGone):
        sessions.update("d", {"a": "1"}, [])
