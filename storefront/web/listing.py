"""A list of products with its facets, sort orders and pages, as both category and search pages show it.

The whole state is in the URL: every link here is a complete path and query, so that a list can be shared,
kept and walked back through. Unknown keys are left out of every link.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from urllib.parse import urlencode

from storefront.clients.search.models import Facet, SearchResult
from storefront.clients.shapes import ProductCard

PAGE_SIZE = 24
MOST_FILTERS = 40  # the contract's limit for one question
OPEN_FACETS = 3  # so many are unfolded at first; those in use always are

SORT_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "relevance": "Best match",
        "newest": "Newest",
        "price_asc": "Price, low to high",
        "price_desc": "Price, high to low",
        "title": "Name",
    }
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several ways to see the list."""

    value: str
    label: str
    selected: bool
    href: str


@dataclass(frozen=True, slots=True)
class FacetValueView:
    """A value to narrow by; `href` adds it, or takes it away when it is selected."""

    value: str
    label: str
    count: int
    selected: bool
    href: str


@dataclass(frozen=True, slots=True)
class FacetView:
    """Something to narrow by. `open` ones are unfolded."""

    code: str
    name: str
    open: bool
    values: tuple[FacetValueView, ...]


@dataclass(frozen=True, slots=True)
class Applied:
    """A filter in force, and the link that takes it away."""

    label: str
    remove_href: str


@dataclass(frozen=True, slots=True)
class Listing:
    """What templates show of a list. `degraded` lists have no facets and cannot be sorted.

    Hrefs are "" where there is nothing to link to. `hidden_inputs` are what the GET form of the facets must
    carry besides its own fields, as name and value. `action` is the path that form is sent to.
    """

    cards: tuple[ProductCard, ...]
    total: int | None
    page: int
    page_count: int
    sort: str = ""
    sort_options: tuple[Choice, ...] = ()
    facets: tuple[FacetView, ...] = ()
    applied: tuple[Applied, ...] = ()
    clear_href: str = ""
    previous_href: str = ""
    next_href: str = ""
    hidden_inputs: tuple[tuple[str, str], ...] = ()
    degraded: bool = False
    action: str = ""


@dataclass(frozen=True, slots=True)
class ListState:
    """What the URL says about a list. `filters` holds each facet's values in the order they were chosen.

    `sort` is "" for the list's own order, which `own_sort` names; neither it nor page 1 appear in links.
    """

    path: str
    q: str = ""
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()
    sort: str = ""
    page: int = 1
    own_sort: str = field(default="relevance")

    def href(self, **changes: object) -> str:
        """The link to this state with some of it changed; any change but that of the page leads to page 1."""
        changed = replace(self, **({"page": 1} | changes))  # type: ignore[arg-type]
        pairs: list[tuple[str, str]] = [("q", changed.q)] if changed.q else []
        pairs += [(code, value) for code, values in changed.filters for value in values]
        if changed.sort and changed.sort != changed.own_sort:
            pairs.append(("sort", changed.sort))
        if changed.page > 1:
            pairs.append(("page", str(changed.page)))
        return f"{changed.path}?{urlencode(pairs)}" if pairs else changed.path

    def toggled(self, code: str, value: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The filters with one value added, or taken away when it was there."""
        found = dict(self.filters)
        values = found.get(code, ())
        left = tuple(v for v in values if v != value) if value in values else (*values, value)
        found[code] = left
        return tuple((c, v) for c, v in found.items() if v)

    def as_filter(self) -> tuple[str, ...]:
        """The filters as the search service reads them: `colour:Ink`."""
        return tuple(f"{code}:{value}" for code, values in self.filters for value in values)


def build_listing(state: ListState, result: SearchResult) -> Listing:
    """The list of one answer of the search service, with every link worked out."""
    return Listing(
        cards=result.items,
        total=result.total,
        page=result.page,
        page_count=result.page_count,
        sort=result.sort,
        sort_options=_sort_options(state, result.sort),
        facets=_facets(state, result.facets),
        applied=_applied(state, result.facets),
        clear_href=state.href(filters=()) if state.filters else "",
        previous_href=state.href(page=result.page - 1) if result.page > 1 else "",
        next_href=state.href(page=result.page + 1) if result.page < result.page_count else "",
        hidden_inputs=_hidden(state),
        action=state.path,
    )


def plain_listing(cards: Sequence[ProductCard], path: str) -> Listing:
    """The first products of a list when the search service is away: newest first, without facets or pages."""
    return Listing(
        cards=tuple(cards), total=None, page=1, page_count=1, sort="newest", degraded=True, action=path
    )


def _sort_options(state: ListState, sort: str) -> tuple[Choice, ...]:
    # Nothing was asked in words on a category page, so there is no best match to sort by.
    values = [value for value in SORT_LABELS if value != "relevance" or state.own_sort == "relevance"]
    return tuple(Choice(value, SORT_LABELS[value], value == sort, state.href(sort=value)) for value in values)


def _facets(state: ListState, facets: Iterable[Facet]) -> tuple[FacetView, ...]:
    views = []
    for index, facet in enumerate(facets):
        values = tuple(
            FacetValueView(
                v.value, v.label, v.count, v.selected, state.href(filters=state.toggled(facet.code, v.value))
            )
            for v in facet.values
        )
        unfolded = index < OPEN_FACETS or any(v.selected for v in values)
        views.append(FacetView(facet.code, facet.name, unfolded, values))
    return tuple(views)


def _applied(state: ListState, facets: Iterable[Facet]) -> tuple[Applied, ...]:
    """The filters in force, also those whose value no longer occurs: they must be removable too."""
    known = {facet.code: facet for facet in facets}
    found = []
    for code, values in state.filters:
        facet = known.get(code)
        labels = {v.value: v.label for v in facet.values} if facet else {}
        name = facet.name if facet else code.replace("_", " ").capitalize()
        for value in values:
            href = state.href(filters=state.toggled(code, value))
            found.append(Applied(f"{name}: {labels.get(value, value)}", href))
    return tuple(found)


def _hidden(state: ListState) -> tuple[tuple[str, str], ...]:
    pairs = [("q", state.q)] if state.q else []
    if state.sort and state.sort != state.own_sort:
        pairs.append(("sort", state.sort))
    return tuple(pairs)
