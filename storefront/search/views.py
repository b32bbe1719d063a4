"""Search results, suggestions and cards by name: public, the same for everybody who asks the same."""

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse

from storefront.search.pages import build_cards, build_results, build_suggestions
from storefront.web.errors import RETRY_SECONDS
from storefront.web.find import KEYS, read_state
from storefront.web.forms import clean
from storefront.web.list_response import describe
from storefront.web.policies import FRAGMENT_SECONDS, public_page
from storefront.web.requests import ShopRequest
from storefront.web.responses import render_fragment, render_page

_UNAVAILABLE = 503
_NO_CONTENT = 204


@public_page(tags=("search",), query=KEYS, facets=True)
def results(request: ShopRequest) -> HttpResponseBase:
    """Products for some words; 404 beyond the last page, 503 with the categories while search is away."""
    state = read_state(request.GET, reverse("search:results"), own_sort="relevance")
    page, status = build_results(request.shop, state, request.GET.get("page", "1"))
    # Filters and order make no page of its own; keys that are no facets must not be repeated anywhere.
    number = state.page if page.listing and not state.from_first else 1
    canonical = state.href(filters=(), sort="", page=number)
    own = page.listing.own_href if page.listing else ""
    response = render_page(request, "search/results.html", page, status=status, canonical=canonical, own=own)
    if state.q:
        describe(request, response, page.listing)
    if status == _UNAVAILABLE:
        response["Retry-After"] = str(RETRY_SECONDS)
    return response


@public_page(tags=("search",), query=("q",), deadline=FRAGMENT_SECONDS)
def suggest(request: ShopRequest) -> HttpResponseBase:
    """Suggestions for what is being typed; nothing at all when there are none in time."""
    on = request.flags.boolean("suggestions")
    page = build_suggestions(request.shop, clean(request.GET.get("q", ""))) if on else None
    if page is None:
        return HttpResponse(status=_NO_CONTENT)
    return render_fragment(request, "search/suggest.html", page)


@public_page(tags=("products",), query=("handles",), deadline=FRAGMENT_SECONDS)
def cards(request: ShopRequest) -> HttpResponseBase:
    """The cards of up to eight products, whose handles the browser has kept; nothing when none is sold.

    What somebody has looked at is known to their browser alone: this address says only which products to
    show, and its answer is the same for everybody.
    """
    page = build_cards(request.shop, request.GET.get("handles", ""))
    if page is None:
        return HttpResponse(status=_NO_CONTENT)
    return render_fragment(request, "search/cards.html", page)
