"""What the URL asks of a list, and what the search service says to it: shared by category and search pages.

Everything in the URL may have been typed or mangled by anybody. What makes no sense is left out (unknown
keys, facets and sort orders) or answered in plain words (prices that are none, pages that do not exist). A
list is one question to the search service, however many products there are; only a URL with a key that is
no facet needs a second and a third, to find out which it is.
"""

import re
from dataclasses import dataclass, replace
from typing import cast, get_args

from django.http import QueryDict
from django.utils.translation import gettext as _

from storefront.clients.search import SearchResult, Sort
from storefront.core import UpstreamRefused
from storefront.web import reads
from storefront.web.errors import ErrorLink, PageProblem
from storefront.web.formats import number
from storefront.web.forms import clean
from storefront.web.list_state import FROM_FIRST, ListState, ordered
from storefront.web.listing import MOST_FILTERS, MOST_TOGETHER, PAGE_SIZE
from storefront.web.shop import Shop

KEYS = ("q", "sort", "page", FROM_FIRST)
MOST_PAGE = 10_000_000  # the contract's limit

_FACET = re.compile(r"[a-z0-9_]{1,40}")
_MOST_FILTER_LENGTH = 160
_SORTS = frozenset(get_args(Sort))
_PRICE = re.compile(r"(\d{1,11})-(\d{1,11})", re.ASCII)
_STARS = re.compile(r"[2-4]", re.ASCII)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a question: the state without unknown facets, and a result or a refusal."""

    state: ListState
    result: SearchResult | None = None
    refusal: UpstreamRefused | None = None


def read_state(query: QueryDict, path: str, *, own_sort: Sort) -> ListState:
    """The list that a query string asks for. A `page` that is no number from 1 up becomes 0: none."""
    filters: dict[str, list[str]] = {}
    dropped: list[str] = []
    for code in query:
        if code in KEYS or not _FACET.fullmatch(code):
            continue
        for value in map(clean, query.getlist(code)):
            known = filters.setdefault(code, [])
            if not value or value in known or len(code) + len(value) >= _MOST_FILTER_LENGTH:
                continue
            if _understood(code, value):
                known.append(value)
            elif code not in dropped:
                dropped.append(code)
    sort, page = query.get("sort", ""), _page_number(query.get("page", "1"))
    return ListState(
        path=path,
        q=clean(query.get("q", "")),
        filters=_limited(filters),
        sort=sort if sort in _SORTS else "",
        page=page,
        own_sort=own_sort,
        from_first=query.get(FROM_FIRST) == "1" and 1 < page <= MOST_TOGETHER,
        dropped=tuple(dropped),
    )


def find(shop: Shop, state: ListState, category: str | None = None) -> Outcome:
    """Ask for the list. Raises UpstreamUnavailable and UpstreamInvalid; refusals are part of the outcome."""
    outcome = _ask(shop, state, category)
    if outcome.refusal is None or outcome.refusal.code != "unknown_facet":
        return outcome
    try:
        codes = {facet.code for facet in reads.results(shop, category=category, limit=1).value.facets}
    except UpstreamRefused as refusal:
        return Outcome(state, refusal=refusal)
    kept = tuple((code, values) for code, values in state.filters if code in codes)
    return _ask(shop, replace(state, filters=kept), category)


def no_such_page(shop: Shop, state: ListState, typed: str, category: str | None = None) -> PageProblem:
    """The 404 for a page that the list does not have: says where it ends, and links there."""
    first = replace(state, page=1, from_first=False)
    outcome = find(shop, first, category)
    # Without a result nobody can say which filters are facets: the link has none then.
    known = outcome.state if outcome.result else replace(first, filters=())
    last = max(outcome.result.page_count, 1) if outcome.result else 1
    words = {"page": clean(typed)[:20], "last": number(last)}
    sentence = (
        _("There is no page %(page)s; the list ends at page %(last)s.") % words
        if last > 1
        else _("There is no page %(page)s; the list has one page.") % words
    )
    label = _("Go to page %(last)s") % words if last > 1 else _("Go to the list")
    link = ErrorLink(label, known.href(page=last))
    return PageProblem(404, sentence, title=_("There is no such page"), link=link)


def out_of_range(outcome: Outcome) -> bool:
    """Whether the search service said that the list has no such page."""
    return outcome.refusal is not None and outcome.refusal.code == "page_out_of_range"


def page_title(title: str, state: ListState) -> str:
    """The title of a page of a list: every page but the first says which it is."""
    if state.page <= 1 or state.from_first:
        return title
    return _("%(title)s – page %(page)s") % {"title": title, "page": number(state.page)}


def _ask(shop: Shop, state: ListState, category: str | None) -> Outcome:
    """One question; several pages at once are one long one."""
    page = min(max(state.page, 1), MOST_PAGE)
    try:
        found = reads.results(
            shop,
            q=state.q,
            category=category,
            filters=state.as_filter(),
            sort=cast("Sort", state.sort or state.own_sort),
            page=1 if state.from_first else page,
            limit=PAGE_SIZE * page if state.from_first else PAGE_SIZE,
        )
    except UpstreamRefused as refusal:
        return Outcome(state, refusal=refusal)
    return Outcome(state, found.value)


def _understood(code: str, value: str) -> bool:
    """Whether a value can be asked for; of most facets any can, and finds nothing at worst."""
    if code == "price":
        found = _PRICE.fullmatch(value)
        return found is not None and int(found[1]) <= int(found[2])
    return code != "rating" or _STARS.fullmatch(value) is not None


def _limited(filters: dict[str, list[str]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """No more filters than one question may have, first come first served; in the order that URLs have."""
    left = MOST_FILTERS
    kept: dict[str, tuple[str, ...]] = {}
    for code, values in filters.items():
        kept[code] = tuple(values[:left])
        left -= len(kept[code])
    return ordered(kept)


def _page_number(typed: str) -> int:
    text = typed.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(MOST_PAGE)) else 0
