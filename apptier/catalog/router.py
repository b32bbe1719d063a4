"""The routes of contracts/catalog.yaml."""

import re
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from apptier.catalog import models
from apptier.catalog.operations import CatalogQueries
from apptier.kit.models import HANDLE, SKU, Handle
from apptier.kit.params import DEFAULT_LIMIT, CursorParam, LimitParam, LocaleParam, MarketParam
from apptier.kit.problems import Fault, invalid, validation_failed
from apptier.kit.service import ContextDep

router = APIRouter()

MOST_HANDLES = 50
MOST_SKUS = 100
MOST_ENTRIES = 5_000
DEFAULT_ENTRIES = 1_000


def _queries(context: ContextDep) -> CatalogQueries:
    return CatalogQueries(context)


Queries = Annotated[CatalogQueries, Depends(_queries)]
HandlePath = Annotated[str, Path(pattern=HANDLE, min_length=1, max_length=120)]


def _listed(name: str, text: str, pattern: str, longest: int, most: int) -> list[str]:
    """A comma-separated parameter (OpenAPI's `explode: false`). Raises Problem 422."""
    values = text.split(",")
    if len(values) > most:
        raise validation_failed([Fault(name, "too_long", f"At most {most} values at a time.")])
    if any(len(value) > longest or not re.fullmatch(pattern, value, re.ASCII) for value in values):
        raise validation_failed(
            [Fault(name, "string_pattern_mismatch", "A value does not have the right form.")]
        )
    return values


def _handles(handles: Annotated[str | None, Query()] = None) -> list[str] | None:
    return None if handles is None else _listed("handles", handles, HANDLE, 120, MOST_HANDLES)


def _skus(skus: Annotated[str, Query()]) -> list[str]:
    return _listed("skus", skus, SKU, 80, MOST_SKUS)


@router.get("/categories")
def list_categories(market: MarketParam, locale: LocaleParam, queries: Queries) -> models.CategoryTree:
    """The category tree of a market."""
    return queries.tree(market, locale)


@router.get("/products")
def list_products(
    *,
    market: MarketParam,
    locale: LocaleParam,
    queries: Queries,
    handles: Annotated[list[str] | None, Depends(_handles)],
    category: Annotated[Handle | None, Query()] = None,
    cursor: CursorParam = None,
    limit: LimitParam = DEFAULT_LIMIT,
) -> models.ProductPage:
    """Products as cards. Named ones come all at once: `limit` is for lists, and so is `cursor` (else 422)."""
    if handles is not None and cursor is not None:
        raise invalid("cursor", "not_with_handles", "Named products come all at once, without a cursor.")
    if handles is not None:
        return queries.named(market, locale, handles, category)
    return queries.listed(market, locale, category, limit, cursor)


@router.get("/sitemap-entries")
def list_sitemap_entries(
    market: MarketParam,
    queries: Queries,
    cursor: CursorParam = None,
    limit: Annotated[int, Query(ge=1, le=MOST_ENTRIES)] = DEFAULT_ENTRIES,
) -> models.SitemapPage:
    """All products of a market, as little of each as a sitemap needs."""
    return queries.sitemap(market, limit, cursor)


@router.get("/versions")
def list_versions(
    queries: Queries,
    cursor: CursorParam = None,
    limit: Annotated[int, Query(ge=1, le=MOST_ENTRIES)] = DEFAULT_ENTRIES,
) -> models.VersionPage:
    """The version of every product there ever was."""
    return queries.versions(limit, cursor)


@router.get("/products/{handle}")
def get_product(
    handle: HandlePath, market: MarketParam, locale: LocaleParam, queries: Queries
) -> models.Product:
    """One product."""
    return queries.product(market, locale, handle)


@router.get("/products/{handle}/offers")
def get_product_offers(handle: HandlePath, market: MarketParam, queries: Queries) -> models.OfferList:
    """Price and stock of one product's variants."""
    return queries.product_offers(market, handle)


@router.get("/offers")
def list_offers(
    market: MarketParam, queries: Queries, skus: Annotated[list[str], Depends(_skus)]
) -> models.OfferList:
    """Price and stock of named SKUs."""
    return queries.offers(market, skus)
