"""gunicorn's thread worker, with refusals in the shop's words.

What gunicorn cannot parse never reaches Django, so its own answer is all a shopper with an overlong
address would see: this one says what is wrong, sets the headers every page has, and gives away neither
version nor input.
"""

import html
from http import HTTPStatus
from typing import Any

from gunicorn import util  # type: ignore[import-untyped]
from gunicorn.http.errors import (  # type: ignore[import-untyped]
    LimitRequestHeaders,
    LimitRequestLine,
)
from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]

_POLICY = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
_SENTENCES = {
    414: "That address is too long. Please shorten the search or remove some filters.",
    431: "Your browser sent more than this shop accepts. Deleting its cookies for this shop may help.",
    400: "We could not read that request. Something in the address is not right.",
}


class ShopWorker(ThreadWorker):  # type: ignore[misc] # gunicorn has no types
    """Everything as in gthread, but for `handle_error`."""

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
