"""Plain HTTP to the pool's own web addresses (keys, hosted pages): guarded, bounded, typed failures.

storefront.http's REST client speaks JSON with our services; a pool's key set and token endpoint are neither
ours nor written to our contracts.
"""

from collections.abc import Mapping

from storefront.core import Reason, UpstreamInvalid, UpstreamUnavailable
from storefront.http import (
    BodyTooLarge,
    HttpRequest,
    HttpResponse,
    Transport,
    TransportError,
    TransportTimeout,
)
from storefront.resilience import Resource

_CONNECT_SECONDS = 0.5
_SERVER_ERRORS = 500
_THROTTLED = 429


class Fetcher:
    """Sends requests to one host. `timeout` is the total in seconds, `most` the largest body in bytes."""

    def __init__(self, transport: Transport, resource: Resource, *, timeout: float, most: int) -> None:
        self.name = resource.name
        self._transport = transport
        self._resource = resource
        self._timeout = timeout
        self._most = most

    def get(self, url: str) -> HttpResponse:
        """The answer below 500; raises as `post`."""
        return self._send("GET", url, {}, None)

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> HttpResponse:
        """The answer below 500. Raises UpstreamUnavailable (429 too), UpstreamInvalid for a huge body."""
        return self._send("POST", url, headers, body)

    def _send(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> HttpResponse:
        def call(seconds: float) -> HttpResponse:
            request = HttpRequest(method, url, _CONNECT_SECONDS, seconds, headers=headers, body=body)
            try:
                answer = self._transport.send(request)
            except BodyTooLarge as error:
                raise UpstreamInvalid(self.name, method, str(error)) from error
            except TransportError as error:
                late = isinstance(error, TransportTimeout)
                reason = Reason.TIMEOUT if late else Reason.CONNECTION
                raise UpstreamUnavailable(self.name, method, reason, sent=error.sent) from error
            self._check(method, answer)
            return answer

        return self._resource.run(method, call, timeout=self._timeout)

    def _check(self, method: str, answer: HttpResponse) -> None:
        if answer.status == _THROTTLED:
            raise UpstreamUnavailable(self.name, method, Reason.THROTTLED)
        if answer.status >= _SERVER_ERRORS:
            raise UpstreamUnavailable(self.name, method, Reason.SERVER_ERROR, message=str(answer.status))
        if len(answer.body) > self._most:
            raise UpstreamInvalid(self.name, method, f"more than {self._most} bytes")
