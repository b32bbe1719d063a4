"""The table of flags in DynamoDB: what stands, how often it changed, the audit, and what waits.

    pk              sk                  what
    flags           revision            how many changes there were
    flags           flag#<key>          the state of a flag
    flags           segment#<key>       a segment
    audit           <revision>          every entry
    audit#<subject> <revision>          the same entries, of one flag or segment
    proposals       <subject>           what waits for a second person

A change is one transaction: what stands (if it is still the version that was seen), the revision (if it is
still the one that was read) and both rows of the audit. So entries have no gaps, and played back they give
what stands.
"""

import logging
import random
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from storefront.aws import DynamoTable, Item, TableWrite, TransactionLost
from storefront.core import Clock, Reason, UpstreamInvalid, UpstreamUnavailable
from storefront.flags.codec import (
    decision_text,
    entry_text,
    half_read,
    proposal_text,
    read_decision,
    read_entry,
    read_proposal,
)
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
)
from storefront.flags.source import MOST_CHANGES
from storefront.flags.state import Decided, FlagState, Segment

_FLAGS: Final = "flags"
_AUDIT: Final = "audit"
_PROPOSALS: Final = "proposals"
_REVISION: Final = {"pk": _FLAGS, "sk": "revision"}
_DIGITS: Final = 12
_ROUNDS: Final = 3
# Of one commit, against changes of other flags: they only meet at the revision.
_TRIES: Final = 30
_LONGEST_PAUSE: Final = 0.25
_LOG = logging.getLogger(__name__)


class DynamoFlagTable:
    """A FlagTable over a DynamoDB table with the string keys `pk` and `sk`. Reads are consistent."""

    def __init__(self, table: DynamoTable, clock: Clock) -> None:
        self._table = table
        self._clock = clock
        self._readable: dict[str, Decision] = {}
        self._reported: set[tuple[str, int]] = set()

    def revision(self) -> int:
        """One GetItem."""
        item = self._table.get_item(_REVISION, consistent=True)
        return int(item["revision"]) if item is not None else 0

    def read(self) -> Decided:
        """Everything, with the revision that was read before it: what is read after it is at least as new.

        Never with a later one: who follows would take that for known, and not look again. Reading once more
        while something changes only saves the look after this one.

        A state that this release does not understand is the last one that it did; without one it is left out,
        which gives the code's default. That it is killed or switched off counts all the same.
        """
        now = self.revision()
        for _ in range(_ROUNDS):
            revision = now
            items = list(self._partition(_FLAGS))
            now = self.revision()
            if now == revision:
                break
        found = [one for item in items if item["sk"] != "revision" if (one := self._understood(item))]
        return Decided(
            revision=revision,
            flags=tuple(one for one in found if isinstance(one, FlagState)),
            segments=tuple(one for one in found if isinstance(one, Segment)),
        )

    def standing(self, subject: str) -> Decision | None:
        """One GetItem."""
        item = self._table.get_item({"pk": _FLAGS, "sk": subject}, consistent=True)
        return read_decision(subject, item["body"]) if item is not None else None

    def text(self, subject: str) -> str | None:
        """One GetItem."""
        item = self._table.get_item({"pk": _FLAGS, "sk": subject}, consistent=True)
        return str(item["body"]) if item is not None else None

    def commit(self, changes: Sequence[Change], judged: int | None = None) -> tuple[Entry, ...]:
        """One transaction, tried again while it only loses against changes of something else.

        Not if the changes were `judged` at a revision: another one then stands, and has to be judged anew.
        """
        if not 0 < len(changes) <= MOST_CHANGES:
            raise ValueError(f"a commit has 1 to {MOST_CHANGES} changes, not {len(changes)}")
        mark = uuid.uuid4().hex
        for turn in range(_TRIES):
            base = self.revision() if judged is None else judged
            at = self._clock.now()
            entries = tuple(entry_of(change, base + 1 + i, at) for i, change in enumerate(changes))
            steps = list(_steps(changes, entries, base, mark))
            try:
                self._table.transact([step.write for step in steps])
            except TransactionLost as lost:
                if _ours(lost, mark):
                    return entries  # a first try whose answer got lost on the way
                if judged is not None and lost.fates[-1].failed:
                    raise Overtaken(judged) from lost  # the last step is the count
                _refuse(steps, lost)
                pause = min(0.01 * 1.5**turn, _LONGEST_PAUSE)
                self._clock.sleep(random.uniform(0, pause))  # noqa: S311 - spreads load, no secret
            else:
                return entries
        raise UpstreamUnavailable("flags", "commit", Reason.THROTTLED, message="too many changes at once")

    def entry(self, revision: int) -> Entry | None:
        """One GetItem."""
        item = self._table.get_item({"pk": _AUDIT, "sk": _place(revision)}, consistent=True)
        return read_entry(item["body"]) if item is not None else None

    def entries(self, subject: str | None, before: int | None, limit: int) -> tuple[Entry, ...]:
        """Queries of one partition, backwards."""
        partition = _AUDIT if subject is None else f"{_AUDIT}#{subject}"
        return tuple(
            read_entry(item["body"])
            for item in self._partition(partition, before=before, newest_first=True, limit=limit)
        )

    def proposals(self) -> tuple[Proposal, ...]:
        """The oldest first."""
        found = [read_proposal(item["body"]) for item in self._partition(_PROPOSALS)]
        return tuple(sorted(found, key=lambda one: (one.at, one.subject)))

    def _partition(
        self, name: str, *, before: int | None = None, newest_first: bool = False, limit: int | None = None
    ) -> Iterator[Item]:
        condition, values = "pk = :pk", {":pk": name}
        if before is not None:
            condition, values = "pk = :pk AND sk < :before", {":pk": name, ":before": _place(before)}
        start: Mapping[str, Any] | None = None
        left = limit
        while left is None or left > 0:
            items, start = self._table.query(
                condition,
                values,
                limit=100 if left is None else min(left, 100),
                newest_first=newest_first,
                start=start,
                consistent=True,
            )
            yield from items
            left = None if left is None else left - len(items)
            if start is None:
                return

    def _understood(self, item: Item) -> Decision | None:
        subject, version = str(item["sk"]), int(item["version"])
        try:
            decision = self._readable[subject] = read_decision(subject, item["body"])
        except UpstreamInvalid as error:
            if (subject, version) not in self._reported:
                self._reported.add((subject, version))
                _LOG.error("a decision cannot be read", extra={"reason": str(error)})
            return half_read(subject, item["body"], self._readable.get(subject))
        return decision


