"""What goes to an upstream, what comes back, and how that can fail, below any protocol of ours.

TransportError                 no complete answer; `sent` tells whether the request may have arrived
├── TransportTimeout           the time allowed ran out
├── TransportFailure           refused, reset, unresolvable, or the body broke off
└── BodyTooLarge               an answer above the cap; reading was stopped
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

MOST_BODY_BYTES = 2 * 1024 * 1024


class TransportError(Exception):
    """No complete answer. `sent` is False when the request certainly never reached the other side."""

    def __init__(self, message: str, *, sent: bool = True) -> None:
        super().__init__(message)
        self.sent = sent


class TransportTimeout(TransportError):  # noqa: N818 - reads as what happened
    """The connect timeout or the total time ran out."""


class TransportFailure(TransportError):  # noqa: N818 - reads as what happened
    """Refused, reset, unresolvable, or the body broke off before its announced end."""


class BodyTooLarge(TransportError):  # noqa: N818 - reads as what happened
    """The answer is larger than the cap of 2 MB."""


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One request, ready for the wire: the URL is already percent-encoded and is sent as it stands.

    `timeout` is the total in seconds from sending to the last byte of the body; `connect_timeout` is for
    the connection alone and counts towards the total. Headers and body hold secrets (tokens, addresses) and
    stay out of the repr, which ends up in tracebacks.
    """

    method: str
    url: str
    connect_timeout: float
    timeout: float
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """One complete answer. Header names are in lower case; the body is decoded from its transfer coding.

    Neither is in the repr: new carts and orders come with the secrets that open them.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    body: bytes = field(default=b"", repr=False)


class Transport(Protocol):
    """The only thing that does HTTP I/O. Raises TransportError when there is no complete answer."""

    def send(self, request: HttpRequest) -> HttpResponse:
        """Send one request and return its whole answer. Follows no redirect, keeps no cookie."""
        ...
