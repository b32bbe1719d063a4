"""The pages of content that a shopper may search for: those that the shop's own menus lead to.

The menus name them in every market and language, so nothing has to look through the whole table.
"""

import re
from collections.abc import Iterator
from typing import Any

from apptier.content.repository import ContentRepository, menu_key, page_key
from apptier.kit.clock import Clock
from apptier.kit.dynamo import Tables
from apptier.kit.markets import DEFAULT_LOCALE
from apptier.search.documents import HelpPage

MENUS = ("footer", "header")
_PAGE = re.compile(r"/pages/([a-z0-9]+(?:-[a-z0-9]+)*)/")


class HelpPages:
    """Reads pages from the content table, English where a language has none."""

    def __init__(self, tables: Tables, clock: Clock) -> None:
        self._content = ContentRepository(tables, clock)

    def pages(self, market: str, locale: str) -> Iterator[HelpPage]:
        """Every page that a menu leads to."""
        for slug in self._slugs(market, locale):
            page = self.page(slug, market, locale)
            if page is not None:
                yield page

    def page(self, slug: str, market: str, locale: str) -> HelpPage | None:
        """One page."""
        found = self._read(page_key(slug), market, locale)
        if found is None:
            return None
        return HelpPage(slug, found["title"], found.get("description", ""), found["body_html"])

    def _slugs(self, market: str, locale: str) -> list[str]:
        slugs: dict[str, None] = {}
        for name in MENUS:
            menu = self._read(menu_key(name), market, locale) or {"groups": []}
            for group in menu["groups"]:
                for link in group["links"]:
                    place = _PAGE.fullmatch(link["href"])
                    if place:
                        slugs[place[1]] = None
        return list(slugs)

    def _read(self, key: str, market: str, locale: str) -> dict[str, Any] | None:
        return self._content.get(key, market, locale) or self._content.get(key, market, DEFAULT_LOCALE)
