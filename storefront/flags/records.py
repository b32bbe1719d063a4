"""What is said about changes of flags: who, what, why, what was refused, and what waits for a second person.

A subject is a flag or a segment by one name, "flag#theme" or "segment#staff"; its decision is the state or
the segment that the table holds for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as _made
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from storefront.core import StorefrontError
from storefront.flags.state import FlagState, Segment

Decision = FlagState | Segment
FLAG, SEGMENT = "flag#", "segment#"
_COMMAND = "command:"
_NOTHING: Mapping[str, str | int] = MappingProxyType({})


class Action(StrEnum):
    """What an entry of the audit tells of. The last three change nothing but proposals."""

    SAVE = "save"
    KILL = "kill"
    REVIVE = "revive"
    UNDO = "undo"
    IMPORT = "import"
    DELETE = "delete"  # segments only: a flag's state is never taken away
    APPROVE = "approve"
    PROPOSE = "propose"
    REJECT = "reject"
    WITHDRAW = "withdraw"


TALK = frozenset({Action.PROPOSE, Action.REJECT, Action.WITHDRAW})


@dataclass(frozen=True, slots=True)
class Who:
    """Who changes something: `id` tells people apart (an account's sub, "guardrail"), `name` is shown.

    At the command line people are who they say they are: wherever the name is shown, it
    is shown with that.
    """

    id: str
    name: str

    @property
    def by_command(self) -> bool:
        """Whether this is a name that somebody gave at the command line."""
        return self.id.startswith(_COMMAND)


def at_command_line(name: str) -> Who:
    """Whoever gave this name to a command."""
    return Who(_COMMAND + name, name)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with what was sent: where, what as a code, and the words that its sentence needs.

    `field` is a path such as "rules.0.conditions.2.values"; "" for the whole. The codes, each with its
    parameters, are listed in `storefront.flags.validating`.
    """

    field: str
    code: str
    parameters: Mapping[str, str | int] = _made(default_factory=lambda: _NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A change that waits for a second person. `decision` is what would stand then, None for a deletion.

    `base` is what stood when it was proposed. When something else stands, approving it is a conflict.
    """

    id: str
    subject: str
    base: Decision | None
    decision: Decision | None
    action: Action
    who: Who
    at: datetime
    reason: str
    undoes: int = 0


@dataclass(frozen=True, slots=True)
class Unread:
    """What stood and what stands then as JSON, where this release does not understand it. `base`: version."""

    base: int
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of one subject, as the table is asked for it. `before` must stand, or it is a conflict.

    An action of TALK leaves the subject as it is: `after` is then what was proposed. `opens` and `closes`
    are the proposal that this makes, or ends. `unread` is in the place of `before` and `after` where these
    are not understood.
    """

    subject: str
    action: Action
    who: Who
    reason: str
    before: Decision | None
    after: Decision | None
    undoes: int = 0
    author: Who | None = None
    opens: Proposal | None = None
    closes: Proposal | None = None
    unread: Unread | None = None

    @property
    def base(self) -> int:
        """The version that must stand, 0 for none."""
        return self.unread.base if self.unread is not None else version_of(self.before)

    @property
    def decides(self) -> bool:
        """Whether it changes what shoppers get."""
        return self.action not in TALK

    @property
    def expects(self) -> bool:
        """Whether `before` has to stand: to be replaced, or because a proposal is about it."""
        return self.decides or self.opens is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the audit. `revision` counts all entries, without a gap.

    `undoes` is the revision that an UNDO took back, `proposal` the id of what was proposed, approved,
    rejected or withdrawn, and `author` who had proposed it. `unread` is there when this release does not
    understand what stood or stands: `before` and `after` are None then.
    """

    revision: int
    at: datetime
    who: Who
    action: Action
    subject: str
    reason: str
    before: Decision | None
    after: Decision | None
    undoes: int = 0
    proposal: str = ""
    author: Who | None = None
    unread: Unread | None = None

    @property
    def decides(self) -> bool:
        """Whether it changed what shoppers get."""
        return self.action not in TALK


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a wish: `decision` stands now, or `proposal` waits for a second person.

    `revision` is that of the entry in the audit, 0 when nothing had to be changed.
    """

    subject: str
    decision: Decision | None
    revision: int = 0
    proposal: Proposal | None = None


class FlagConflict(StorefrontError):  # noqa: N818 - a state, told to the caller
    """Somebody else changed the subject first; nothing was written. `standing` is what stands now."""

    def __init__(self, subject: str, standing: Decision | None) -> None:
        super().__init__(f"{subject} was changed meanwhile")
        self.subject = subject
        self.standing = standing


class Overtaken(StorefrontError):  # noqa: N818 - a state, told to the caller
    """Something was changed since the revision at which a change was judged; nothing was written."""

    def __init__(self, judged: int) -> None:
        super().__init__(f"revision {judged} is not the last one any more")
        self.judged = judged


class Refused(StorefrontError):  # noqa: N818 - a state, told to the caller
    """What was wanted is not allowed, or makes no sense; nothing was written. `problems` say why."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(", ".join(f"{one.field}: {one.code}" for one in problems))
        self.problems = problems


class LaterChanges(StorefrontError):  # noqa: N818 - a state, told to the caller
    """The subject was changed after what is to be undone. `entries` are those changes, newest first."""

    def __init__(self, subject: str, entries: Sequence[Entry]) -> None:
        super().__init__(f"{subject} was changed {len(entries)} times since")
        self.subject = subject
        self.entries = tuple(entries)


class ProposalClosed(StorefrontError):  # noqa: N818 - a state, told to the caller
    """This proposal does not wait any more: somebody approved, rejected or withdrew it."""


class ProposalOpen(StorefrontError):  # noqa: N818 - a state, told to the caller
    """Another proposal for the same subject waits already: `proposal`, None if it ended this moment."""

    def __init__(self, proposal: Proposal | None) -> None:
        super().__init__("another proposal waits")
        self.proposal = proposal


def subject_of(decision: Decision) -> str:
    """The name under which a state or a segment is kept."""
    return (FLAG if isinstance(decision, FlagState) else SEGMENT) + decision.key


def version_of(decision: Decision | None) -> int:
    """Its version, 0 for none."""
    return 0 if decision is None else decision.version


def is_flag(subject: str) -> bool:
    """Whether a subject is a flag; otherwise it is a segment."""
    return subject.startswith(FLAG)


def key_of(subject: str) -> str:
    """The key of the flag or segment that a subject names."""
    return subject.partition("#")[2]


def entry_of(change: Change, revision: int, at: datetime) -> Entry:
    """The entry of the audit that a change makes as this revision."""
    proposal = change.opens or change.closes
    return Entry(
        revision=revision,
        at=at,
        who=change.who,
        action=change.action,
        subject=change.subject,
        reason=change.reason,
        before=change.before,
        after=change.after,
        undoes=change.undoes,
        proposal=proposal.id if proposal is not None else "",
        author=change.author,
        unread=change.unread,
    )


def outcome_of(change: Change, entry: Entry) -> Outcome:
    """What became of a change that was made."""
    standing = change.after if change.decides else change.before
    return Outcome(subject=change.subject, decision=standing, revision=entry.revision, proposal=change.opens)
