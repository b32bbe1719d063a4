"""The first content of a shop: words from `data/`, products and categories from what the catalog holds.

The words of `data/` are the demo shop's own. Any other shop gets those of `data/plain/`, which say only what
is true of every shop that runs on this code.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from apptier.catalog.layout import StoredCategory
from apptier.catalog.repository import CatalogRepository
from apptier.content.models import Hero, HomeContent, Link, MenuContent, MenuGroup, PageContent, Section
from apptier.content.repository import HOME, ContentRepository, menu_key, page_key
from apptier.kit.events import Events
from apptier.kit.markets import DEFAULT_LOCALE, MARKETS, Market
from apptier.kit.models import Image

DATA = Path(__file__).with_name("data")
PLAIN = DATA / "plain"
BRACES = re.compile(r"\{([a-z_]+)\}")
COUNTED = 100
"""Products per query while they are counted."""
HERO_BASE = "/media/home/hero"
HERO = Image(
    base=HERO_BASE,
    widths=[720, 1080, 1920],
    formats=["avif", "webp"],
    width=1920,
    height=1080,
    alt="A table with printed cloth, pots and paper, seen from above",
)


@dataclass(frozen=True, slots=True)
class Shelves:
    """The categories of a market that hold something, in order."""

    tops: Sequence[StoredCategory]
    below: Mapping[str, Sequence[StoredCategory]]

    @property
    def slugs(self) -> list[str]:
        """Every slug, tops first."""
        lower = [c.record.slug for children in self.below.values() for c in children]
        return [c.record.slug for c in self.tops] + lower


class ContentSeeder:
    """Writes what is missing or has changed; running it again changes nothing."""

    def __init__(
        self,
        repository: ContentRepository,
        catalog: CatalogRepository,
        events: Events,
        shop_name: str | None = None,
    ) -> None:
        """A shop that is not the demo gives its `shop_name`, and gets plain words."""
        self._repository = repository
        self._catalog = catalog
        self._events = events
        self._shop_name = shop_name
        self._words = DATA if shop_name is None else PLAIN

    def seed(self, media_root: Path | None) -> int:
        """Home, menus and pages of every market; returns how many were written.

        The hero's own picture is used where its file is under `media_root`, else the newest product's.
        """
        written = 0
        for market in MARKETS.values():
            shelves = self._shelves(market)
            facts = self._facts(market, shelves)
            contents: dict[str, HomeContent | MenuContent | PageContent] = {
                HOME: self._home(market, shelves, facts, media_root),
                menu_key("header"): _header(shelves),
            }
            contents |= {menu_key(menu.name): menu for menu in _menus(self._words)}
            contents |= {page_key(page.slug): page for page in _pages(self._words, facts)}
            for key, content in contents.items():
                written += self._repository.put(key, market.code, DEFAULT_LOCALE, content, self._events)
        return written

    def _shelves(self, market: Market) -> Shelves:
        held = [c for c in self._catalog.categories() if c.counts.get(market.code, 0)]
        held.sort(key=lambda c: (c.record.position, c.record.slug))
        known = {c.record.id for c in held}
        tops = [c for c in held if c.record.parent_id not in known]
        below = {top.record.id: [c for c in held if c.record.parent_id == top.record.id] for top in tops}
        return Shelves(tops, below)

    def _facts(self, market: Market, shelves: Shelves) -> dict[str, str]:
        """What the words may say in braces: the shop's name, its numbers, the rules of the checkout."""
        told = {"shop_name": self._shop_name or "", "stock_words": self._stock_words(market, shelves)}
        return told | _rules(market)

    def _stock_words(self, market: Market, shelves: Shelves) -> str:
        """How much there is: "12 products in 3 categories"."""
        count, after = 0, None
        while True:
            page = self._catalog.list_handles(market.code, limit=COUNTED, after=after)
            count, after = count + len(page.handles), page.last
            if after is None:
                break
        products = f"{count} product{'' if count == 1 else 's'}"
        categories = len(shelves.slugs)
        return f"{products} in {categories} categories" if categories > 1 else products

    def _home(
        self, market: Market, shelves: Shelves, facts: Mapping[str, str], media_root: Path | None
    ) -> HomeContent:
        plan = json.loads((self._words / "home.json").read_text(encoding="utf-8"))
        wanted = [slug for slug in plan["categories"]["slugs"] if slug in shelves.slugs]
        sections = [self._category_section(plan["categories"], wanted, shelves)]
        sections += [self._featured(market, entry, shelves) for entry in plan["featured"]]
        for entry in plan["texts"]:
            link = Link.model_validate(entry["link"])
            sections.append(
                Section(kind="text", title=entry["title"], text=entry["text"], slugs=[], link=link)
            )
        words = plan["hero"]
        first = shelves.tops[0].record.slug if shelves.tops else ""
        link = Link(label=words["label"], href=f"/c/{first}/" if first else "/search/")
        image = self._hero_image(market, media_root)
        hero = Hero(title=words["title"], text=_filled(words["text"], facts), link=link, image=image)
        return HomeContent(hero=hero, sections=[s for s in sections if s is not None])

    def _category_section(
        self, plan: Mapping[str, Any], wanted: Sequence[str], shelves: Shelves
    ) -> Section | None:
        slugs = list(wanted or [c.record.slug for c in shelves.tops])[: plan["most"]]
        if not slugs:
            return None
        return Section(kind="categories", title=plan["title"], text=plan["text"], slugs=slugs, link=None)

    def _featured(self, market: Market, plan: Mapping[str, Any], shelves: Shelves) -> Section | None:
        """The newest products of a category (None: of the shop); no section without any."""
        slug = plan["category"]
        if slug is not None and slug not in shelves.slugs:
            return None
        page = self._catalog.list_handles(market.code, category=slug, limit=plan["count"])
        if not page.handles:
            return None
        link = Link(label="See all", href=f"/c/{slug}/") if slug else None
        return Section(kind="products", title=plan["title"], text=plan["text"], slugs=page.handles, link=link)

    def _hero_image(self, market: Market, media_root: Path | None) -> Image | None:
        if media_root is not None and self._shop_name is None:
            smallest = f"{HERO_BASE.removeprefix('/media/')}-{HERO.widths[0]}.{HERO.formats[-1]}"
            if (media_root / smallest).is_file():
                return HERO
        newest = self._catalog.list_handles(market.code, limit=1).handles
        card = self._catalog.cards(newest).get(newest[0]) if newest else None
        return card.image if card else None


