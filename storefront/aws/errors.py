"""botocore's errors as ours, by what a caller can do.

    UpstreamUnavailable
    └── AwsUnavailable      timeouts, connections, throttling, 5xx, credentials, a missing table or right
    UpstreamRefused
    ├── PreconditionFailed
    │   └── ConditionFailed a conditional write lost; carries the item as it is now
    └── AwsRefused          the request itself is wrong (ValidationException): a bug of ours

Anything that would make a whole table useless (no right, no table, no credentials) is an outage to the
shopper and so AwsUnavailable, however permanent it is; ops read the reason in the metrics and the log.
"""

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    NoCredentialsError,
    ParamValidationError,
    PartialCredentialsError,
    ReadTimeoutError,
)
from botocore.exceptions import ConnectionError as BotoConnectionError

from storefront.core import PreconditionFailed, Reason, UpstreamRefused, UpstreamUnavailable

_THROTTLING = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
_CREDENTIALS = frozenset(
    {
        "AccessDeniedException",
        "ExpiredTokenException",
        "IncompleteSignatureException",
        "InvalidSignatureException",
        "MissingAuthenticationTokenException",
        "UnrecognizedClientException",
    }
)
_OUR_BUGS = frozenset(
    {"ItemCollectionSizeLimitExceededException", "SerializationException", "ValidationException"}
)
_SERVER = 500


class AwsUnavailable(UpstreamUnavailable):
    """No usable answer of an AWS service now."""


class AwsRefused(UpstreamRefused):
    """AWS refused the request as such; `code` is the service's own error code."""


class ConditionFailed(PreconditionFailed):
    """A conditional write did not apply. `item` is the item as it stands, or None when there is none."""

    def __init__(self, upstream: str, operation: str, item: Mapping[str, Any] | None) -> None:
        super().__init__(upstream, operation, status=412, code="condition_failed")
        self.item = item


# Class of botocore's error -> reason, and whether the request may have reached the service. First match wins.
_UNANSWERED: tuple[tuple[type[Exception], Reason, bool], ...] = (
    (ConnectTimeoutError, Reason.TIMEOUT, False),
    (ReadTimeoutError, Reason.TIMEOUT, True),
    (EndpointConnectionError, Reason.CONNECTION, False),
    (BotoConnectionError, Reason.CONNECTION, True),
    (HTTPClientError, Reason.CONNECTION, True),
    (NoCredentialsError, Reason.CREDENTIALS, False),
    (PartialCredentialsError, Reason.CREDENTIALS, False),
    (BotoCoreError, Reason.SERVER_ERROR, True),
)


def translate(upstream: str, operation: str, error: BotoCoreError | ClientError) -> Exception:
    """Our error for one of botocore's. Mistakes found before sending come back as they are."""
    if isinstance(error, ParamValidationError):
        return error
    if isinstance(error, ClientError):
        return _answered(upstream, operation, error)
    reason, sent = next((r, s) for kind, r, s in _UNANSWERED if isinstance(error, kind))
    return AwsUnavailable(upstream, operation, reason, message=type(error).__name__, sent=sent)


def _answered(upstream: str, operation: str, error: ClientError) -> Exception:
    code = str(error.response.get("Error", {}).get("Code", ""))
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", _SERVER))
    if code in _THROTTLING:
        return AwsUnavailable(upstream, operation, Reason.THROTTLED, message=code)
    if code in _CREDENTIALS:
        return AwsUnavailable(upstream, operation, Reason.CREDENTIALS, message=code)
    if code in _OUR_BUGS:
        return AwsRefused(upstream, operation, status=status, code=code)
    return AwsUnavailable(upstream, operation, Reason.SERVER_ERROR, message=code)
