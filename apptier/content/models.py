"""The answers of contracts/content.yaml; the same models check what is seeded."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from apptier.kit.markup import sanitise
from apptier.kit.models import Handle, Image, StrictModel

Text = Annotated[str, Field(min_length=1)]
PATH = r"^/[^/\\]"
SitePath = Annotated[str, Field(pattern=PATH, max_length=300)]
"""A path on the shop itself, without country and language."""


class Link(StrictModel):
    """A link within the shop: a path, never another site."""

    label: Annotated[str, Field(min_length=1, max_length=80)]
    href: SitePath


class Hero(StrictModel):
    """The top of the home page."""

    title: Text
    text: str
    link: Link
    image: Image | None


class Section(StrictModel):
    """A part of the home page; `slugs` are product handles or category slugs, by kind."""

    kind: Literal["products", "categories", "text"]
    title: Text
    text: str
    slugs: Annotated[list[Handle], Field(max_length=24)]
    link: Link | None


class HomeContent(StrictModel):
    """The home page as written."""

    hero: Hero
    sections: Annotated[list[Section], Field(max_length=20)]


class Home(HomeContent):
    """The home page as told."""

    version: int
    updated_at: str


class MenuSection(StrictModel):
    """Links under one title, which is a link itself where it has an `href`."""

    title: str
    links: list[Link]
    href: SitePath | None = None


class MenuGroup(MenuSection):
    """A section of the first level, with those below it."""

    groups: Annotated[list[MenuSection], Field(default_factory=list)]


class MenuContent(StrictModel):
    """A menu as written."""

    name: Annotated[str, Field(pattern=r"^[a-z]+$", max_length=40)]
    groups: list[MenuGroup]


class Menu(MenuContent):
    """A menu as told."""

    version: int
    updated_at: str


class PageContent(StrictModel):
    """A page as written; its body is sanitised here."""

    slug: Handle
    title: Text
    description: Annotated[str, Field(max_length=320)]
    body_html: Annotated[str, AfterValidator(sanitise)]


class ContentPage(PageContent):
    """A page as told."""

    version: int
    updated_at: str


class PageSummary(StrictModel):
    """A page without its text."""

    slug: Handle
    title: Text
    description: Annotated[str, Field(max_length=320)]
    updated_at: str


class PageList(StrictModel):
    """Every page, by slug."""

    items: list[PageSummary]
    version: int
    updated_at: str


class RedirectContent(StrictModel):
    """Where something went; 301 for good, 302 for now."""

    target: SitePath
    status: Literal[301, 302] = 301


class ListedRedirect(RedirectContent):
    """A redirect in the list of all; `path` in lower case, without a slash at its end."""

    path: SitePath


class RedirectList(StrictModel):
    """Every redirect, by path."""

    items: list[ListedRedirect]
    version: int
    updated_at: str
