"""The routes of contracts/search.yaml."""

from typing import Annotated, cast

from fastapi import APIRouter, Depends, Path, Query, Request

from apptier.kit.models import HANDLE, Handle
from apptier.kit.params import DEFAULT_LIMIT, LocaleParam, MarketParam
from apptier.search.models import RelatedProducts, SearchResult, Sort, SuggestionList
from apptier.search.operations import Searcher
from apptier.search.query import Asked, parse_filters

router = APIRouter()
MOST_CARDS = 240
MOST_RELATED = 24


def _searcher(request: Request) -> Searcher:
    return cast("Searcher", request.app.state.searcher)


SearcherDep = Annotated[Searcher, Depends(_searcher)]
HandlePath = Annotated[str, Path(pattern=HANDLE, min_length=1, max_length=120)]
Filter = Annotated[str, Query(min_length=3, max_length=160, pattern=r"^[a-z0-9_]+:.+$")]


@router.get("/products")
def search_products(
    *,
    market: MarketParam,
    locale: LocaleParam,
    searcher: SearcherDep,
    q: Annotated[str, Query(max_length=200)] = "",
    category: Annotated[Handle | None, Query()] = None,
    filters: Annotated[list[Filter] | None, Query(alias="filter", max_length=40)] = None,
    sort: Annotated[Sort, Query()] = "relevance",
    page: Annotated[int, Query(ge=1, le=10_000_000)] = 1,
    limit: Annotated[int, Query(ge=1, le=MOST_CARDS)] = DEFAULT_LIMIT,
) -> SearchResult:
    """Products by text and facets."""
    choice = parse_filters(filters or [])
    return searcher.search(Asked(market.code, locale, q.strip(), category, choice, sort, page, limit))


@router.get("/products/{handle}/related")
def list_related_products(
    *,
    handle: HandlePath,
    market: MarketParam,
    locale: LocaleParam,
    searcher: SearcherDep,
    limit: Annotated[int, Query(ge=1, le=MOST_RELATED)] = 8,
) -> RelatedProducts:
    """Others of a product's category."""
    return searcher.related(market.code, locale, handle, limit)


@router.get("/suggestions")
def suggest(
    *,
    market: MarketParam,
    locale: LocaleParam,
    searcher: SearcherDep,
    q: Annotated[str, Query(min_length=1, max_length=100)],
    limit: Annotated[int, Query(ge=1, le=10)] = 8,
) -> SuggestionList:
    """Completions of what is being typed."""
    return searcher.suggest(market.code, locale, q, limit)
