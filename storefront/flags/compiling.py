"""From what was declared and decided to what can be evaluated: all that can be prepared is, once per change.

A state that makes no sense never takes a page down: its flag answers with the declared default and says why.
The kill switch and "off" work all the same.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from storefront.core import Clock, SystemClock
from storefront.flags.asking import Question, Segments, UnaskableError, question, segment_questions
from storefront.flags.bucketing import Start
from storefront.flags.context import Evaluation
from storefront.flags.declaration import Attribute, Declaration, Kind, Value
from storefront.flags.evaluating import Answers, Dealt, Needed, Ready, ReadyRule
from storefront.flags.moments import Span, WrongMomentError, span
from storefront.flags.snapshot import Snapshot
from storefront.flags.state import WHOLE, Decided, FlagState, Prerequisite, Rule, Segment, Serve, Window
from storefront.flags.values import WrongValueError, checked_value

Declarations = Mapping[str, Declaration]
Attributes = Mapping[str, Attribute]

_NEVER: Final = Question(lambda _: False, lambda _: False, personal=False)


class SenselessError(ValueError):
    """A state that its declaration does not allow."""


class Compiler:
    """Makes the flags of one revision ready, each one after those that it needs."""

    def __init__(self, decided: Decided, declarations: Declarations, attributes: Attributes) -> None:
        self._declarations = declarations
        self._attributes = attributes
        self._by_address = frozenset(name for name, known in attributes.items() if known.by_address)
        self._states = {state.key: state for state in decided.flags}
        self._segments: Segments = dict(self._ready_segments(decided.segments))
        self._ready: dict[str, Ready] = {}

    def all(self) -> Mapping[str, Ready]:
        """Every declared flag, ready."""
        for key in self._declarations:
            self._flag(key)
        return self._ready

    def _ready_segments(
        self, segments: tuple[Segment, ...]
    ) -> Iterator[tuple[str, tuple[tuple[Question, ...], ...]]]:
        for segment in segments:
            try:
                yield segment.key, segment_questions(segment, self._attributes)
            except UnaskableError:
                continue  # as if it was not there: the flags that ask for it say so

    def _flag(self, key: str) -> Ready:
        ready = self._ready.get(key)
        if ready is None:
            ready = self._ready[key] = self._make(self._declarations[key], self._states.get(key))
        return ready

    def _make(self, declaration: Declaration, state: FlagState | None) -> Ready:
        if state is None:
            base = _base(declaration, declaration.variants, self._by_address)
            return replace(base, fixed=base.answers.no_state)
        try:
            base, fault = _base(declaration, _values(declaration, state), self._by_address), ""
        except SenselessError as error:
            base, fault = _base(declaration, declaration.variants, self._by_address), str(error)
        if state.killed:
            return replace(base, fixed=base.answers.killed, fault=fault)
        if not state.enabled:
            return replace(base, fixed=base.answers.off, fault=fault)
        if fault:
            return replace(base, fixed=base.answers.fault, fault=fault)
        try:
            return self._decidable(base, state)
        except (SenselessError, UnaskableError, WrongMomentError, UnicodeEncodeError) as error:
            return replace(base, fixed=base.answers.fault, fault=str(error))

    def _decidable(self, base: Ready, state: FlagState) -> Ready:
        if self._needs_itself(state.key):
            raise SenselessError("it needs itself")
        if any(needed.flag not in self._declarations for needed in state.prerequisites):
            return replace(base, fixed=base.answers.prerequisite)
        return replace(
            base,
            span=_span(state.window),
            needs=tuple(self._needed(needed) for needed in state.prerequisites),
            holdout=state.holdout and base.declaration.kind is Kind.EXPERIMENT,
            rules=tuple(self._rule(base, state, rule, n) for n, rule in enumerate(state.rules, 1)),
            otherwise=_dealt(base, state, state.otherwise, "") if state.otherwise else None,
        )

    def _needed(self, prerequisite: Prerequisite) -> Needed:
        return Needed(flag=self._flag(prerequisite.flag), variants=frozenset(prerequisite.variants))

    def _needs_itself(self, key: str) -> bool:
        found: set[str] = set()
        ahead = {key}
        while ahead:
            states = (self._states[one] for one in ahead if one in self._states)
            needed = {prerequisite.flag for state in states for prerequisite in state.prerequisites}
            if key in needed:
                return True
            ahead = needed - found
            found |= needed
        return False

    def _rule(self, base: Ready, state: FlagState, rule: Rule, number: int) -> ReadyRule:
        asked = [question(condition, self._attributes, self._segments) for condition in rule.conditions]
        if base.address_only:
            asked = [_NEVER if each.personal else each for each in asked]
        return ReadyRule(
            span=_span(rule.window),
            tests=tuple(each.holds for each in asked),
            questions=tuple(asked),
            dealt=_dealt(base, state, rule.serve, rule.name or f"#{number}"),
        )


def compile_snapshot(
    decided: Decided,
    declarations: Declarations,
    attributes: Attributes,
    clock: Clock | None = None,
) -> Snapshot:
    """A snapshot of what was decided about the declared flags; never raises for what is in the table.

    `clock` is asked where a context says no time and a window matters.
    """
    ready = Compiler(decided, declarations, attributes).all()
    return Snapshot(decided, MappingProxyType(dict(ready)), clock or SystemClock())


def _base(declaration: Declaration, values: Mapping[str, Value], by_address: frozenset[str]) -> Ready:
    return Ready(
        declaration=declaration,
        values=values,
        answers=_answers(declaration, values),
        address_only=bool(declaration.pages) and not declaration.by_person,
        by_address=by_address,
    )


def _answers(declaration: Declaration, values: Mapping[str, Value]) -> Answers:
    def answer(variant: str, reason: str, why: str = "") -> Evaluation:
        return Evaluation(declaration.key, values[variant], variant, reason, why)

    default, off = declaration.default, declaration.off
    return Answers(
        default=answer(default, "DEFAULT"),
        no_state=answer(default, "DEFAULT", "no_state"),
        killed=answer(off, "DISABLED", "killed"),
        off=answer(off, "DISABLED", "off"),
        before=answer(off, "DISABLED", "before"),
        after=answer(off, "DISABLED", "after"),
        prerequisite=answer(off, "DISABLED", "prerequisite"),
        holdout=answer(off, "SPLIT", "holdout"),
        kept_out=answer(off, "SPLIT", "kept_out"),
        fault=answer(default, "ERROR", "fault"),
        overridden={variant: answer(variant, "STATIC", "override") for variant in values},
    )


def _dealt(base: Ready, state: FlagState, serve: Serve, rule: str) -> Dealt:
    key, values, off = base.declaration.key, base.values, base.declaration.off
    weights = [(variant, weight) for variant, weight in serve.weights if weight]
    _sensible(serve, values)

    def answer(variant: str, reason: str, why: str = "") -> Evaluation:
        return Evaluation(key, values[variant], variant, reason, why, rule)

    everybody = None
    if len(weights) == 1 and serve.share == WHOLE:
        everybody = answer(weights[0][0], "TARGETING_MATCH" if rule else "STATIC")
    cuts, end = [], 0
    why = "" if len(weights) > 1 else "part"  # of one variant: compared with nobody
    for variant, weight in weights:
        end += weight
        cuts.append((end, answer(variant, "SPLIT", why)))
    return Dealt(
        everybody=everybody,
        share=serve.share,
        cuts=tuple(cuts),
        left_out=answer(off, "SPLIT", "not_in_share"),
        no_id=answer(off, "DEFAULT", "no_id"),
        taking_part=Start(key, state.salt, "share"),
        split=Start(key, state.salt, "variant"),
    )


def _sensible(serve: Serve, values: Mapping[str, Value]) -> None:
    unknown = [variant for variant, _ in serve.weights if variant not in values]
    if unknown:
        raise SenselessError(f"no variant {unknown[0]!r}")
    if any(weight < 0 for _, weight in serve.weights) or sum(weight for _, weight in serve.weights) != WHOLE:
        raise SenselessError(f"weights that do not add up to {WHOLE}")
    if not 0 <= serve.share <= WHOLE:
        raise SenselessError(f"a share of {serve.share}")


def _values(declaration: Declaration, state: FlagState) -> Mapping[str, Value]:
    if state.values and not declaration.open:
        raise SenselessError("values for a flag that is not open")
    try:
        changed = {variant: checked_value(declaration, value) for variant, value in state.values.items()}
    except WrongValueError as error:
        raise SenselessError(str(error)) from error
    # Never the off variant's: a kill would leave what somebody has put in its place.
    return {**declaration.variants, **changed, declaration.off: declaration.variants[declaration.off]}


def _span(window: Window | None) -> Span | None:
    return span(window) if window is not None and (window.starts or window.ends) else None
