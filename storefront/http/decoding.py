"""From an answer on the wire to a typed value or a typed error: the boundary where contracts are enforced."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from types import NoneType
from typing import Any, Generic, TypeVar, cast

import msgspec

from storefront.core import (
    Reason,
    UpstreamError,
    UpstreamInvalid,
    UpstreamUnavailable,
    refusal,
)
from storefront.http.messages import HttpResponse
from storefront.http.problems import fault_of, read_problem

T = TypeVar("T")

_PROBLEM = "application/problem+json"


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
        """What an answer outside of 2xx means to a caller.

        The status decides, also where the problem document breaks its contract: shoppers are served by
        what may be done next, and the error's text names the fault.
        """
        status = response.status
        if status == 429:  # noqa: PLR2004
            return self._unavailable(operation, Reason.THROTTLED, response, retry_after)
        if status >= 500:  # noqa: PLR2004
            return self._unavailable(operation, Reason.SERVER_ERROR, response, retry_after)
        if status == 408:  # noqa: PLR2004 - the server gave up waiting for the request
            return self._unavailable(operation, Reason.TIMEOUT, response, retry_after)
        if status < 400:  # noqa: PLR2004
            return self._invalid(operation, f"unexpected status {status}")
        kind = _media_type(response)
        # A gateway in front of the service refuses people with JSON of its own (API Gateway: {"message"}).
        gateways = status in {401, 403} and kind == "application/json"
        if kind == _PROBLEM or gateways:
            return self._refusal(operation, response, gateways=gateways)
        return self._invalid(operation, f"status {status} without {_PROBLEM}")

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
            raise self._invalid(operation, *fault_of(error)) from error
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise self._invalid(operation, f"not JSON ({type(error).__name__})", "$") from error
        return value

    def _decoder(self, wanted: type[T]) -> "msgspec.json.Decoder[T]":
        decoder = self._decoders.get(wanted)
        if decoder is None:
            with self._lock:
                decoder = self._decoders.setdefault(wanted, msgspec.json.Decoder(wanted))
        return decoder

    def _refusal(self, operation: str, response: HttpResponse, *, gateways: bool) -> UpstreamError:
        problem = read_problem(response.body)
        if problem is None:
            return self._invalid(operation, f"status {response.status} with an unreadable problem", "$")
        return refusal(response.status)(
            self._upstream,
            operation,
            status=response.status,
            code=problem.code,
            detail=problem.detail,
            errors=problem.errors,
            extensions=problem.extensions,
            malformed="" if gateways else problem.malformed,
        )

    def _invalid(self, operation: str, message: str, field: str = "") -> UpstreamInvalid:
        return UpstreamInvalid(self._upstream, operation, message, field=field)

    def _unavailable(
        self, operation: str, reason: Reason, response: HttpResponse, retry_after: float | None
    ) -> UpstreamUnavailable:
        message = f"status {response.status}"
        if _media_type(response) == _PROBLEM:
            problem = read_problem(response.body)
            malformed = "$" if problem is None else problem.malformed
            message += f"; its problem document breaks the contract at {malformed}" if malformed else ""
        return UpstreamUnavailable(
            self._upstream, operation, reason, message=message, retry_after=retry_after
        )


def _media_type(response: HttpResponse) -> str:
    return response.headers.get("content-type", "").partition(";")[0].strip().lower()


def _charset(response: HttpResponse) -> str:
    for parameter in response.headers.get("content-type", "").split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip('"').lower()
    return ""
