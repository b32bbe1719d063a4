"""Everything that may be done to flags and segments, by whoever: each change with a reason, and in the audit.

Nobody's change is overwritten: who saves says which version they saw, and loses when another one stands. A
wish is judged by what stands (`judging.py`), and again when that changed before it was written. What is
critical waits for a second person (`proposals.py`), but for the kill switch, which acts at once.

Every method raises UpstreamUnavailable while the table is away, and Refused for what makes no sense.
"""

import logging
import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from msgspec.structs import replace as replaced

from storefront.core import (
    Clock,
    Reason,
    StorefrontError,
    UpstreamError,
    UpstreamInvalid,
    UpstreamUnavailable,
)
from storefront.flags.declaration import Attribute, Declaration
from storefront.flags.documents import Document, ImportPlan, checked, differences, read_document, written
from storefront.flags.judging import Reading
from storefront.flags.killing import Still, kill_of
from storefront.flags.proposals import proposing
from storefront.flags.records import (
    FLAG,
    SEGMENT,
    Action,
    Change,
    Decision,
    Entry,
    FlagConflict,
    LaterChanges,
    Outcome,
    Overtaken,
    Problem,
    Proposal,
    ProposalClosed,
    Refused,
    Who,
    is_flag,
    key_of,
    outcome_of,
    subject_of,
    version_of,
)
from storefront.flags.replay import check_audit
from storefront.flags.segments import next_of, same
from storefront.flags.source import FlagTable
from storefront.flags.state import Decided, FlagState, Segment
from storefront.flags.validating import check_reason, require_reason

MOST_LATER: Final = 100
_KILLS: Final = 10
_JUDGEMENTS: Final = 30
_LONGEST_PAUSE: Final = 0.25
_LOG = logging.getLogger(__name__)


