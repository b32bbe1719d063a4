"""The WSGI handler, which no header can keep from making a request.

Django reads Content-Type while it makes the request, before any middleware is there to answer: a parameter in
a character set that does not exist (RFC 2231), or a charset that is no text encoding, would end in the
server's own bare 500. Here such a header is noted, and the request refused in the shop's words
(storefront.web.middleware.readable).
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http import HttpResponseBase
from django.utils.http import parse_header_parameters

from storefront.web.counting import ASKED, error_met, is_meant

if TYPE_CHECKING:
    from types import TracebackType
    from wsgiref.types import StartResponse, WSGIEnvironment

    Failure = (
        tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None] | None
    )  # as sys.exc_info() has it


class ShopWSGIRequest(WSGIRequest):
    """A request that reads forms as UTF-8 whatever their header says; the gate refuses what is not.

    `unreadable` when Content-Type could not be read.
    """

    unreadable = False

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        try:
            content_type, parameters = parse_header_parameters(meta.get("CONTENT_TYPE", ""))
        except (LookupError, ValueError):  # UnicodeError is one
            self.unreadable = True
            content_type, parameters = "", {}
        self.content_type, self.content_params = content_type, parameters


class ShopHandler(WSGIHandler):
    """Everything as in Django, with requests of our own; experiments hear of those that fail."""

    request_class = ShopWSGIRequest

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> HttpResponseBase:
        """The answer."""
        asked = {name: environ[name] for name in ASKED if name in environ}

        def started(
            status: str, headers: list[tuple[str, str]], failure: "Failure" = None, /
        ) -> Callable[[bytes], object]:
            if status.startswith("5") and not is_meant(environ):
                error_met(asked)
            return start_response(status, headers, *((failure,) if failure else ()))

        # Public pages are made without the cookie, so it is kept for who has to be told.
        return super().__call__(environ, started if asked else start_response)
