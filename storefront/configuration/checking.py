"""Reads one template and names what is wrong: `templates/home.json: sections[2].slugs[0]: …`.

Every block is judged by itself, so that one look tells of all blocks that are wrong.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from storefront.configuration.blocks import MOST_LISTS, Block, Hero, Products, Template
from storefront.configuration.words import DEFAULT_LANGUAGE, LONGEST, Words, WordsError

_PLACED = re.compile(r"(?P<what>.*?)(?: - at `\$(?P<at>[^`]*)`)?", re.DOTALL)
_UNKNOWN = re.compile(r"Object contains unknown field `(?P<name>[^`]*)`")
_MISSING = re.compile(r"Object missing required field `(?P<name>[^`]*)`")
_OFFSET = re.compile(r"\(byte (?P<byte>\d+)\)")
_TOP = frozenset({"title", "description", "sections", "$schema"})


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong where. `place` is a path within the file, empty for the file as a whole."""

    file: str
    place: str
    message: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.place, self.message) if part)


class _Fault(ValueError):  # noqa: N818 - collected rather than raised
    """A fault at a place, before the file is known."""

    def __init__(self, place: str, message: str) -> None:
        super().__init__(message)
        self.place = place
        self.message = message


def check_template(file: str, data: bytes) -> tuple[Template | None, tuple[Problem, ...]]:
    """The template in `data`, or None and everything that keeps it from being one."""
    faults: list[_Fault] = []
    template = None
    try:
        template = _template(_document(data), faults)
    except _Fault as fault:
        faults.append(fault)
    problems = tuple(Problem(file, fault.place, fault.message) for fault in faults)
    return (None if problems else template), problems


def untranslated(file: str, template: Template, languages: tuple[str, ...]) -> tuple[Problem, ...]:
    """Texts that are shown in English in other languages: no fault, but worth knowing."""
    return tuple(
        Problem(file, place, f"has no text in {', '.join(missing)}")
        for place, words in _words("", template)
        if (missing := words.missing(languages))
    )


def json_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a template, for editors; `tests` keep the copy in configuration/ the same."""
    schema = msgspec.json.schema(Template, schema_hook=_words_schema)
    # ECMA 262, which JSON Schema's patterns follow, has no \\Z; its $ means the same.
    plain: dict[str, Any] = json.loads(json.dumps(schema).replace('\\\\Z"', '$"'))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Page template", **plain}


def _document(data: bytes) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _Fault("", f"is not JSON: {_told(str(error), data)}") from error
    if not isinstance(found, dict):
        raise _Fault("", "must hold an object with title, description and sections")
    return found


def _told(message: str, data: bytes) -> str:
    """The decoder's message with its byte as a line, as editors count."""
    found = _OFFSET.search(message)
    if found is None:
        return message
    line = data.count(b"\n", 0, int(found["byte"])) + 1
    return message.replace(found[0], f"(line {line})")


def _template(raw: dict[str, Any], faults: list[_Fault]) -> Template | None:
    sections = raw.get("sections")
    faults += [_Fault(name, "there is no such field") for name in raw if name not in _TOP]
    whole = {name: value for name, value in raw.items() if name in _TOP}
    if not isinstance(sections, list) or not 1 <= len(sections) <= 20:  # noqa: PLR2004 - as in Template
        faults.append(_Fault("sections", "must be a list of 1 to 20 blocks"))
        sections = []
    blocks = [_part(f"sections[{at}]", block, Block, faults) for at, block in enumerate(sections)]
    kept = tuple(block for block in blocks if block is not None)
    for name in ("title", "description"):
        if name not in whole:
            faults.append(_Fault(name, "is missing"))
        else:
            whole[name] = _part(name, whole[name], Words, faults)
    if not isinstance(whole.get("$schema", ""), str):
        faults.append(_Fault("$schema", "must be a text"))
    if faults:
        return None
    faults += _composition(kept)
    return Template(title=whole["title"], description=whole["description"], sections=kept)


def _part(place: str, raw: Any, kind: Any, faults: list[_Fault]) -> Any:
    try:
        return msgspec.convert(raw, kind, dec_hook=_read)
    except msgspec.ValidationError as error:
        faults.append(_fault(place, error))
        return None


def _composition(blocks: Sequence[Block]) -> Iterator[_Fault]:
    """What is wrong with the blocks together."""
    for at, block in enumerate(blocks):
        if at and isinstance(block, Hero):
            yield _Fault(f"sections[{at}]", "a hero is the first block of a page, and there is one at most")
    lists = [at for at, block in enumerate(blocks) if isinstance(block, Products) and not block.handles]
    for at in lists[MOST_LISTS:]:
        yield _Fault(f"sections[{at}]", f"a page has at most {MOST_LISTS} blocks of products without handles")


def _read(kind: type, raw: Any) -> Any:
    if kind is Words:
        try:
            return Words.read(raw)
        except WordsError as error:
            raise ValueError(f"{error.at}|{error.message}") from error
    raise NotImplementedError(kind)


def _fault(place: str, error: msgspec.ValidationError) -> _Fault:
    found = _PLACED.fullmatch(str(error))
    assert found is not None  # the pattern takes any text
    what, at = found["what"], place + (found["at"] or "")
    if isinstance(error.__cause__, ValueError) and isinstance(error.__cause__.__cause__, WordsError):
        below = error.__cause__.__cause__
        return _Fault(at + below.at, below.message)
    if unknown := _UNKNOWN.fullmatch(what):
        return _Fault(f"{at}.{unknown['name']}", "there is no such field")
    if missing := _MISSING.fullmatch(what):
        return _Fault(f"{at}.{missing['name']}", "is missing")
    return _Fault(at, what[:1].lower() + what[1:])


def _words(place: str, value: Any) -> Iterator[tuple[str, Words]]:
    """Every text below a value, with its place."""
    if isinstance(value, Words):
        yield place, value
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from _words(f"{place}.{name}" if place else name, getattr(value, name))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _words(f"{place}[{index}]", item)


def _words_schema(kind: type) -> dict[str, Any]:
    if kind is not Words:
        raise NotImplementedError(kind)
    text = {"type": "string", "minLength": 1, "maxLength": LONGEST}
    languages = {
        "type": "object",
        "required": [DEFAULT_LANGUAGE],
        "propertyNames": {"pattern": "^[a-z]{2}$"},
        "additionalProperties": text,
    }
    return {"description": "A text, or texts by language.", "anyOf": [text, languages]}
