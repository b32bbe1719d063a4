"""Asks the content service: the home page, menus, plain pages, redirects. Reads only."""

from storefront.clients.calls import in_market
from storefront.clients.content.models import ContentPage, Home, Menu, PageList, RedirectList
from storefront.clients.content.port import Content
from storefront.http import RestClient


class ContentClient(Content):
    """The real service."""

    def __init__(self, rest: RestClient) -> None:
        self._rest = rest

    def get_home(self, *, market: str, locale: str) -> Home:
        """GET /home."""
        return self._rest.get("/home", query=in_market(market, locale), type=Home)

    def get_menu(self, *, name: str, market: str, locale: str) -> Menu:
        """GET /menus/{name}."""
        return self._rest.get("/menus/{name}", {"name": name}, query=in_market(market, locale), type=Menu)

    def get_page(self, *, slug: str, market: str, locale: str) -> ContentPage:
        """GET /pages/{slug}."""
        query = in_market(market, locale)
        return self._rest.get("/pages/{slug}", {"slug": slug}, query=query, type=ContentPage)

    def list_pages(self, *, market: str, locale: str) -> PageList:
        """GET /pages."""
        return self._rest.get("/pages", query=in_market(market, locale), type=PageList)

    def list_redirects(self) -> RedirectList:
        """GET /redirects/all."""
        return self._rest.get("/redirects/all", type=RedirectList)
