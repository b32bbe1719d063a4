"""The frame around every page: the shop's name, where this page is, the categories and the footer.

Categories and footer come from the cache in the usual case; a page never fails because they are missing.
"""

from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from django.conf import settings
from django.utils.translation import gettext as _

from storefront.clients.catalog.models import Category
from storefront.clients.content.models import Menu
from storefront.clients.shapes import Image
from storefront.core import NotFound
from storefront.web import reads
from storefront.web.alternates import Alternate, alternates
from storefront.web.frame import Frame, PreviewView, load_frame, preview_view
from storefront.web.paths import path_of
from storefront.web.regions import COUNTRIES, Region, current_region, split
from storefront.web.requests import ShopRequest
from storefront.web.shop import Shop

_SECONDS = 0.8  # for the frame; a page is worth more than its menu
_LONGEST = 450  # characters of an address that the switcher takes along, below what it reads (500)


@dataclass(frozen=True, slots=True)
class CategoryNode:
    """A category of the navigation with what is below it."""

    id: str
    slug: str
    name: str
    description: str
    product_count: int
    image: Image | None
    children: tuple["CategoryNode", ...]


@dataclass(frozen=True, slots=True)
class Site:
    """What every template gets besides its page. `categories` is empty and `footer` None when not to be had.

    `origin` is scheme and host of the shop, `path` this page's path, `plain_path` the same without region,
    `canonical` the absolute URL that search engines should know it by. `payment_origins` are where the hosted
    payment page may be. `regions_href` is the page that leads to other countries and languages, and from
    there back to this page. `markets` are those that have this page, None for all. `frame` is what
    merchandisers set, `preview` what the browser's preview changes, None outside of one.
    """

    name: str
    origin: str
    path: str
    plain_path: str
    canonical: str
    region: Region
    regions_href: str
    public: bool
    release: str = ""
    payment_origins: tuple[str, ...] = ()
    categories: tuple[CategoryNode, ...] = ()
    footer: Menu | None = None
    markets: tuple[str, ...] | None = None
    frame: Frame = field(default_factory=Frame)
    preview: PreviewView | None = None

    @classmethod
    def plain(
        cls,
        request: ShopRequest,
        canonical: str = "",
        categories: tuple[CategoryNode, ...] = (),
        footer: Menu | None = None,
        markets: tuple[str, ...] | None = None,
        own: str = "",
    ) -> "Site":
        """The frame from what the process knows by itself, asking no upstream."""
        policy, flags = getattr(request, "policy", None), getattr(request, "flags", None)
        public = bool(policy and policy.public)
        known_by = canonical or request.path
        return cls(
            name=settings.SHOP_NAME,
            origin=settings.PUBLIC_ORIGIN,
            path=request.path,
            plain_path=split(request.path)[1],
            canonical=settings.PUBLIC_ORIGIN + known_by,
            region=current_region(),
            regions_href=_regions_href((own or known_by) if public else "", markets),
            public=public,
            release=settings.RELEASE,
            payment_origins=tuple(settings.PAYMENT_ORIGINS),
            categories=categories,
            footer=footer,
            markets=markets,
            preview=preview_view(flags.preview) if flags is not None else None,
        )

    @property
    def alternates(self) -> tuple[Alternate, ...]:
        """This page in every region; none for pages that are one shopper's own."""
        known_by = self.canonical.removeprefix(self.origin)
        return alternates(self.origin, known_by, self.markets) if self.public else ()


@dataclass(frozen=True, slots=True)
class Crumb:
    """One step of the way to a page; `href` is "" for the page itself."""

    label: str
    href: str = ""


def load_site(
    request: ShopRequest, canonical: str = "", markets: tuple[str, ...] | None = None, own: str = ""
) -> Site:
    """The frame with categories and footer, as far as they can be had in time.

    `own` is the page's path with all that the shopper chose on it, which another language shall keep.
    """
    shop = request.shop
    with shop.compose.page(_SECONDS) as plan:
        tree = plan.deferred("categories", lambda: reads.category_tree(shop).value, cached=True)
        footer = plan.deferred("footer", lambda: _footer(shop), cached=True)
    found = tree.or_none()
    categories = category_nodes(found.items) if found else ()
    site = Site.plain(request, canonical, categories, footer.or_none(), markets, own)
    return replace(site, frame=load_frame(request))


def breadcrumbs(items: tuple[Category, ...], category_id: str | None, last: str = "") -> tuple[Crumb, ...]:
    """The way from the first page down to a category (by id), and on to a page called `last`.

    The last crumb has no link. A category that is not in the tree is left out, with all above it.
    """
    known = {category.id: category for category in items}
    way: list[Crumb] = [Crumb(last)] if last else []
    while category_id is not None and category_id in known and len(way) < len(known) + 1:
        category = known[category_id]
        href = path_of("catalog:category", slug=category.slug) if way else ""
        way.insert(0, Crumb(category.name, href))
        category_id = category.parent_id
    return (Crumb(_("Home"), path_of("content:home")), *way)


def _regions_href(path: str, markets: tuple[str, ...] | None = None) -> str:
    """The switcher's address; with `path` its links lead to the same page in the markets that have it."""
    plain = split(path)[1]
    if len(plain) > _LONGEST:
        plain = plain.partition("?")[0]
    parts = {"path": plain} if plain not in {"", "/"} else {}
    if parts and markets is not None and not {country.market for country in COUNTRIES.values()} <= {*markets}:
        parts["markets"] = ",".join(markets)
    return path_of("regions:index") + (f"?{urlencode(parts)}" if parts else "")


def _footer(shop: Shop) -> Menu | None:
    try:
        return reads.menu(shop, "footer").value
    except NotFound:
        return None  # a shop without a footer menu lacks nothing


def category_nodes(items: tuple[Category, ...], parent: str | None = None) -> tuple[CategoryNode, ...]:
    """The flat list of the catalogue as a tree, in the catalogue's order."""
    return tuple(
        CategoryNode(
            c.id, c.slug, c.name, c.description, c.product_count, c.image, category_nodes(items, c.id)
        )
        for c in items
        if c.parent_id == parent
    )
