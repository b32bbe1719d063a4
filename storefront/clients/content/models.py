"""What the content service answers (contracts/content.yaml): the home page, menus, plain pages."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from storefront.clients.shapes import Handle, Image, NonEmpty, Time, Version


class Link(Struct, frozen=True, kw_only=True):
    """A link to a path on the shop itself, never to another site."""

    label: Annotated[str, Meta(min_length=1, max_length=80)]
    href: Annotated[str, Meta(pattern=r"^/[^/\\]", max_length=300)]


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


class MenuGroup(Struct, frozen=True, kw_only=True):
    """Links under one heading."""

    title: str
    links: tuple[Link, ...]


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
