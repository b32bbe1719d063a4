"""From an answer on the wire to a typed value or a typed error: the boundary where contracts are enforced."""

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType, NoneType
from typing import Any, Generic, TypeVar, cast

import msgspec

from storefront.core import (
    FieldProblem,
    Reason,
    UpstreamError,
    UpstreamInvalid,
    UpstreamUnavailable,
    refusal,
)
from storefront.http.messages import HttpResponse

T = TypeVar("T")

_NAMED_BY_RFC_9457 = frozenset({"type", "title", "status", "detail", "instance", "code", "errors"})
# " - at `$.items[0].price`" ends the messages of msgspec's ValidationError.
_FIELD = re.compile(r" - at `([^`]*)`")
_MOST_ERRORS = 50


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """A decoded answer with what matters of its envelope. `etag` is "" when none came."""

    value: T
    status: int
    etag: str
    headers: Mapping[str, str]


class Decoder:
    """Decodes the answers of one upstream; keeps one msgspec decoder per type. Thread-safe."""

    def __init__(self, upstream: str) -> None:
        self._upstream = upstream
        self._decoders: dict[Any, msgspec.json.Decoder[Any]] = {}
        self._lock = threading.Lock()

    def answer(self, operation: str, response: HttpResponse, wanted: type[T]) -> Answer[T]:
        """The value of a 2xx answer. Raises UpstreamInvalid, naming the field that breaks the contract."""
        etag = response.headers.get("etag", "")
        return Answer(self._value(operation, response, wanted), response.status, etag, response.headers)

    def error(self, operation: str, response: HttpResponse, retry_after: float | None) -> UpstreamError:
        """What an answer outside of 2xx means to a caller."""
        status = response.status
        if status == 429:  # noqa: PLR2004
            return self._unavailable(operation, Reason.THROTTLED, status, retry_after)
        if status >= 500:  # noqa: PLR2004
            return self._unavailable(operation, Reason.SERVER_ERROR, status, retry_after)
        if status == 408:  # noqa: PLR2004 - the server gave up waiting for the request
            return self._unavailable(operation, Reason.TIMEOUT, status, retry_after)
        if status < 400:  # noqa: PLR2004
            return self._invalid(operation, f"unexpected status {status}")
        kind = _media_type(response)
        # A gateway in front of the service refuses people with JSON of its own (API Gateway: {"message"}).
        if kind == "application/problem+json" or (status in {401, 403} and kind == "application/json"):
            return self._refusal(operation, response)
        return self._invalid(operation, f"status {status} without application/problem+json")

    def _value(self, operation: str, response: HttpResponse, wanted: type[T]) -> T:
        if wanted is NoneType:
            return cast("T", None)
        kind = _media_type(response)
        if kind != "application/json" and not kind.endswith("+json"):
            raise self._invalid(operation, f"content type {kind[:60]!r} instead of JSON")
        if _charset(response) not in {"", "utf-8"}:
            raise self._invalid(operation, "JSON in another charset than UTF-8")
        try:
            value: T = self._decoder(wanted).decode(response.body)
        except msgspec.ValidationError as error:
            found = _FIELD.search(str(error))
            problem = _FIELD.sub("", str(error))
            raise self._invalid(operation, problem, found.group(1) if found else "$") from error
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise self._invalid(operation, f"not JSON ({type(error).__name__})", "$") from error
        return value

    def _decoder(self, wanted: type[T]) -> "msgspec.json.Decoder[T]":
        decoder = self._decoders.get(wanted)
        if decoder is None:
            with self._lock:
                decoder = self._decoders.setdefault(wanted, msgspec.json.Decoder(wanted))
        return decoder

    def _refusal(self, operation: str, response: HttpResponse) -> UpstreamError:
        try:
            problem = msgspec.json.decode(response.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            problem = None
        if not isinstance(problem, dict):
            return self._invalid(operation, f"status {response.status} with an unreadable problem", "$")
        extra = {name: value for name, value in problem.items() if name not in _NAMED_BY_RFC_9457}
        return refusal(response.status)(
            self._upstream,
            operation,
            status=response.status,
            code=_text(problem.get("code")),
            detail=_text(problem.get("detail") or problem.get("title")),
            errors=_field_problems(problem.get("errors")),
            extensions=MappingProxyType(extra),
        )

    def _invalid(self, operation: str, message: str, field: str = "") -> UpstreamInvalid:
        return UpstreamInvalid(self._upstream, operation, message, field=field)

    def _unavailable(
        self, operation: str, reason: Reason, status: int, retry_after: float | None
    ) -> UpstreamUnavailable:
        return UpstreamUnavailable(
            self._upstream, operation, reason, message=f"status {status}", retry_after=retry_after
        )


def _media_type(response: HttpResponse) -> str:
    return response.headers.get("content-type", "").partition(";")[0].strip().lower()


def _charset(response: HttpResponse) -> str:
    for parameter in response.headers.get("content-type", "").split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip('"').lower()
    return ""


def _field_problems(errors: object) -> tuple[FieldProblem, ...]:
    """The per-field problems, as far as they can be read: a refusal must not fail for want of a detail."""
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
