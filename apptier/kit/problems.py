"""Errors as RFC 9457 problem documents: one exception, one rendering, plain words for what is wrong."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi.responses import JSONResponse

_LONGEST_POINTER = 200


@dataclass(frozen=True, slots=True)
class Fault:
    """One wrong value: JSON Pointer into the body (RFC 6901) or parameter name, a code, and plain words."""

    pointer: str
    code: str
    detail: str


class Problem(Exception):  # noqa: N818 - the name of the thing in RFC 9457
    """A request that can't be met, and why. `code` is stable; `members` join the document as they are."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str = "",
        *,
        title: str = "",
        faults: Sequence[Fault] = (),
        headers: Mapping[str, str] | None = None,
        **members: object,
    ) -> None:
        super().__init__(f"{status} {code}: {detail}")
        self.status = status
        self.code = code
        self.detail = detail
        self.title = title or HTTPStatus(status).phrase
        self.faults = tuple(faults)
        self.headers = dict(headers or {})
        self.members = members

    def document(self) -> dict[str, Any]:
        """The problem as common.yaml's schema Problem."""
        body: dict[str, Any] = {
            "type": f"urn:storefront:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "code": self.code,
        }
        if self.detail:
            body["detail"] = self.detail
        if self.faults:
            body["errors"] = [{"pointer": f.pointer, "code": f.code, "detail": f.detail} for f in self.faults]
        return body | self.members

    def response(self) -> JSONResponse:
        """The problem as an answer; never kept by a cache."""
        headers = {"Cache-Control": "no-store"} | self.headers
        return JSONResponse(
            self.document(), self.status, headers=headers, media_type="application/problem+json"
        )


def not_found(detail: str = "There is no such thing here.", code: str = "not_found") -> Problem:
    """404."""
    return Problem(404, code, detail)


def invalid(pointer: str, code: str, detail: str) -> Problem:
    """422 `validation_failed` for one value that only the service could judge."""
    return validation_failed([Fault(pointer, code, detail)])


def validation_failed(faults: Sequence[Fault]) -> Problem:
    """422 `validation_failed` with each fault."""
    wrong = "1 value is wrong." if len(faults) == 1 else f"{len(faults)} values are wrong."
    return Problem(422, "validation_failed", wrong, title="The request is not valid", faults=faults)


def version_mismatch(current: int) -> Problem:
    """412: somebody wrote first; `cart_version` says which version there is now."""
    return Problem(
        412, "version_mismatch", "It was changed meanwhile; read it again.", cart_version=max(current, 1)
    )


def precondition_required() -> Problem:
    """428: a write without If-Match could undo somebody else's (RFC 6585, section 3)."""
    return Problem(428, "precondition_required", "Say which version you changed, in If-Match.")


def unavailable(detail: str = "A part of the service does not answer. Try again in a moment.") -> Problem:
    """503 with Retry-After in seconds."""
    return Problem(503, "unavailable", detail, headers={"Retry-After": "2"})


def faults_of(errors: Sequence[Mapping[str, Any]]) -> list[Fault]:
    """What pydantic found, as faults in plain words; never repeats the input."""
    return [Fault(_pointer(e["type"], e["loc"]), _code(e["type"]), _words(e)) for e in errors]


def _code(kind: str) -> str:
    return {"extra_forbidden": "unknown_field", "missing": "required", "json_invalid": "malformed_json"}.get(
        kind, kind
    )


def _pointer(kind: str, loc: Sequence[str | int]) -> str:
    """The JSON Pointer of a place in the body, or the name of a parameter."""
    where, rest = (str(loc[0]), loc[1:]) if loc else ("body", ())
    if kind == "json_invalid":  # there the location is an offset into text
        return ""
    if where != "body":
        return _printable(str(rest[0])) if rest else where
    return "".join("/" + _printable(str(part)).replace("~", "~0").replace("/", "~1") for part in rest)


def _printable(text: str) -> str:
    """`text` as far as it can be sent: no lone surrogates, bounded."""
    return text.encode("utf-8", "replace").decode()[:_LONGEST_POINTER]


_WORDS = {
    "missing": "{label} is required.",
    "extra_forbidden": "{label} is not known here.",
    "string_type": "{label} must be text.",
    "string_unicode": "{label} holds characters that are not valid Unicode.",
    "string_too_short": "{label} must have at least {min_length} characters.",
    "string_too_long": "{label} must have at most {max_length} characters.",
    "string_pattern_mismatch": "{label} does not have the right form.",
    "int_type": "{label} must be a whole number.",
    "int_parsing": "{label} must be a whole number.",
    "int_from_float": "{label} must be a whole number.",
    "int_parsing_size": "{label} is too large.",
    "greater_than_equal": "{label} must be {ge} or more.",
    "less_than_equal": "{label} must be {le} or less.",
    "too_long": "{label} must hold at most {max_length} items.",
    "too_short": "{label} must hold at least {min_length} items.",
    "json_invalid": "The body is not valid JSON.",
    "model_attributes_type": "The body must be a JSON object, sent as application/json.",
    "literal_error": "{label} must be {expected}.",
}


def _words(error: Mapping[str, Any]) -> str:
    """A sentence for people, without what they sent."""
    named = [str(part) for part in error["loc"][1:] if isinstance(part, str)]
    label = re.sub(r"[_-]+", " ", _printable(named[-1])).strip().capitalize() if named else "The value"
    template = _WORDS.get(error["type"])
    if template is None:
        message = str(error.get("msg", "is not valid")).removeprefix("Value error, ")
        return f"{label}: {_printable(message)}."
    return template.format(label=label, **error.get("ctx", {}))
