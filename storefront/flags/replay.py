"""The audit played back: from its entries alone comes what stands, or the audit is broken and says where."""

from collections.abc import Iterable, Iterator
from typing import Final

from storefront.core import StorefrontError
from storefront.flags.records import Decision, Entry, subject_of
from storefront.flags.source import FlagTable
from storefront.flags.state import Decided, FlagState, Segment

_BATCH: Final = 200


class AuditBroken(StorefrontError):  # noqa: N818 - a state, told to the caller
    """The audit does not explain what stands. `revision` is the entry that does not fit, or is missing."""

    def __init__(self, revision: int, why: str) -> None:
        super().__init__(f"entry {revision} {why}")
        self.revision = revision


def whole_audit(table: FlagTable) -> Iterator[Entry]:
    """Every entry, the oldest first. All are held in memory."""
    found: list[Entry] = []
    before: int | None = None
    while batch := table.entries(None, before, _BATCH):
        found.extend(batch)
        before = batch[-1].revision
    return reversed(found)


def replay(entries: Iterable[Entry]) -> Decided:
    """What stands after these entries, which begin with the first and are in order.

    Raises:
        AuditBroken: an entry is missing, or begins with something else than the one before it ended with.
    """
    standing: dict[str, Decision] = {}
    revision = 0
    for entry in entries:
        revision += 1
        if entry.revision != revision:
            raise AuditBroken(revision, "is missing")
        if not entry.decides:
            continue
        if entry.unread is not None:
            raise AuditBroken(revision, "cannot be read: another release has written it")
        if standing.get(entry.subject) != entry.before:
            raise AuditBroken(revision, f"does not begin with what stood for {entry.subject}")
        if entry.after is None:
            standing.pop(entry.subject, None)
        else:
            standing[entry.subject] = entry.after
    decisions = [standing[subject] for subject in sorted(standing)]
    return Decided(
        revision=revision,
        flags=tuple(one for one in decisions if isinstance(one, FlagState)),
        segments=tuple(one for one in decisions if isinstance(one, Segment)),
    )


def check_audit(table: FlagTable) -> int:
    """Compare the audit with what stands; returns how many entries there are. Nothing may change meanwhile.

    Raises:
        AuditBroken: they do not agree.
    """
    replayed, standing = replay(whole_audit(table)), table.read()
    if replayed.revision != standing.revision:
        raise AuditBroken(replayed.revision + 1, "is missing")
    for mine, theirs in ((replayed.flags, standing.flags), (replayed.segments, standing.segments)):
        known, kept = {subject_of(one): one for one in mine}, {subject_of(one): one for one in theirs}
        odd = sorted(subject for subject in known | kept if known.get(subject) != kept.get(subject))
        if odd:
            raise AuditBroken(replayed.revision, f"is not what stands for {odd[0]}")
    return standing.revision
