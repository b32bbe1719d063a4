"""Where sessions are kept: one item per session, each entry of the session an attribute of its own.

A write names only the entries that changed, so two requests that change different entries both win. A write
may expect entries to be as they were read, and fails where they are not: that is how changes of the same
entry are united, and how one of many gets to do something. Every write is conditional on the session still
being there, so that a request under way cannot bring back a session that was ended meanwhile. The table's
key is the SHA-256 of the cookie: whoever reads the table learns no session.

Attributes that this release does not know are kept as they are, in moves to another key too.
"""

import hashlib
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Protocol

from storefront.aws import ConditionFailed, DynamoTable
from storefront.core import Clock, StorefrontError, new_secret
from storefront.sessions.leases import LeaseWatch

MOST_BYTES = 32 * 1024  # far below DynamoDB's 400 kB, because a read costs a unit per 4 kB
FORMAT = 1

_PREFIX = "d_"
_OURS = frozenset({"pk", "version", "created_at", "expires_at", "format", "writer"})
_NOTHING: Mapping[str, Any] = MappingProxyType({})


class SessionExists(StorefrontError):  # noqa: N818 - a state, told to the caller
    """A session with this key is there already."""


class SessionGone(StorefrontError):  # noqa: N818 - a state, told to the caller
    """The session ended (signed out, expired) before this write."""


class SessionConflict(StorefrontError):  # noqa: N818 - a state, told to the caller
    """An entry was not as expected; nothing was written. `current` is the session as it is now."""

    def __init__(self, digest: str, current: "StoredSession") -> None:
        super().__init__(digest[:8])
        self.current = current


class SessionTooLarge(StorefrontError):  # noqa: N818 - a state, told to the caller
    """The session would hold `size` bytes, more than MOST_BYTES: sessions hold ids, not documents."""

    def __init__(self, size: int) -> None:
        super().__init__(f"a session may hold {MOST_BYTES} bytes, this one would hold {size}")
        self.size = size


@dataclass(frozen=True, slots=True)
class StoredSession:
    """A session as the table keeps it: entry name to text. Times are seconds since 1970, UTC.

    `others` are attributes that this release does not know.
    """

    data: Mapping[str, str]
    version: int
    created_at: int
    expires_at: int
    others: Mapping[str, Any] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Bytes of names and texts."""
        return sum(len(name.encode()) + len(text.encode()) for name, text in self.data.items())


class SessionTable(Protocol):
    """Storage of sessions. Every method raises UpstreamUnavailable when the table can't be reached."""

    @property
    def leases(self) -> LeaseWatch:
        """What this process saw of leases."""
        ...

    def read(self, digest: str) -> StoredSession | None:
        """The session, None when there is none or it has expired. Sees every earlier write."""
        ...

    def create(
        self,
        digest: str,
        data: Mapping[str, str],
        *,
        lifetime: int,
        until: int | None = None,
        others: Mapping[str, Any] = _NOTHING,
    ) -> StoredSession:
        """Keep a new session for `lifetime` seconds, not beyond `until`; SessionExists if it is taken."""
        ...

    def update(
        self,
        digest: str,
        changed: Mapping[str, str],
        removed: Collection[str],
        *,
        expected: Mapping[str, str | None] = _NOTHING,
        lifetime: int | None = None,
    ) -> StoredSession:
        """Set and remove single entries and give the session as it is then; SessionGone when it has ended.

        Where an entry of `expected` has another text (None: is there at all), nothing is written and
        SessionConflict says what is there. With `lifetime` the session lasts that many seconds from now.
        """
        ...

    def delete(self, digest: str) -> StoredSession | None:
        """End a session and give what it held; ending one that is not there is fine."""
        ...


