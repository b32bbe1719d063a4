"""What the URL asks of a list, and what the search service says to it: shared by category and search pages.

Everything in the URL may have been typed or mangled by anybody. What makes no sense is left out (unknown
keys, facets and sort orders) or answered in plain words (pages that do not exist).
"""

import re
from dataclasses import dataclass, replace
from typing import cast, get_args

from django.http import QueryDict

from storefront.clients.search import SearchResult, Sort
from storefront.core import UpstreamRefused
from storefront.web import reads
from storefront.web.errors import ErrorLink, PageProblem
from storefront.web.forms import clean
from storefront.web.listing import MOST_FILTERS, ListState
from storefront.web.shop import Shop

KEYS = ("q", "sort", "page")
MOST_PAGE = 10_000_000  # the contract's limit

_FACET = re.compile(r"[a-z0-9_]{1,40}")
_MOST_FILTER_LENGTH = 160
_SORTS = frozenset(get_args(Sort))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a question: the state without unknown facets, and a result or a refusal."""

    state: ListState
    result: SearchResult | None = None
    refusal: UpstreamRefused | None = None


def read_state(query: QueryDict, path: str, *, own_sort: Sort) -> ListState:
    """The list that a query string asks for. A `page` that is no number from 1 up becomes 0: none."""
    filters: dict[str, list[str]] = {}
    for code in query:
        if code in KEYS or not _FACET.fullmatch(code):
            continue
        for value in map(clean, query.getlist(code)):
            known = filters.setdefault(code, [])
            if value and value not in known and len(code) + len(value) < _MOST_FILTER_LENGTH:
                known.append(value)
    sort = query.get("sort", "")
    return ListState(
        path=path,
        q=clean(query.get("q", "")),
        filters=_limited(filters),
        sort=sort if sort in _SORTS else "",
        page=_page_number(query.get("page", "1")),
        own_sort=own_sort,
    )


def find(shop: Shop, state: ListState, category: str | None = None) -> Outcome:
    """Ask for the list. Raises UpstreamUnavailable and UpstreamInvalid; refusals are part of the outcome."""
    try:
        state = _known_facets(shop, state)
        found = reads.results(
            shop,
            q=state.q,
            category=category,
            filters=state.as_filter(),
            sort=cast("Sort", state.sort or state.own_sort),
            page=min(max(state.page, 1), MOST_PAGE),
        )
    except UpstreamRefused as refusal:
        return Outcome(state, refusal=refusal)
    return Outcome(state, found.value)


def no_such_page(shop: Shop, state: ListState, typed: str, category: str | None = None) -> PageProblem:
    """The 404 for a page that the list does not have: says where it ends, and links there."""
    first = replace(state, page=1)
    outcome = find(shop, first, category)
    # Without a result nobody can say which filters are facets: the link has none then.
    known = outcome.state if outcome.result else replace(first, filters=())
    last = max(outcome.result.page_count, 1) if outcome.result else 1
    shown = clean(typed)[:20]
    ends = f"the list ends at page {last}" if last > 1 else "the list has one page"
    label = f"Go to page {last}" if last > 1 else "Go to the list"
    return PageProblem(
        404,
        f"There is no page {shown}; {ends}.",
        title="There is no such page",
        link=ErrorLink(label, known.href(page=last)),
    )


def out_of_range(outcome: Outcome) -> bool:
    """Whether the search service said that the list has no such page."""
    return outcome.refusal is not None and outcome.refusal.code == "page_out_of_range"


def _known_facets(shop: Shop, state: ListState) -> ListState:
    """The state without keys that are no facets (`utm_source`, mistakes); asks nothing without any."""
    if not state.filters:
        return state
    codes = {facet.code for facet in reads.results(shop, limit=1).value.facets}
    return replace(state, filters=tuple((code, values) for code, values in state.filters if code in codes))


def _limited(filters: dict[str, list[str]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """No more filters than one question may have, first come first served."""
    left = MOST_FILTERS
    kept = []
    for code, values in filters.items():
        taken = tuple(values[:left])
        left -= len(taken)
        if taken:
            kept.append((code, taken))
    return tuple(kept)


def _page_number(typed: str) -> int:
    text = typed.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(MOST_PAGE)) else 0
