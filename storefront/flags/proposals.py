"""What needs a second person: a critical flag, and whatever a critical flag leans on.

Who could change a segment of a critical flag's rules, or the flag that it takes as a prerequisite, would
change the critical flag itself. So these need a second person, too, and so does what a proposal leans on
from the moment it is made: whoever approves it approves what it then asks for. A kill never waits.
"""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from storefront.flags.declaration import Declaration
from storefront.flags.records import FLAG, SEGMENT, Action, Change, Proposal, is_flag, key_of
from storefront.flags.state import Decided, FlagState

SEGMENT_ATTRIBUTE = "segment"


def needs_second(
    subject: str,
    declarations: Mapping[str, Declaration],
    decided: Decided,
    proposals: Iterable[Proposal],
) -> bool:
    """Whether a change of this flag or segment waits for a second person. Proposals count as standing."""
    states: dict[str, list[FlagState]] = {}
    for state in (*decided.flags, *(one.decision for one in proposals)):
        if isinstance(state, FlagState):
            states.setdefault(state.key, []).append(state)
    leant_on: set[str] = set()
    waiting = [key for key, one in declarations.items() if one.critical]
    while waiting:
        key = waiting.pop()
        if FLAG + key in leant_on:
            continue
        leant_on.add(FLAG + key)
        for state in states.get(key, ()):
            waiting.extend(one.flag for one in state.prerequisites)
            leant_on.update(SEGMENT + name for name in segments_of(state))
    return subject in leant_on


def segments_of(state: FlagState) -> frozenset[str]:
    """The keys of the segments that a flag's rules ask about."""
    return frozenset(
        value
        for rule in state.rules
        for condition in rule.conditions
        if condition.attribute == SEGMENT_ATTRIBUTE
        for value in condition.values
    )


def proposing(change: Change, at: datetime) -> Change:
    """The change that makes a proposal of a change."""
    return replace(change, action=Action.PROPOSE, opens=proposal_for(change, at))


def proposal_for(change: Change, at: datetime) -> Proposal:
    """The proposal to make a change. Its id is not to be guessed, and says which subject it is for."""
    kind = "f" if is_flag(change.subject) else "s"
    return Proposal(
        id=f"{kind}-{key_of(change.subject)}-{secrets.token_hex(6)}",
        subject=change.subject,
        base=change.before,
        decision=change.after,
        action=change.action,
        who=change.who,
        at=at,
        reason=change.reason,
        undoes=change.undoes,
    )
