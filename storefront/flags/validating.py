"""What is wrong with a state or a segment before it is kept: every problem names its field, as a code.

The codes, and the parameters that a sentence about them needs:

    required                 too_long most            too_many most          too_large most
    unknown_flag flag        unknown_variant variant  unknown_attribute name unknown_segment segment
    op_not_for op name       unknown_value value name not_a_number value     one_value
    not_a_time value         unknown_zone zone        ends_first             not_a_date value
    weights_sum sum whole    not_a_share share whole  same_variant variant   same_name name
    itself flag              circle flag              by_person_flag flag    not_open
    wrong_type type          wrong_shape at           not_a_key key          not_split
    not_by_address name [flag]                        off_value variant

and of changes: segment_used flag, own_proposal, not_own_proposal, unknown_revision revision, nothing_to_undo
revision, unreadable revision; of documents: not_json, unknown_format format.

`one_value`: the question takes exactly one. `not_by_address` and `not_split`: a flag that decides over public
pages, and is not `by_person`, may ask only for what is the same for all who open an address.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

import msgspec

from storefront.flags.declaration import Declaration
from storefront.flags.proposals import SEGMENT_ATTRIBUTE
from storefront.flags.records import Problem, Refused
from storefront.flags.state import WHOLE, Condition, FlagState, Segment, Serve
from storefront.flags.validating_parts import (
    MOST_NAME,
    Known,
    conditions_problems,
    named,
    too_long,
    window_problems,
)
from storefront.flags.values import has_type

MOST_BYTES: Final = 32 * 1024
"""Of a state as JSON. A transaction has 4 MB at most, and an import writes each state seven times."""
MOST_RULES: Final = 50
MOST_NOTE: Final = 1_000
MOST_REASON: Final = 300
MOST_TEXT: Final = 1_000
_KEY = re.compile(r"\A[a-z0-9][a-z0-9-]{0,59}\Z")
_AT = re.compile(r"at `(\$[^`]*)`")


def check_reason(reason: str) -> tuple[Problem, ...]:
    """What is wrong with the reason for a change."""
    if not reason.strip():
        return (Problem("reason", "required"),)
    return tuple(too_long("reason", reason, MOST_REASON))


def require_reason(reason: str) -> None:
    """Raise Refused for a change without a reason, or with one that is too long."""
    problems = check_reason(reason)
    if problems:
        raise Refused(*problems)


def check_state(state: FlagState, known: Known) -> tuple[Problem, ...]:
    """Everything that is wrong with a state; empty when it may be kept."""
    declaration = known.declarations.get(state.key)
    if declaration is None:
        return (Problem("key", "unknown_flag", {"flag": state.key}),)
    return tuple(_Check(state, declaration, known).problems())


def check_segment(segment: Segment, known: Known) -> tuple[Problem, ...]:
    """Everything that is wrong with a segment; empty when it may be kept."""
    return tuple(_segment_problems(segment, known))


def _segment_problems(segment: Segment, known: Known) -> Iterator[Problem]:
    if not _KEY.match(segment.key):
        yield Problem("key", "not_a_key", {"key": segment.key[:MOST_NAME]})
    yield from named("name", segment.name)
    yield from _other_name(segment, known)
    yield from too_long("note", segment.note, MOST_NOTE)
    if not segment.alternatives:
        yield Problem("alternatives", "required")
    if len(segment.alternatives) > MOST_RULES:
        yield Problem("alternatives", "too_many", {"most": MOST_RULES})
    for at, conditions in enumerate(segment.alternatives):
        path = f"alternatives.{at}"
        if not conditions:
            yield Problem(path, "required")
        yield from conditions_problems(path, conditions, known, segments=False)
    if len(msgspec.json.encode(segment)) > MOST_BYTES:
        yield Problem("", "too_large", {"most": MOST_BYTES})
    yield from _still_public(segment, known)


def _other_name(segment: Segment, known: Known) -> Iterator[Problem]:
    """Sentences tell of segments by their names: two that look the same could be taken for each other."""
    name = _seen_as(segment.name)
    if any(one.key != segment.key and _seen_as(one.name) == name for one in known.decided.segments):
        yield Problem("name", "same_name", {"name": segment.name[:MOST_NAME]})


def _seen_as(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def _still_public(segment: Segment, known: Known) -> Iterator[Problem]:
    """A segment may not begin to ask about people while a flag of public pages for everybody asks for it."""
    asked = [
        (f"alternatives.{at}.{place}.attribute", one.attribute)
        for at, conditions in enumerate(segment.alternatives)
        for place, one in enumerate(conditions)
        if (known_one := known.attributes.get(one.attribute)) is not None and not known_one.by_address
    ]
    if not asked:
        return
    for state in known.decided.flags:
        declaration = known.declarations.get(state.key)
        if declaration is not None and _for_all(declaration) and _asks_for(state, segment.key):
            yield Problem(asked[0][0], "not_by_address", {"name": asked[0][1], "flag": state.key})


def _asks_for(state: FlagState, segment: str) -> bool:
    conditions = (one for rule in state.rules for one in rule.conditions)
    return any(one.attribute == SEGMENT_ATTRIBUTE and segment in one.values for one in conditions)


def _for_all(declaration: Declaration) -> bool:
    """Whether public pages read it and are the same for all: a page is then kept once for an address."""
    return bool(declaration.pages) and not declaration.by_person


class _Check:
    """One state against what is known."""

    def __init__(self, state: FlagState, declaration: Declaration, known: Known) -> None:
        self._state = state
        self._declaration = declaration
        self._known = known
        self._variants = frozenset(declaration.variants) | frozenset(state.values)

    def problems(self) -> Iterator[Problem]:
        state = self._state
        if len(msgspec.json.encode(state)) > MOST_BYTES:
            yield Problem("", "too_large", {"most": MOST_BYTES})
        yield from self._values()
        yield from window_problems("window", state.window)
        yield from self._prerequisites()
        yield from self._rules()
        if state.otherwise is not None:
            yield from self._serve("otherwise", state.otherwise)
        yield from self._words()

    def _words(self) -> Iterator[Problem]:
        state = self._state
        for name, text, most in (
            ("note", state.note, MOST_NOTE),
            ("owner", state.owner, MOST_NAME),
            ("salt", state.salt, MOST_NAME),
            ("killed", state.killed, MOST_REASON),
        ):
            yield from too_long(name, text, most)
        if state.expires and not _is_date(state.expires):
            yield Problem("expires", "not_a_date", {"value": state.expires[:MOST_NAME]})

    def _values(self) -> Iterator[Problem]:
        values = self._state.values
        if values and not self._declaration.open:
            yield Problem("values", "not_open")
            return
        if len(values) > MOST_RULES:
            yield Problem("values", "too_many", {"most": MOST_RULES})
        if (off := self._declaration.off) in values:
            yield Problem(f"values.{off}", "off_value", {"variant": off})
        for name, value in values.items():
            if not _KEY.match(name):
                yield Problem(f"values.{name[:MOST_NAME]}", "not_a_key", {"key": name[:MOST_NAME]})
            yield from check_value(f"values.{name[:MOST_NAME]}", value, self._declaration)

    def _prerequisites(self) -> Iterator[Problem]:
        seen: set[str] = set()
        for at, one in enumerate(self._state.prerequisites):
            path = f"prerequisites.{at}"
            declaration = self._known.declarations.get(one.flag)
            if one.flag == self._state.key:
                yield Problem(f"{path}.flag", "itself", {"flag": one.flag})
            elif declaration is None:
                yield Problem(f"{path}.flag", "unknown_flag", {"flag": one.flag})
            elif one.flag in seen:
                yield Problem(f"{path}.flag", "same_name", {"name": one.flag})
            else:
                yield from self._prerequisite(path, declaration, one.variants)
            seen.add(one.flag)
        if circle := self._circle():
            yield Problem("prerequisites", "circle", {"flag": circle})

    def _prerequisite(
        self, path: str, declaration: Declaration, variants: tuple[str, ...]
    ) -> Iterator[Problem]:
        if _for_all(self._declaration) and declaration.by_person:
            yield Problem(f"{path}.flag", "by_person_flag", {"flag": declaration.key})
        if not variants:
            yield Problem(f"{path}.variants", "required")
        for variant in variants:
            if variant not in self._known.variants(declaration.key):
                yield Problem(f"{path}.variants", "unknown_variant", {"variant": variant})

    def _circle(self) -> str:
        """A flag through which this one would be its own prerequisite; "" for none."""
        states, own = self._known.states, self._state.key
        waiting = [(one.flag, one.flag) for one in self._state.prerequisites if one.flag != own]
        seen: set[str] = set()
        while waiting:
            key, first = waiting.pop()
            if key == own:
                return first
            if key not in seen and key in states:
                seen.add(key)
                waiting.extend((one.flag, first) for one in states[key].prerequisites)
        return ""

    def _rules(self) -> Iterator[Problem]:
        rules = self._state.rules
        if len(rules) > MOST_RULES:
            yield Problem("rules", "too_many", {"most": MOST_RULES})
        seen: set[str] = set()
        for at, rule in enumerate(rules):
            path = f"rules.{at}"
            if rule.name:
                yield from named(f"{path}.name", rule.name)
            if rule.name and rule.name in seen:
                yield Problem(f"{path}.name", "same_name", {"name": rule.name[:MOST_NAME]})
            seen.add(rule.name)
            yield from conditions_problems(f"{path}.conditions", rule.conditions, self._known, segments=True)
            if _for_all(self._declaration):
                yield from self._same_for_all(f"{path}.conditions", rule.conditions)
            yield from window_problems(f"{path}.window", rule.window)
            yield from self._serve(f"{path}.serve", rule.serve)

    def _same_for_all(self, path: str, conditions: tuple[Condition, ...]) -> Iterator[Problem]:
        for at, condition in enumerate(conditions):
            for name in self._asked(condition):
                attribute = self._known.attributes.get(name)
                if attribute is not None and not attribute.by_address:
                    yield Problem(f"{path}.{at}.attribute", "not_by_address", {"name": name})

    def _asked(self, condition: Condition) -> Iterator[str]:
        """The attributes that a condition asks about, through segments, too."""
        if condition.attribute != SEGMENT_ATTRIBUTE:
            yield condition.attribute
            return
        for key in condition.values:
            if (segment := self._known.segments.get(key)) is not None:
                yield from (one.attribute for group in segment.alternatives for one in group)

    def _serve(self, path: str, serve: Serve) -> Iterator[Problem]:
        if not serve.weights:
            yield Problem(f"{path}.weights", "required")
            return
        if not 0 <= serve.share <= WHOLE:
            yield Problem(f"{path}.share", "not_a_share", {"share": serve.share, "whole": WHOLE})
        seen: set[str] = set()
        for at, (variant, weight) in enumerate(serve.weights):
            if variant not in self._variants:
                yield Problem(f"{path}.weights.{at}", "unknown_variant", {"variant": variant[:MOST_NAME]})
            if variant in seen:
                yield Problem(f"{path}.weights.{at}", "same_variant", {"variant": variant[:MOST_NAME]})
            seen.add(variant)
            if not 0 <= weight <= WHOLE:
                yield Problem(f"{path}.weights.{at}", "not_a_share", {"share": weight, "whole": WHOLE})
        total = sum(weight for _, weight in serve.weights)
        if total != WHOLE:
            yield Problem(f"{path}.weights", "weights_sum", {"sum": total, "whole": WHOLE})
        if _for_all(self._declaration) and (len(serve.weights) > 1 or serve.share != WHOLE):
            yield Problem(path, "not_split")


def check_value(path: str, value: Any, declaration: Declaration) -> Iterator[Problem]:
    """What is wrong with a variant's value: its type, and for JSON its shape."""
    if not has_type(value, declaration.type):
        yield Problem(path, "wrong_type", {"type": declaration.type.value})
    elif isinstance(value, str):
        yield from too_long(path, value, MOST_TEXT)
    elif declaration.shape is not None:
        try:
            msgspec.convert(value, declaration.shape)
        except msgspec.ValidationError as error:
            found = _AT.search(str(error))
            yield Problem(path, "wrong_shape", {"at": found.group(1) if found else "$"})


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
