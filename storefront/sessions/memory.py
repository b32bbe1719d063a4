"""Sessions in memory, with the same rules as the real table, for tests and for trying things out."""

import threading
from collections.abc import Collection, Mapping
from dataclasses import replace

from storefront.core import Clock, Reason, SystemClock, UpstreamUnavailable
from storefront.sessions.table import SessionExists, SessionGone, StoredSession


class MemorySessionTable:
    """A SessionTable that forgets when the process ends. `down` makes every call fail as in an outage."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._lock = threading.Lock()
        self.sessions: dict[str, StoredSession] = {}
        self.calls: list[str] = []
        self.down = False

    def read(self, digest: str) -> StoredSession | None:
        """The session, None when there is none or it has expired."""
        with self._lock:
            self._note("read")
            return self._alive(digest)

    def create(self, digest: str, data: Mapping[str, str], *, lifetime: int) -> None:
        """Keep a new session; SessionExists when the key is taken."""
        with self._lock:
            self._note("create")
            if digest in self.sessions:
                raise SessionExists(digest[:8])
            now = self._now()
            self.sessions[digest] = StoredSession(dict(data), 1, now, now + lifetime)

    def update(
        self, digest: str, changed: Mapping[str, str], removed: Collection[str], *, version: int | None = None
    ) -> None:
        """Set and remove single entries; SessionGone when the session has ended or has another version."""
        with self._lock:
            self._note("update")
            old = self._alive(digest)
            if old is None or (version is not None and old.version != version):
                raise SessionGone(digest[:8])
            data = {k: v for k, v in (dict(old.data) | dict(changed)).items() if k not in removed}
            self.sessions[digest] = replace(old, data=data, version=old.version + 1)

    def delete(self, digest: str) -> None:
        """End a session."""
        with self._lock:
            self._note("delete")
            self.sessions.pop(digest, None)

    def _alive(self, digest: str) -> StoredSession | None:
        found = self.sessions.get(digest)
        return found if found is not None and found.expires_at > self._now() else None

    def _note(self, call: str) -> None:
        self.calls.append(call)
        if self.down:
            raise UpstreamUnavailable("dynamodb", call, Reason.CONNECTION, sent=False)

    def _now(self) -> int:
        return int(self._clock.now().timestamp())
