"""The kill switch: the one change that depends on nothing, not even on understanding what it is about."""

from collections.abc import Callable
from dataclasses import replace

from msgspec.structs import replace as replaced

from storefront.core import UpstreamInvalid
from storefront.flags.codec import killed_unread
from storefront.flags.records import Action, Change, Outcome, Who, key_of
from storefront.flags.segments import next_of
from storefront.flags.source import FlagTable
from storefront.flags.state import FlagState

Still = Callable[[FlagState], bool]


def kill_of(table: FlagTable, subject: str, who: Who, reason: str, still: Still | None) -> Change | Outcome:
    """The change that kills what stands, or what stands where there is nothing to do.

    Raises UpstreamInvalid for a state that is not understood, if that has to be `still` something.
    """
    change = Change(subject=subject, action=Action.KILL, who=who, reason=reason, before=None, after=None)
    try:
        before = table.standing(subject)
    except UpstreamInvalid:
        if still is not None:
            raise
        text = table.text(subject)
        unread = killed_unread(subject, text, reason) if text is not None else None
        return replace(change, unread=unread) if unread else Outcome(subject=subject, decision=None)
    state = before if isinstance(before, FlagState) else FlagState(key=key_of(subject))
    if state.killed or (still is not None and not still(state)):
        return Outcome(subject=subject, decision=state)
    return replace(change, before=before, after=next_of(before, replaced(state, killed=reason)))
