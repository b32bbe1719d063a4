"""The flags through OpenFeature's API, for code that speaks it: the same snapshot, the same answers.

    from openfeature import api
    api.set_provider(FlagProvider(live))
    api.get_client().get_boolean_value("suggestions", False, EvaluationContext(attributes={"market": "eu"}))

`EvaluationContext.targeting_key` is the shopper's id, its attributes are the facts. A call costs no network.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar, cast

from openfeature.evaluation_context import EvaluationContext
from openfeature.exception import ErrorCode
from openfeature.flag_evaluation import FlagResolutionDetails, FlagValueType, Reason
from openfeature.provider import AbstractProvider, Metadata

from storefront.flags.context import Context, Evaluation, Fact
from storefront.flags.declaration import Type
from storefront.flags.snapshot import Snapshot
from storefront.flags.values import has_type

T = TypeVar("T")


class Known(Protocol):
    """What a process knows of the flags (`storefront.flags.live.Live`)."""

    @property
    def snapshot(self) -> Snapshot:
        """The last one."""
        ...

    @property
    def away(self) -> bool:
        """Whether the table did not answer when it was asked last."""
        ...


class FlagProvider(AbstractProvider):
    """OpenFeature's provider over what a process knows.

    A flag's details have variant and reason, and in their metadata: `why` and `rule` (see Evaluation),
    `revision`, and `stale` while the table is away. A flag that is not declared is FLAG_NOT_FOUND, one of
    another type TYPE_MISMATCH, one whose state makes no sense GENERAL; all with the caller's default.
    """

    def __init__(self, known: Known) -> None:
        super().__init__()
        self._known = known

    def get_metadata(self) -> Metadata:
        """The provider's name."""
        return Metadata(name="storefront-flags")

    def resolve_boolean_details(
        self,
        flag_key: str,
        default_value: bool,  # noqa: FBT001 - OpenFeature's signature
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[bool]:
        """A boolean flag's value."""
        return self._details(flag_key, default_value, evaluation_context, _exactly(Type.BOOLEAN))

    def resolve_string_details(
        self, flag_key: str, default_value: str, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[str]:
        """A string flag's value."""
        return self._details(flag_key, default_value, evaluation_context, _exactly(Type.STRING))

    def resolve_integer_details(
        self, flag_key: str, default_value: int, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[int]:
        """A number flag's value; a fraction is a TYPE_MISMATCH."""
        return self._details(flag_key, default_value, evaluation_context, _integer)

    def resolve_float_details(
        self, flag_key: str, default_value: float, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[float]:
        """A number flag's value."""
        return self._details(flag_key, default_value, evaluation_context, _float)

    def resolve_object_details(
        self,
        flag_key: str,
        default_value: Sequence[FlagValueType] | Mapping[str, FlagValueType],
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[Sequence[FlagValueType] | Mapping[str, FlagValueType]]:
        """A JSON flag's value, which is an object."""
        return self._details(flag_key, default_value, evaluation_context, _exactly(Type.JSON))

    def _details(
        self,
        key: str,
        default: T,
        asked: EvaluationContext | None,
        of_type: Callable[[object], T | None],
    ) -> FlagResolutionDetails[T]:
        snapshot = self._known.snapshot
        found = snapshot.evaluate(key, context_of(asked))
        if found.why == "unknown_flag":
            return _refused(default, ErrorCode.FLAG_NOT_FOUND, f"no flag {key!r} is declared")
        if found.reason == "ERROR":
            return _refused(default, ErrorCode.GENERAL, snapshot.fault(key) or "cannot be evaluated")
        value = of_type(found.value)
        if value is None:
            return _refused(default, ErrorCode.TYPE_MISMATCH, f"{key!r} has another type")
        return FlagResolutionDetails(
            value=value,
            variant=found.variant,
            reason=Reason(found.reason),
            flag_metadata=self._metadata(found, snapshot),
        )

    def _metadata(self, found: Evaluation, snapshot: Snapshot) -> dict[str, bool | int | float | str]:
        return {
            "why": found.why,
            "rule": found.rule,
            "revision": snapshot.revision,
            "stale": self._known.away,
        }


def context_of(asked: EvaluationContext | None) -> Context:
    """OpenFeature's context as ours. Attributes that can be no facts (times, objects) are left out."""
    if asked is None:
        return Context()
    facts: dict[str, Fact] = {}
    for name, value in asked.attributes.items():
        if isinstance(value, str | bool | int | float):
            facts[name] = value
        elif isinstance(value, list | tuple | set | frozenset) and all(isinstance(one, str) for one in value):
            facts[name] = frozenset(cast("Sequence[str]", value))
    return Context(id=asked.targeting_key or "", facts=facts)


def _refused(default: T, code: ErrorCode, message: str) -> FlagResolutionDetails[T]:
    return FlagResolutionDetails(value=default, error_code=code, error_message=message, reason=Reason.ERROR)


def _exactly(expected: Type) -> Callable[[object], Any]:
    return lambda value: value if has_type(value, expected) else None


def _integer(value: object) -> int | None:
    if not has_type(value, Type.NUMBER):
        return None
    number = cast("float", value)
    return int(number) if int(number) == number else None


def _float(value: object) -> float | None:
    return float(cast("float", value)) if has_type(value, Type.NUMBER) else None
