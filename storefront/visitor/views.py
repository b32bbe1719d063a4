"""The header's personal fragment: private, never stored."""

from dataclasses import replace
from functools import partial

from django.http import HttpResponseBase

from storefront.visitor.pages import build_summary
from storefront.web.cart_cookie import cart_of, cart_problem, forget_cart
from storefront.web.cart_merge import reopened
from storefront.web.flags.visiting import remember, shown
from storefront.web.list_copy import how_many, marks, own_items
from storefront.web.notices import take_notices
from storefront.web.policies import FRAGMENT_SECONDS, READ_METHODS, private_page
from storefront.web.requests import ShopRequest
from storefront.web.responses import render_fragment

_HEADER = "summary"  # the id of the header's place for this fragment


@private_page(query=("seen",), deadline=FRAGMENT_SECONDS, methods=READ_METHODS)
def summary(request: ShopRequest) -> HttpResponseBase:
    """What the header says to this shopper; always an answer, with or without a number.

    It is also where a browser learns what public pages are chosen by, and where experiments hear that
    somebody was shown what the page names as `seen`.
    """
    ref = cart_of(request)
    problem = cart_problem(request)
    notices = (*take_notices(request), *((problem,) if problem else ()))
    page, gone = build_summary(request.shop, ref, notices, partial(reopened, request))
    if request.htmx.target == _HEADER:
        items = own_items(request)
        page = replace(page, header=True, name=_name(request), marks=marks(items), count=how_many(len(items)))
    response = render_fragment(request, "visitor/summary.html", page)
    if gone:
        forget_cart(response)
    if page.header:
        visitors, evaluations = shown(request)
        for evaluation in evaluations:
            request.shop.experiments.shown(visitors, evaluation)
        remember(request, response)
    return response


def _name(request: ShopRequest) -> str:
    """What to call who is signed in, where there is little room: their first name, else by their address."""
    person = request.identity.person
    if person is None:
        return ""
    return next(iter(person.name.split()), "") or person.email.partition("@")[0]
