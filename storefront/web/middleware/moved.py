"""Asks, before an address is called unknown, whether what was there has moved: by the redirect table.

Stands outside of the regions, so that it sees every 404: of an address without a route, of a product, a
category or a page that is gone, and of an old address that has no region yet. The table is one cached answer
that is looked up here: an unknown address is sent nowhere, and costs neither a call nor a place in the cache.
A 404 of a private page is none of its concern. The target is a path of the shop, put behind a region's
prefix, so no redirect can leave the site; one that leads back to the address itself is none.
"""

import re
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from storefront.core import Clock, UpstreamError
from storefront.resilience import deadline
from storefront.web import reads
from storefront.web.middleware import GetResponse
from storefront.web.policies import DEFAULT, READ_METHODS
from storefront.web.regions import Region, is_sitewide, split, within
from storefront.web.shop import current_shop

_NOT_FOUND = 404
_SECONDS = 0.6  # an unknown address is worth no more
_LONGEST = 300
# What may be asked for: a path without white space and control characters, and no "//" at its start.
_ASKABLE = re.compile(r"/[^/\\\x00-\x20\x7f][^\\\x00-\x20\x7f]*")
_PARTS = "/fragments/"
PUBLIC_REDIRECT = "public, max-age=0, s-maxage=60"


class MovedMiddleware:
    """Turns a 404 into a redirect where the redirect table knows the address."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer, or the way to where its page is now."""
        asked = request.path_info  # the regions take their prefix off it further in
        clock = current_shop().compose.clock
        started = clock.monotonic()
        response = self._get_response(request)
        region: Region | None = getattr(request, "region", None)
        if response.status_code != _NOT_FOUND or region is None or not _is_page(request, asked):
            return response
        named, path = split(asked)
        # What the view took of the route's time is gone.
        left = getattr(request, "policy", DEFAULT).seconds("GET") - (clock.monotonic() - started)
        target = _target(region, path, min(_SECONDS, left), clock)
        if target is None or target.href.partition("?")[0].rstrip("/") == region.href(path).rstrip("/"):
            return response
        moved = HttpResponseRedirect(target.href)
        moved.status_code = target.status if named else 302
        # Without a region in the address the way depends on who asks.
        moved["Cache-Control"] = PUBLIC_REDIRECT if named else "private, no-store"
        if named:
            moved["Cache-Tag"] = "redirects"
        return moved


@dataclass(frozen=True, slots=True)
class _Target:
    """Where to go, prefix included, and the status that says for how long."""

    href: str
    status: int


def _is_page(request: HttpRequest, asked: str) -> bool:
    private = getattr(request, "route", "") and not getattr(request, "policy", DEFAULT).public
    if private or request.method not in READ_METHODS or request.headers.get("HX-Request") == "true":
        return False
    path = split(asked)[1]
    return (
        not is_sitewide(asked)
        and not path.startswith(_PARTS)
        and len(path) <= _LONGEST
        and _ASKABLE.fullmatch(path) is not None
    )


def _target(region: Region, path: str, seconds: float, clock: Clock) -> _Target | None:
    known = path.rstrip("/").lower() or "/"
    with within(region), deadline(seconds, clock):
        try:
            table = reads.redirects(current_shop().within(region)).value
        except UpstreamError:
            return None  # noted in the request's record; the 404 stands
    found = next((one for one in table.items if one.path == known), None)
    return _Target(region.href(found.target), found.status) if found else None
