"""A REST client for one upstream: typed answers in, typed errors out, guarded, timed and traced.

The service packages of storefront.clients are thin because everything that REST services have in common
is here: addresses that cannot be escaped from, one retry layer, contracts enforced while decoding, and errors
split by what a caller can do.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, TypeVar

import msgspec

from storefront.core import (
    Reason,
    UpstreamError,
    UpstreamInvalid,
    UpstreamRefused,
    UpstreamUnavailable,
    refusal,
)
from storefront.http.addresses import ImpossibleSegment, QueryValue, build_url
from storefront.http.decoding import Answer, Decoder
from storefront.http.messages import (
    BodyTooLarge,
    HttpRequest,
    HttpResponse,
    Transport,
    TransportError,
    TransportTimeout,
)
from storefront.http.upstream import Upstream
from storefront.resilience import Resource, parse_retry_after
from storefront.telemetry import outgoing_headers

T = TypeVar("T")

_NOTHING: Mapping[str, Any] = MappingProxyType({})
_READS = frozenset({"GET", "HEAD"})
_UNSAFE_IN_HEADER = re.compile(r"[^\t\x20-\x7e]")
_NOT_FOUND = 404


class RestClient:
    """Calls one upstream. Thread-safe; holds no state of any shopper."""

    def __init__(self, upstream: Upstream, transport: Transport, resource: Resource) -> None:
        self.upstream = upstream
        self.resource = resource
        self._transport = transport
        self._decoder = Decoder(upstream.name)

    def get(
        self,
        path: str,
        params: Mapping[str, str | int] = _NOTHING,
        *,
        query: Mapping[str, QueryValue] = _NOTHING,
        headers: Mapping[str, str] = _NOTHING,
        type: type[T],  # noqa: A002 - reads well where it is used
    ) -> T:
        """Read `path`, a template such as `/products/{product_id}` filled from `params`, as a `type`.

        Raises UpstreamUnavailable (timeouts, connection, 5xx, 429, open breaker, full bulkhead, no time
        left), UpstreamInvalid (an answer that breaks the contract) or a subclass of UpstreamRefused (4xx).
        A param that cannot be part of a path (empty, `..`, with a slash) is NotFound without a call.
        """
        return self.send("GET", path, params, query=query, headers=headers, type=type).value

    def send(
        self,
        method: str,
        path: str,
        params: Mapping[str, str | int] = _NOTHING,
        *,
        query: Mapping[str, QueryValue] = _NOTHING,
        headers: Mapping[str, str] = _NOTHING,
        json: Any = msgspec.UNSET,
        idempotency_key: str | None = None,
        if_match: str | None = None,
        limits_one: bool = False,
        type: type[T],  # noqa: A002 - reads well where it is used
    ) -> Answer[T]:
        """Any method; `json` is a Struct or plain data, `type` may be `NoneType` for answers without a body.

        Writes are tried again only when they carry an `idempotency_key` and the upstream allows two attempts.
        `limits_one`: a 429 is about what was asked for, not about how much this process asks. Raises as
        `get`; a failed `if_match` is PreconditionFailed.
        """
        operation = f"{method} {path}"
        try:
            url = build_url(self.upstream.base_url, path, params, query)
        except ImpossibleSegment as error:
            raise self._no_such_thing(operation) from error
        body = None if json is msgspec.UNSET else msgspec.json.encode(json)
        sent = _headers(headers, body, idempotency_key, if_match)
        repeatable = method in _READS or idempotency_key is not None
        personal = limits_one or "Authorization" in sent
        connect, timeout = self.upstream.connect_timeout, self.upstream.read_timeout
        request = HttpRequest(method, url, connect, timeout, headers=sent, body=body)
        return self.resource.run(
            operation,
            lambda seconds: self._exchange(operation, type, replace(request, timeout=seconds), personal),
            timeout=self.upstream.read_timeout,
            attempts=self.upstream.attempts if repeatable else 1,
        )

    def _exchange(
        self,
        operation: str,
        wanted: type[T],
        request: HttpRequest,
        personal: bool,  # noqa: FBT001 - one of its own callers
    ) -> Answer[T]:
        """One attempt, as a span of its own."""
        request = replace(request, headers={**request.headers, **outgoing_headers()})
        try:
            response = self._transport.send(request)
        except BodyTooLarge as error:
            raise UpstreamInvalid(self.upstream.name, operation, str(error)) from error
        except TransportError as error:
            timeout = isinstance(error, TransportTimeout)
            raise UpstreamUnavailable(
                self.upstream.name,
                operation,
                Reason.TIMEOUT if timeout else Reason.CONNECTION,
                message=str(error),
                sent=error.sent,
            ) from error
        if 200 <= response.status < 300:  # noqa: PLR2004
            return self._decoder.answer(operation, response, wanted)
        raise self._failure(operation, response, personal=personal)

    def _failure(self, operation: str, response: HttpResponse, *, personal: bool) -> UpstreamError:
        """The error for an answer that is no 2xx, having obeyed its Retry-After.

        A 429 to a request made in one shopper's name limits that shopper; were it obeyed for everybody,
        one eager shopper could close the shop.
        """
        now = self.resource.clock.now()
        retry_after = parse_retry_after(response.headers.get("retry-after"), now)
        overloaded = response.status == 503 or (response.status == 429 and not personal)  # noqa: PLR2004
        if overloaded:
            self.resource.ask_for_quiet(retry_after)
        error = self._decoder.error(operation, response, retry_after)
        if isinstance(error, UpstreamRefused) and error.malformed:
            self.resource.telemetry.event(self.upstream.name, "malformed_problem")
        return error

    def _no_such_thing(self, operation: str) -> UpstreamError:
        kind = refusal(_NOT_FOUND)
        return kind(self.upstream.name, operation, status=_NOT_FOUND, code="impossible_name")


def _headers(
    given: Mapping[str, str], body: bytes | None, idempotency_key: str | None, if_match: str | None
) -> dict[str, str]:
    """All headers of a call but those of its attempts; ValueError for a value that may not be sent."""
    headers = dict(given) | {"Accept": "application/json, application/problem+json"}
    if idempotency_key is not None:
        headers["Idempotency-Key"] = idempotency_key
    if if_match is not None:
        headers["If-Match"] = if_match
    if body is not None:
        headers["Content-Type"] = "application/json"
    for name, value in headers.items():
        if _UNSAFE_IN_HEADER.search(value) or _UNSAFE_IN_HEADER.search(name):
            raise ValueError(f"header {name!r} holds a character that may not be sent")
    return headers