class DynamoSessionTable:
    """Sessions in a DynamoDB table with the string key `pk` and the TTL attribute `expires_at`."""

    def __init__(self, table: DynamoTable, clock: Clock) -> None:
        self._table = table
        self._clock = clock
        self._leases = LeaseWatch()

    @property
    def leases(self) -> LeaseWatch:
        """What this process saw of leases."""
        return self._leases

    def read(self, digest: str) -> StoredSession | None:
        """A consistent read. DynamoDB deletes expired items days late, so the time is checked here."""
        return self._alive(self._table.get_item({"pk": digest}, consistent=True))

    def create(
        self,
        digest: str,
        data: Mapping[str, str],
        *,
        lifetime: int,
        until: int | None = None,
        others: Mapping[str, Any] = _NOTHING,
    ) -> StoredSession:
        """Put the item unless the key is taken by anything but an earlier attempt of this very call."""
        now = self._now()
        expires = now + lifetime if until is None else min(now + lifetime, until)
        item = {name: value for name, value in others.items() if name not in _OURS}
        item |= {_PREFIX + name: value for name, value in data.items()}
        item |= {"pk": digest, "version": 1, "created_at": now, "expires_at": expires, "format": FORMAT}
        free = "attribute_not_exists(pk) OR expires_at <= :now"
        try:
            self._table.put_item(item, condition=free, values={":now": now})
        except ConditionFailed as lost:
            if lost.item is None or not _same(lost.item, item):
                raise SessionExists(digest[:8]) from lost
        return _stored(item)

    def update(
        self,
        digest: str,
        changed: Mapping[str, str],
        removed: Collection[str],
        *,
        expected: Mapping[str, str | None] = _NOTHING,
        lifetime: int | None = None,
    ) -> StoredSession:
        """One UpdateItem that names the changed attributes only."""
        places = {name: f"#e{i}" for i, name in enumerate(dict.fromkeys([*changed, *removed, *expected]))}
        names = {place: _PREFIX + name for name, place in places.items()} | {"#version": "version"}
        writer = secrets.token_hex(8)
        values: dict[str, Any] = {":now": self._now(), ":one": 1, ":writer": writer}
        condition = _conditions(expected, places, values)
        settings = ["writer = :writer"]
        for i, (name, text) in enumerate(changed.items()):
            settings.append(f"{places[name]} = :v{i}")
            values[f":v{i}"] = text
        if lifetime is not None:
            settings.append("expires_at = :until")
            values[":until"] = self._now() + lifetime
        update = "ADD #version :one SET " + ", ".join(settings)
        update += " REMOVE " + ", ".join(places[name] for name in removed) if removed else ""
        try:
            item = self._table.update_item(
                {"pk": digest}, update, condition=condition, names=names, values=values
            )
        except ConditionFailed as lost:
            return self._after_all(digest, lost, writer)
        return _stored(item)

    def delete(self, digest: str) -> StoredSession | None:
        """Delete the item."""
        return self._alive(self._table.delete_item({"pk": digest}))

    def _after_all(self, digest: str, lost: ConditionFailed, writer: str) -> StoredSession:
        """What a refusal means: ended, changed by others, or done by a first try whose answer got lost."""
        current = self._alive(lost.item)
        if current is None or lost.item is None:
            raise SessionGone(digest[:8]) from lost
        if lost.item.get("writer") == writer:
            return current
        raise SessionConflict(digest, current) from lost

    def _alive(self, item: Mapping[str, Any] | None) -> StoredSession | None:
        return _stored(item) if item is not None and int(item["expires_at"]) > self._now() else None

    def _now(self) -> int:
        return int(self._clock.now().timestamp())


def new_key() -> str:
    """A new session's cookie: 256 random bits, URL-safe."""
    return new_secret()


def digest_of(key: str) -> str:
    """The table's key for a session's cookie: its SHA-256 in hexadecimal."""
    return hashlib.sha256(key.encode()).hexdigest()


def _conditions(expected: Mapping[str, str | None], places: Mapping[str, str], values: dict[str, Any]) -> str:
    """The session is there, and the expected entries are as expected; fills in `values`."""
    conditions = ["attribute_exists(pk)", "expires_at > :now"]
    for i, (name, text) in enumerate(expected.items()):
        if text is None:
            conditions.append(f"attribute_not_exists({places[name]})")
        else:
            conditions.append(f"{places[name]} = :x{i}")
            values[f":x{i}"] = text
    return " AND ".join(conditions)


def _stored(item: Mapping[str, Any]) -> StoredSession:
    data = {name.removeprefix(_PREFIX): value for name, value in item.items() if name.startswith(_PREFIX)}
    others = {n: v for n, v in item.items() if n not in _OURS and not n.startswith(_PREFIX)}
    times = int(item["created_at"]), int(item["expires_at"])
    return StoredSession(data, int(item["version"]), *times, others)


def _same(there: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether an item holds the entries that were to be written: then the first try got through after all."""
    entries = {name: value for name, value in there.items() if name not in _OURS}
    return entries == {name: value for name, value in wanted.items() if name not in _OURS}
