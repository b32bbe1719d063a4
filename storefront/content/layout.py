"""Fills a template of the configuration folder with the catalogue: products, categories, pictures.

However many blocks there are, all named products come with one call and all categories with one; a block that
lists products costs one more, and a template has four of those at most. All run side by side. What can't be
had is left out, and a block that would be empty with it. A product is shown once: where it is named, else in
the first list that has it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice

from storefront.clients.catalog import Category
from storefront.clients.shapes import Image, ProductCard
from storefront.configuration import (
    Block,
    Campaign,
    Categories,
    Columns,
    Hero,
    Item,
    Link,
    Picture,
    PictureText,
    Points,
    Products,
    Quote,
    Template,
    Words,
)
from storefront.content.blocks import BlockView, ItemView, LaidOutPage, LinkView, PictureView, page_of
from storefront.web import reads
from storefront.web.policies import COMPOSE_SECONDS
from storefront.web.shop import Shop

MOST_NAMED = 50
"""Handles of one call, by the contract of listProducts."""


def laid_out(shop: Shop, template: Template, now: datetime) -> LaidOutPage:
    """The page of a template as it is at a moment, in the shop's market and language."""
    shown = [
        block
        for block in template.sections
        if block.show is None or block.show.allows(now, shop.market, shop.locale)
    ]
    made = _Making(shop.locale, _found(shop, shown))
    blocks = tuple(
        view for index, block in enumerate(shown) if (view := made.block(index, block)) is not None
    )
    title, description = template.title.text(shop.locale), template.description.text(shop.locale)
    return page_of(title, description, blocks, sells=made.found.sells)


@dataclass(frozen=True, slots=True)
class _Found:
    """What the catalogue has of what the blocks name; `chosen` are the cards of product blocks by place."""

    named: Mapping[str, ProductCard]
    categories: Mapping[str, Category]
    chosen: Mapping[int, tuple[ProductCard, ...]]
    sells: bool


def _found(shop: Shop, blocks: Sequence[Block]) -> _Found:
    handles = tuple(islice(dict.fromkeys(_handles(blocks)), MOST_NAMED))
    lists = {i: b for i, b in enumerate(blocks) if isinstance(b, Products) and not b.handles}
    with shop.compose.page(COMPOSE_SECONDS) as plan:
        tree = plan.deferred("categories", lambda: reads.category_tree(shop).value)
        if handles:
            cards = plan.deferred("named_products", lambda: reads.named_products(shop, handles).value.items)
        listed = {i: plan.deferred("listed_products", partial(_listed, shop, b)) for i, b in lists.items()}
    named = {card.handle: card for card in (cards.or_none() or ())} if handles else {}
    found = tree.or_none()
    categories = {category.slug: category for category in found.items} if found else {}
    chosen = _chosen(blocks, named, {index: part.or_none() or () for index, part in listed.items()})
    return _Found(named, categories, chosen, sells=found is None or bool(found.items))


def _handles(blocks: Iterable[Block]) -> Iterator[str]:
    """Every product that is named: for itself first, then for its picture."""
    listed = list(blocks)
    for block in listed:
        if isinstance(block, Products):
            yield from block.handles
    for block in listed:
        picture = block.picture if isinstance(block, Hero | PictureText | Campaign) else None
        if picture is not None and picture.product is not None:
            yield picture.product


def _listed(shop: Shop, block: Products) -> tuple[ProductCard, ...]:
    """A full page of products, of which the block shows the first: the category's own page asks the same."""
    if block.sort == "newest" and not block.filters:
        return reads.newest_products(shop, block.category).value.items
    found = reads.results(shop, category=block.category, filters=block.filters, sort=block.sort)
    return found.value.items


def _chosen(
    blocks: Sequence[Block], named: Mapping[str, ProductCard], listed: Mapping[int, tuple[ProductCard, ...]]
) -> dict[int, tuple[ProductCard, ...]]:
    """The cards of each product block: none twice, and named ones stay where they are named."""
    chosen: dict[int, tuple[ProductCard, ...]] = {}
    taken: set[str] = set()
    for index, block in enumerate(blocks):
        if isinstance(block, Products) and block.handles:
            chosen[index] = tuple(named[h] for h in block.handles if h in named and h not in taken)
            taken |= {card.handle for card in chosen[index]}
    for index, block in enumerate(blocks):
        if isinstance(block, Products) and not block.handles:
            new = (card for card in listed.get(index, ()) if card.handle not in taken)
            chosen[index] = tuple(islice(new, block.limit))
            taken |= {card.handle for card in chosen[index]}
    return chosen


@dataclass(frozen=True, slots=True)
class _Making:
    """Makes what is shown of blocks, in one language."""

    language: str
    found: _Found

    def block(self, index: int, block: Block) -> BlockView | None:
        """The block as shown; None for one without what it is about."""
        match block:
            case Products():
                cards = self.found.chosen.get(index, ())
                return self._headed(block, cards=cards) if cards else None
            case Categories():
                tiles = tuple(self.found.categories[s] for s in block.slugs if s in self.found.categories)
                return self._headed(block, categories=tiles) if tiles else None
            case Quote():
                link = self._link(block.link)
                return BlockView(
                    kind="quote", text=self._text(block.text), by=self._text(block.by), link=link
                )
            case Columns():
                title = self._text(block.title)
                return BlockView(kind="columns", title=title, items=self._items(block.items))
            case Points():
                label = self._text(block.label)
                return BlockView(kind="points", title=label, items=self._items(block.items))
            case _:
                return self._pictured(block)

    def _headed(
        self,
        block: Products | Categories,
        cards: tuple[ProductCard, ...] = (),
        categories: tuple[Category, ...] = (),
    ) -> BlockView:
        return BlockView(
            kind="products" if isinstance(block, Products) else "categories",
            title=self._text(block.title),
            text=self._text(block.text),
            link=self._link(block.link),
            cards=cards,
            categories=categories,
        )

    def _pictured(self, block: Block) -> BlockView:
        """A block of words, with a picture where it has one."""
        assert not isinstance(block, Products | Categories | Quote | Columns | Points)
        picture = getattr(block, "picture", None)
        return BlockView(
            kind=str(block.__struct_config__.tag),
            title=self._text(block.title),
            text=self._text(block.text),
            link=self._link(block.link),
            second=self._link(block.second) if isinstance(block, Hero) else None,
            picture=None if picture is None else self._picture(picture),
            layout=block.layout if isinstance(block, Hero) else "",
            side=block.side if isinstance(block, PictureText) else "",
        )

    def _text(self, words: Words | None) -> str:
        return "" if words is None else words.text(self.language)

    def _link(self, link: Link | None) -> LinkView | None:
        return None if link is None else LinkView(self._text(link.label), link.href)

    def _items(self, items: Iterable[Item]) -> tuple[ItemView, ...]:
        return tuple(ItemView(self._text(i.title), self._text(i.text), self._link(i.link)) for i in items)

    def _picture(self, picture: Picture) -> PictureView | None:
        image = self._image(picture)
        return None if image is None else PictureView(image, picture.focus, picture.mirror)

    def _image(self, picture: Picture) -> Image | None:
        alt = self._text(picture.alt)
        if picture.file is not None:
            file = picture.file
            return Image(
                base=file.base,
                widths=file.widths,
                formats=file.formats,
                width=file.width,
                height=file.height,
                alt=alt,
            )
        if picture.product is not None:
            card = self.found.named.get(picture.product)
            return card.image if card else None
        category = self.found.categories.get(picture.category or "")
        return category.image if category else None
