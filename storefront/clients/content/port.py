"""What the shop may ask of the content service, and the refusals to expect."""

from typing import Protocol

from storefront.clients.content.models import ContentPage, Home, Menu, PageList, RedirectList


class Content(Protocol):
    """What the shop may ask about its words. Every method raises UpstreamUnavailable and UpstreamInvalid."""

    def get_home(self, *, market: str, locale: str) -> Home:
        """What the home page holds."""
        ...

    def get_menu(self, *, name: str, market: str, locale: str) -> Menu:
        """One menu. Raises NotFound."""
        ...

    def get_page(self, *, slug: str, market: str, locale: str) -> ContentPage:
        """One plain page. Raises NotFound."""
        ...

    def list_pages(self, *, market: str, locale: str) -> PageList:
        """Every plain page without its text."""
        ...

    def list_redirects(self) -> RedirectList:
        """Where every moved address leads."""
        ...
