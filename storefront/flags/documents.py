"""All decisions as one JSON document: to keep, to compare, and to carry from one shop to another.

A document replaces what it names and leaves the rest as it is. It says nothing of versions: what counts is
what stands where it is imported. It is checked as a whole, as if everything in it stood already, before
anything is written.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from storefront.flags.records import Change, Decision, Problem, Refused, subject_of
from storefront.flags.segments import same
from storefront.flags.source import MOST_CHANGES
from storefront.flags.state import Closed, Decided, FlagState, Segment
from storefront.flags.validating import check_segment, check_state
from storefront.flags.validating_parts import Known

FORMAT: Final = 1
MOST_DOCUMENT_BYTES: Final = 384 * 1024
_AT = re.compile(r"at `(\$[^`]*)`")


class Document(Closed, frozen=True, kw_only=True):
    """What is exported. `revision` tells where it was taken; an import does not look at it."""

    format: int = FORMAT
    revision: int = 0
    flags: tuple[FlagState, ...] = ()
    segments: tuple[Segment, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import would do: `changes` at once, and `proposed` ones that wait for a second person.

    `revision` is the one that it was compared with.
    """

    revision: int
    changes: tuple[Change, ...]
    proposed: tuple[Change, ...]


def written(decided: Decided) -> bytes:
    """The document of these decisions: UTF-8 JSON, indented, in a fixed order."""
    document = Document(
        revision=decided.revision,
        flags=tuple(sorted(decided.flags, key=lambda one: one.key)),
        segments=tuple(sorted(decided.segments, key=lambda one: one.key)),
    )
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def read_document(data: bytes | str) -> Document:
    """The document in these bytes.

    Raises:
        Refused: it is no JSON, of another format, too large, names something twice, or has odd fields.
    """
    if len(data) > MOST_DOCUMENT_BYTES:
        raise Refused(Problem("", "too_large", {"most": MOST_DOCUMENT_BYTES}))
    try:
        document = msgspec.json.decode(data, type=Document)
    except msgspec.ValidationError as error:
        found = _AT.search(str(error))
        raise Refused(Problem("", "wrong_shape", {"at": found.group(1) if found else "$"})) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refused(Problem("", "not_json")) from error
    if document.format != FORMAT:
        raise Refused(Problem("format", "unknown_format", {"format": document.format}))
    twice = tuple(_twice("flags", document.flags)) + tuple(_twice("segments", document.segments))
    if twice:
        raise Refused(*twice)
    return document


def checked(document: Document, known: Known) -> None:
    """Check all of a document, as if it stood.

    Raises:
        Refused: with every problem there is; fields begin with "flags.0." or "segments.0.".
    """
    merged = Known(known.declarations, known.attributes, together(document, known.decided))
    problems = [
        Problem(_path(f"segments.{at}", one.field), one.code, one.parameters)
        for at, segment in enumerate(document.segments)
        for one in check_segment(segment, merged)
    ]
    problems += [
        Problem(_path(f"flags.{at}", one.field), one.code, one.parameters)
        for at, state in enumerate(document.flags)
        for one in check_state(state, merged)
    ]
    if problems:
        raise Refused(*problems)


def together(document: Document, decided: Decided) -> Decided:
    """What would stand after the document."""
    flags = {state.key: state for state in decided.flags} | {state.key: state for state in document.flags}
    segments = {one.key: one for one in decided.segments} | {one.key: one for one in document.segments}
    return Decided(revision=decided.revision, flags=tuple(flags.values()), segments=tuple(segments.values()))


def differences(document: Document, decided: Decided) -> list[tuple[Decision | None, Decision]]:
    """Pairs of what stands and what the document says instead, where they differ; segments first.

    Raises:
        Refused: there are more than one commit may have.
    """
    rows: tuple[Decision, ...] = (*decided.flags, *decided.segments)
    standing = {subject_of(one): one for one in rows}
    found: list[tuple[Decision | None, Decision]] = []
    named: tuple[Decision, ...] = (*document.segments, *document.flags)
    for wanted in named:
        before = standing.get(subject_of(wanted))
        if not same(before, wanted):
            found.append((before, wanted))
    if len(found) > MOST_CHANGES:
        raise Refused(Problem("", "too_many", {"most": MOST_CHANGES}))
    return found


def _twice(name: str, rows: Iterable[Any]) -> Iterator[Problem]:
    seen: set[str] = set()
    for at, row in enumerate(rows):
        if row.key in seen:
            yield Problem(f"{name}.{at}.key", "same_name", {"name": row.key[:80]})
        seen.add(row.key)


def _path(start: str, rest: str) -> str:
    return f"{start}.{rest}" if rest else start