@dataclass(frozen=True, slots=True)
class _Step:
    """One write of a transaction, and which part of which change it is."""

    part: Literal["decision", "opens", "closes", "count"]
    change: Change | None
    write: TableWrite


def _steps(changes: Sequence[Change], entries: Sequence[Entry], base: int, mark: str) -> Iterator[_Step]:
    for change, entry in zip(changes, entries, strict=True):
        if change.expects:
            yield _Step("decision", change, _decision_write(change))
        if change.opens is not None:
            yield _Step("opens", change, _proposal_put(change.opens))
        if change.closes is not None:
            yield _Step("closes", change, _proposal_delete(change.closes))
        for partition in (_AUDIT, f"{_AUDIT}#{change.subject}"):
            yield _Step("count", None, _audit_put(partition, entry, mark))
    yield _Step("count", None, _count_write(base, base + len(changes)))


def _refuse(steps: Sequence[_Step], lost: TransactionLost) -> None:
    """Raise what was lost for good; do nothing when the same may be tried again."""
    for step, fate in zip(steps, lost.fates, strict=True):
        if step.change is None or not fate.failed:
            continue
        body = fate.item["body"] if fate.item is not None else None
        if step.part == "opens":
            raise ProposalOpen(read_proposal(body) if body is not None else None) from lost
        if step.part == "closes":
            raise ProposalClosed(step.change.subject) from lost
        standing = read_decision(step.change.subject, body) if body is not None else None
        raise FlagConflict(step.change.subject, standing) from lost


def _count_write(base: int, revision: int) -> TableWrite:
    values = {":next": revision} | ({":base": base} if base else {})
    return TableWrite(
        kind="Update",
        item=_REVISION,
        update="SET #r = :next",
        condition="#r = :base" if base else "attribute_not_exists(pk)",
        names={"#r": "revision"},
        values=values,
    )


def _decision_write(change: Change) -> TableWrite:
    key = {"pk": _FLAGS, "sk": change.subject}
    base = change.base
    condition = "#v = :base" if base else "attribute_not_exists(pk)"
    names, values = ({"#v": "version"}, {":base": base}) if base else (None, None)
    if not change.decides:
        return TableWrite(kind="ConditionCheck", item=key, condition=condition, names=names, values=values)
    if change.unread is not None:
        item = key | {"version": base + 1, "body": change.unread.after}
        return TableWrite(kind="Put", item=item, condition=condition, names=names, values=values)
    if change.after is None:
        return TableWrite(kind="Delete", item=key, condition=condition, names=names, values=values)
    item = key | {"version": change.after.version, "body": decision_text(change.after)}
    return TableWrite(kind="Put", item=item, condition=condition, names=names, values=values)


def _proposal_put(proposal: Proposal) -> TableWrite:
    item = {"pk": _PROPOSALS, "sk": proposal.subject, "id": proposal.id, "body": proposal_text(proposal)}
    return TableWrite(kind="Put", item=item, condition="attribute_not_exists(pk)")


def _proposal_delete(proposal: Proposal) -> TableWrite:
    key = {"pk": _PROPOSALS, "sk": proposal.subject}
    return TableWrite(
        kind="Delete", item=key, condition="#id = :id", names={"#id": "id"}, values={":id": proposal.id}
    )


def _audit_put(partition: str, entry: Entry, mark: str) -> TableWrite:
    item = {"pk": partition, "sk": _place(entry.revision), "mark": mark, "body": entry_text(entry)}
    return TableWrite(kind="Put", item=item, condition="attribute_not_exists(pk)")


def _ours(lost: TransactionLost, mark: str) -> bool:
    return any(fate.item is not None and fate.item.get("mark") == mark for fate in lost.fates)


def _place(revision: int) -> str:
    return f"{revision:0{_DIGITS}d}"
