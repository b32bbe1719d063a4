"""Lines of the audit and proposals as a page shows them: who, when, what stood and what stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import SequenceMatcher

from django.urls import reverse
from django.utils.translation import gettext as _

from storefront.console.flags.words import ACTIONS, Segments, decision_words
from storefront.flags.declared import DECLARED
from storefront.flags.records import FLAG, Decision, Entry, Proposal, key_of
from storefront.web.formats import day


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
    """What waits for a second person. `own` if who looks has made it; `stale` if something else stands."""

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


def sides_of(before: Decision | None, after: Decision | None, segments: Segments) -> Sides:
    """Both in words, what differs marked: also what stands elsewhere, as the first rule that fits decides."""
    old, new = (decision_words(one, DECLARED, segments) for one in (before, after))
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
        who=entry.who.name,
        action=f"{action} ({entry.undoes})" if entry.undoes else action,
        name=key_of(entry.subject),
        href=href_of(entry.subject),
        reason=entry.reason,
        author=entry.author.name if entry.author else "",
        sides=sides_of(entry.before, entry.after, segments) if entry.unread is None else _unread(),
        undo=undo if may_undo and entry.decides and entry.unread is None else "",
    )


def _unread() -> Sides:
    """In the place of what this release does not understand."""
    line = (Line(_("Another release has written this; it can’t be shown here."), other=False),)
    return Sides(line, line)


def proposal_view(
    proposal: Proposal, segments: Segments, standing: Mapping[str, int], who: str
) -> ProposalView:
    """A proposal, as the person of the id `who` sees it. `standing` has the versions by subject."""
    version = proposal.base.version if proposal.base else 0
    return ProposalView(
        id=proposal.id,
        at=at_words(proposal.at),
        who=proposal.who.name,
        action=str(ACTIONS.get(proposal.action, proposal.action)),
        name=key_of(proposal.subject),
        href=href_of(proposal.subject),
        reason=proposal.reason,
        sides=sides_of(proposal.base, proposal.decision, segments),
        own=proposal.who.id == who,
        stale=standing.get(proposal.subject, 0) != version,
    )


def href_of(subject: str) -> str:
    """The page of a flag or a segment; "" for a flag that the code does not know any more."""
    key = key_of(subject)
    if not subject.startswith(FLAG):
        return reverse("console:flags_segments")
    return reverse("console:flag", kwargs={"key": key}) if key in DECLARED else ""


def at_words(at: datetime) -> str:
    """A moment, in UTC, to the minute."""
    there = at.astimezone(UTC)
    return _("%(day)s, %(time)s UTC") % {"day": day(there.date()), "time": f"{there:%H:%M}"}
