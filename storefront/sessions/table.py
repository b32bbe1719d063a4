"""Where sessions are kept: one item per session, each entry of the session an attribute of its own.

A write names only the entries that changed, so two requests that change different entries both win; of
two that change the same entry the later one does. Every write is conditional on the session still being
there, so that a request under way cannot bring back a session that was ended meanwhile. The table's key
is the SHA-256 of the cookie: whoever reads the table learns no session.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from storefront.aws import ConditionFailed, DynamoTable
from storefront.core import Clock, StorefrontError, new_secret

MOST_BYTES = 32 * 1024  # far below DynamoDB's 400 kB, because a read costs a unit per 4 kB

_PREFIX = "d_"
_OURS = frozenset({"pk", "version", "created_at", "expires_at"})


class SessionExists(StorefrontError):  # noqa: N818 - a state, told to the caller
    """A session with this key is there already."""


class SessionGone(StorefrontError):  # noqa: N818 - a state, told to the caller
    """The session ended (signed out, expired) before this write."""


class SessionTooLarge(StorefrontError):  # noqa: N818 - a state, told to the caller
    """The session would hold `size` bytes, more than MOST_BYTES: sessions hold ids, not documents."""

    def __init__(self, size: int) -> None:
        super().__init__(f"a session may hold {MOST_BYTES} bytes, this one would hold {size}")
        self.size = size


@dataclass(frozen=True, slots=True)
class StoredSession:
    """A session as the table keeps it: entry name to JSON text. Times are seconds since 1970, UTC."""

    data: Mapping[str, str]
    version: int
    created_at: int
    expires_at: int


class SessionTable(Protocol):
    """Storage of sessions. Every method raises UpstreamUnavailable when the table can't be reached."""

    def read(self, digest: str) -> StoredSession | None:
        """The session, None when there is none or it has expired. Sees every earlier write."""
        ...

    def create(self, digest: str, data: Mapping[str, str], *, lifetime: int) -> None:
        """Keep a new session for `lifetime` seconds; SessionExists when the key is taken."""
        ...

    def update(
        self, digest: str, changed: Mapping[str, str], removed: Collection[str], *, version: int | None = None
    ) -> None:
        """Set and remove single entries; SessionGone when the session has ended.

        With `version` the write happens only while the session is still that version, else SessionGone.
        """
        ...

    def delete(self, digest: str) -> None:
        """End a session; ending one that is not there is fine."""
        ...


class DynamoSessionTable:
    """Sessions in a DynamoDB table with the string key `pk` and the TTL attribute `expires_at`."""

    def __init__(self, table: DynamoTable, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def read(self, digest: str) -> StoredSession | None:
        """A consistent read. DynamoDB deletes expired items days late, so the time is checked here."""
        item = self._table.get_item({"pk": digest}, consistent=True)
        if item is None or int(item["expires_at"]) <= self._now():
            return None
        data = {name.removeprefix(_PREFIX): value for name, value in item.items() if name.startswith(_PREFIX)}
        return StoredSession(data, int(item["version"]), int(item["created_at"]), int(item["expires_at"]))

    def create(self, digest: str, data: Mapping[str, str], *, lifetime: int) -> None:
        """Put the item unless the key is taken by anything but an earlier attempt of this very call."""
        now = self._now()
        item: dict[str, Any] = {"pk": digest, "version": 1, "created_at": now, "expires_at": now + lifetime}
        item |= {_PREFIX + name: value for name, value in data.items()}
        try:
            self._table.put_item(item, condition="attribute_not_exists(pk)")
        except ConditionFailed as lost:
            if lost.item is None or not _same(lost.item, item):
                raise SessionExists(digest[:8]) from lost

    def update(
        self, digest: str, changed: Mapping[str, str], removed: Collection[str], *, version: int | None = None
    ) -> None:
        """One UpdateItem that names the changed attributes only."""
        names = {f"#e{i}": _PREFIX + name for i, name in enumerate([*changed, *removed])}
        places = list(names)
        values: dict[str, Any] = {f":v{i}": value for i, value in enumerate(changed.values())}
        values |= {":now": self._now(), ":one": 1}
        clauses = ["ADD #version :one"]
        if changed:
            pairs = zip(places, [f":v{i}" for i in range(len(changed))], strict=False)
            clauses.append("SET " + ", ".join(f"{place} = {value}" for place, value in pairs))
        if removed:
            clauses.append("REMOVE " + ", ".join(places[len(changed) :]))
        condition = "attribute_exists(pk) AND expires_at > :now"
        if version is not None:
            condition += " AND #version = :version"
            values[":version"] = version
        names["#version"] = "version"
        try:
            self._table.update_item(
                {"pk": digest}, " ".join(clauses), condition=condition, names=names, values=values
            )
        except ConditionFailed as lost:
            raise SessionGone(digest[:8]) from lost

    def delete(self, digest: str) -> None:
        """Delete the item."""
        self._table.delete_item({"pk": digest})

    def _now(self) -> int:
        return int(self._clock.now().timestamp())


def new_key() -> str:
    """A new session's cookie: 256 random bits, URL-safe."""
    return new_secret()


def digest_of(key: str) -> str:
    """The table's key for a session's cookie: its SHA-256 in hexadecimal."""
    return hashlib.sha256(key.encode()).hexdigest()


def _same(there: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether an item holds the entries that were to be written: then the first try got through after all."""
    entries = {name: value for name, value in there.items() if name not in _OURS}
    return entries == {name: value for name, value in wanted.items() if name not in _OURS}
