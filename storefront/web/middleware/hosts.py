"""Only the shop's own host name is answered, on every path.

Django checks a host only when somebody asks for it; a view that never does would answer to any name, and
a shared cache could then be fed pages under another one.
"""

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy

from storefront.web.errors import error_response
from storefront.web.middleware import GetResponse

_SENTENCE = gettext_lazy("This shop does not answer to that host name.")


class HostMiddleware:
    """400 for an unknown host, and for a request that names none."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The page, when the host is one of ours."""
        if settings.REQUIRE_HOST_HEADER and not request.META.get("HTTP_HOST"):
            return error_response(request, 400, str(_SENTENCE))
        try:
            request.get_host()
        except DisallowedHost:
            return error_response(request, 400, str(_SENTENCE))
        return self._get_response(request)
