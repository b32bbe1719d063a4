"""The delivery part of a product page for a postcode: private, because the postcode is the shopper's."""

import re

from django.http import HttpResponseBase

from storefront.catalog.delivery_page import build_delivery_page
from storefront.web.policies import FRAGMENT_SECONDS, READ_METHODS, private_page
from storefront.web.requests import ShopRequest
from storefront.web.responses import render_fragment, render_page

_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)
_UNPROCESSABLE = 422


@private_page(query=("sku", "country", "postcode"), deadline=FRAGMENT_SECONDS * 2, methods=READ_METHODS)
def delivery(request: ShopRequest, handle: str) -> HttpResponseBase:
    """Cost, days and stores for a postcode; a page of its own where there is no script.

    404 for an unknown product. What was typed wrongly is said beside the field, with the status 422.
    """
    typed = request.GET.get("country", "").strip().upper()
    page = build_delivery_page(
        request.shop,
        handle,
        country_code=typed if _COUNTRY.fullmatch(typed) else request.shop.country,
        postcode=request.GET.get("postcode", ""),
        sku=request.GET.get("sku", ""),
    )
    status = _UNPROCESSABLE if page.delivery.problem else 200
    if request.htmx:
        return render_fragment(request, "catalog/_delivery.html", page, status=status)
    return render_page(request, "catalog/delivery.html", page, status=status)
