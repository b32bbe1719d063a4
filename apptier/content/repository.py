"""Content in its table: one item per home page, menu and page, market and language.

pk              sk                        what
HOME            <market>#<locale>         the home page
MENU#<name>     <market>#<locale>         a menu
PAGE#<slug>     <market>#<locale>         a page
PAGES           <market>#<locale>#<slug>  the page without its text: what lists are made of
REDIRECT#<path> *                         where a moved address leads, the same in every market and language
REDIRECTS       <path>                    the same once more: what the list of all is made of
OUTBOX          <time>#<random>           what still has to be told to others (apptier.kit.outbox)
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from apptier.content.models import PageContent, RedirectContent
from apptier.kit.clock import Clock, rfc3339
from apptier.kit.dynamo import Item, Tables
from apptier.kit.events import Events
from apptier.kit.markets import DEFAULT_LOCALE
from apptier.kit.outbox import About, Outbox

HOME = "HOME"
PAGES = "PAGES"
REDIRECTS = "REDIRECTS"
EVERYWHERE = "*"
MOST_HOPS = 5
MOST_REDIRECTS = 1_000  # as many as one answer holds


class RedirectLoopError(ValueError):
    """A redirect would lead back to where it begins."""


class TooManyRedirectsError(ValueError):
    """There are as many redirects as one answer holds."""


def menu_key(name: str) -> str:
    """The partition of a menu."""
    return f"MENU#{name}"


def page_key(slug: str) -> str:
    """The partition of a page."""
    return f"PAGE#{slug}"


def redirect_path(path: str) -> str:
    """A path as redirects know it: without query, slash at the end, and capitals."""
    return path.partition("?")[0].partition("#")[0].rstrip("/").lower() or "/"


def redirect_key(path: str) -> str:
    """The partition of a redirect."""
    return f"REDIRECT#{redirect_path(path)}"


class ContentRepository:
    """Reads and writes content. A write that changes nothing leaves version and time as they are."""

    def __init__(self, tables: Tables, clock: Clock) -> None:
        self._tables = tables
        self._clock = clock

    def outbox(self, events: Events) -> Outbox:
        """The outbox of content on this bus."""
        return Outbox(self._tables, "content", events, self._clock, self._news)

    def get(self, key: str, market: str, locale: str) -> dict[str, Any] | None:
        """What was put under `key`, in English where it isn't translated, with `version` and `updated_at`."""
        for language in dict.fromkeys((locale, DEFAULT_LOCALE)):
            item = self._tables.get("content", {"pk": key, "sk": f"{market}#{language}"})
            if item is not None:
                return _told(item)
        return None

    def put(self, key: str, market: str, locale: str, content: BaseModel, events: Events) -> bool:
        """Keep content and tell the bus, if it differs from what is there; returns whether it did."""
        place = (key, f"{market}#{locale}")
        return self._keep(events, key, (market, locale), {place: content.model_dump_json()})

    def put_page(self, page: PageContent, market: str, locale: str, events: Events) -> bool:
        """Keep a page, and what lists say of it."""
        place = (PAGES, f"{market}#{locale}#{page.slug}")
        self._keep(events, PAGES, (market, locale), {place: page.model_dump_json(exclude={"body_html"})})
        return self.put(page_key(page.slug), market, locale, page, events)

    def pages(self, market: str, locale: str) -> list[dict[str, Any]]:
        """Every page without its text, by slug, in English where it isn't translated."""
        found: dict[str, dict[str, Any]] = {}
        for language in dict.fromkeys((DEFAULT_LOCALE, locale)):
            start = f"{market}#{language}#"
            condition = "pk = :pk AND begins_with(sk, :start)"
            for item in self._tables.query_all("content", condition, {":pk": PAGES, ":start": start}):
                found[item["sk"].removeprefix(start)] = _told(item)
        return [found[slug] for slug in sorted(found)]

    def put_redirect(self, path: str, redirect: RedirectContent, events: Events) -> bool:
        """Keep where `path` leads now. Raises RedirectLoopError and TooManyRedirectsError."""
        if redirect_key(path) in {key for key, _ in self._way(redirect.target)}:
            raise RedirectLoopError(f"{path} would lead to {redirect.target} and from there back to itself")
        key, place = redirect_key(path), {"pk": REDIRECTS, "sk": redirect_path(path)}
        if self._tables.get("content", place) is None and len(self._listed()) >= MOST_REDIRECTS:
            raise TooManyRedirectsError(f"there are {MOST_REDIRECTS} redirects already")
        places = ((REDIRECTS, redirect_path(path)), (key, EVERYWHERE))
        docs = dict.fromkeys(places, redirect.model_dump_json())
        return self._keep(events, key, (EVERYWHERE, EVERYWHERE), docs)

    def redirects(self) -> list[dict[str, Any]]:
        """Where every moved address leads in the end, by path; circles and ways too long are left out."""
        listed = self._listed()
        found = []
        for path in listed:
            steps: list[dict[str, Any]] = []
            target, passed = path, set[str]()
            while target in listed and target not in passed and len(steps) < MOST_HOPS:
                passed.add(target)
                steps.append(listed[target])
                target = redirect_path(steps[-1]["target"])
            if target not in listed:
                found.append(_joined(path, steps))
        return found

    def _listed(self) -> dict[str, dict[str, Any]]:
        condition = "pk = :pk AND begins_with(sk, :start)"
        items = self._tables.query_all("content", condition, {":pk": REDIRECTS, ":start": "/"})
        return {item["sk"]: _told(item) for item in items}

    def _way(self, path: str) -> list[tuple[str, dict[str, Any] | None]]:
        """The keys passed from `path` on with what is kept there; a way that ends has None at its end."""
        way: list[tuple[str, dict[str, Any] | None]] = []
        key = redirect_key(path)
        while len(way) <= MOST_HOPS and key not in {passed for passed, _ in way}:
            item = self._tables.get("content", {"pk": key, "sk": EVERYWHERE})
            step = None if item is None else _told(item)
            way.append((key, step))
            if step is None:
                break
            key = redirect_key(step["target"])
        return way

    def _keep(
        self, events: Events, key: str, where: tuple[str, str], docs: Mapping[tuple[str, str], str]
    ) -> bool:
        """Write those of `docs` (by pk and sk) that differ from what is there; whether any did.

        One event tells of them all: `key` in the market and locale of `where`, with the version of the last.
        """
        changed = {place: doc for place, doc in docs.items() if doc != self._known(place)}
        if not changed:
            return False
        outbox, (pk, sk) = self.outbox(events), list(changed)[-1]
        market, locale = where
        about = {"key": key, "market": market, "locale": locale, "pk": pk, "sk": sk}
        news = outbox.begin("ContentChanged", [about])
        for (pk, sk), doc in changed.items():
            self._tables.update(
                "content",
                {"pk": pk, "sk": sk},
                "SET doc = :doc, updated_at = :now ADD version :one",
                values={":doc": doc, ":now": rfc3339(self._clock.now()), ":one": 1},
            )
        outbox.tell(news)
        return True

    def _known(self, place: tuple[str, str]) -> str | None:
        pk, sk = place
        item = self._tables.get("content", {"pk": pk, "sk": sk}, consistent=True)
        return item["doc"] if item else None

    def _news(self, _kind: str, about: Sequence[About]) -> list[dict[str, Any]]:
        """The details of `ContentChanged`; nothing of what never came to be written."""
        told = []
        for one in about:
            item = self._tables.get("content", {"pk": one["pk"], "sk": one["sk"]}, consistent=True)
            if item is not None:
                named = {name: one[name] for name in ("key", "market", "locale")}
                told.append(named | {"version": item["version"], "updated_at": item["updated_at"]})
        return told


def _joined(path: str, steps: list[dict[str, Any]]) -> dict[str, Any]:
    """Steps one after the other as one: for good only if every one of them is (RFC 9110, 15.4.2)."""
    lasting = all(step["status"] == 301 for step in steps)  # noqa: PLR2004 - moved for good
    return steps[-1] | {
        "path": path,
        "status": 301 if lasting else 302,
        "version": sum(step["version"] for step in steps),
        "updated_at": max(step["updated_at"] for step in steps),
    }


def _told(item: Item) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(item["doc"])
    return body | {"version": item["version"], "updated_at": item["updated_at"]}
