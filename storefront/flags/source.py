"""Where decisions about flags come from, and where changes go: the two ports of this package.

A web worker needs a FlagSource to follow; who changes flags needs a FlagTable. DynamoFlagTable (`table.py`)
and MemoryFlagTable (`memory.py`) are both. Every method raises UpstreamUnavailable while the table is away.
"""

from collections.abc import Sequence
from typing import Protocol

from storefront.flags.records import Change, Decision, Entry, Proposal
from storefront.flags.state import Decided


class FlagSource(Protocol):
    """What a process needs to follow the decisions of others."""

    def revision(self) -> int:
        """How many changes there have been; 0 before the first. One small read."""
        ...

    def read(self) -> Decided:
        """Everything that is decided, at least as new as its `revision` says."""
        ...


class FlagTable(FlagSource, Protocol):
    """What a change needs. Reads here see every earlier write."""

    def standing(self, subject: str) -> Decision | None:
        """What stands for a flag or a segment, None when nothing was ever decided.

        Raises UpstreamInvalid for what a later release has written and this one does not understand.
        """
        ...

    def text(self, subject: str) -> str | None:
        """The same as it is kept, understood or not: JSON."""
        ...

    def commit(self, changes: Sequence[Change], judged: int | None = None) -> tuple[Entry, ...]:
        """Make all these changes, of different subjects, or none; each is an entry of the audit.

        `judged` is the revision of what they were found to be right for, None for what is right whatever
        else stands. Raises Overtaken when another revision stands by now, FlagConflict when a subject is not
        as `before` says, ProposalOpen and ProposalClosed when the proposal that is opened or closed is not as
        expected.
        """
        ...

    def entry(self, revision: int) -> Entry | None:
        """The entry of the audit with this revision."""
        ...

    def entries(self, subject: str | None, before: int | None, limit: int) -> tuple[Entry, ...]:
        """The newest entries, of one subject or of all, that are older than the revision `before`."""
        ...

    def proposals(self) -> tuple[Proposal, ...]:
        """What waits for a second person; one per subject at most."""
        ...


MOST_CHANGES = 24
"""In one commit: DynamoDB's transactions have at most 100 operations, and a change has three or four."""
