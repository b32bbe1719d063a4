"""What a page template may hold: closed models, so that a slip of the pen is told and never guessed at.

A template is a list of blocks from top to bottom. Products and categories are named by handle and slug; what
the catalogue does not have is left out when the page is built. Texts are `Words`.
"""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from storefront.clients.shapes import Handle, ImageFormat, Pixels
from storefront.configuration.words import Words

Path = Annotated[str, Meta(pattern=r"^/(?:[^/\\\x00-\x20][^\\\x00-\x20]*)?\Z", max_length=300)]
MediaPath = Annotated[str, Meta(pattern=r"^/media/[A-Za-z0-9/_.-]+\Z", max_length=400)]
Filter = Annotated[str, Meta(pattern=r"^[a-z0-9_]{1,60}:[^\x00-\x1f]{1,120}\Z")]
Sort = Literal["newest", "price_asc", "price_desc", "relevance"]
Focus = Literal["center", "top", "bottom", "start", "end"]
Shown = Annotated[int, Meta(ge=2, le=12)]
MOST_LISTS = 4
"""Blocks of a page that ask for products by category: each costs a call."""


class Closed(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Nothing unknown, nothing changed afterwards."""


class Link(Closed, frozen=True, kw_only=True):
    """A link to a path of the shop, without country and language: `/c/mugs/`."""

    label: Words
    href: Path


class PictureFile(Closed, frozen=True, kw_only=True):
    """A picture under /media/ in several widths and formats, as the contracts' Image has it."""

    base: MediaPath
    widths: Annotated[tuple[Annotated[int, Meta(ge=16, le=4096)], ...], Meta(min_length=1, max_length=8)]
    formats: Annotated[tuple[ImageFormat, ...], Meta(min_length=1, max_length=4)]
    width: Pixels
    height: Pixels


class Picture(Closed, frozen=True, kw_only=True):
    """A picture of its own (`file`), or that of a product or category; `focus` is what a crop keeps.

    `alt` says what it shows; a product's or category's picture says so itself. A `mirror` picture is turned
    round in languages that are read from the right, as a hero with its room at the start needs to be; only
    for one that holds no letters.
    """

    file: PictureFile | None = None
    product: Handle | None = None
    category: Handle | None = None
    alt: Words | None = None
    focus: Focus = "center"
    mirror: bool = False

    def __post_init__(self) -> None:
        """Raises ValueError unless exactly one source is named."""
        if sum(source is not None for source in (self.file, self.product, self.category)) != 1:
            raise ValueError("must name exactly one of file, product and category")
        if self.file is not None and self.alt is None:
            raise ValueError("a file needs alt, which says what it shows")


class Show(Closed, frozen=True, kw_only=True, rename={"since": "from"}):
    """When and to whom a block is shown: between two moments (RFC 3339), in markets, in languages."""

    since: Annotated[datetime, Meta(tz=True)] | None = None
    until: Annotated[datetime, Meta(tz=True)] | None = None
    markets: (
        Annotated[tuple[Annotated[str, Meta(pattern=r"^[a-z]{2}\Z")], ...], Meta(min_length=1)] | None
    ) = None
    languages: (
        Annotated[tuple[Annotated[str, Meta(pattern=r"^[a-z]{2}\Z")], ...], Meta(min_length=1)] | None
    ) = None

    def __post_init__(self) -> None:
        """Raises ValueError when it would end before it begins."""
        if self.since is not None and self.until is not None and self.until <= self.since:
            raise ValueError("until must be after from")

    def allows(self, now: datetime, market: str, language: str) -> bool:
        """Whether the block is shown at a moment, in a market and a language."""
        in_time = (self.since is None or self.since <= now) and (self.until is None or now < self.until)
        in_market = self.markets is None or market in self.markets
        return in_time and in_market and (self.languages is None or language in self.languages)


class _Block(Closed, frozen=True, kw_only=True, tag_field="kind"):
    """What every block may say."""

    show: Show | None = None


class Hero(_Block, frozen=True, kw_only=True, tag="hero"):
    """The first thing of a page, its h1. `cover` lies over the picture's edge, `split` stands beside it."""

    title: Words
    text: Words | None = None
    link: Link | None = None
    second: Link | None = None
    picture: Picture
    layout: Literal["cover", "split"] = "cover"


class Products(_Block, frozen=True, kw_only=True, tag="products"):
    """Products by `handles`, in that order; or `limit` of a `category` (none: of the shop), sorted."""

    title: Words
    text: Words | None = None
    link: Link | None = None
    handles: Annotated[tuple[Handle, ...], Meta(max_length=24)] = ()
    category: Handle | None = None
    filters: Annotated[tuple[Filter, ...], Meta(max_length=6)] = ()
    sort: Sort = "newest"
    limit: Shown = 4

    def __post_init__(self) -> None:
        """Raises ValueError when it names products and a list at once."""
        if self.handles and (self.category is not None or self.filters):
            raise ValueError("must have either handles, or category and filters")
        if len(set(self.handles)) < len(self.handles):
            raise ValueError("handles names a product twice")


class Categories(_Block, frozen=True, kw_only=True, tag="categories"):
    """Tiles of categories."""

    title: Words
    text: Words | None = None
    link: Link | None = None
    slugs: Annotated[tuple[Handle, ...], Meta(min_length=1, max_length=12)]


class Text(_Block, frozen=True, kw_only=True, tag="text"):
    """A heading beside a paragraph."""

    title: Words
    text: Words
    link: Link | None = None


class PictureText(_Block, frozen=True, kw_only=True, tag="picture_text"):
    """A large picture with a paragraph beside it; `side` is the picture's."""

    title: Words
    text: Words
    link: Link | None = None
    picture: Picture
    side: Literal["start", "end"] = "start"


class Quote(_Block, frozen=True, kw_only=True, tag="quote"):
    """What somebody said, and who."""

    text: Words
    by: Words
    link: Link | None = None


class Item(Closed, frozen=True, kw_only=True):
    """One of several things said side by side."""

    title: Words
    text: Words | None = None
    link: Link | None = None


class Columns(_Block, frozen=True, kw_only=True, tag="columns"):
    """Paragraphs side by side under one heading."""

    title: Words
    items: Annotated[tuple[Item, ...], Meta(min_length=2, max_length=4)]


class Points(_Block, frozen=True, kw_only=True, tag="points"):
    """A strip of short promises, such as delivery and returns; `label` says to a screen reader what it is."""

    label: Words
    items: Annotated[tuple[Item, ...], Meta(min_length=2, max_length=4)]


class Campaign(_Block, frozen=True, kw_only=True, tag="campaign"):
    """Something that ends: it must say when."""

    title: Words
    text: Words
    link: Link
    picture: Picture | None = None

    def __post_init__(self) -> None:
        """Raises ValueError for a campaign without an end."""
        if self.show is None or self.show.until is None:
            raise ValueError("a campaign needs show.until, the moment it ends")


Block = Hero | Products | Categories | Text | PictureText | Quote | Columns | Points | Campaign


class Template(Closed, frozen=True, kw_only=True, rename={"schema": "$schema"}):
    """A page: its title and description for search engines, and its blocks."""

    title: Words
    description: Words
    sections: Annotated[tuple[Block, ...], Meta(min_length=1, max_length=20)]
    schema: str = ""
