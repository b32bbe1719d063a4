"""Turns the errors that views let through into pages, in one place, so that views need not catch them."""

from django.http import HttpRequest, HttpResponse

from storefront.web.errors import error_response, response_for
from storefront.web.middleware import GetResponse

_NOT_ALLOWED = 405


class FailureMiddleware:
    """Last in the list, so that it sees a view's error first; what it does not know stays a bug."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer of the view; a bare 405 of Django's decorators gets its page."""
        response = self._get_response(request)
        if response.status_code != _NOT_ALLOWED or response.content:
            return response
        page = error_response(request, _NOT_ALLOWED)
        page["Allow"] = response["Allow"]
        return page

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """An error page for an error we know, None for Django to make a 500 of."""
        return response_for(request, exception)
