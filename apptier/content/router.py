"""The routes of contracts/content.yaml."""

from typing import Annotated, Any

from fastapi import APIRouter, Path

from apptier.content.models import (
    ContentPage,
    Home,
    Menu,
    PageList,
    PageSummary,
    RedirectList,
)
from apptier.content.repository import HOME, ContentRepository, menu_key, page_key
from apptier.kit.clock import rfc3339
from apptier.kit.markets import Market
from apptier.kit.models import HANDLE
from apptier.kit.params import LocaleParam, MarketParam
from apptier.kit.problems import not_found
from apptier.kit.service import Context, ContextDep

router = APIRouter()
NamePath = Annotated[str, Path(pattern=r"^[a-z]+$", max_length=40)]
SlugPath = Annotated[str, Path(pattern=HANDLE, min_length=1, max_length=120)]


def _read(context: Context, key: str, market: Market, locale: str) -> dict[str, Any]:
    """What is kept under `key`. Raises Problem 404."""
    found = ContentRepository(context.tables, context.clock).get(key, market.code, locale)
    if found is None:
        raise not_found("Nobody has written this yet.", "unknown_content")
    return found


@router.get("/home")
def get_home(market: MarketParam, locale: LocaleParam, context: ContextDep) -> Home:
    """The home page."""
    return Home.model_validate(_read(context, HOME, market, locale))


@router.get("/menus/{name}")
def get_menu(name: NamePath, market: MarketParam, locale: LocaleParam, context: ContextDep) -> Menu:
    """One menu."""
    return Menu.model_validate(_read(context, menu_key(name), market, locale))


@router.get("/pages")
def list_pages(market: MarketParam, locale: LocaleParam, context: ContextDep) -> PageList:
    """Every page without its text."""
    found = ContentRepository(context.tables, context.clock).pages(market.code, locale)
    times = [page["updated_at"] for page in found] or [rfc3339(context.clock.now())]
    # Pages are written and never removed, so the sum grows with every change.
    version = max(sum(page.pop("version") for page in found), 1)
    items = [PageSummary.model_validate(page) for page in found]
    return PageList(items=items, version=version, updated_at=max(times))


@router.get("/pages/{slug}")
def get_page(slug: SlugPath, market: MarketParam, locale: LocaleParam, context: ContextDep) -> ContentPage:
    """One page."""
    return ContentPage.model_validate(_read(context, page_key(slug), market, locale))


@router.get("/redirects/all")
def list_redirects(context: ContextDep) -> RedirectList:
    """Where every moved address leads now."""
    found = ContentRepository(context.tables, context.clock).redirects()
    times = [one.pop("updated_at") for one in found] or [rfc3339(context.clock.now())]
    # Redirects are written and never removed, so the sum grows with every change.
    version = max(sum(one.pop("version") for one in found), 1)
    return RedirectList.model_validate({"items": found, "version": version, "updated_at": max(times)})
