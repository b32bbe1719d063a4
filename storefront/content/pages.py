"""What the home page and plain pages hold.

Home, critical: nothing by itself. Deferred: the merchandisers' layout, the category tree, the products of
each block. Without a layout the shop greets in its own words, with its categories and newest products; a
block whose products can't be had is left out. Only a page that would hold nothing at all fails.

Plain page, critical: its text.
"""

from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.urls import reverse
from markupsafe import Markup

from storefront.clients.catalog import Category
from storefront.clients.content import Hero, Home, HomeSection, Link
from storefront.clients.shapes import ProductCard
from storefront.core import NotFound, Reason, UpstreamUnavailable
from storefront.web import reads
from storefront.web.html import trusted
from storefront.web.policies import COMPOSE_SECONDS
from storefront.web.shop import Shop

_DESCRIPTION_LENGTH = 160
_NEWEST = 12


@dataclass(frozen=True, slots=True)
class HomeBlock:
    """One block of the home page: cards for `products`, categories for `categories`, words for `text`."""

    kind: str
    title: str
    text: str
    link: Link | None
    cards: tuple[ProductCard, ...] = ()
    categories: tuple[Category, ...] = ()


@dataclass(frozen=True, slots=True)
class HomePage:
    """The first page of the shop."""

    title: str
    description: str
    hero: Hero
    sections: tuple[HomeBlock, ...]


@dataclass(frozen=True, slots=True)
class PlainPage:
    """A page of words; `body` is sanitised HTML."""

    title: str
    description: str
    body: Markup


def build_home(shop: Shop) -> HomePage:
    """The home page. Raises UpstreamUnavailable when neither layout nor categories can be had."""
    with shop.compose.page(COMPOSE_SECONDS) as plan:
        layout = plan.deferred("home", lambda: _layout(shop))
        tree = plan.deferred("categories", lambda: reads.category_tree(shop).value)
    found, categories = layout.or_none(), tree.or_none()
    if found is None and categories is None:
        raise UpstreamUnavailable("content", "home", Reason.CONNECTION, message="nothing to show")
    items = categories.items if categories else ()
    if found is None:
        return _greeting(shop, items)
    hero = found.hero
    return HomePage(hero.title, hero.text[:_DESCRIPTION_LENGTH], hero, _blocks(shop, found, items))


def build_page(shop: Shop, slug: str) -> PlainPage:
    """A plain page. Raises NotFound."""
    page = reads.content_page(shop, slug).value
    return PlainPage(page.title, page.description, trusted(page.body_html))


def _layout(shop: Shop) -> Home | None:
    """What merchandisers put on the home page; None when they have not put anything there yet."""
    try:
        return reads.home(shop).value
    except NotFound:
        return None


def _blocks(shop: Shop, home: Home, categories: tuple[Category, ...]) -> tuple[HomeBlock, ...]:
    cards = _cards(shop, home)
    by_slug = {category.slug: category for category in categories}
    blocks = []
    for index, section in enumerate(home.sections):
        block = HomeBlock(
            section.kind,
            section.title,
            section.text,
            section.link,
            cards.get(index, ()),
            tuple(by_slug[s] for s in section.slugs if s in by_slug) if section.kind == "categories" else (),
        )
        if section.kind == "text" or block.cards or block.categories:
            blocks.append(block)
    return tuple(blocks)


def _cards(shop: Shop, home: Home) -> dict[int, tuple[ProductCard, ...]]:
    """The cards of every product block, by the block's place; blocks are fetched side by side."""
    wanted = {i: s for i, s in enumerate(home.sections) if s.kind == "products" and s.slugs}
    if not wanted:
        return {}
    with shop.compose.page(COMPOSE_SECONDS) as plan:
        parts = {
            index: plan.deferred("home_products", partial(_named, shop, section))
            for index, section in wanted.items()
        }
    return {index: part.or_none() or () for index, part in parts.items()}


def _named(shop: Shop, section: HomeSection) -> tuple[ProductCard, ...]:
    return reads.named_products(shop, section.slugs).value.items


def _greeting(shop: Shop, categories: tuple[Category, ...]) -> HomePage:
    """What the shop says by itself, while there are no words of merchandisers."""
    with shop.compose.page(COMPOSE_SECONDS) as plan:
        newest = plan.deferred("newest", lambda: reads.newest_products(shop, None, _NEWEST).value.items)
    top = tuple(category for category in categories if category.parent_id is None)
    first = reverse("catalog:category", kwargs={"slug": top[0].slug}) if top else reverse("search:results")
    hero = Hero(
        title=settings.SHOP_NAME,
        text="Have a look around.",
        link=Link(label="See our products", href=first),
        image=None,
    )
    blocks = (
        HomeBlock("categories", "Shop by category", "", None, (), top),
        HomeBlock("products", "New in the shop", "", None, newest.or_none() or ()),
    )
    shown = tuple(block for block in blocks if block.cards or block.categories)
    return HomePage("Welcome", f"{settings.SHOP_NAME}: {hero.text}", hero, shown)
