"""The content service: the home page, menus, plain pages."""

from storefront.clients.content.client import ContentClient
from storefront.clients.content.models import (
    ContentPage,
    Hero,
    Home,
    HomeSection,
    Link,
    ListedRedirect,
    Menu,
    MenuGroup,
    MenuSection,
    PageList,
    PageSummary,
    RedirectList,
)
from storefront.clients.content.port import Content

__all__ = [
    "Content",
    "ContentClient",
    "ContentPage",
    "Hero",
    "Home",
    "HomeSection",
    "Link",
    "ListedRedirect",
    "Menu",
    "MenuGroup",
    "MenuSection",
    "PageList",
    "PageSummary",
    "RedirectList",
]
