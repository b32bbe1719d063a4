"""gunicorn's thread worker, with refusals in the shop's words and a short way for headers that are known.

What gunicorn cannot parse never reaches Django, so its own answer is all a shopper with an overlong
address would see: this one says what is wrong, sets the headers every page has, and gives away neither
version nor input.
"""

import html
import select
import time
from collections.abc import Callable, Iterable
from functools import partial
from http import HTTPStatus
from typing import Any

from gunicorn import util  # type: ignore[import-untyped]
from gunicorn.http.errors import (  # type: ignore[import-untyped]
    LimitRequestHeaders,
    LimitRequestLine,
)
from gunicorn.http.wsgi import Response  # type: ignore[import-untyped]
from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]

from storefront.web.kept_headers import START, KeptHeaders
from storefront.web.reporting import reporting

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]

# gunicorn would tell its master that it lives each time that its poller wakes, thousands of times a second;
# the master looks every second and waits for `timeout`, which is 30.
_ALIVE_EVERY_SECONDS = 1.0
# How long a thread with nothing else to do stays with a connection that it has just answered on. A load
# balancer sends its next request at once; by the poller it would change threads twice. A browser's takes
# longer, and then the poller has the connection as ever.
_STAYS_MILLISECONDS = 1
# After so many in a row a connection goes back to the poller, where the others are.
_MOST_IN_A_ROW = 50

_POLICY = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
_SENTENCES = {
    414: "That address is too long. Please shorten the search or remove some filters.",
    431: "Your browser sent more than this shop accepts. Deleting its cookies for this shop may help.",
    400: "We could not read that request. Something in the address is not right.",
}


class ShopWorker(ThreadWorker):  # type: ignore[misc] # gunicorn has no types
    """Everything as in gthread, but for refusals, headers that were checked before, and busy connections."""

    wsgi: Application
    _told_alive = 0.0

    def load_wsgi(self) -> None:
        """Load the application, and let it start answers with kept headers."""
        super().load_wsgi()
        self.wsgi = with_kept_headers(self.wsgi)

    def run(self) -> None:
        """Serve until told to stop, and tell the worker's metrics meanwhile."""
        telling = reporting("web").start()
        try:
            super().run()
        finally:
            telling.close()

    def notify(self) -> None:
        """Tell the master that this worker lives, once a second."""
        now = time.monotonic()
        if now - self._told_alive >= _ALIVE_EVERY_SECONDS:
            self._told_alive = now
            super().notify()

    def handle(self, conn: Any) -> Any:
        """Answer a request, and those that follow it on the same connection before anybody else waits."""
        more = super().handle(conn)
        for _ in range(_MOST_IN_A_ROW):
            if more is not True or not self._free_to_stay() or not _speaks_again(conn):
                break
            more = super().handle(conn)
        return more

    def _free_to_stay(self) -> bool:
        """Whether no other connection waits for a thread, and the worker is not about to stop."""
        waiting: int = self.tpool._work_queue.qsize()  # noqa: SLF001 - it is told nowhere else
        return waiting == 0 and bool(self.alive)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: Exception) -> None:
        """Answer a request that cannot be served; bugs of ours are left to gunicorn, which says 500."""
        status = _status(exc)
        if status is None:
            super().handle_error(req, client, addr, exc)
            return
        self.log.warning("Unreadable request: %s", type(exc).__name__)
        try:
            util.write_nonblock(client, refusal(status))
        except OSError:
            self.log.debug("The client of an unreadable request has gone.")


def _speaks_again(conn: Any) -> bool:
    """Whether more comes within a moment, a connection's end included; False where some is read already."""
    if conn.parser.unreader.buf.getvalue():
        return False
    poll = select.poll()
    poll.register(conn.sock, select.POLLIN)
    return bool(poll.poll(_STAYS_MILLISECONDS))


def with_kept_headers(app: Application) -> Application:
    """The application, told in its environ of a quicker way to start an answer of gunicorn's."""

    def called(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        response = getattr(start_response, "__self__", None)
        if isinstance(response, Response):
            environ[START] = partial(start_kept, response)
        return app(environ, start_response)

    return called


def start_kept(response: Any, status: str, headers: KeptHeaders) -> None:
    """Do what `Response.start_response` does, with what came of it the last time.

    Headers without a length may only go with a status that has no body (304).
    """
    if headers.joined is None:
        response.start_response(status, headers)
        first, *rest = response.headers
        tail = "".join(f"\r\n{name}: {value}" for name, value in rest)
        headers.length, headers.joined = response.response_length, [(first[0], first[1] + tail)]
        return
    if response.status is not None:
        raise AssertionError("the answer has begun already")
    response.status = status
    response.status_code = int(status[:3])
    response.headers = headers.joined
    response.response_length = headers.length
    response._omits_body = response._response_omits_body(response.req.method, response.status_code)  # noqa: SLF001 - see above


def refusal(status: int) -> bytes:
    """A whole HTTP/1.1 answer, with a page, after which the connection is closed."""
    sentence = html.escape(_SENTENCES[status])
    body = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>We could not read that</title>'
        f"</head><body><main><h1>We could not read that</h1><p>{sentence}</p>"
        '<p><a href="/">To the shop’s first page</a></p></main></body></html>'
    ).encode()
    head = (
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n"
        "Content-Type: text/html; charset=utf-8\r\n"
        f"Content-Length: {len(body)}\r\n"
        "Cache-Control: private, no-store\r\n"
        "X-Content-Type-Options: nosniff\r\n"
        f"Content-Security-Policy: {_POLICY}\r\n"
        "Connection: close\r\n\r\n"
    )
    return head.encode() + body


def _status(error: Exception) -> int | None:
    """The status for what the client did wrong, None when it is not the client's fault."""
    match error:
        case LimitRequestLine():
            return 414
        case LimitRequestHeaders():
            return 431
    kind = type(error)
    ours = kind.__name__ in {"ConfigurationProblem", "InvalidResponseHeader", "InvalidResponseHeaderName"}
    return 400 if kind.__module__ == "gunicorn.http.errors" and not ours else None
