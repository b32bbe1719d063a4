"""The home page, landing pages and plain pages: public, the same for everybody."""

from dataclasses import replace

from django.http import Http404, HttpResponseBase
from django.utils.translation import gettext as _

from storefront.content.pages import build_home, build_landing, build_page
from storefront.web.policies import public_page
from storefront.web.requests import ShopRequest
from storefront.web.responses import render_page


@public_page(tags=("content:home",))
def home(request: ShopRequest) -> HttpResponseBase:
    """The first page of the shop."""
    page = build_home(request.shop, request.shop.compose.clock.now())
    shelf_first = request.flags.string("home-layout") == "shelves-first"
    return render_page(request, "content/home.html", replace(page, shelf_first=shelf_first))


@public_page(tags=lambda slug: (f"landing:{slug}",))
def landing(request: ShopRequest, slug: str) -> HttpResponseBase:
    """A landing page; 404 when there is none of that name."""
    page = build_landing(request.shop, slug, request.shop.compose.clock.now())
    if page is None:
        raise Http404(_("This page is over, or was never there."))
    return render_page(request, "content/landing.html", page)


@public_page(tags=lambda slug: (f"content:{slug}",))
def page(request: ShopRequest, slug: str) -> HttpResponseBase:
    """A plain page; 404 when there is none of that name."""
    return render_page(request, "content/page.html", build_page(request.shop, slug))
