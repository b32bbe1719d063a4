"""What the home page, landing pages and plain pages hold.

Home, critical: nothing by itself. Its layout is the configuration folder's (`templates/home.json`); where
that has none, the content service's; where that has none either, the shop greets in its own words with its
categories and newest products. A block whose products can't be had is left out. Only a page that would hold
nothing at all fails; a market in which nothing is for sale says so.

Landing page, critical: its template in the configuration folder. Plain page, critical: its text.
"""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from markupsafe import Markup

from storefront.clients.catalog import Category, CategoryTree
from storefront.clients.content import Home, Link
from storefront.clients.shapes import ProductCard
from storefront.content.blocks import BlockView, LaidOutPage, LinkView, PictureView, page_of
from storefront.content.layout import MOST_NAMED, laid_out
from storefront.core import NotFound, Reason, UpstreamUnavailable
from storefront.web import reads
from storefront.web.formats import country
from storefront.web.html import trusted
from storefront.web.policies import COMPOSE_SECONDS
from storefront.web.regions import current_region
from storefront.web.shop import Shop

_DESCRIPTION_LENGTH = 160
_NEWEST = 12


@dataclass(frozen=True, slots=True)
class PlainPage:
    """A page of words; `body` is sanitised HTML. `others` are the pages beside it, itself left out."""

    slug: str
    title: str
    description: str
    body: Markup
    others: tuple[LinkView, ...]


def build_home(shop: Shop, now: datetime) -> LaidOutPage:
    """The home page. Raises UpstreamUnavailable when there is neither layout nor catalogue to show."""
    template = shop.configuration.home()
    if template is not None:
        page = laid_out(shop, template, now)
        return page if page.sells else _nothing_for_sale(shop)
    with shop.compose.page(COMPOSE_SECONDS) as plan:
        layout = plan.deferred("home", lambda: _layout(shop))
        tree = plan.deferred("categories", lambda: reads.category_tree(shop).value)
    found, categories = layout.or_none(), tree.or_none()
    if categories is not None and not categories.items:
        return _nothing_for_sale(shop)
    if found is not None:
        return _of_service(shop, found, categories)
    if categories is None:
        raise UpstreamUnavailable("content", "home", Reason.CONNECTION, message="nothing to show")
    return _greeting(shop, categories.items)


def build_landing(shop: Shop, slug: str, now: datetime) -> LaidOutPage | None:
    """A landing page; None when there is none of that name, or nothing on it at this moment."""
    template = shop.configuration.landing(slug)
    if template is None:
        return None
    page = laid_out(shop, template, now)
    return page if page.blocks else None


def build_page(shop: Shop, slug: str) -> PlainPage:
    """A plain page. Raises NotFound."""
    with shop.compose.page(COMPOSE_SECONDS) as plan:
        text = plan.critical("page", lambda: reads.content_page(shop, slug).value)
        pages = plan.deferred("pages", lambda: reads.content_pages(shop).value)
    found, listed = text.value, pages.or_none()
    others = tuple(
        LinkView(other.title, reverse("content:page", kwargs={"slug": other.slug}))
        for other in (listed.items if listed else ())
        if other.slug != found.slug
    )
    return PlainPage(found.slug, found.title, found.description, trusted(found.body_html), others)


def _layout(shop: Shop) -> Home | None:
    """What merchandisers put on the home page; None when they have not put anything there yet."""
    try:
        return reads.home(shop).value
    except NotFound:
        return None


def _of_service(shop: Shop, home: Home, tree: CategoryTree | None) -> LaidOutPage:
    """The content service's home page: its products with one call, whatever the number of its blocks."""
    handles = tuple(dict.fromkeys(s for sec in home.sections if sec.kind == "products" for s in sec.slugs))
    with shop.compose.page(COMPOSE_SECONDS) as plan:
        if handles:
            wanted = handles[:MOST_NAMED]
            cards = plan.deferred("home_products", lambda: reads.named_products(shop, wanted).value.items)
    known = {card.handle: card for card in (cards.or_none() or ())} if handles else {}
    by_slug = {category.slug: category for category in (tree.items if tree else ())}
    blocks = [_hero_of(home)]
    for section in home.sections:
        shown: tuple[ProductCard, ...] = ()
        tiles: tuple[Category, ...] = ()
        if section.kind == "products":
            # Popped, so that a product that stands in two sections is shown in the first.
            shown = tuple(known.pop(s) for s in dict.fromkeys(section.slugs) if s in known)
        elif section.kind == "categories":
            tiles = tuple(by_slug[s] for s in section.slugs if s in by_slug)
        if section.kind == "text" or shown or tiles:
            link = _link_of(section.link)
            words = BlockView(kind=section.kind, title=section.title, text=section.text, link=link)
            blocks.append(_with(words, shown, tiles))
    return page_of(home.hero.title, home.hero.text[:_DESCRIPTION_LENGTH], tuple(blocks))


def _with(block: BlockView, cards: tuple[ProductCard, ...], tiles: tuple[Category, ...]) -> BlockView:
    return BlockView(
        kind=block.kind, title=block.title, text=block.text, link=block.link, cards=cards, categories=tiles
    )


def _hero_of(home: Home) -> BlockView:
    hero = home.hero
    picture = None if hero.image is None else PictureView(hero.image)
    return BlockView(
        kind="hero",
        title=hero.title,
        text=hero.text,
        link=_link_of(hero.link),
        picture=picture,
        layout="cover",
    )


def _link_of(link: Link | None) -> LinkView | None:
    return None if link is None else LinkView(link.label, link.href)


def _greeting(shop: Shop, categories: tuple[Category, ...]) -> LaidOutPage:
    """What the shop says by itself, while there are no words of merchandisers."""
    with shop.compose.page(COMPOSE_SECONDS) as plan:
        newest = plan.deferred("newest", lambda: reads.newest_products(shop, None, _NEWEST).value.items)
    top = tuple(category for category in categories if category.parent_id is None)
    first = reverse("catalog:category", kwargs={"slug": top[0].slug}) if top else reverse("search:results")
    text = _("Have a look around.")
    hero = BlockView(
        kind="hero", title=settings.SHOP_NAME, text=text, link=LinkView(_("See our products"), first)
    )
    blocks = (
        hero,
        BlockView(kind="categories", title=_("Shop by category"), categories=top),
        BlockView(kind="products", title=_("New in the shop"), cards=newest.or_none() or ()),
    )
    shown = tuple(block for block in blocks if block.kind == "hero" or block.cards or block.categories)
    return page_of(_("Welcome"), f"{settings.SHOP_NAME}: {text}", shown)


def _nothing_for_sale(shop: Shop) -> LaidOutPage:
    """The home page of a market in which the catalogue has no price for anything."""
    where = country(shop.country) if shop.country else country(current_region().country)
    title = _("Nothing is for sale here yet")
    text = _(
        "This shop has no prices for %(country)s. Choose another country to see what it sells there."
    ) % {"country": where}
    return page_of(title, text, (BlockView(kind="hero", title=title, text=text),))
