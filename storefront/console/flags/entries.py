"""Lines of the audit and proposals as a page shows them: who, when, what stood and what stands."""

from dataclasses import dataclass
from difflib import SequenceMatcher

from django.urls import reverse
from django.utils.translation import gettext as _

from storefront.console.flags.board import Board
from storefront.console.flags.moments import at_words
from storefront.console.flags.outlook import Outlook, outlook
from storefront.console.flags.shown import isolated
from storefront.console.flags.signed import signed
from storefront.console.flags.words import ACTIONS, Segments, decision_words, undecided_words
from storefront.flags.declared import DECLARED
from storefront.flags.records import FLAG, Decision, Entry, Proposal, key_of, version_of
from storefront.flags.state import FlagState


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence about what stood or stands; `other` if it is not on the other side, at this place."""

    words: str
    other: bool


@dataclass(frozen=True, slots=True)
class Sides:
    """What stood, and what stands in its place."""

    before: tuple[Line, ...]
    after: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class EntryView:
    """One line of the audit. `undo` is the address that takes it back, "" where nothing can be."""

    revision: int
    at: str
    who: str
    action: str
    name: str
    href: str
    reason: str
    author: str
    sides: Sides
    undo: str


@dataclass(frozen=True, slots=True)
class ProposalView:
    """What waits for a second person. `own` if who looks has made it.

    `stale` if something else stands than when it was made, so that it can't be approved; `sides` begin with
    what stands now. `outlook` is there for flags. `typed` is a reason that was sent, `fault` what is wrong
    with it.
    """

    id: str
    at: str
    who: str
    action: str
    name: str
    href: str
    reason: str
    sides: Sides
    own: bool
    stale: bool
    outlook: Outlook | None
    typed: str = ""
    fault: str = ""


def sides_of(before: Decision | None, after: Decision | None, segments: Segments) -> Sides:
    """Both in words, what differs marked: also what stands elsewhere, as the first rule that fits decides."""
    key = next((one.key for one in (before, after) if isinstance(one, FlagState)), "")
    old, new = (
        undecided_words(key, DECLARED) if one is None else decision_words(one, DECLARED, segments)
        for one in (before, after)
    )
    same = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    kept_old = {block.a + n for block in same for n in range(block.size)}
    kept_new = {block.b + n for block in same for n in range(block.size)}
    return Sides(
        tuple(Line(words, n not in kept_old) for n, words in enumerate(old)),
        tuple(Line(words, n not in kept_new) for n, words in enumerate(new)),
    )


def entry_view(entry: Entry, segments: Segments, *, may_undo: bool) -> EntryView:
    """A line of the audit."""
    undo = reverse("console:flags_undo", kwargs={"revision": entry.revision})
    action = str(ACTIONS.get(entry.action, entry.action))
    return EntryView(
        revision=entry.revision,
        at=at_words(entry.at),
        who=signed(entry.who),
        action=f"{action} ({entry.undoes})" if entry.undoes else action,
        name=key_of(entry.subject),
        href=href_of(entry.subject),
        reason=isolated(entry.reason),
        author=signed(entry.author) if entry.author else "",
        sides=sides_of(entry.before, entry.after, segments) if entry.unread is None else _unread(),
        undo=undo if may_undo and entry.decides and entry.unread is None else "",
    )


def _unread() -> Sides:
    """In the place of what this release does not understand."""
    line = (Line(_("Another release has written this; it can’t be shown here."), other=False),)
    return Sides(line, line)


def proposal_view(proposal: Proposal, board: Board, who: str) -> ProposalView:
    """A proposal, as the person of the id `who` sees it."""
    standing, after = board.standing(proposal.subject), proposal.decision
    return ProposalView(
        id=proposal.id,
        at=at_words(proposal.at),
        who=signed(proposal.who),
        action=str(ACTIONS.get(proposal.action, proposal.action)),
        name=key_of(proposal.subject),
        href=href_of(proposal.subject),
        reason=isolated(proposal.reason),
        sides=sides_of(standing, after, board.segments),
        own=proposal.who.id == who,
        stale=version_of(standing) != version_of(proposal.base),
        outlook=outlook_of(board, after),
    )


def outlook_of(board: Board, after: Decision | None) -> Outlook | None:
    """Who would see what then; None for a segment, and for a flag that the code does not know any more."""
    declared = DECLARED.get(after.key) if isinstance(after, FlagState) else None
    if declared is None or not isinstance(after, FlagState):
        return None
    return outlook(declared, board, after)


def href_of(subject: str) -> str:
    """The page of a flag or a segment; "" for a flag that the code does not know any more."""
    key = key_of(subject)
    if not subject.startswith(FLAG):
        return reverse("console:flags_segments")
    return reverse("console:flag", kwargs={"key": key}) if key in DECLARED else ""
