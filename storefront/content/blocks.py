"""The blocks of a page as templates show them: texts in one language, products and categories found.

Made of the templates of the configuration folder (`storefront.content.layout`), of the content service's
home page, or of nothing but the catalogue; what is shown is the same kind of thing each time.
"""

from dataclasses import dataclass

from storefront.clients.catalog import Category
from storefront.clients.shapes import Image, ProductCard


@dataclass(frozen=True, slots=True)
class LinkView:
    """A link; `href` is a path without country and language, which the template puts before it."""

    label: str
    href: str


@dataclass(frozen=True, slots=True)
class PictureView:
    """A picture with what a crop of it keeps, and whether it is turned round in right-to-left languages."""

    image: Image
    focus: str = "center"
    mirror: bool = False


@dataclass(frozen=True, slots=True)
class ItemView:
    """One of several things said side by side."""

    title: str
    text: str
    link: LinkView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockView:
    """One block: `kind` is that of `storefront.configuration.blocks`; unused fields are empty."""

    kind: str
    title: str = ""
    text: str = ""
    link: LinkView | None = None
    second: LinkView | None = None
    picture: PictureView | None = None
    layout: str = ""
    side: str = ""
    by: str = ""
    cards: tuple[ProductCard, ...] = ()
    categories: tuple[Category, ...] = ()
    items: tuple[ItemView, ...] = ()


@dataclass(frozen=True, slots=True)
class LaidOutPage:
    """A home or landing page. `hero` is its first block where that is one, else the title is its heading.

    `sells` is False when the catalogue is known to have nothing for this market. With `shelf_first` the first
    products stand above the hero.
    """

    title: str
    description: str
    hero: BlockView | None
    blocks: tuple[BlockView, ...]
    sells: bool = True
    shelf_first: bool = False

    @property
    def above(self) -> BlockView | None:
        """The block that stands above the hero, None for most pages."""
        if not self.shelf_first or self.hero is None:
            return None
        return next((block for block in self.blocks if block.kind == "products"), None)

    @property
    def below(self) -> tuple[BlockView, ...]:
        """The blocks below the hero."""
        above = self.above
        return tuple(block for block in self.blocks if block is not above)


def page_of(
    title: str, description: str, blocks: tuple[BlockView, ...], *, sells: bool = True
) -> LaidOutPage:
    """The page with its hero set apart."""
    if blocks and blocks[0].kind == "hero":
        return LaidOutPage(title, description, blocks[0], blocks[1:], sells)
    return LaidOutPage(title, description, None, blocks, sells)
