"""All sessions of one person, so that they can see where they are signed in and end what they don't know.

One item per person in the table of sessions, read consistently and written by attribute as sessions are: what
one device does is seen by the next request of any other. Each entry is named by a session's digest and holds
what is shown of it. The item's key is a hash of the person's id, which is random itself, and of no secret
that might change: who rotates keys must not lose sight of sessions.
"""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from storefront.core import Clock, SystemClock
from storefront.sessions.table import SessionConflict, SessionExists, SessionGone, SessionTable, StoredSession

MOST_SESSIONS = 50
_HANDLE_LENGTH = 16


@dataclass(frozen=True, slots=True)
class OwnedSession:
    """One of a person's sessions; times are seconds since 1970. `notes` is what its maker wrote about it.

    `handle` names it in pages: it opens nothing and cannot be turned into the session's digest.
    """

    digest: str = field(repr=False)
    began: int
    seen: int
    notes: Mapping[str, str] = field(default_factory=dict)

    @property
    def handle(self) -> str:
        """Sixteen characters that name the session to its owner."""
        return hashlib.sha256(f"handle:{self.digest}".encode()).hexdigest()[:_HANDLE_LENGTH]


class SessionRegistry:
    """Who has which sessions. Every method raises UpstreamUnavailable when the table can't be reached."""

    def __init__(self, table: SessionTable, lifetime: int, clock: Clock | None = None) -> None:
        self._table = table
        self._lifetime = lifetime
        self._clock = clock or SystemClock()

    def add(self, owner: str, digest: str, notes: Mapping[str, str]) -> Mapping[str, StoredSession]:
        """Note a session that begins now. Beyond fifty, those unseen longest end: what these held."""
        now = self._now()
        entry = _text(now, now, notes)
        stored = self._table.read(_key(owner))
        if stored is None:
            try:
                self._table.create(_key(owner), {digest: entry}, lifetime=self._lifetime)
            except SessionExists:
                stored = self._table.read(_key(owner))  # somebody was quicker by a moment
            else:
                return {}
        oldest_first = sorted(self._alive(stored), key=lambda session: session.seen) if stored else []
        ended = [s.digest for s in oldest_first[: max(0, len(oldest_first) - MOST_SESSIONS + 1)]]
        expired = set(stored.data) - {s.digest for s in oldest_first} if stored else set()
        removed = [one for one in {*ended, *expired} if one != digest]
        self._table.update(_key(owner), {digest: entry}, removed, lifetime=self._lifetime)
        return self._end(ended)

    def sessions(self, owner: str) -> tuple[OwnedSession, ...]:
        """The person's sessions, the last seen first."""
        stored = self._table.read(_key(owner))
        found = self._alive(stored) if stored is not None else []
        return tuple(sorted(found, key=lambda session: session.seen, reverse=True))

    def touch(self, owner: str, digest: str) -> None:
        """Note that a session is in use. One that was ended meanwhile stays ended."""
        stored = self._table.read(_key(owner))
        before = stored.data.get(digest) if stored is not None else None
        known = _session(digest, before) if before is not None else None
        if known is None:
            return
        now = {digest: _text(known.began, self._now(), known.notes)}
        try:
            self._table.update(_key(owner), now, (), expected={digest: before})
        except (SessionConflict, SessionGone):
            return  # ended, or noted, by another request

    def forget(self, owner: str, digest: str) -> None:
        """Take a session that has ended off the list."""
        self._write(owner, {}, (digest,))

    def end(self, owner: str, handle: str) -> Mapping[str, StoredSession]:
        """End one session: what it held, by digest; nothing when the person has none of this handle."""
        return self._ended(owner, [one.digest for one in self.sessions(owner) if one.handle == handle])

    def end_all(self, owner: str, *, but: str = "") -> Mapping[str, StoredSession]:
        """End all of a person's sessions, except that of the digest `but`: what they held, by digest."""
        found = [session.digest for session in self.sessions(owner) if session.digest != but]
        return self._ended(owner, found)

    def _ended(self, owner: str, digests: Collection[str]) -> Mapping[str, StoredSession]:
        """End first and forget then: what fails in between is still on the list."""
        held = self._end(digests)
        if digests:
            self._write(owner, {}, digests)
        return held

    def _end(self, digests: Collection[str]) -> Mapping[str, StoredSession]:
        held = {digest: self._table.delete(digest) for digest in digests}
        return {digest: one for digest, one in held.items() if one is not None}

    def _write(self, owner: str, changed: Mapping[str, str], removed: Collection[str]) -> None:
        try:
            self._table.update(_key(owner), changed, removed)
        except SessionGone:
            return  # all of the person's sessions have expired

    def _alive(self, stored: StoredSession) -> list[OwnedSession]:
        first = self._now() - self._lifetime
        found = [_session(digest, text) for digest, text in stored.data.items()]
        return [session for session in found if session is not None and session.began > first]

    def _now(self) -> int:
        return int(self._clock.now().timestamp())


def _key(owner: str) -> str:
    """The item's key. No session has it: theirs are 64 hexadecimal digits."""
    return "o_" + hashlib.sha256(f"owner:{owner}".encode()).hexdigest()


def _text(began: int, seen: int, notes: Mapping[str, str]) -> str:
    return json.dumps({"began": began, "seen": seen, "notes": dict(notes)}, separators=(",", ":"))


def _session(digest: str, text: str) -> OwnedSession | None:
    try:
        kept = json.loads(text)
        notes = {str(name): str(value) for name, value in kept["notes"].items()}
        return OwnedSession(digest, int(kept["began"]), int(kept["seen"]), notes)
    except (AttributeError, KeyError, TypeError, ValueError):
        return None  # of a release that notes it otherwise
