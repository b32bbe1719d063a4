"""A list of products with its facets, sort orders and pages, as both category and search pages show it.

Every link here is a complete path and query (see `storefront.web.list_state`). Unknown keys are left out of
every link.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from babel.numbers import format_currency, get_currency_precision
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from storefront.clients.search.models import Facet, FacetValue, SearchResult
from storefront.clients.shapes import ProductCard
from storefront.web.formats import babel_locale
from storefront.web.list_state import ListState
from storefront.web.regions import current_region

PAGE_SIZE = 24
MOST_TOGETHER = 10  # pages that are shown on one; ten times 24 is the contract's limit
MOST_FILTERS = 40  # the contract's limit for one question
OPEN_FACETS = 3  # so many are unfolded at first; those in use always are
SHOWN_VALUES = 8  # of a facet; the others are behind "show more"
_OPEN_END = 99_999_999_999  # what the search service calls "and more"

SORT_LABELS: Mapping[str, object] = MappingProxyType(
    {
        "relevance": gettext_lazy("Best match"),
        "newest": gettext_lazy("Newest"),
        "price_asc": gettext_lazy("Price, low to high"),
        "price_desc": gettext_lazy("Price, high to low"),
        "title": gettext_lazy("Name"),
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
    """A value to narrow by, as a checkbox of the list's form."""

    value: str
    label: str
    count: int
    selected: bool


@dataclass(frozen=True, slots=True)
class FacetView:
    """Something to narrow by. `open` ones are unfolded; `more` are the values shown on demand."""

    code: str
    name: str
    open: bool
    values: tuple[FacetValueView, ...]
    more: tuple[FacetValueView, ...] = ()
    chosen: int = 0


@dataclass(frozen=True, slots=True)
class Applied:
    """A filter in force, and the link that takes it away."""

    label: str
    remove_href: str