def _header(shelves: Shelves) -> MenuContent:
    """A group per top category, with itself first and those below it after."""
    groups = []
    for top in shelves.tops:
        shown = [top, *shelves.below[top.record.id]]
        links = [Link(label=c.record.name[:80], href=f"/c/{c.record.slug}/") for c in shown]
        groups.append(MenuGroup(title=top.record.name, links=links))
    return MenuContent(name="header", groups=groups)


def _menus(folder: Path) -> list[MenuContent]:
    raw = json.loads((folder / "menus.json").read_text(encoding="utf-8"))
    return [MenuContent.model_validate({"name": name, "groups": groups}) for name, groups in raw.items()]


def _pages(folder: Path, facts: Mapping[str, str]) -> list[PageContent]:
    index = json.loads((folder / "pages.json").read_text(encoding="utf-8"))
    marked_up = dict(facts, shop_name=escape(facts["shop_name"]))
    pages = []
    for slug, words in index.items():
        body = _filled((folder / "pages" / f"{slug}.html").read_text(encoding="utf-8"), marked_up)
        title, description = _filled(words["title"], facts), _filled(words["description"], facts)
        pages.append(PageContent(slug=slug, title=title, description=description, body_html=body))
    return pages


def _filled(text: str, facts: Mapping[str, str]) -> str:
    """The text with each `{name}` that is a fact replaced by it, in one pass: a fact's own braces stay."""
    return BRACES.sub(lambda found: facts.get(found[1], found[0]), text)


def _rules(market: Market) -> dict[str, str]:
    """What the pages say of a market in HTML, taken from the rules that the checkout goes by."""
    rows = []
    for method in market.delivery:
        days = _days(method.lead_min, method.lead_max)
        price = f"{method.price // 100}.{method.price % 100:02d} {market.currency}"
        where = ", ".join(c.name for c in market.countries if c.code in method.countries)
        only = f", to {where} only" if where else ""
        more = "; a little more to some countries" if method.surcharges else ""
        line = f"<strong>{escape(method.name)}</strong>: {price}, {days}{escape(only)}{more}"
        rows.append(f"<li>{line}</li>")
    rate = f"{market.tax_basis_points / 100:g} %"
    included = f"Prices are in {market.currency} and hold {rate} tax."
    on_top = f"Prices are in {market.currency}; {rate} sales tax is added in the checkout."
    return {
        "delivery_options": f"<ul>{''.join(rows)}</ul>",
        "countries": escape(", ".join(country.name for country in market.countries)),
        "tax_words": included if market.tax_included else on_top,
    }


def _days(least: int, most: int) -> str:
    """A number of working days in words."""
    if least == most:
        return f"{least} working day{'' if least == 1 else 's'}"
    return f"{least} to {most} working days"
