"""The outermost layer of every service: bounds bodies, refuses broken text, turns crashes to problems."""

import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import unquote_to_bytes

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnection

from apptier.kit.problems import Problem, unavailable

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]

LARGEST_BODY = 64 * 1024
logger = logging.getLogger("apptier")
_BUSY = {
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ThrottlingException",
    "TransactionInProgressException",
    "InternalServerError",
    "ServiceUnavailable",
}


class Edge:
    """ASGI middleware: 413 over 64 KiB, 422 for non-UTF-8, 503 for a dead store, 500 without details."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            _check_encoding(scope)
            _check_length(scope)
            await self._app(scope, _bounded(receive), watched)
        except Exception as error:
            if started:
                raise
            problem = problem_of(error, f"{scope['method']} {scope['path']!r}")
            await problem.response()(scope, receive, send)


def problem_of(error: Exception, what: str) -> Problem:
    """The answer for an exception that nobody caught; everything unexpected is logged with its trace."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, HTTPClientError | NoConnection) or _is_busy(error):
        logger.warning("%s: a store does not answer: %s", what, type(error).__name__)
        return unavailable()
    logger.error("%s failed", what, exc_info=error)
    return Problem(500, "internal_error", "Something went wrong here. It has been logged.")


def _is_busy(error: Exception) -> bool:
    return isinstance(error, ClientError) and error.response["Error"]["Code"] in _BUSY


def _check_encoding(scope: Scope) -> None:
    try:
        unquote_to_bytes(scope.get("raw_path", b"")).decode()
        unquote_to_bytes(scope.get("query_string", b"").replace(b"+", b" ")).decode()
    except UnicodeDecodeError as error:
        raise Problem(422, "bad_encoding", "The address holds bytes that are not UTF-8.") from error


def _check_length(scope: Scope) -> None:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit() and int(value[:20]) > LARGEST_BODY:
            raise _too_large()


def _bounded(receive: Receive) -> Receive:
    """Counts what really arrives, since a chunked body announces no length."""
    total = 0

    async def counted() -> Message:
        nonlocal total
        message = await receive()
        total += len(message.get("body", b""))
        if total > LARGEST_BODY:
            raise _too_large()
        return message

    return counted


def _too_large() -> Problem:
    return Problem(
        413,
        "body_too_large",
        f"The body may hold at most {LARGEST_BODY} bytes.",
        headers={"Connection": "close"},
    )
