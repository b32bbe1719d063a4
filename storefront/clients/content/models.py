"""What the content service answers (contracts/content.yaml): home page, menus, plain pages, redirects."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from storefront.clients.shapes import Handle, Image, NonEmpty, Time, Version

SitePath = Annotated[str, Meta(pattern=r"^/[^/\\]", max_length=300)]


class Link(Struct, frozen=True, kw_only=True):
    """A link to a path on the shop itself, never to another site."""

    label: Annotated[str, Meta(min_length=1, max_length=80)]
    href: SitePath


class Hero(Struct, frozen=True, kw_only=True):
    """The first thing on the home page."""

    title: NonEmpty
    text: str
    link: Link
    image: Image | None


class HomeSection(Struct, frozen=True, kw_only=True):
    """One block of the home page; `slugs` are product handles or category slugs, by `kind`."""

    kind: Literal["products", "categories", "text"]
    title: NonEmpty
    text: str
    slugs: Annotated[tuple[Handle, ...], Meta(max_length=24)]
    link: Link | None


class Home(Struct, frozen=True, kw_only=True):
    """What the home page holds, from top to bottom."""

    hero: Hero
    sections: Annotated[tuple[HomeSection, ...], Meta(max_length=20)]
    version: Version
    updated_at: Time


class MenuSection(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Links under one heading, which is a link itself where it has an `href`."""

    title: str
    links: tuple[Link, ...]
    href: SitePath | None = None


class MenuGroup(MenuSection, frozen=True, kw_only=True, omit_defaults=True):
    """A section of the first level, with those below it."""

    groups: tuple[MenuSection, ...] = ()


class Menu(Struct, frozen=True, kw_only=True):
    """One menu of the shop."""

    name: str
    groups: tuple[MenuGroup, ...]
    version: Version
    updated_at: Time


class ContentPage(Struct, frozen=True, kw_only=True):
    """A plain page. `body_html` was sanitised by the backend."""

    slug: Handle
    title: NonEmpty
    description: Annotated[str, Meta(max_length=320)]
    body_html: str
    version: Version
    updated_at: Time


class PageSummary(Struct, frozen=True, kw_only=True):
    """A plain page without its text."""

    slug: Handle
    title: NonEmpty
    description: Annotated[str, Meta(max_length=320)]
    updated_at: Time


class PageList(Struct, frozen=True, kw_only=True):
    """Every plain page, by slug."""

    items: tuple[PageSummary, ...]
    version: Version
    updated_at: Time


class ListedRedirect(Struct, frozen=True, kw_only=True):
    """Where a moved address leads: `path` is in lower case and has no slash at its end.

    `target` is a path of the shop without country and language.
    """

    path: SitePath
    target: SitePath
    status: Literal[301, 302]


class RedirectList(Struct, frozen=True, kw_only=True):
    """Every address that has moved."""

    items: Annotated[tuple[ListedRedirect, ...], Meta(max_length=1_000)]
    version: Version
    updated_at: Time
