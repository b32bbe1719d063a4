"""Where search engines find every page: an index, and for each region one map of pages and some of products.

    /sitemap.xml                        the index
    /sitemaps/de-ar-pages.xml           first page, categories, plain pages of a region
    /sitemaps/de-ar-products-2.xml      its products, URLS_PER_MAP to a map, newest first

A map costs one cached call per map before it and its own, whatever the size of the catalogue. The other
regions' versions of a page are named by the page itself (`storefront.web.alternates`). Source: sitemaps.org.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from storefront.clients.catalog import SitemapPage
from storefront.web import reads
from storefront.web.policies import public_page
from storefront.web.regions import REGIONS, Region, region_by_key, within
from storefront.web.requests import ShopRequest
from storefront.web.shop import Shop

# 5,000 is the contract's limit; half of it is answered well within the budget of one call.
URLS_PER_MAP = 2_500
_SECONDS = 6.0  # robots wait; a cold walk through a large catalogue takes some calls
_KEEP = "public, max-age=3600, s-maxage=3600"
_NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'

Entry = tuple[str, datetime | None]
"""An absolute address, and when what is there changed (None where nobody knows)."""


@public_page(tags=("site",), deadline=_SECONDS)
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines may leave out: nothing personal, nothing endless (RFC 9309)."""
    del request
    return HttpResponse(
        _ROBOTS.format(origin=settings.PUBLIC_ORIGIN), content_type="text/plain; charset=utf-8"
    )


@public_page(tags=("catalog",), deadline=_SECONDS)
def index(request: ShopRequest) -> HttpResponse:
    """Every map of every region."""
    maps: list[Entry] = []
    for region in REGIONS:
        shop = request.shop.within(region)
        maps.append((_address(f"{region.key}-pages"), None))
        for number, page in enumerate(_product_pages(shop), start=1):
            newest = max((entry.updated_at for entry in page.items), default=None)
            maps.append((_address(f"{region.key}-products-{number}"), newest))
    return _xml("sitemapindex", "sitemap", maps)


@public_page(tags=("catalog", "content"), deadline=_SECONDS)
def pages(request: ShopRequest, key: str) -> HttpResponse:
    """First page, categories, plain pages and landing pages of a region."""
    region = _region(key)
    shop = request.shop.within(region)
    tree = reads.category_tree(shop).value
    with within(region):
        found: list[Entry] = [(settings.PUBLIC_ORIGIN + reverse("content:home"), None)]
        for category in tree.items:
            path = reverse("catalog:category", kwargs={"slug": category.slug})
            found.append((settings.PUBLIC_ORIGIN + path, tree.updated_at))
        for page in reads.content_pages(shop).value.items:
            path = reverse("content:page", kwargs={"slug": page.slug})
            found.append((settings.PUBLIC_ORIGIN + path, page.updated_at))
        landings = (reverse("content:landing", kwargs={"slug": s}) for s in shop.configuration.landings())
        found += [(settings.PUBLIC_ORIGIN + path, None) for path in landings]
    return _xml("urlset", "url", found)


@public_page(tags=("catalog",), deadline=_SECONDS)
def products(request: ShopRequest, key: str, number: int) -> HttpResponse:
    """One map of a region's products; 404 for one beyond the last."""
    region = _region(key)
    for place, page in enumerate(_product_pages(request.shop.within(region)), start=1):
        if place == number:
            with within(region):
                return _xml("urlset", "url", list(_product_entries(page)))
    raise Http404


def _product_entries(page: SitemapPage) -> Iterator[Entry]:
    for entry in page.items:
        path = reverse("catalog:product", kwargs={"handle": entry.handle})
        yield settings.PUBLIC_ORIGIN + path, entry.updated_at


def _product_pages(shop: Shop) -> Iterator[SitemapPage]:
    """The market's products, a map's worth at a time; an empty market has one empty page."""
    cursor: str | None = None
    while True:
        page = reads.sitemap_entries(shop, cursor, URLS_PER_MAP).value
        yield page
        cursor = page.next_cursor
        if cursor is None:
            return


def _region(key: str) -> Region:
    region = region_by_key(key)
    if region is None:
        raise Http404
    return region


def _address(name: str) -> str:
    return f"{settings.PUBLIC_ORIGIN}/sitemaps/{name}.xml"


def _xml(root: str, element: str, entries: Iterable[Entry]) -> HttpResponse:
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<{root} {_NAMESPACE}>"]
    for address, changed in entries:
        when = f"<lastmod>{_w3c(changed)}</lastmod>" if changed else ""
        lines.append(f"<{element}><loc>{escape(address)}</loc>{when}</{element}>")
    lines.append(f"</{root}>\n")
    response = HttpResponse("\n".join(lines), content_type="application/xml; charset=utf-8")
    response["Cache-Control"] = _KEEP
    return response


def _w3c(moment: datetime) -> str:
    """A time as sitemaps have it (W3C Datetime, to the second, UTC)."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


# A list with one filter or a page number is a page of its own; combinations of them are endless.
_ROBOTS = """User-agent: *
Disallow: /*/*/checkout/
Disallow: /*/*/orders/
Disallow: /*/*/fragments/
Disallow: /*/*/regions/choose/
Disallow: /*/*/regions/?
Disallow: /*/*/c/*?*&
Disallow: /*/*/search/*?*&

Sitemap: {origin}/sitemap.xml
"""
