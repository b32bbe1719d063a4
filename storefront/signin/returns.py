"""Where one goes on after signing in: to a page of the shop that was checked, never to another site.

The address comes from a query or a form, so anybody may have written it. What is kept of it is a path that
the shop's own table of addresses knows, put behind the region that is being read: no host and no scheme, so
that whatever a browser makes of odd slashes and control characters, it stays here.
"""

from urllib.parse import unquote, urlencode, urlsplit

from django.conf import settings
from django.http import QueryDict
from django.urls import Resolver404, resolve, reverse
from django.utils.encoding import escape_uri_path
from django.utils.http import url_has_allowed_host_and_scheme

from storefront.web.regions import is_sitewide, split
from storefront.web.requests import ShopRequest

MOST_CHARACTERS = 500
NEXT = "next"
AGAIN = "again"
"""Set where somebody who is signed in has to prove it anew (storefront.web.identity)."""
# Routes that are no page to come back to: one does not go from signing in to signing in, nor into a fragment.
_NOT_APPS = frozenset({"signin", "visitor", "regions"})
_NOT_PAGES = "/fragments/"
# The one page to come back to that is in no region.
_STAFF = "console"
_SHOPPING = frozenset({"cart", "checkout"})


def next_of(request: ShopRequest) -> str:
    """The page that the request wants to go on to, checked; "" when it names none, or none that counts."""
    source = request.POST if request.method == "POST" else request.GET
    return checked(request, source.get(NEXT, ""))


def checked(request: ShopRequest, given: str) -> str:
    """`given` as an address of the request's region, "" for whatever names no page of the shop."""
    origin = urlsplit(settings.PUBLIC_ORIGIN)
    fine = url_has_allowed_host_and_scheme(given, {origin.netloc}, require_https=origin.scheme == "https")
    if not fine or not given.startswith("/") or len(given) > MOST_CHARACTERS:
        return ""
    path, _mark, query = given.partition("#")[0].partition("?")
    path = split(unquote(path))[1]
    if path.startswith(("//", _NOT_PAGES)):
        return ""
    try:
        match = resolve(path)
    except Resolver404:
        return ""
    sitewide = is_sitewide(path)
    if not _NOT_APPS.isdisjoint(match.app_names) or (sitewide and _STAFF not in match.app_names):
        return ""
    kept, own = QueryDict(query).urlencode(), escape_uri_path(path)
    return (own if sitewide else request.region.href(own)) + (f"?{kept}" if kept else "")


def target(wanted: str) -> str:
    """Where a finished sign-in leads: to the page that was wanted, else to the account."""
    return wanted or reverse("account:home")


def guest_href(wanted: str) -> str:
    """Where one goes on without an account: the wanted page, if it is part of buying, "" otherwise."""
    try:
        match = resolve(split(wanted.partition("?")[0])[1])
    except Resolver404:
        return ""
    return wanted if not _SHOPPING.isdisjoint(match.app_names) else ""


def link(name: str, wanted: str = "") -> str:
    """The address of a page of signing in that goes on to `wanted` afterwards."""
    return reverse(f"signin:{name}") + (f"?{urlencode({NEXT: wanted})}" if wanted else "")
