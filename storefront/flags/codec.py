"""Decisions, entries of the audit and proposals as the text that the table keeps of them: JSON.

Text and not DynamoDB's own types, because values of flags may be numbers with a fraction, which those cannot
hold exactly. What a later release has written is not understood by this one, and says so; its kill switch can
be seen and turned all the same.
"""

from datetime import datetime
from typing import Any, Final

import msgspec

from storefront.core import UpstreamInvalid
from storefront.flags.records import Action, Decision, Entry, Proposal, Unread, Who, is_flag, key_of
from storefront.flags.state import FlagState, Segment

_SWITCHES: Final = (("killed", str), ("enabled", bool))


class _Person(msgspec.Struct, frozen=True):
    id: str
    name: str


class _Row(msgspec.Struct, frozen=True, kw_only=True):
    """An entry, or a proposal. What stood and what then stands are read by the subject's kind."""

    subject: str
    action: Action
    who: _Person
    at: datetime
    reason: str
    before: msgspec.Raw = msgspec.Raw(b"null")
    after: msgspec.Raw = msgspec.Raw(b"null")
    undoes: int = 0
    id: str = ""
    revision: int = 0
    author: _Person | None = None


def decision_text(decision: Decision) -> str:
    """A state or a segment."""
    return msgspec.json.encode(decision).decode()


def read_decision(subject: str, text: str | bytes) -> Decision:
    """What is decided about a subject. UpstreamInvalid for what cannot be understood."""
    kind: type[FlagState | Segment] = FlagState if is_flag(subject) else Segment
    try:
        return msgspec.json.decode(text, type=kind)
    except (msgspec.DecodeError, ValueError) as error:
        raise UpstreamInvalid("flags", f"read {subject}", type(error).__name__) from error


def killed_unread(subject: str, text: str, reason: str) -> Unread | None:
    """A state that is not understood, with its kill switch down; None if it is down already."""
    state = _fields(subject, text)
    base = state.get("version", 0)
    if state.get("killed"):
        return None
    if not isinstance(base, int) or base < 1:
        raise UpstreamInvalid("flags", f"read {subject}", "version")
    return Unread(base, text, msgspec.json.encode(state | {"killed": reason, "version": base + 1}).decode())


def half_read(subject: str, text: str, last: Decision | None) -> Decision | None:
    """What counts while a decision is not understood: the `last` one that was, off if this one is."""
    try:
        found = _fields(subject, text) if is_flag(subject) else {}
    except UpstreamInvalid:
        return last
    switches: dict[str, Any] = {
        name: found[name] for name, kind in _SWITCHES if isinstance(found.get(name), kind)
    }
    if isinstance(last, FlagState):
        return msgspec.structs.replace(last, **switches)
    state = FlagState(key=key_of(subject), **switches)
    return state if state.killed or not state.enabled else last


def _fields(subject: str, text: str) -> dict[str, Any]:
    try:
        return msgspec.json.decode(text, type=dict[str, Any])
    except (msgspec.DecodeError, ValueError) as error:
        raise UpstreamInvalid("flags", f"read {subject}", type(error).__name__) from error


def entry_text(entry: Entry) -> str:
    """An entry of the audit."""
    author, unread = entry.author, entry.unread
    return _text(
        _Row(
            subject=entry.subject,
            action=entry.action,
            who=_Person(entry.who.id, entry.who.name),
            at=entry.at,
            reason=entry.reason,
            before=msgspec.Raw(unread.before.encode()) if unread else _raw(entry.before),
            after=msgspec.Raw(unread.after.encode()) if unread else _raw(entry.after),
            undoes=entry.undoes,
            id=entry.proposal,
            revision=entry.revision,
            author=_Person(author.id, author.name) if author is not None else None,
        )
    )


def read_entry(text: str) -> Entry:
    """The entry in this text, `unread` where the decisions in it are not understood.

    UpstreamInvalid for what is no entry.
    """
    row = _row(text)
    before = after = unread = None
    try:
        before, after = _decided(row.subject, row.before), _decided(row.subject, row.after)
    except UpstreamInvalid:
        before = after = None
        unread = Unread(0, bytes(row.before).decode(), bytes(row.after).decode())
    return Entry(
        revision=row.revision,
        at=row.at,
        who=Who(row.who.id, row.who.name),
        action=row.action,
        subject=row.subject,
        reason=row.reason,
        before=before,
        after=after,
        undoes=row.undoes,
        proposal=row.id,
        author=Who(row.author.id, row.author.name) if row.author is not None else None,
        unread=unread,
    )


def proposal_text(proposal: Proposal) -> str:
    """A proposal."""
    return _text(
        _Row(
            subject=proposal.subject,
            action=proposal.action,
            who=_Person(proposal.who.id, proposal.who.name),
            at=proposal.at,
            reason=proposal.reason,
            before=_raw(proposal.base),
            after=_raw(proposal.decision),
            undoes=proposal.undoes,
            id=proposal.id,
        )
    )


def read_proposal(text: str) -> Proposal:
    """The proposal in this text. UpstreamInvalid for what cannot be understood."""
    row = _row(text)
    return Proposal(
        id=row.id,
        subject=row.subject,
        base=_decided(row.subject, row.before),
        decision=_decided(row.subject, row.after),
        action=row.action,
        who=Who(row.who.id, row.who.name),
        at=row.at,
        reason=row.reason,
        undoes=row.undoes,
    )


def _text(row: _Row) -> str:
    return msgspec.json.encode(row).decode()


def _row(text: str) -> _Row:
    try:
        return msgspec.json.decode(text, type=_Row)
    except (msgspec.DecodeError, ValueError) as error:
        raise UpstreamInvalid("flags", "read audit", type(error).__name__) from error


def _raw(decision: Any) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(decision))


def _decided(subject: str, raw: msgspec.Raw) -> Decision | None:
    text = bytes(raw)
    return None if text == b"null" else read_decision(subject, text)
