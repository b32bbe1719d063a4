"""The first content of a shop: words from `data/`, products and categories from what the catalog holds.

A folder of `data/` for each language holds the demo shop's own words. Any other shop gets those of
`data/plain/`, which say only what is true of every shop that runs on this code.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from apptier.catalog.layout import StoredCategory
from apptier.catalog.repository import CatalogRepository
from apptier.content.facts import DATA, Stock, facts, filled
from apptier.content.models import (
    Hero,
    HomeContent,
    Link,
    MenuContent,
    MenuGroup,
    MenuSection,
    PageContent,
    RedirectContent,
    Section,
)
from apptier.content.repository import HOME, ContentRepository, menu_key
from apptier.kit.events import Events
from apptier.kit.markets import LOCALES, MARKETS, Market
from apptier.kit.models import Image

PLAIN = DATA / "plain"
COUNTED = 100
"""Products per query while they are counted."""
HERO_BASE = "/media/home/hero"
HERO = Image(
    base=HERO_BASE,
    widths=[720, 1080, 1920],
    formats=["avif", "webp"],
    width=1920,
    height=1080,
    alt="",
)


@dataclass(frozen=True, slots=True)
class Shelves:
    """The categories of a market that hold something: the tops in order, and what is below each by id."""

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
        self._data = DATA if shop_name is None else PLAIN

    def seed(self, media_root: Path | None) -> int:
        """Home, menus and pages of every market and language, and redirects; returns how many were written.

        The hero's own picture is used where its file is under `media_root`, else the newest product's.
        """
        written = 0
        for market in MARKETS.values():
            shelves = self._shelves(market)
            stock = Stock(self._count(market), len(shelves.slugs))
            image = self._hero_image(market, media_root)
            for locale in LOCALES:
                known = facts(market, locale, self._shop_name or "", stock)
                written += self._words(market, locale, shelves, known, image)
        if self._shop_name is None:
            for entry in json.loads((DATA / "redirects.json").read_text(encoding="utf-8")):
                redirect = RedirectContent(target=entry["target"], status=entry["status"])
                written += self._repository.put_redirect(entry["path"], redirect, self._events)
        return written

    def _words(
        self, market: Market, locale: str, shelves: Shelves, known: Mapping[str, str], image: Image | None
    ) -> int:
        """Everything in one market and language."""
        folder = self._data / locale
        menus = {menu_key(menu.name): menu for menu in (_header(shelves, locale), *_menus(folder))}
        home = self._home(market, folder, shelves, known, image)
        contents: dict[str, HomeContent | MenuContent] = {HOME: home, **menus}
        written = sum(
            self._repository.put(key, market.code, locale, content, self._events)
            for key, content in contents.items()
        )
        return written + sum(
            self._repository.put_page(page, market.code, locale, self._events)
            for page in _pages(folder, known)
        )

    def _shelves(self, market: Market) -> Shelves:
        held = [c for c in self._catalog.categories() if c.counts.get(market.code, 0)]
        held.sort(key=lambda c: (c.record.position, c.record.slug))
        known = {c.record.id for c in held}
        below = {c.record.id: [d for d in held if d.record.parent_id == c.record.id] for c in held}
        return Shelves([c for c in held if c.record.parent_id not in known], below)

    def _count(self, market: Market) -> int:
        count, after = 0, None
        while True:
            page = self._catalog.list_handles(market.code, limit=COUNTED, after=after)
            count, after = count + len(page.handles), page.last
            if after is None:
                return count

    def _home(
        self,
        market: Market,
        folder: Path,
        shelves: Shelves,
        known: Mapping[str, str],
        image: Image | None,
    ) -> HomeContent:
        plan = json.loads((folder / "home.json").read_text(encoding="utf-8"))
        wanted = [slug for slug in plan["categories"]["slugs"] if slug in shelves.slugs]
        sections = [_category_section(plan["categories"], wanted, shelves)]
        sections += [self._featured(market, entry, shelves, known) for entry in plan["featured"]]
        for entry in plan["texts"]:
            link = Link.model_validate(entry["link"])
            sections.append(
                Section(kind="text", title=entry["title"], text=entry["text"], slugs=[], link=link)
            )
        words = plan["hero"]
        first = shelves.tops[0].record.slug if shelves.tops else ""
        link = Link(label=words["label"], href=f"/c/{first}/" if first else "/search/")
        hero = Hero(title=words["title"], text=filled(words["text"], known), link=link, image=image)
        return HomeContent(hero=hero, sections=[s for s in sections if s is not None])

    def _featured(
        self, market: Market, plan: Mapping[str, Any], shelves: Shelves, known: Mapping[str, str]
    ) -> Section | None:
        """The newest products of a category (None: of the shop); no section without any."""
        slug = plan["category"]
        if slug is not None and slug not in shelves.slugs:
            return None
        page = self._catalog.list_handles(market.code, category=slug, limit=plan["count"])
        if not page.handles:
            return None
        link = Link(label=known["see_all"], href=f"/c/{slug}/") if slug else None
        return Section(kind="products", title=plan["title"], text=plan["text"], slugs=page.handles, link=link)

    def _hero_image(self, market: Market, media_root: Path | None) -> Image | None:
        if media_root is not None and self._shop_name is None:
            smallest = f"{HERO_BASE.removeprefix('/media/')}-{HERO.widths[0]}.{HERO.formats[-1]}"
            if (media_root / smallest).is_file():
                return HERO
        newest = self._catalog.list_handles(market.code, limit=1).handles
        card = self._catalog.cards(newest).get(newest[0]) if newest else None
        return card.image if card else None


def _category_section(plan: Mapping[str, Any], wanted: Sequence[str], shelves: Shelves) -> Section | None:
    slugs = list(wanted or [c.record.slug for c in shelves.tops])[: plan["most"]]
    if not slugs:
        return None
    return Section(kind="categories", title=plan["title"], text=plan["text"], slugs=slugs, link=None)


def _header(shelves: Shelves, locale: str) -> MenuContent:
    """A group per top category, which it leads to; below it its categories, with what is below those."""
    groups = []
    for top in shelves.tops:
        children = shelves.below[top.record.id]
        single = [child for child in children if not shelves.below[child.record.id]]
        deeper = [child for child in children if shelves.below[child.record.id]]
        sections = [
            MenuSection(
                title=_name(child, locale),
                href=_href(child),
                links=[_link(grandchild, locale) for grandchild in shelves.below[child.record.id]],
            )
            for child in deeper
        ]
        links = [_link(child, locale) for child in single]
        groups.append(MenuGroup(title=_name(top, locale), href=_href(top), links=links, groups=sections))
    return MenuContent(name="header", groups=groups)


def _name(category: StoredCategory, locale: str) -> str:
    return category.record.in_language(locale).name


def _href(category: StoredCategory) -> str:
    return f"/c/{category.record.slug}/"


def _link(category: StoredCategory, locale: str) -> Link:
    return Link(label=_name(category, locale)[:80], href=_href(category))


def _menus(folder: Path) -> list[MenuContent]:
    raw = json.loads((folder / "menus.json").read_text(encoding="utf-8"))
    return [MenuContent.model_validate({"name": name, "groups": groups}) for name, groups in raw.items()]


def _pages(folder: Path, known: Mapping[str, str]) -> Iterator[PageContent]:
    index = json.loads((folder / "pages.json").read_text(encoding="utf-8"))
    marked_up = dict(known, shop_name=escape(known["shop_name"]))
    for slug, words in index.items():
        body = filled((folder / "pages" / f"{slug}.html").read_text(encoding="utf-8"), marked_up)
        title, description = filled(words["title"], known), filled(words["description"], known)
        yield PageContent(slug=slug, title=title, description=description, body_html=body)