@dataclass(frozen=True, slots=True)
class Listing:
    """What templates show of a list. `degraded` lists have no facets and cannot be sorted.

    Hrefs are "" where there is nothing to link to. `hidden_inputs` are what the GET form of the facets must
    carry besides its own fields, as name and value. `action` is the path that form is sent to. `first_page`
    is the page of the first card: 1 where "Load more" has led on, `page` otherwise. `more_href` is the list
    with the next page at its end, `next_href` the next page alone. `seen` counts the products up to here.
    `notes` say in words what of the URL made no sense. `canonical` is the path that search engines should
    know the list by, `own_href` its one address; one that is not `indexable` is a mixture of filters: there
    are too many to crawl.
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
    first_page: int = 1
    more_href: str = ""
    seen: int = 0
    notes: tuple[str, ...] = ()
    canonical: str = ""
    own_href: str = ""
    indexable: bool = True


def build_listing(state: ListState, result: SearchResult, *, without: Sequence[str] = ()) -> Listing:
    """The list of one answer of the search service, with every link worked out.

    The answer holds one page, or all up to the state's page in one. Facets of the codes `without` are left
    out unless they are in use.
    """
    pages = -(-result.total // PAGE_SIZE)
    page = min(max(state.page, 1), max(pages, 1)) if state.from_first else result.page
    pages = pages if state.from_first else result.page_count
    in_use = {code for code, _values in state.filters}
    facets = [facet for facet in result.facets if facet.code not in without or facet.code in in_use]
    return Listing(
        cards=result.items,
        total=result.total,
        page=page,
        page_count=pages,
        sort=result.sort,
        sort_options=_sort_options(state, result.sort) if result.total > 1 else (),
        facets=_facets(facets),
        applied=_applied(state, result.facets),
        clear_href=state.href(filters=()) if state.filters else "",
        previous_href=state.href(page=page - 1) if page > 1 and not state.from_first else "",
        next_href=state.href(page=page + 1) if page < pages else "",
        hidden_inputs=_hidden(state),
        action=state.path,
        first_page=1 if state.from_first else page,
        more_href=state.href(page=page + 1, from_first=True) if page < min(pages, MOST_TOGETHER) else "",
        seen=min(page * PAGE_SIZE, result.total),
        notes=tuple(_note(code) for code in state.dropped),
        canonical=state.canonical,
        own_href=state.own_href,
        indexable=state.indexable and result.total > 0,
    )


def plain_listing(cards: Sequence[ProductCard], path: str) -> Listing:
    """The first products of a list when the search service is away: newest first, without facets or pages."""
    return Listing(
        cards=tuple(cards),
        total=None,
        page=1,
        page_count=1,
        sort="newest",
        degraded=True,
        action=path,
        canonical=path,
    )


def _note(code: str) -> str:
    if code == "price":
        return _("We did not understand the price filter, so these are products of every price.")
    return _("We did not understand the rating filter, so these are products of every rating.")


def _sort_options(state: ListState, sort: str) -> tuple[Choice, ...]:
    # Nothing was asked in words on a category page, so there is no best match to sort by.
    values = [value for value in SORT_LABELS if value != "relevance" or state.own_sort == "relevance"]
    return tuple(
        Choice(value, str(SORT_LABELS[value]), value == sort, state.href(sort=value)) for value in values
    )


def _facets(facets: Iterable[Facet]) -> tuple[FacetView, ...]:
    views = []
    for index, facet in enumerate(facets):
        values = [FacetValueView(v.value, _label(facet, v), v.count, v.selected) for v in facet.values]
        chosen = sum(v.selected for v in values)
        shown, more = _folded(values)
        views.append(
            FacetView(facet.code, facet.name, index < OPEN_FACETS or chosen > 0, shown, more, chosen)
        )
    return tuple(views)


def _folded(
    values: Sequence[FacetValueView],
) -> tuple[tuple[FacetValueView, ...], tuple[FacetValueView, ...]]:
    """What is shown at once, chosen values among it, and what is behind "show more"; never one alone."""
    if len(values) <= SHOWN_VALUES + 1:
        return tuple(values), ()
    shown = [v for at, v in enumerate(values) if at < SHOWN_VALUES or v.selected]
    return tuple(shown), tuple(v for v in values if v not in shown)


def _label(facet: Facet, value: FacetValue) -> str:
    return _price_label(value.value) or value.label if facet.code == "price" else value.label


def _price_label(value: str) -> str:
    """A range of minor units as the region writes money: "€25 to €50". "" for what is no range."""
    low, _dash, high = value.partition("-")
    if not (low.isdecimal() and high.isdecimal()):
        return ""
    if int(high) >= _OPEN_END:
        return _("%(low)s and over") % {"low": _amount(int(low))}
    # A range ends one minor unit short of the round amount: 24.99 is said as 25.
    top = _amount(int(high) + 1 if int(high) % 100 == 99 else int(high))  # noqa: PLR2004
    if int(low) == 0:
        return _("Under %(high)s") % {"high": top}
    return _("%(low)s to %(high)s") % {"low": _amount(int(low)), "high": top}


def _amount(minor: int) -> str:
    """Money of the region, without the places behind the point where they are nought."""
    region = current_region()
    unit = 10 ** get_currency_precision(region.currency)
    whole, rest = divmod(minor, unit)
    locale = babel_locale(region)
    if rest:
        return format_currency(Decimal(minor) / unit, region.currency, locale=locale)
    pattern = locale.currency_formats["standard"].pattern.replace(".00", "")
    return format_currency(whole, region.currency, pattern, locale=locale, currency_digits=False)


def _applied(state: ListState, facets: Iterable[Facet]) -> tuple[Applied, ...]:
    """The filters in force, also those whose value no longer occurs: they must be removable too."""
    known = {facet.code: facet for facet in facets}
    found = []
    for code, values in state.filters:
        facet = known.get(code)
        labels = {v.value: _label(facet, v) for v in facet.values} if facet else {}
        name = facet.name if facet else code.replace("_", " ").capitalize()
        for value in values:
            href = state.href(filters=state.toggled(code, value))
            shown = labels.get(value) or (_price_label(value) if code == "price" else "") or value
            label = _("%(facet)s: %(value)s") % {"facet": name, "value": shown}
            found.append(Applied(label, href))
    return tuple(found)


def _hidden(state: ListState) -> tuple[tuple[str, str], ...]:
    pairs = [("q", state.q)] if state.q else []
    if state.sort and state.sort != state.own_sort:
        pairs.append(("sort", state.sort))
    return tuple(pairs)
