"""The parts of which states and segments are made, checked: questions, windows, names (`validating.py`)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from storefront.flags.asking import operators
from storefront.flags.declaration import Attribute, AttributeType, Declaration
from storefront.flags.moments import WrongMomentError, span
from storefront.flags.proposals import SEGMENT_ATTRIBUTE
from storefront.flags.records import Problem
from storefront.flags.state import Condition, Decided, FlagState, Segment, Window

MOST_CONDITIONS: Final = 20
MOST_VALUES: Final = 200
MOST_NAME: Final = 80
_TRUTHS: Final = ("true", "false")


@dataclass(frozen=True, slots=True)
class Known:
    """What a state is checked against: what is declared, and what is decided of everything else."""

    declarations: Mapping[str, Declaration]
    attributes: Mapping[str, Attribute]
    decided: Decided

    @property
    def segments(self) -> Mapping[str, Segment]:
        """The segments there are, by key."""
        return {segment.key: segment for segment in self.decided.segments}

    @property
    def states(self) -> Mapping[str, FlagState]:
        """The states there are, by key."""
        return {state.key: state for state in self.decided.flags}

    def variants(self, key: str) -> frozenset[str]:
        """The names of a flag's variants, those of its state included."""
        state = self.states.get(key)
        return frozenset(self.declarations[key].variants) | frozenset(state.values if state else ())


def conditions_problems(
    path: str, conditions: tuple[Condition, ...], known: Known, *, segments: bool
) -> Iterator[Problem]:
    """What is wrong with questions that must all be answered; `segments`: whether they may ask for some."""
    if len(conditions) > MOST_CONDITIONS:
        yield Problem(path, "too_many", {"most": MOST_CONDITIONS})
    for at, condition in enumerate(conditions):
        yield from _condition(f"{path}.{at}", condition, known, segments=segments)


def _condition(path: str, condition: Condition, known: Known, *, segments: bool) -> Iterator[Problem]:
    op, values = condition.op, condition.values
    if not values:
        yield Problem(f"{path}.values", "required")
    if len(values) > MOST_VALUES:
        yield Problem(f"{path}.values", "too_many", {"most": MOST_VALUES})
    if condition.attribute == SEGMENT_ATTRIBUTE and segments:
        if op not in {"is", "is_not"}:
            yield Problem(f"{path}.op", "op_not_for", {"op": op[:MOST_NAME], "name": SEGMENT_ATTRIBUTE})
        for value in values:
            if value not in known.segments:
                yield Problem(f"{path}.values", "unknown_segment", {"segment": value[:MOST_NAME]})
        return
    attribute = known.attributes.get(condition.attribute)
    if attribute is None:
        name = condition.attribute[:MOST_NAME]
        yield Problem(f"{path}.attribute", "unknown_attribute", {"name": name})
        return
    if op not in operators(attribute.type):
        yield Problem(f"{path}.op", "op_not_for", {"op": op[:MOST_NAME], "name": attribute.name})
    else:
        yield from _answers(f"{path}.values", condition, attribute)


def _answers(path: str, condition: Condition, attribute: Attribute) -> Iterator[Problem]:
    if condition.op in {"above", "below"} and len(condition.values) > 1:
        yield Problem(path, "one_value")
    for value in condition.values:
        yield from too_long(path, value, MOST_NAME)
        if attribute.type is AttributeType.NUMBER:
            if not _is_number(value):
                yield Problem(path, "not_a_number", {"value": value[:MOST_NAME]})
        elif condition.op != "starts":
            allowed = _TRUTHS if attribute.type is AttributeType.TRUTH else attribute.values
            if (allowed and value not in allowed) or not value:
                named_so = {"value": value[:MOST_NAME], "name": attribute.name}
                yield Problem(path, "unknown_value", named_so)
        elif not value:
            yield Problem(path, "required")


def window_problems(path: str, window: Window | None) -> Iterator[Problem]:
    """What is wrong with a span of time."""
    if window is None:
        return
    wrong = False
    for name in ("starts", "ends"):
        text = getattr(window, name)
        try:
            span(Window(starts=text, zone=window.zone))
            if not text:
                span(Window(starts="2000-01-01T00:00", zone=window.zone))
        except WrongMomentError as error:
            wrong = True
            if error.field == "time":
                yield Problem(f"{path}.{name}", "not_a_time", {"value": text[:MOST_NAME]})
            elif name == "starts":
                yield Problem(f"{path}.zone", "unknown_zone", {"zone": window.zone[:MOST_NAME]})
    if not wrong:
        starts, ends = span(window)
        if ends <= starts:
            yield Problem(f"{path}.ends", "ends_first")


def named(path: str, name: str) -> Iterator[Problem]:
    """What is wrong with a name that people read."""
    if not name.strip():
        yield Problem(path, "required")
    yield from too_long(path, name, MOST_NAME)


def too_long(path: str, text: str, most: int) -> Iterator[Problem]:
    """Whether a text has more than `most` characters."""
    if len(text) > most:
        yield Problem(path, "too_long", {"most": most})


def _is_number(text: str) -> bool:
    try:
        return abs(float(text)) < float("inf")
    except ValueError:
        return False
