"""What the results page and the suggestions hold.

Results, critical: nothing. Deferred: the results (without them the page says so and offers the
categories, with status 503, so that nobody takes it for an empty shop) and the category tree.
Suggestions: nothing is critical.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from storefront.clients.search import Suggestion
from storefront.core import UpstreamError
from storefront.web import reads
from storefront.web.find import find, no_such_page, out_of_range
from storefront.web.listing import Listing, ListState, build_listing
from storefront.web.policies import COMPOSE_SECONDS
from storefront.web.shop import Shop
from storefront.web.site import CategoryNode, category_nodes

MOST_CHARACTERS = 200  # of a question, by the contract
MOST_SUGGEST_CHARACTERS = 100
TOO_LONG = f"Please search with at most {MOST_CHARACTERS} characters; shorter usually finds more."
AWAY = "Search is not available right now. You can still look through the shop by category."
NOT_UNDERSTOOD = "We could not search for that. Please try other words."
_OK, _BAD, _UNAVAILABLE = 200, 400, 503


@dataclass(frozen=True, slots=True)
class ResultsPage:
    """Search results. `listing` is None where there is nothing to list; `problem` says why in plain words.

    `categories` are offered where nothing was found or asked.
    """

    title: str
    description: str
    q: str
    did_you_mean: str
    listing: Listing | None
    problem: str
    categories: tuple[CategoryNode, ...]


@dataclass(frozen=True, slots=True)
class SuggestionView:
    """One suggestion with where it leads."""

    kind: str
    text: str
    href: str


@dataclass(frozen=True, slots=True)
class SuggestPage:
    """Suggestions for what is being typed."""

    q: str
    items: tuple[SuggestionView, ...]


def build_results(shop: Shop, state: ListState, typed_page: str) -> tuple[ResultsPage, int]:
    """The page and its status. Raises PageProblem for a page that the list does not have."""
    if not state.q or len(state.q) > MOST_CHARACTERS:
        problem = TOO_LONG if state.q else ""
        return _without_list(shop, state, problem), _BAD if problem else _OK
    if state.page == 0:
        raise no_such_page(shop, state, typed_page)
    with shop.compose.page(COMPOSE_SECONDS) as plan:
        tree = plan.deferred("categories", lambda: reads.category_tree(shop).value)
        asked = plan.deferred("search", lambda: find(shop, state))
    outcome = asked.or_none()
    if outcome is None:
        return _without_list(shop, state, AWAY), _UNAVAILABLE
    if out_of_range(outcome):
        raise no_such_page(shop, outcome.state, typed_page)
    if outcome.result is None:
        return _without_list(shop, state, NOT_UNDERSTOOD), _BAD
    found, categories = outcome.result, tree.or_none()
    nodes = category_nodes(categories.items) if categories and not found.total else ()
    title = f"Search: {state.q}" if found.total else f"Nothing found for “{state.q}”"
    listing = build_listing(outcome.state, found)
    page = ResultsPage(title, "", state.q, found.did_you_mean or "", listing, "", nodes)
    return page, _OK


def build_suggestions(shop: Shop, q: str) -> SuggestPage | None:
    """Suggestions, or None when there is nothing to suggest or search is away: the field works without."""
    if not q or len(q) > MOST_SUGGEST_CHARACTERS:
        return None
    try:
        found = reads.suggestions(shop, q).value
    except UpstreamError:
        shop.telemetry.degraded("suggestions", "unavailable")
        return None
    views = (SuggestionView(s.kind, s.text, _href(s)) for s in found.items)
    return SuggestPage(q, tuple(view for view in views if view.href))


def _without_list(shop: Shop, state: ListState, problem: str) -> ResultsPage:
    """A results page without results: the field keeps what was typed, the categories are offered."""
    with shop.compose.page(COMPOSE_SECONDS) as plan:
        tree = plan.deferred("categories", lambda: reads.category_tree(shop).value)
    categories = tree.or_none()
    nodes = category_nodes(categories.items) if categories else ()
    q = state.q[:MOST_CHARACTERS]
    return ResultsPage(f"Search: {q}" if q else "Search", "", q, "", None, problem, nodes)


def _href(suggestion: Suggestion) -> str:
    """Where a suggestion leads; "" for one whose target is no address of this shop."""
    try:
        match suggestion.kind:
            case "product":
                return reverse("catalog:product", kwargs={"handle": suggestion.target})
            case "category":
                return reverse("catalog:category", kwargs={"slug": suggestion.target})
    except NoReverseMatch:
        return ""
    return f"{reverse('search:results')}?{urlencode({'q': suggestion.target})}"
