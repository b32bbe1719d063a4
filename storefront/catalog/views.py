"""Category and product pages: public, the same for everybody who asks for the same address."""

from dataclasses import replace

from django.http import HttpResponseBase

from storefront.catalog.delivery import delivery_note
from storefront.catalog.listing import build_category
from storefront.catalog.product import build_product
from storefront.web.find import KEYS, read_state
from storefront.web.list_response import describe
from storefront.web.paths import path_of
from storefront.web.policies import public_page
from storefront.web.requests import ShopRequest
from storefront.web.responses import render_page


@public_page(tags=lambda slug: ("categories", f"category:{slug}"), query=KEYS, facets=True)
def category(request: ShopRequest, slug: str) -> HttpResponseBase:
    """A category's products; 404 for an unknown category and for a page beyond the end."""
    path = path_of("catalog:category", slug=slug)
    state = replace(read_state(request.GET, path, own_sort="newest"), q="")
    page = build_category(request.shop, slug, state, request.GET.get("page", "1"))
    listing = page.listing
    response = render_page(
        request, "catalog/category.html", page, canonical=listing.canonical, own=listing.own_href
    )
    describe(request, response, page.listing)
    return response


@public_page(
    tags=lambda handle: (f"product:{handle}", f"offers:{handle}", f"reviews:{handle}"), query=("variant",)
)
def product(request: ShopRequest, handle: str) -> HttpResponseBase:
    """A product; 404 when there is none of that name. An unknown variant gives the usual one, and says so."""
    page = build_product(request.shop, handle, request.GET.get("variant", ""))
    chosen = page.variant is not None and page.variant.sku == request.GET.get("variant")
    own = request.get_full_path() if chosen else ""
    page = replace(page, reviews=replace(page.reviews, writing=request.flags.boolean("reviews-writing")))
    words = delivery_note(page.delivery) if page.variant and not page.sold_out else ""
    # Asked only where there is something to show: who cannot see a difference is no part of the comparison.
    if words and request.flags.string("delivery-note") == "note":
        page = replace(page, delivery_note=words)
    return render_page(request, "catalog/product.html", page, markets=page.product.markets, own=own)
