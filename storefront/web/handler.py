"""The WSGI handler, which no header can keep from making a request.

Django reads Content-Type while it makes the request, before any middleware is there to answer: a parameter in
a character set that does not exist (RFC 2231), or a charset that is no text encoding, would end in the
server's own bare 500. Here such a header is noted, and the request refused in the shop's words
(storefront.web.middleware.readable).
"""

from typing import Any

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.utils.http import parse_header_parameters


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
    """Everything as in Django, with requests of our own."""

    request_class = ShopWSGIRequest
