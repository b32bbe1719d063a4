"""gunicorn's thread worker, with refusals in the shop's words and a short way for headers that are known.

What gunicorn cannot parse never reaches Django, so its own answer is all a shopper with an overlong
address would see: this one says what is wrong, sets the headers every page has, and gives away neither
version nor input.
"""

import html
import re
import select
import time
from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from http import HTTPStatus
from typing import Any

from gunicorn import util  # type: ignore[import-untyped]
from gunicorn.http.errors import (  # type: ignore[import-untyped]
    LimitRequestHeaders,
    LimitRequestLine,
)
from gunicorn.http.wsgi import Response  # type: ignore[import-untyped]
from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]

from storefront.web.kept_headers import SEND, KeptHeaders
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

# Names and values as RFC 9110 has them (sections 5.1 and 5.5), values without blanks around them.
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"(?:[!-~\x80-\xff](?:[\t -~\x80-\xff]*[!-~\x80-\xff])?)?")

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
        """Load the application, and let it send answers with kept headers."""
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
    """The application, told in its environ of a quicker way to send an answer of gunicorn's."""

    def called(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        response = getattr(start_response, "__self__", None)
        if type(response) is Response:  # not that of HTTP/2, which frames what it sends
            environ[SEND] = partial(send_kept, response)
        return app(environ, start_response)

    return called


def send_kept(response: Any, status: str, headers: KeptHeaders, body: list[bytes]) -> list[bytes]:
    """Do what `Response.start_response` and `write` do, with all that is sent in one piece.

    Returns what of the body is left for gunicorn to send: nothing, or all of it where headers are not as
    plain as they should be, or not of this body, which then go gunicorn's own way. Headers without a length
    may only go with a status that has no body (304); `body` is empty there and for HEAD.
    """
    size = sum(map(len, body))
    if (headers.joined is None and not _joined(headers)) or (body and size != headers.length):
        response.start_response(status, headers)
        return body
    if response.status is not None:
        raise AssertionError("the answer has begun already")
    response.status = status
    response.status_code = int(status[:3])
    response.headers = headers
    response.response_length = headers.length
    major, minor = response.req.version
    begin = (
        f"HTTP/{major}.{minor} {status}\r\nServer: {response.version}\r\nDate: {_date(int(time.time()))}\r\n"
    )
    connection = "close" if response.should_close() else "keep-alive"
    head = f"{begin}Connection: {connection}\r\n{headers.joined}".encode("latin-1")
    util.write(response.sock, b"".join((head, *body)))
    response.headers_sent = True
    response.sent = size
    return []


@lru_cache(maxsize=2)
def _date(second: int) -> str:
    """A Unix second as HTTP has it; thousands of answers have the same."""
    return str(util.http_date(second))


def _joined(headers: KeptHeaders) -> bool:
    """Note headers as they are sent; False for any that gunicorn would refuse, change or leave out."""
    length = None
    for name, value in headers:
        if not _NAME.fullmatch(name) or not _VALUE.fullmatch(value) or util.is_hoppish(name):
            return False
        if name.lower() == "content-length":
            if not value.isdecimal():
                return False
            length = int(value)
    headers.length = length
    headers.joined = "".join([f"{name}: {value}\r\n" for name, value in headers]) + "\r\n"
    return True


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
