"""Takes country and language off the start of an address, and sends those without them to the best region.

    /de/ar/cart/     the cart, for Germany, in Arabic: views and the URL table see /cart/
    /cart/?a=1       302 to the same page of the best region (never stored: it depends on who asks)
    /DE/AR/cart/     301 to lower case, and /de/ar to /de/ar/
    /de/             302 to the country's best language
    /fr/en/, /de/fr/ 404: we have no such country or language

Only GET and HEAD are sent elsewhere; a form sent to such an address is refused. Every redirect begins with a
region's prefix, so none can leave the site, whatever the rest of the path holds.
"""

import re

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import is_valid_path
from django.utils.encoding import escape_uri_path

from storefront.web.errors import error_response
from storefront.web.middleware import GetResponse
from storefront.web.negotiation import best_region, region_for_words
from storefront.web.policies import READ_METHODS
from storefront.web.regions import COUNTRIES, Region, default_region, is_sitewide, split, within

_CODE = re.compile(r"[A-Za-z]{2}")
_FOUND = 302
_MOVED = 301


class RegionMiddleware:
    """Sets request.region, the language and the prefix of `reverse()`, for as long as the request lasts."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer of the region that the address names, or the way to one."""
        path = request.path_info
        if is_sitewide(path):
            return self._answer(request, default_region(), path, script_prefix="/")
        region, rest = split(path)
        if region is None:
            return _elsewhere(request, path)
        if not rest:
            return _redirect(request, region, "/", _MOVED)
        if is_sitewide(rest):
            return _refused(request, region, 404)
        return self._answer(request, region, rest)

    def _answer(
        self, request: HttpRequest, region: Region, path: str, script_prefix: str | None = None
    ) -> HttpResponse:
        request.region = region  # type: ignore[attr-defined]
        request.path_info = path
        with within(region, script_prefix=script_prefix):
            return self._get_response(request)


def _elsewhere(request: HttpRequest, path: str) -> HttpResponse:
    """The answer to a path that is in no region: the way to one, if the path means anything there."""
    parts = [*path.split("/"), "", ""]
    country, language = parts[1].lower(), parts[2]
    if country in COUNTRIES and not language:
        return _redirect(request, region_for_words(request, country), "/", _FOUND)
    if _CODE.fullmatch(country):
        region, rest = split("/".join(["", country, language.lower(), *path.split("/")[3:]]))
        if region is None:
            return _refused(request, region_for_words(request, country), 404)
        return _redirect(request, region, rest or "/", _MOVED)
    # Most unknown paths are asked for by robots: they are told so at once.
    if is_valid_path(path) or (not path.endswith("/") and is_valid_path(f"{path}/")):
        return _redirect(request, best_region(request), path, _FOUND)
    return _refused(request, best_region(request), 404)


def _redirect(request: HttpRequest, region: Region, path: str, status: int) -> HttpResponse:
    """To `path` of a region, with the query as it was."""
    if request.method not in READ_METHODS:
        refusal = _refused(request, region, 405)
        refusal["Allow"] = ", ".join(sorted(READ_METHODS))
        return refusal
    query = request.META.get("QUERY_STRING", "")
    if len(query) > settings.MOST_QUERY_BYTES:
        return _refused(request, region, 414)
    target = region.href(escape_uri_path(path))
    response = HttpResponseRedirect(f"{target}?{query}" if query else target)
    response.status_code = status
    response["Cache-Control"] = "private, no-store"
    return response


def _refused(request: HttpRequest, region: Region, status: int) -> HttpResponse:
    request.region = region  # type: ignore[attr-defined]
    with within(region):
        return error_response(request, status)
