"""Sessions in memory, with the same rules as the real table, for tests and for trying things out."""

import threading
from collections.abc import Collection, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from storefront.core import Clock, Reason, SystemClock, UpstreamUnavailable
from storefront.sessions.leases import LeaseWatch
from storefront.sessions.table import SessionConflict, SessionExists, SessionGone, StoredSession

_NOTHING: Mapping[str, Any] = MappingProxyType({})


class MemorySessionTable:
    """A SessionTable that forgets when the process ends. `down` makes every call fail as in an outage."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._lock = threading.Lock()
        self.sessions: dict[str, StoredSession] = {}
        self.calls: list[str] = []
        self.down = False
        self.leases = LeaseWatch()

    def read(self, digest: str) -> StoredSession | None:
        """The session, None when there is none or it has expired."""
        with self._lock:
            self._note("read")
            return self._alive(digest)

    def create(
        self,
        digest: str,
        data: Mapping[str, str],
        *,
        lifetime: int,
        until: int | None = None,
        others: Mapping[str, Any] = _NOTHING,
    ) -> StoredSession:
        """Keep a new session; SessionExists when the key is taken."""
        with self._lock:
            self._note("create")
            if self._alive(digest) is not None:
                raise SessionExists(digest[:8])
            now = self._now()
            expires = now + lifetime if until is None else min(now + lifetime, until)
            self.sessions[digest] = StoredSession(dict(data), 1, now, expires, dict(others))
            return self.sessions[digest]

    def update(
        self,
        digest: str,
        changed: Mapping[str, str],
        removed: Collection[str],
        *,
        expected: Mapping[str, str | None] = _NOTHING,
        lifetime: int | None = None,
    ) -> StoredSession:
        """Set and remove entries; SessionGone when it has ended, SessionConflict if unlike `expected`."""
        with self._lock:
            self._note("update")
            old = self._alive(digest)
            if old is None:
                raise SessionGone(digest[:8])
            if any(old.data.get(name) != text for name, text in expected.items()):
                raise SessionConflict(digest, old)
            data = {k: v for k, v in (dict(old.data) | dict(changed)).items() if k not in removed}
            expires = old.expires_at if lifetime is None else self._now() + lifetime
            new = replace(old, data=data, version=old.version + 1, expires_at=expires)
            self.sessions[digest] = new
            return new

    def delete(self, digest: str) -> StoredSession | None:
        """End a session and give what it held."""
        with self._lock:
            self._note("delete")
            alive = self._alive(digest)
            self.sessions.pop(digest, None)
            return alive

    def _alive(self, digest: str) -> StoredSession | None:
        found = self.sessions.get(digest)
        return found if found is not None and found.expires_at > self._now() else None

    def _note(self, call: str) -> None:
        self.calls.append(call)
        if self.down:
            raise UpstreamUnavailable("dynamodb", call, Reason.CONNECTION, sent=False)

    def _now(self) -> int:
        return int(self._clock.now().timestamp())