class Changes:
    """The only way to change flags. `announce` tells other processes of news, as far as it can."""

    def __init__(
        self,
        table: FlagTable,
        declarations: Mapping[str, Declaration],
        attributes: Mapping[str, Attribute],
        clock: Clock,
        announce: Callable[[], None] = lambda: None,
    ) -> None:
        self._table = table
        self._declarations = declarations
        self._attributes = attributes
        self._clock = clock
        self._announce = announce

    # -- Looking -------------------------------------------------------------------------------------------

    def decided(self) -> Decided:
        """Everything that stands, every earlier change included."""
        return self._table.read()

    def state(self, key: str) -> FlagState:
        """What stands for a flag; version 0, with nothing decided, for one that was never changed."""
        standing = self._table.standing(FLAG + self._declared(key))
        return standing if isinstance(standing, FlagState) else FlagState(key=key)

    def segment(self, key: str) -> Segment | None:
        """What stands for a segment."""
        standing = self._table.standing(SEGMENT + key)
        return standing if isinstance(standing, Segment) else None

    def audit(
        self, subject: str | None = None, before: int | None = None, limit: int = 50
    ) -> tuple[Entry, ...]:
        """The newest entries first, of all or of one subject ("flag#theme"), older than revision `before`."""
        return self._table.entries(subject, before, limit)

    def entry(self, revision: int) -> Entry | None:
        """One entry of the audit."""
        return self._table.entry(revision)

    def proposals(self) -> tuple[Proposal, ...]:
        """What waits for a second person, the oldest first."""
        return self._table.proposals()

    def proposal(self, proposal_id: str) -> Proposal | None:
        """One that waits."""
        return next((one for one in self.proposals() if one.id == proposal_id), None)

    def check_audit(self) -> int:
        """Play the audit back and compare it with what stands; how many entries there are. AuditBroken."""
        return check_audit(self._table)

    def problems(self, decision: Decision) -> tuple[Problem, ...]:
        """What is wrong with a state or a segment, as saving it would say."""
        return self._reading().problems(decision)

    # -- Changing ------------------------------------------------------------------------------------------

    def save(self, state: FlagState, base_version: int, who: Who, reason: str) -> Outcome:
        """Put a state in the place of version `base_version`; a proposal for what is critical.

        The kill switch is left as it is: `kill` and `revive` turn it. FlagConflict when another version
        stands.
        """
        self._declared(state.key)
        return self._save(state, base_version, who, reason)

    def save_segment(self, segment: Segment, base_version: int, who: Who, reason: str) -> Outcome:
        """The same for a segment; version 0 for a new one."""
        return self._save(segment, base_version, who, reason)

    def delete_segment(self, key: str, base_version: int, who: Who, reason: str) -> Outcome:
        """Take a segment away; refused while a flag's rules ask for it."""
        require_reason(reason)
        subject = SEGMENT + key

        def judge(reading: Reading) -> Change:
            before = reading.based(subject, base_version)
            if before is None:
                raise FlagConflict(subject, None)
            reading.unused(key)
            return _change(subject, Action.DELETE, who, reason, before, None)

        return self._one(subject, judge)

    def kill(self, key: str, who: Who, reason: str, *, still: Still | None = None) -> Outcome:
        """Switch a flag off for everybody, at once, whoever is changing it; critical ones, too.

        A state that a later release has written is switched off without being understood. With `still` the
        kill is only for a state of which that is true; another one is left as it is.
        """
        require_reason(reason)
        subject = FLAG + self._declared(key)
        lost: StorefrontError | None = None
        for _ in range(_KILLS):
            try:
                wish = kill_of(self._table, subject, who, reason.strip(), still)
                return wish if isinstance(wish, Outcome) else self._commit(wish)
            except (FlagConflict, UpstreamInvalid) as error:
                lost = error  # the kill does not depend on what the other one wanted
        raise lost or FlagConflict(subject, None)

    def revive(self, key: str, who: Who, reason: str) -> Outcome:
        """Take the kill switch back; a critical flag waits for a second person."""
        require_reason(reason)
        subject = FLAG + self._declared(key)

        def judge(reading: Reading) -> Change | None:
            before = reading.standing(subject)
            if not isinstance(before, FlagState) or not before.killed:
                return None
            after = next_of(before, replaced(before, killed=""))
            return _change(subject, Action.REVIVE, who, reason, before, after)

        return self._one(subject, judge)

    def undo(self, revision: int, who: Who, reason: str, seen: int = 0) -> Outcome:
        """Put back what stood before a change, all of it.

        LaterChanges when the subject was changed since then, unless the newest of these changes that the
        person was shown is `seen`.
        """
        require_reason(reason)
        entry = self._table.entry(revision)
        if entry is None:
            raise Refused(Problem("revision", "unknown_revision", {"revision": revision}))
        if not entry.decides:
            raise Refused(Problem("revision", "nothing_to_undo", {"revision": revision}))
        if entry.unread is not None:
            raise Refused(Problem("revision", "unreadable", {"revision": revision}))

        def judge(reading: Reading) -> Change | None:
            newest = self._table.entries(entry.subject, None, MOST_LATER)
            later = [one for one in newest if one.decides and one.revision > revision]
            if later and later[0].revision > seen:
                raise LaterChanges(entry.subject, later)
            before = reading.standing(entry.subject)
            after = self._restored(entry, before, reading)
            if same(before, after):
                return None
            change = _change(entry.subject, Action.UNDO, who, reason, before, after)
            return replace(change, undoes=revision)

        return self._one(entry.subject, judge)

    # -- Second person -------------------------------------------------------------------------------------

    def approve(self, proposal_id: str, who: Who, reason: str = "") -> Outcome:
        """Let a proposal come true. Its author cannot; FlagConflict when something else stands by now."""

        def judge(reading: Reading) -> tuple[Change, ...]:
            proposal = reading.waiting(proposal_id)
            if proposal.who.id == who.id:
                raise Refused(Problem("", "own_proposal"))
            before = reading.based(proposal.subject, version_of(proposal.base))
            if proposal.decision is not None:
                reading.sound(proposal.decision)
            elif not is_flag(proposal.subject):
                reading.unused(key_of(proposal.subject))
            words = reason.strip() or proposal.reason
            require_reason(words)
            change = _change(proposal.subject, Action.APPROVE, who, words, before, proposal.decision)
            return (replace(change, undoes=proposal.undoes, author=proposal.who, closes=proposal),)

        return self._judged(judge)[1][0]

    def reject(self, proposal_id: str, who: Who, reason: str) -> Outcome:
        """End a proposal of somebody else's; nothing changes."""
        proposal = self._waiting(proposal_id)
        if proposal.who.id == who.id:
            raise Refused(Problem("", "own_proposal"))
        return self._closed(proposal, Action.REJECT, who, reason)

    def withdraw(self, proposal_id: str, who: Who, reason: str) -> Outcome:
        """End one's own proposal; nothing changes."""
        proposal = self._waiting(proposal_id)
        if proposal.who.id != who.id:
            raise Refused(Problem("", "not_own_proposal"))
        return self._closed(proposal, Action.WITHDRAW, who, reason)

    # -- Documents -----------------------------------------------------------------------------------------

    def export_document(self) -> bytes:
        """Everything that stands, as JSON (storefront.flags.documents)."""
        return written(self._table.read())

    def plan_document(self, data: bytes | str, who: Who, reason: str) -> ImportPlan:
        """What importing this would do; checked whole, and nothing written. Refused with every problem."""
        require_reason(reason)
        return self._plan(read_document(data), who, reason, self._reading())

    def import_document(
        self, data: bytes | str, who: Who, reason: str, seen: int | None = None
    ) -> tuple[Outcome, ...]:
        """Do what the plan says, all or nothing. FlagConflict for what was changed after revision `seen`."""
        require_reason(reason)
        document = read_document(data)

        def judge(reading: Reading) -> tuple[Change, ...]:
            plan, at = self._plan(document, who, reason, reading), self._clock.now()
            changes = (*plan.changes, *(proposing(change, at) for change in plan.proposed))
            for change in changes if seen is not None else ():
                newest = next(iter(self._table.entries(change.subject, None, 1)), None)
                if newest is not None and seen is not None and newest.revision > seen:
                    raise FlagConflict(change.subject, change.before)
            return changes

        return self._judged(judge)[1]

    # -- Inside --------------------------------------------------------------------------------------------

    def _save(self, wanted: Decision, base: int, who: Who, reason: str) -> Outcome:
        subject = subject_of(wanted)

        def judge(reading: Reading) -> Change | None:
            before = reading.based(subject, base)
            if problems := check_reason(reason) + reading.problems(wanted):
                raise Refused(*problems)
            kept = reading.as_kept(wanted)
            if same(before, kept):
                return None
            after = next_of(before or self._last(subject), kept)
            return _change(subject, Action.SAVE, who, reason, before, after)

        return self._one(subject, judge)

    def _plan(self, document: Document, who: Who, reason: str, reading: Reading) -> ImportPlan:
        checked(document, reading.known)
        at_once: list[Change] = []
        waiting: list[Change] = []
        for before, wanted in differences(reading.document(document), reading.decided):
            subject = subject_of(wanted)
            after = next_of(before or self._last(subject), wanted)
            change = _change(subject, Action.IMPORT, who, reason, before, after)
            (waiting if reading.needs_second(subject) else at_once).append(change)
        return ImportPlan(reading.decided.revision, tuple(at_once), tuple(waiting))

    def _reading(self) -> Reading:
        decided = self._table.read()
        return Reading(self._declarations, self._attributes, decided, self._table.proposals())

    def _one(self, subject: str, judge: Callable[[Reading], Change | None]) -> Outcome:
        """Make the change that `judge` finds right, or propose it; None when there is nothing to change."""

        def judged(reading: Reading) -> tuple[Change, ...]:
            change = judge(reading)
            return () if change is None else (reading.allowed(change, self._clock.now()),)

        reading, outcomes = self._judged(judged)
        return outcomes[0] if outcomes else Outcome(subject=subject, decision=reading.standing(subject))

    def _judged(self, judge: Callable[[Reading], tuple[Change, ...]]) -> tuple[Reading, tuple[Outcome, ...]]:
        """Commit what `judge` finds right, all or nothing, while what it was judged by still stands."""
        for turn in range(_JUDGEMENTS):
            reading = self._reading()
            changes = judge(reading)
            if not changes:
                return reading, ()
            try:
                entries = self._table.commit(changes, reading.decided.revision)
            except Overtaken:
                pause = min(0.01 * 1.5**turn, _LONGEST_PAUSE)
                self._clock.sleep(random.uniform(0, pause))  # noqa: S311 - spreads load, no secret
                continue
            self._tell()
            return reading, tuple(map(outcome_of, changes, entries))
        raise UpstreamUnavailable("flags", "commit", Reason.THROTTLED, message="too many changes at once")

    def _commit(self, change: Change) -> Outcome:
        """For what is right whatever else stands."""
        entry = self._table.commit([change])[0]
        self._tell()
        return outcome_of(change, entry)

    def _closed(self, proposal: Proposal, action: Action, who: Who, reason: str) -> Outcome:
        require_reason(reason)
        before = self._table.standing(proposal.subject)
        change = _change(proposal.subject, action, who, reason, before, proposal.decision)
        return self._commit(replace(change, author=proposal.who, closes=proposal))

    def _waiting(self, proposal_id: str) -> Proposal:
        proposal = self.proposal(proposal_id)
        if proposal is None:
            raise ProposalClosed(proposal_id)
        return proposal

    def _restored(self, entry: Entry, before: Decision | None, reading: Reading) -> Decision | None:
        """What an undo puts in the place of `before`."""
        if entry.before is None:
            if not is_flag(entry.subject):
                reading.unused(key_of(entry.subject))
                return None
            return next_of(before, FlagState(key=key_of(entry.subject)))
        after = next_of(before or self._last(entry.subject), entry.before)
        reading.sound(after)
        return after

    def _last(self, subject: str) -> Decision | None:
        """What stood last where nothing stands: a segment made again counts on, it does not start anew."""
        entries = () if is_flag(subject) else self._table.entries(subject, None, MOST_LATER)
        return next((one.before for one in entries if one.decides), None)

    def _declared(self, key: str) -> str:
        if key not in self._declarations:
            raise Refused(Problem("key", "unknown_flag", {"flag": key[:80]}))
        return key

    def _tell(self) -> None:
        """Best effort: who is not told finds out within five seconds."""
        try:
            self._announce()
        except UpstreamError as error:
            _LOG.warning("a change of flags could not be announced", extra={"reason": type(error).__name__})


def _change(
    subject: str,
    action: Action,
    who: Who,
    reason: str,
    before: Decision | None,
    after: Decision | None,
) -> Change:
    return Change(subject=subject, action=action, who=who, reason=reason.strip(), before=before, after=after)
