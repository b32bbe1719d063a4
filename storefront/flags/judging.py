"""What a wish is judged by: everything that stands at one revision, and what waits for a second person.

A judgement holds for that revision alone: it is committed together with it, and made anew when something
else was changed before (`Changes`). So two changes that would each be right alone cannot come true together.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace as replaced

from storefront.flags.declaration import Attribute, Declaration
from storefront.flags.documents import Document
from storefront.flags.proposals import needs_second, proposing
from storefront.flags.records import (
    Change,
    Decision,
    FlagConflict,
    Problem,
    Proposal,
    ProposalClosed,
    Refused,
    subject_of,
    version_of,
)
from storefront.flags.segments import asking_for, in_order, standing_in
from storefront.flags.state import Decided, FlagState
from storefront.flags.validating import check_segment, check_state
from storefront.flags.validating_parts import Known


@dataclass(frozen=True, slots=True)
class Reading:
    """`proposals` were read after `decided`: one that came later makes the commit fail."""

    declarations: Mapping[str, Declaration]
    attributes: Mapping[str, Attribute]
    decided: Decided
    proposals: tuple[Proposal, ...] = ()

    @property
    def known(self) -> Known:
        """What states and segments are checked against."""
        return Known(self.declarations, self.attributes, self.decided)

    def standing(self, subject: str) -> Decision | None:
        """What stands for a flag or a segment."""
        return standing_in(self.decided, subject)

    def based(self, subject: str, version: int) -> Decision | None:
        """What stands, if it is this version. Raises FlagConflict for another one."""
        before = self.standing(subject)
        if version_of(before) != version:
            raise FlagConflict(subject, before)
        return before

    def problems(self, decision: Decision) -> tuple[Problem, ...]:
        """What is wrong with a state or a segment."""
        if isinstance(decision, FlagState):
            return check_state(decision, self.known)
        return check_segment(decision, self.known)

    def sound(self, decision: Decision) -> None:
        """Raise Refused for a state or a segment with something wrong."""
        if problems := self.problems(decision):
            raise Refused(*problems)

    def unused(self, segment: str) -> None:
        """Raise Refused while a flag's rules ask for this segment."""
        if asking := asking_for(segment, self.decided):
            raise Refused(*(Problem("", "segment_used", {"flag": key}) for key in asking))

    def waiting(self, proposal_id: str) -> Proposal:
        """The proposal with this id. Raises ProposalClosed when it does not wait any more."""
        found = next((one for one in self.proposals if one.id == proposal_id), None)
        if found is None:
            raise ProposalClosed(proposal_id)
        return found

    def as_kept(self, wanted: Decision) -> Decision:
        """What is wanted, with the kill switch as it stands and weights in the order of the variants."""
        if not isinstance(wanted, FlagState) or wanted.key not in self.declarations:
            return wanted
        before = self.standing(subject_of(wanted))
        killed = before.killed if isinstance(before, FlagState) else ""
        return in_order(replaced(wanted, killed=killed), self.declarations[wanted.key])

    def document(self, document: Document) -> Document:
        """The same of everything that a document names."""
        kept = tuple(self.as_kept(one) for one in document.flags)
        return replaced(document, flags=tuple(one for one in kept if isinstance(one, FlagState)))

    def needs_second(self, subject: str) -> bool:
        """Whether a change of this flag or segment waits for a second person."""
        return needs_second(subject, self.declarations, self.decided, self.proposals)

    def allowed(self, change: Change, at: datetime) -> Change:
        """The change itself, or its proposal where a second person has to agree."""
        return proposing(change, at) if self.needs_second(change.subject) else change
