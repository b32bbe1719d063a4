"""What the results page, the suggestions and the fragment of cards hold.

Results, critical: nothing. Deferred: the results (without them the page says so and offers the
categories, with status 503, so that nobody takes it for an empty shop), the category tree, and the newest
products for who finds nothing. Suggestions and cards: nothing is critical.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from storefront.clients.search import FoundPage, Suggestion
from storefront.clients.shapes import HANDLE_PATTERN, ProductCard
from storefront.core import UpstreamError
from storefront.web import reads
from storefront.web.find import find, no_such_page, out_of_range, page_title
from storefront.web.formats import number
from storefront.web.list_state import ListState
from storefront.web.listing import Listing, build_listing
from storefront.web.policies import COMPOSE_SECONDS
from storefront.web.shop import Shop
from storefront.web.site import CategoryNode, category_nodes

MOST_CHARACTERS = 200  # of a question, by the contract
MOST_SUGGEST_CHARACTERS = 100
MOST_CARDS = 8  # of the fragment: what one has seen lately
CONSOLATION = 4  # products for who found nothing
_HANDLE = re.compile(HANDLE_PATTERN)
_LONGEST_HANDLE = 120
_OK, _BAD, _UNAVAILABLE = 200, 400, 503


@dataclass(frozen=True, slots=True)
class ResultsPage:
    """Search results. `listing` is None where there is nothing to list; `problem` says why in plain words.

    `pages` are pages of help that speak of it. `categories` and `newest` are offered where nothing was found
    or asked.
    """

    title: str
    description: str
    q: str
    did_you_mean: str
    listing: Listing | None
    problem: str
    categories: tuple[CategoryNode, ...]
    pages: tuple[FoundPage, ...] = ()
    newest: tuple[ProductCard, ...] = ()


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


@dataclass(frozen=True, slots=True)
class CardsPage:
    """Some products' cards, in the order they were asked for."""

    cards: tuple[ProductCard, ...]


def build_results(shop: Shop, state: ListState, typed_page: str) -> tuple[ResultsPage, int]:
    """The page and its status. Raises PageProblem for a page that the list does not have."""
    if not state.q or len(state.q) > MOST_CHARACTERS:
        problem = _too_long() if state.q else ""
        return _without_list(shop, state, problem), _BAD if problem else _OK
    if state.page == 0:
        raise no_such_page(shop, state, typed_page)
    with shop.compose.page(COMPOSE_SECONDS) as plan:
        tree = plan.deferred("categories", lambda: reads.category_tree(shop).value, cached=True)
        asked = plan.deferred("search", lambda: find(shop, state), cached=True)
    outcome = asked.or_none()
    if outcome is None:
        away = _("Search is not available right now. You can still look through the shop by category.")
        return _without_list(shop, state, away), _UNAVAILABLE
    if out_of_range(outcome):
        raise no_such_page(shop, outcome.state, typed_page)
    if outcome.result is None:
        problem = _("We could not search for that. Please try other words.")
        return _without_list(shop, state, problem), _BAD
    found, categories = outcome.result, tree.or_none()
    if not found.total and not outcome.state.filters:
        nodes = category_nodes(categories.items) if categories else ()
        return _nothing(shop, state, found.did_you_mean or "", nodes, found.pages), _OK
    page = ResultsPage(
        title=page_title(_("Search: %(words)s") % {"words": state.q}, state),
        description=_describe(state.q, found.total),
        q=state.q,
        did_you_mean=found.did_you_mean or "",
        listing=build_listing(outcome.state, found),
        problem="",
        categories=(),
        pages=found.pages,
    )
    return page, _OK


def _describe(words: str, total: int) -> str:
    told = ngettext("%(count)s product for “%(words)s”.", "%(count)s products for “%(words)s”.", total)
    return told % {"count": number(total), "words": words}


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


def build_cards(shop: Shop, typed: str) -> CardsPage | None:
    """The cards of handles joined by commas; None when none of them is sold, or the catalogue is away."""
    handles = [h for h in typed.split(",") if len(h) <= _LONGEST_HANDLE and _HANDLE.match(h)]
    wanted = tuple(dict.fromkeys(handles))[:MOST_CARDS]
    if not wanted:
        return None
    try:
        cards = reads.named_products(shop, wanted).value.items
    except UpstreamError:
        shop.telemetry.degraded("cards", "unavailable")
        return None
    return CardsPage(cards) if cards else None


def _nothing(
    shop: Shop,
    state: ListState,
    meant: str,
    nodes: tuple[CategoryNode, ...],
    pages: tuple[FoundPage, ...],
) -> ResultsPage:
    """A page for who found nothing: other words, help, categories, and something to look at."""
    words = {"words": state.q}
    title = _("Search: %(words)s") if pages else _("Nothing found for “%(words)s”")
    return ResultsPage(
        title % words, "", state.q, meant, None, "", nodes, pages, () if pages else _newest(shop)
    )


def _without_list(shop: Shop, state: ListState, problem: str) -> ResultsPage:
    """A results page without results: the field keeps what was typed, the categories are offered."""
    with shop.compose.page(COMPOSE_SECONDS) as plan:
        tree = plan.deferred("categories", lambda: reads.category_tree(shop).value, cached=True)
    categories = tree.or_none()
    nodes = category_nodes(categories.items) if categories else ()
    q = state.q[:MOST_CHARACTERS]
    title = _("Search: %(words)s") % {"words": q} if q else _("Search")
    return ResultsPage(title, "", q, "", None, problem, nodes)


def _newest(shop: Shop) -> tuple[ProductCard, ...]:
    try:
        return reads.newest_products(shop, None, CONSOLATION).value.items
    except UpstreamError:
        shop.telemetry.degraded("newest", "unavailable")
        return ()


def _too_long() -> str:
    most = ngettext(
        "Please search with at most %(most)s character; shorter usually finds more.",
        "Please search with at most %(most)s characters; shorter usually finds more.",
        MOST_CHARACTERS,
    )
    return most % {"most": MOST_CHARACTERS}


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
