"""The content service in memory: for tests and trials of the home page, menus and plain pages."""

from collections.abc import Iterable

from storefront.clients.content.models import ContentPage, Home, Menu
from storefront.clients.content.port import Content
from storefront.clients.failing import Failing


class FakeContent(Failing, Content):
    """Answers like the real service for one market; without a home page it is 404 like anything else."""

    def __init__(
        self,
        home: Home | None = None,
        menus: Iterable[Menu] = (),
        pages: Iterable[ContentPage] = (),
        *,
        market: str = "eu",
    ) -> None:
        super().__init__("content")
        self.home = home
        self._menus = {menu.name: menu for menu in menus}
        self._pages = {page.slug: page for page in pages}
        self._market = market

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

    def _serves(self, market: str) -> None:
        if market != self._market:
            raise self._refusal(404, "unknown_market", f"There is no market {market!r}.")
