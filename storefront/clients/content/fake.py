"""The content service in memory: for tests and trials of the home page, menus and plain pages."""

from collections.abc import Iterable
from datetime import UTC, datetime

from msgspec.structs import replace

from storefront.clients.content.models import (
    ContentPage,
    Home,
    ListedRedirect,
    Menu,
    PageList,
    PageSummary,
    RedirectList,
)
from storefront.clients.content.port import Content
from storefront.clients.failing import Failing

_LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


class FakeContent(Failing, Content):
    """Answers like the real service for one market; without a home page it is 404 like anything else."""

    def __init__(
        self,
        home: Home | None = None,
        menus: Iterable[Menu] = (),
        pages: Iterable[ContentPage] = (),
        redirects: Iterable[ListedRedirect] = (),
        *,
        market: str = "eu",
    ) -> None:
        super().__init__("content")
        self.home = home
        self._menus = {menu.name: menu for menu in menus}
        self._pages = {page.slug: page for page in pages}
        self._redirects: dict[str, ListedRedirect] = {}
        self._redirects_version = 1
        for known in redirects:
            self.redirect(known)
        self._market = market

    def redirect(self, redirect: ListedRedirect) -> None:
        """From now on the redirect's path leads to its target."""
        path = redirect.path.rstrip("/").lower()
        self._redirects[path] = replace(redirect, path=path)
        self._redirects_version += 1

    def get_home(self, *, market: str, locale: str) -> Home:
        """The home page; NotFound."""
        del locale
        with self._call("get_home"):
            self._serves(market)
            if self.home is None:
                raise self._not_found()
            return self.home

    def get_menu(self, *, name: str, market: str, locale: str) -> Menu:
        """One menu; NotFound."""
        del locale
        with self._call("get_menu"):
            self._serves(market)
            if name not in self._menus:
                raise self._not_found()
            return self._menus[name]

    def get_page(self, *, slug: str, market: str, locale: str) -> ContentPage:
        """One page; NotFound."""
        del locale
        with self._call("get_page"):
            self._serves(market)
            if slug not in self._pages:
                raise self._not_found()
            return self._pages[slug]

    def list_pages(self, *, market: str, locale: str) -> PageList:
        """Every page."""
        del locale
        with self._call("list_pages"):
            self._serves(market)
            pages = [self._pages[slug] for slug in sorted(self._pages)]
            items = tuple(
                PageSummary(
                    slug=page.slug, title=page.title, description=page.description, updated_at=page.updated_at
                )
                for page in pages
            )
            newest = max((page.updated_at for page in pages), default=_LONG_AGO)
            return PageList(items=items, version=max(sum(p.version for p in pages), 1), updated_at=newest)

    def list_redirects(self) -> RedirectList:
        """Every redirect."""
        with self._call("list_redirects"):
            items = tuple(self._redirects[path] for path in sorted(self._redirects))
            return RedirectList(items=items, version=self._redirects_version, updated_at=_LONG_AGO)

    def _serves(self, market: str) -> None:
        if market != self._market:
            raise self._refusal(404, "unknown_market", f"There is no market {market!r}.")
