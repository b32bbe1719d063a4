"""The errors of the web tier, split by what a caller can do about them.

    StorefrontError
    ├── CurrencyMismatchError          a bug: amounts of two currencies met
    └── UpstreamError                  names the upstream and the operation
        ├── UpstreamUnavailable        no usable answer now: serve stale, degrade, or say "try later"
        ├── UpstreamInvalid            an answer that breaks the contract: as unavailable, and tell ops
        └── UpstreamRefused            the upstream understood and said no (problem+json, RFC 9457)
            ├── Invalid                400, 422: show the reasons beside the fields
            ├── Unauthorized           401, 403: sign in, or this is somebody else's
            ├── NotFound               404: there is no such thing; may be remembered for a moment
            ├── Conflict               409: the state changed meanwhile; read again, ask again
            ├── Gone                   410: it existed and will not come back
            └── PreconditionFailed     412, 428: somebody wrote first; read the new version, then retry

Errors carry no secrets and no bodies: their text may be logged.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

_NOTHING: Mapping[str, Any] = MappingProxyType({})


class StorefrontError(Exception):
    """Anything this code base raises on purpose."""


class CurrencyMismatchError(StorefrontError, ValueError):
    """Amounts of two currencies were added or compared."""

    def __init__(self, left: str, right: str) -> None:
        super().__init__(f"cannot combine {left} with {right}")


class UpstreamError(StorefrontError):
    """Something went wrong with a dependency; says with which one and while doing what."""

    def __init__(self, upstream: str, operation: str, message: str) -> None:
        super().__init__(f"{upstream}: {operation}: {message}")
        self.upstream = upstream
        self.operation = operation


class Reason(StrEnum):
    """Why there is no answer. The first five say something about the upstream, the others about us."""

    TIMEOUT = "timeout"
    CONNECTION = "connection"  # refused, reset, unresolvable, or the body broke off
    SERVER_ERROR = "server_error"
    THROTTLED = "throttled"  # 429, or the quiet time a Retry-After asked for
    CREDENTIALS = "credentials"
    BREAKER_OPEN = "breaker_open"
    BULKHEAD_FULL = "bulkhead_full"
    BUDGET_EXHAUSTED = "budget_exhausted"


class UpstreamUnavailable(UpstreamError):  # noqa: N818 - the field's word
    """No usable answer now. `retry_after` is in seconds, where the upstream or the breaker named a time.

    `sent` is False when the request certainly never reached the upstream, so that a write may be
    repeated without fear of doing it twice.
    """

    def __init__(
        self,
        upstream: str,
        operation: str,
        reason: Reason,
        *,
        message: str = "",
        retry_after: float | None = None,
        sent: bool = True,
    ) -> None:
        super().__init__(upstream, operation, f"{reason}: {message}" if message else str(reason))
        self.reason = reason
        self.retry_after = retry_after
        self.sent = sent


class UpstreamInvalid(UpstreamError):  # noqa: N818 - the field's word
    """An answer that breaks the contract. `field` is a JSON path (`$.items[0].price`), or "" for all."""

    def __init__(self, upstream: str, operation: str, message: str, *, field: str = "") -> None:
        super().__init__(upstream, operation, f"{message} at {field}" if field else message)
        self.field = field


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One entry of a problem's `errors` list: where, a stable code, and words for a person.

    `pointer` is a JSON Pointer (RFC 6901) into the body sent, or the name of a parameter.
    """

    pointer: str
    code: str
    detail: str

    @property
    def field(self) -> str:
        """The last step of the pointer, which is what a form calls its field: "city" for "/address/city"."""
        return self.pointer.rpartition("/")[2]


class UpstreamRefused(UpstreamError):  # noqa: N818 - the field's word
    """The upstream understood the request and said no.

    `code` is the stable code of the problem document, `detail` its words for a person, `errors` the
    problems per field, `extensions` every member that RFC 9457 does not name itself. `malformed` is a JSON
    path (`$.code`) where the document broke its contract, "" where it did not: the status says what may be
    done all the same, but what could not be read is empty here.
    """

    def __init__(
        self,
        upstream: str,
        operation: str,
        *,
        status: int,
        code: str = "",
        detail: str = "",
        errors: tuple[FieldProblem, ...] = (),
        extensions: Mapping[str, Any] = _NOTHING,
        malformed: str = "",
    ) -> None:
        broken = f"; its problem document breaks the contract at {malformed}" if malformed else ""
        super().__init__(upstream, operation, f"refused with {status} {code}".rstrip() + broken)
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = errors
        self.extensions = extensions
        self.malformed = malformed


class Invalid(UpstreamRefused):
    """What was asked for makes no sense to the upstream (400, 422)."""


class Unauthorized(UpstreamRefused):
    """Not signed in, or not allowed (401, 403)."""


class NotFound(UpstreamRefused):
    """There is no such thing (404)."""


class Conflict(UpstreamRefused):
    """The state of the thing forbids it now (409)."""


class Gone(UpstreamRefused):
    """It existed and will not come back (410)."""


class PreconditionFailed(UpstreamRefused):
    """The version named is not the current one, or none was named (412, 428)."""


_BY_STATUS: Mapping[int, type[UpstreamRefused]] = MappingProxyType(
    {
        400: Invalid,
        401: Unauthorized,
        403: Unauthorized,
        404: NotFound,
        409: Conflict,
        410: Gone,
        412: PreconditionFailed,
        422: Invalid,
        428: PreconditionFailed,
    }
)


def refusal(status: int) -> type[UpstreamRefused]:
    """The class of refusal that an HTTP status of the 4xx range stands for."""
    return _BY_STATUS.get(status, UpstreamRefused)
