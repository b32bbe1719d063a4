"""Problem documents (RFC 9457) as the contracts shape them: read with forgiveness, checked without.

A refusal must not be lost for want of a detail: its status says what a caller may do, and what cannot be read
is left empty. That the document breaks its contract is told as well, by the path of the first fault.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from storefront.core import FieldProblem, Money

_MOST_ERRORS = 50
_CODE = re.compile(r"[a-z0-9_]+")
# " - at `$.items[0].price`" ends the messages of msgspec's ValidationError.
_FIELD = re.compile(r" - at `([^`]*)`")
_MISSING = re.compile(r"missing required field `([^`]*)`")

_Status = Annotated[int, Meta(ge=400, le=599)]
_Type = Annotated[str, Meta(pattern=r"^urn:storefront:problem:[a-z0-9_]+\Z")]
_Code = Annotated[str, Meta(pattern=r"^[a-z0-9_]+\Z")]


class _ErrorShape(Struct, frozen=True):
    """One entry of `errors`."""

    pointer: str
    code: str
    detail: str


class _ProblemShape(Struct, frozen=True, kw_only=True):
    """contracts/common.yaml, Problem. Members may be left out where it says so, and may never be null."""

    type: _Type
    title: str
    status: _Status
    code: _Code
    detail: str | UnsetType = UNSET
    instance: str | UnsetType = UNSET
    errors: tuple[_ErrorShape, ...] | UnsetType = UNSET
    sku: str | UnsetType = UNSET
    available: Annotated[int, Meta(ge=0)] | UnsetType = UNSET
    cart_version: Annotated[int, Meta(ge=1)] | UnsetType = UNSET
    order_id: str | UnsetType = UNSET
    total: Money | UnsetType = UNSET
    missing: Money | UnsetType = UNSET
    retry_after: Annotated[int, Meta(ge=1)] | UnsetType = UNSET


_NAMED_BY_RFC_9457 = frozenset({"type", "title", "status", "detail", "instance", "code", "errors"})


@dataclass(frozen=True, slots=True)
class Problem:
    """What could be read of a document; `malformed` is the JSON path of its first fault, "" for none."""

    code: str
    detail: str
    errors: tuple[FieldProblem, ...]
    extensions: Mapping[str, Any]
    malformed: str


def read_problem(body: bytes) -> Problem | None:
    """The problem in `body`; None when it is no JSON object at all."""
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    extra = {name: value for name, value in found.items() if name not in _NAMED_BY_RFC_9457}
    code = _text(found.get("code"))
    return Problem(
        code=code if _CODE.fullmatch(code) else "",
        detail=_text(found.get("detail") or found.get("title")),
        errors=_field_problems(found.get("errors")),
        extensions=MappingProxyType(extra),
        malformed=_fault(found),
    )


def fault_of(error: msgspec.ValidationError) -> tuple[str, str]:
    """What is wrong, and the JSON path of the very member, be it there or missing."""
    told = str(error)
    found = _FIELD.search(told)
    missing = _MISSING.search(told)
    path = found.group(1) if found else "$"
    return _FIELD.sub("", told), f"{path}.{missing.group(1)}" if missing else path


def _fault(document: dict[str, Any]) -> str:
    try:
        msgspec.convert(document, _ProblemShape)
    except msgspec.ValidationError as error:
        return fault_of(error)[1]
    return ""


def _field_problems(errors: object) -> tuple[FieldProblem, ...]:
    if not isinstance(errors, list):
        return ()
    return tuple(
        FieldProblem(
            pointer=_text(one.get("pointer")),
            code=_text(one.get("code")),
            detail=_text(one.get("detail")),
        )
        for one in errors[:_MOST_ERRORS]
        if isinstance(one, dict)
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
