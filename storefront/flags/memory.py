"""The table of flags in memory: for tests, and the plainest description of what the real one does."""

import threading
from collections.abc import Sequence

from storefront.core import Clock, Reason, SystemClock, UpstreamUnavailable
from storefront.flags.codec import decision_text, read_decision
from storefront.flags.records import (
    Change,
    Decision,
    Entry,
    FlagConflict,
    Overtaken,
    Proposal,
    ProposalClosed,
    ProposalOpen,
    entry_of,
    version_of,
)
from storefront.flags.state import Decided, FlagState, Segment


class MemoryFlagTable:
    """A FlagTable without a server. While `away` is true, nothing answers; `reads` counts what was asked."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.away = False
        self.reads = 0
        self._clock = clock or SystemClock()
        self._lock = threading.RLock()
        self._decisions: dict[str, Decision] = {}
        self._entries: list[Entry] = []
        self._proposals: dict[str, Proposal] = {}

    def revision(self) -> int:
        """How many changes there have been."""
        with self._asked():
            return len(self._entries)

    def read(self) -> Decided:
        """Everything at this moment."""
        with self._asked():
            decisions = [self._decisions[subject] for subject in sorted(self._decisions)]
            return Decided(
                revision=len(self._entries),
                flags=tuple(one for one in decisions if isinstance(one, FlagState)),
                segments=tuple(one for one in decisions if isinstance(one, Segment)),
            )

    def standing(self, subject: str) -> Decision | None:
        """What stands."""
        with self._asked():
            return self._decisions.get(subject)

    def text(self, subject: str) -> str | None:
        """What stands, as JSON."""
        standing = self.standing(subject)
        return decision_text(standing) if standing is not None else None

    def commit(self, changes: Sequence[Change], judged: int | None = None) -> tuple[Entry, ...]:
        """All of them or none, at one moment."""
        with self._asked():
            if judged is not None and judged != len(self._entries):
                raise Overtaken(judged)
            for change in changes:
                self._refuse(change)
            return tuple(self._made(change) for change in changes)

    def entry(self, revision: int) -> Entry | None:
        """The entry with this number."""
        with self._asked():
            return self._entries[revision - 1] if 0 < revision <= len(self._entries) else None

    def entries(self, subject: str | None, before: int | None, limit: int) -> tuple[Entry, ...]:
        """The newest first."""
        with self._asked():
            found = [
                one
                for one in reversed(self._entries)
                if (subject is None or one.subject == subject) and (before is None or one.revision < before)
            ]
            return tuple(found[:limit])

    def proposals(self) -> tuple[Proposal, ...]:
        """The oldest first."""
        with self._asked():
            return tuple(sorted(self._proposals.values(), key=lambda one: (one.at, one.subject)))

    def _asked(self) -> threading.RLock:
        self.reads += 1
        if self.away:
            raise UpstreamUnavailable("flags", "read", Reason.CONNECTION, message="away")
        return self._lock

    def _refuse(self, change: Change) -> None:
        standing = self._decisions.get(change.subject)
        if change.expects and version_of(standing) != change.base:
            raise FlagConflict(change.subject, standing)
        waiting = self._proposals.get(change.subject)
        if change.opens is not None and waiting is not None:
            raise ProposalOpen(waiting)
        if change.closes is not None and (waiting is None or waiting.id != change.closes.id):
            raise ProposalClosed(change.closes.id)

    def _made(self, change: Change) -> Entry:
        entry = entry_of(change, len(self._entries) + 1, self._clock.now())
        self._entries.append(entry)
        if change.opens is not None:
            self._proposals[change.subject] = change.opens
        if change.closes is not None:
            del self._proposals[change.subject]
        if change.decides:
            if change.unread is not None:
                self._decisions[change.subject] = read_decision(change.subject, change.unread.after)
            elif change.after is None:
                del self._decisions[change.subject]
            else:
                self._decisions[change.subject] = change.after
        return entry
