"""The header's personal fragment: private, never stored."""

from django.http import HttpResponseBase

from storefront.visitor.pages import build_summary
from storefront.web.cart_cookie import cart_of, cart_problem, forget_cart
from storefront.web.notices import take_notices
from storefront.web.policies import FRAGMENT_SECONDS, READ_METHODS, private_page
from storefront.web.requests import ShopRequest
from storefront.web.responses import render_fragment


@private_page(query=(), deadline=FRAGMENT_SECONDS, methods=READ_METHODS)
def summary(request: ShopRequest) -> HttpResponseBase:
    """What the header says to this shopper; always an answer, with or without a number."""
    ref = cart_of(request)
    problem = cart_problem(request)
    notices = (*take_notices(request), *((problem,) if problem else ()))
    page, gone = build_summary(request.shop, ref, notices)
    response = render_fragment(request, "visitor/summary.html", page)
    if gone:
        forget_cart(response)
    return response
