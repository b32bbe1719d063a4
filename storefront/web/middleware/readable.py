"""Refuses requests whose headers could not be read, on every path (storefront.web.handler notes them)."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy

from storefront.web.errors import error_response
from storefront.web.middleware import GetResponse

_SENTENCE = gettext_lazy("Your browser sent something that we could not read. Please try again.")


class ReadableMiddleware:
    """400 for a Content-Type that means nothing."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The page, when the request could be read."""
        if getattr(request, "unreadable", False):
            return error_response(request, 400, str(_SENTENCE))
        return self._get_response(request)
