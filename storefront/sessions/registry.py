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

    `handle` names it in pages: it opens nothing and cannot be turned into the session's digest. `ending` when
    somebody is about to take its row out.
    """

    digest: str = field(repr=False)
    began: int
    seen: int
    notes: Mapping[str, str] = field(default_factory=dict)
    ending: bool = False

    @property
    def handle(self) -> str:
        """Sixteen characters that name the session to its owner."""
        return hashlib.sha256(f"handle:{self.digest}".encode()).hexdigest()[:_HANDLE_LENGTH]


class SessionRegistry:
    """Who has which sessions. Every method raises UpstreamUnavailable when the table can't be reached.

    Who begins a session calls `add`, writes its row, and keeps it only if `holds` says so then: somebody may
    have ended all of them in between, when there was no row yet to be taken out.
    """

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
        # One that can't be read never gets old, so it goes first: others must not make room for it for ever.
        alive = self._alive(stored) if stored else []
        oldest_first = sorted(alive, key=lambda session: (bool(session.notes), session.seen))
        expired = set(stored.data) - {s.digest for s in alive} - {digest} if stored else set()
        self._table.update(_key(owner), {digest: entry}, expired, lifetime=self._lifetime)
        return self._ended(owner, oldest_first[: max(0, len(alive) - MOST_SESSIONS + 1)])

    def holds(self, owner: str, digest: str) -> bool:
        """Whether the session is on the list and nobody is about to end it."""
        stored = self._table.read(_key(owner))
        known = _session(digest, stored.data.get(digest, "")) if stored is not None else None
        return known is not None and not known.ending

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
        if known is None or known.ending:
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
        return self._ended(owner, [one for one in self.sessions(owner) if one.handle == handle])

    def end_all(self, owner: str, *, but: str = "") -> Mapping[str, StoredSession]:
        """End all of a person's sessions, except that of the digest `but`: what they held, by digest."""
        return self._ended(owner, [one for one in self.sessions(owner) if one.digest != but])

    def _ended(self, owner: str, sessions: Collection[OwnedSession]) -> Mapping[str, StoredSession]:
        """Say so first, then end, forget last.

        What fails in between is still on the list; a row that is written after the second step belongs to
        somebody who asks `holds` after the first.
        """
        if not sessions:
            return {}
        marked = {one.digest: _text(one.began, one.seen, one.notes, ending=True) for one in sessions}
        self._write(owner, marked, ())
        held = self._end(marked)
        self._write(owner, {}, marked)
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
        """All whose time is not over; what another release notes otherwise may open something, too."""
        now = self._now()
        found = [
            _session(digest, text) or OwnedSession(digest, now, now) for digest, text in stored.data.items()
        ]
        return [session for session in found if session.began > now - self._lifetime]

    def _now(self) -> int:
        return int(self._clock.now().timestamp())


def _key(owner: str) -> str:
    """The item's key. No session has it: theirs are 64 hexadecimal digits."""
    return "o_" + hashlib.sha256(f"owner:{owner}".encode()).hexdigest()


def _text(began: int, seen: int, notes: Mapping[str, str], *, ending: bool = False) -> str:
    kept = {"began": began, "seen": seen, "notes": dict(notes)} | ({"ending": True} if ending else {})
    return json.dumps(kept, separators=(",", ":"))


def _session(digest: str, text: str) -> OwnedSession | None:
    try:
        kept = json.loads(text)
        notes = {str(name): str(value) for name, value in kept["notes"].items()}
        times = int(kept["began"]), int(kept["seen"])
        return OwnedSession(digest, *times, notes, ending=kept.get("ending") is True)
    except (AttributeError, KeyError, TypeError, ValueError):
        return None  # of a release that notes it otherwise
