"""The home page and the plain pages: public, the same for everybody."""

from django.http import HttpResponseBase

from storefront.content.pages import build_home, build_page
from storefront.web.policies import public_page
from storefront.web.requests import ShopRequest
from storefront.web.responses import render_page


@public_page(tags=("content:home",))
def home(request: ShopRequest) -> HttpResponseBase:
    """The first page of the shop."""
    return render_page(request, "content/home.html", build_home(request.shop))


@public_page(tags=lambda slug: (f"content:{slug}",))
def page(request: ShopRequest, slug: str) -> HttpResponseBase:
    """A plain page; 404 when there is none of that name."""
    return render_page(request, "content/page.html", build_page(request.shop, slug))
