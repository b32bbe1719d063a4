"""The page that leads to other countries and languages, and the address that remembers the choice.

The page is public and sets nothing. Its links go through `regions/choose/` of the region they lead to, which
is private: it keeps the choice in a cookie (for visits to the bare address) and goes on to the same page.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponseBase, QueryDict
from django.urls import Resolver404, resolve, reverse
from django.utils.encoding import escape_uri_path
from django.utils.translation import gettext as _

from storefront.web.policies import READ_METHODS, private_page, public_page
from storefront.web.regions import COUNTRIES, REGIONS, Region, is_sitewide, split, within
from storefront.web.requests import ShopRequest
from storefront.web.responses import render_page, see_other

MAX_AGE_SECONDS = 365 * 24 * 3600
_MOST_CHARACTERS = 500
# What a browser says of a request that a page of ours, or its reader, caused (Fetch Metadata).
_OWN_SITES = frozenset({None, "same-origin", "none"})


@dataclass(frozen=True, slots=True)
class RegionLink:
    """One language of a country: the way to the page in it."""

    region: Region
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class CountryLinks:
    """One country with its languages."""

    territory: str
    currency: str
    links: tuple[RegionLink, ...]


@dataclass(frozen=True, slots=True)
class RegionsPage:
    """Every region by country. `path` is the page that the links lead to, "" for the first one."""

    title: str
    description: str
    path: str
    countries: tuple[CountryLinks, ...]


@public_page(tags=("site",), query=("path", "markets"))
def index(request: ShopRequest) -> HttpResponseBase:
    """The list of countries and languages."""
    path = safe_path(request.GET.get("path", ""))
    # Where a market doesn't have the page its links lead to its front page.
    having = request.GET.get("markets", "").split(",") if request.GET.get("markets") else None
    countries = tuple(
        CountryLinks(
            country.code.upper(),
            country.currency,
            tuple(
                _link(request, region, path if having is None or region.market in having else "/")
                for region in REGIONS
                if region.country == country.code
            ),
        )
        for country in COUNTRIES.values()
    )
    title, words = _("Country and language"), _("Choose where we deliver to and the language you read.")
    page = RegionsPage(title, words, "" if path == "/" else path, countries)
    return render_page(request, "regions/index.html", page)


@private_page(query=("path",), methods=READ_METHODS)
def choose(request: ShopRequest) -> HttpResponseBase:
    """Remember this region, and go on to the page that `path` names in it."""
    response = see_other(request.region.href(safe_path(request.GET.get("path", ""))))
    # Another site may send people here, but not choose for them.
    if request.headers.get("Sec-Fetch-Site") in _OWN_SITES:
        response.set_cookie(
            settings.REGION_COOKIE_NAME,
            request.region.key,
            max_age=MAX_AGE_SECONDS,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
            path="/",
        )
    return response


def safe_path(given: str) -> str:
    """The page of the shop that `given` names, encoded, without its region; "/" for whatever names none."""
    path, _mark, query = given.partition("#")[0].partition("?")
    path = split(path)[1]
    if len(given) > _MOST_CHARACTERS or is_sitewide(path):
        return "/"
    try:
        match = resolve(path)
    except Resolver404:
        return "/"
    if match.view_name == "regions:choose":
        return "/"
    kept = QueryDict(query).urlencode()
    return escape_uri_path(path) + (f"?{kept}" if kept else "")


def _link(request: ShopRequest, region: Region, path: str) -> RegionLink:
    with within(region):
        href = reverse("regions:choose")
    query = f"?{urlencode({'path': path})}" if path != "/" else ""
    return RegionLink(region, href + query, region == request.region)
