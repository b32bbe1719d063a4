"""Questions that rules ask of a shopper, made ready to be asked often: conditions and segments.

What is not known, or is known as something of another type than declared, answers no question.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from storefront.flags.context import Fact
from storefront.flags.declaration import Attribute, AttributeType
from storefront.flags.state import Condition, Segment

Facts = Mapping[str, Fact]
Test = Callable[[Facts], bool]

SEGMENT: Final = "segment"


class UnaskableError(ValueError):
    """A condition that cannot be asked, and why."""


@dataclass(frozen=True, slots=True)
class Question:
    """One condition. `holds` answers for what is known; `sure` for what part of it is known already.

    `personal` if the answer may differ between two people at the same address.
    """

    holds: Test
    sure: Callable[[Facts], bool | None]
    personal: bool


Segments = Mapping[str, tuple[tuple[Question, ...], ...]]


def question(condition: Condition, attributes: Mapping[str, Attribute], segments: Segments) -> Question:
    """The condition, made ready.

    Raises:
        UnaskableError: there is no such attribute, segment or operator, or its values are none for it.
    """
    if condition.attribute == SEGMENT:
        return _membership(condition, segments)
    attribute = attributes.get(condition.attribute)
    if attribute is None:
        raise UnaskableError(f"no attribute {condition.attribute!r}")
    holds = _test(attribute, condition)
    name = attribute.name

    def sure(facts: Facts) -> bool | None:
        return holds(facts) if name in facts else None

    return Question(holds, sure, personal=not attribute.by_address)


def segment_questions(
    segment: Segment, attributes: Mapping[str, Attribute]
) -> tuple[tuple[Question, ...], ...]:
    """The alternatives of a segment, made ready. Segments do not nest.

    Raises:
        UnaskableError: one of its conditions is, or asks for a segment.
    """
    return tuple(
        tuple(question(condition, attributes, {}) for condition in alternative)
        for alternative in segment.alternatives
    )


def all_of(questions: tuple[Question, ...], facts: Facts) -> bool | None:
    """True when all hold for sure, False when one surely does not, else None."""
    answers = [question.sure(facts) for question in questions]
    if False in answers:
        return False
    return None if None in answers else True


def _membership(condition: Condition, segments: Segments) -> Question:
    if condition.op not in ("is", "is_not") or not condition.values:
        raise UnaskableError(f"a segment is asked for with is or is_not, not {condition.op!r}")
    unknown = [key for key in condition.values if key not in segments]
    if unknown:
        raise UnaskableError(f"no segment {unknown[0]!r}")
    alternatives = tuple(alternative for key in condition.values for alternative in segments[key])
    wanted = condition.op == "is"
    tests = tuple(tuple(question.holds for question in alternative) for alternative in alternatives)

    def holds(facts: Facts) -> bool:
        for group in tests:
            for test in group:
                if not test(facts):
                    break
            else:
                return wanted
        return not wanted

    def sure(facts: Facts) -> bool | None:
        answers = [all_of(alternative, facts) for alternative in alternatives]
        if True in answers:
            return wanted
        return None if None in answers else not wanted

    personal = any(question.personal for alternative in alternatives for question in alternative)
    return Question(holds, sure, personal)


def _test(attribute: Attribute, condition: Condition) -> Test:
    makers = _MAKERS[attribute.type]
    maker = makers.get(condition.op)
    if maker is None:
        raise UnaskableError(f"{attribute.name} cannot be asked with {condition.op!r}")
    if not condition.values:
        raise UnaskableError(f"{attribute.name} is asked for no value")
    return maker(attribute.name, condition.values)


def _text_is(name: str, values: tuple[str, ...]) -> Test:
    wanted = frozenset(values)

    def holds(facts: Facts) -> bool:
        fact = facts.get(name)
        return isinstance(fact, str) and fact in wanted

    return holds


def _text_is_not(name: str, values: tuple[str, ...]) -> Test:
    unwanted = frozenset(values)

    def holds(facts: Facts) -> bool:
        fact = facts.get(name)
        return isinstance(fact, str) and fact not in unwanted

    return holds


def _starts(name: str, values: tuple[str, ...]) -> Test:
    def holds(facts: Facts) -> bool:
        fact = facts.get(name)
        return isinstance(fact, str) and fact.startswith(values)

    return holds


def _set_is(name: str, values: tuple[str, ...]) -> Test:
    wanted = frozenset(values)

    def holds(facts: Facts) -> bool:
        fact = facts.get(name)
        return isinstance(fact, frozenset) and not wanted.isdisjoint(fact)

    return holds


def _set_is_not(name: str, values: tuple[str, ...]) -> Test:
    unwanted = frozenset(values)

    def holds(facts: Facts) -> bool:
        fact = facts.get(name)
        return isinstance(fact, frozenset) and unwanted.isdisjoint(fact)

    return holds


def _truths(name: str, values: tuple[str, ...]) -> frozenset[bool]:
    if not {*values} <= {"true", "false"}:
        raise UnaskableError(f"{name} is true or false")
    return frozenset(value == "true" for value in values)


def _truth_is(name: str, values: tuple[str, ...]) -> Test:
    wanted = _truths(name, values)

    def holds(facts: Facts) -> bool:
        fact = facts.get(name)
        return isinstance(fact, bool) and fact in wanted

    return holds


def _truth_is_not(name: str, values: tuple[str, ...]) -> Test:
    unwanted = _truths(name, values)

    def holds(facts: Facts) -> bool:
        fact = facts.get(name)
        return isinstance(fact, bool) and fact not in unwanted

    return holds


def _numbers(name: str, values: tuple[str, ...]) -> tuple[float, ...]:
    try:
        return tuple(float(value) for value in values)
    except ValueError as error:
        raise UnaskableError(f"{name} is a number") from error


def _number(fact: Fact | None) -> float | None:
    return fact if isinstance(fact, int | float) and not isinstance(fact, bool) else None


def _number_test(accepts: Callable[[float, tuple[float, ...]], bool], *, one: bool) -> "Maker":
    def maker(name: str, values: tuple[str, ...]) -> Test:
        numbers = _numbers(name, values)
        if one and len(numbers) != 1:
            raise UnaskableError(f"{name} is compared with one number")

        def holds(facts: Facts) -> bool:
            number = _number(facts.get(name))
            return number is not None and accepts(number, numbers)

        return holds

    return maker


Maker = Callable[[str, tuple[str, ...]], Test]

_MAKERS: Final[Mapping[AttributeType, Mapping[str, Maker]]] = {
    AttributeType.TEXT: {"is": _text_is, "is_not": _text_is_not, "starts": _starts},
    AttributeType.SET: {"is": _set_is, "is_not": _set_is_not},
    AttributeType.TRUTH: {"is": _truth_is, "is_not": _truth_is_not},
    AttributeType.NUMBER: {
        "is": _number_test(lambda number, values: number in values, one=False),
        "is_not": _number_test(lambda number, values: number not in values, one=False),
        "above": _number_test(lambda number, values: number > values[0], one=True),
        "below": _number_test(lambda number, values: number < values[0], one=True),
    },
}


def operators(kind: AttributeType) -> tuple[str, ...]:
    """The operators that an attribute of this type can be asked with."""
    return tuple(_MAKERS[kind])
