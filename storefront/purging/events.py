"""Which event makes which cached things old: one table, read by the purger, its tests and people.

The events are those of contracts/events.yaml, the tags those of the manifest and of what pages read
(storefront/web/reads.py). A row with a `version` names the member of the event that holds it: copies that say
of themselves to be that new stay. Rows without one give up whatever was made before the event came, because
what carries the tag tells no version that could be compared (content falls back to English, cards in lists
do not know the version of their price).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

import msgspec

Detail = Mapping[str, Any]
# From so many changed products on, an import is purged at once: the events of single products may be many
# thousands, and nothing of the catalogue would be left for long anyway.
MASS_IMPORT = 1_000
_HANDLE = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\Z")
_MOST_CHARACTERS = 120


class Unreadable(ValueError):  # noqa: N818 - says what is wrong with the message
    """A message is no event, or an event without what its kind must say. Its message names no values."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event from the queue. `happened_at` (aware) is when the thing changed, as far as it is told."""

    id: str
    kind: str
    detail: Detail
    happened_at: datetime | None


@dataclass(frozen=True, slots=True)
class Purge:
    """Give up what carries `tag`: all that is older than `version`, or all that there is (None)."""

    tag: str
    version: int | None = None


def _always(_detail: Detail) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Row:
    """An event of `kind`, `when` its detail says so, purges `tag`: a template over the detail's members.

    `{name}` is what follows the # of a content key. `version` is a member of the detail; an event without it
    purges plainly.
    """

    kind: str
    tag: str
    version: str = ""
    when: Callable[[Detail], bool] = _always

    def purge(self, detail: Detail) -> Purge:
        """What this row does about an event. Raises Unreadable."""
        names = {"handle": _handle(detail) if "{handle}" in self.tag else "", "name": _name(detail)}
        version = detail.get(self.version) if self.version else None
        if version is not None and (not isinstance(version, int) or isinstance(version, bool) or version < 1):
            raise Unreadable(f"{self.kind}: {self.version} is no version")
        return Purge(self.tag.format_map(names), version)


def _lists_changed(detail: Detail) -> bool:
    return any(detail.get(name) is True for name in ("created", "moved", "retired"))


def _retired(detail: Detail) -> bool:
    return detail.get("retired") is True


def _massive(detail: Detail) -> bool:
    changed = detail.get("changed")
    return not isinstance(changed, int) or changed >= MASS_IMPORT


def _of_key(start: str) -> Callable[[Detail], bool]:
    def fits(detail: Detail) -> bool:
        key = str(detail.get("key", ""))
        return key.startswith(start) if start.endswith("#") else key == start

    return fits


TABLE: tuple[Row, ...] = (
    Row("CategoryChanged", "categories", "catalog_version"),
    Row("ContentChanged", "content:home", when=_of_key("HOME")),
    Row("ContentChanged", "menu:{name}", when=_of_key("MENU#")),
    Row("ContentChanged", "content:{name}", when=_of_key("PAGE#")),
    Row("ContentChanged", "content_pages", when=_of_key("PAGES")),
    Row("ContentChanged", "redirects", when=_of_key("REDIRECT#")),
    # Each product had an event of its own; what an import does beyond is a new index and new counts.
    Row("ImportEnded", "categories"),
    Row("ImportEnded", "products"),
    Row("ImportEnded", "search"),
    Row("ImportEnded", "catalog", when=_massive),
    # Results that were made while the index was behind show old prices, stock or stars.
    Row("IndexRefreshed", "offers:{handle}"),
    Row("PriceChanged", "offers:{handle}", "offers_version"),
    Row("PriceChanged", "product:{handle}", "version"),
    Row("ProductChanged", "product:{handle}", "version"),
    Row("ProductChanged", "offers:{handle}", when=_retired),
    Row("ProductChanged", "categories", when=_lists_changed),
    Row("ProductChanged", "products", when=_lists_changed),
    Row("ProductChanged", "search", when=_lists_changed),
    # Without a version: a review may lose its writer's name, which changes no rating.
    Row("RatingChanged", "reviews:{handle}"),
    Row("RatingChanged", "offers:{handle}"),  # cards show the stars
    Row("StockChanged", "offers:{handle}", "offers_version"),
    Row("StoreChanged", "stores"),
)

IRRELEVANT: Mapping[str, str] = MappingProxyType(
    {
        "CustomerDeleted": "nothing public is made of customers; their names in reviews are a RatingChanged",
        "OrderCancelled": "what it changes in stock is told by StockChanged",
        "OrderPaymentFailed": "what it changes in stock is told by StockChanged",
        "OrderPlaced": "what it changes in stock is told by StockChanged",
        "OrderRefunded": "what it changes in stock is told by StockChanged",
        "ReviewApproved": "a RatingChanged comes beside it",
        "ReviewWithdrawn": "a RatingChanged comes beside it",
    }
)

KINDS: frozenset[str] = frozenset(row.kind for row in TABLE)


def purges_of(event: Event) -> tuple[Purge, ...]:
    """What an event purges; nothing for a kind that the table does not know. Raises Unreadable."""
    return tuple(
        row.purge(event.detail) for row in TABLE if row.kind == event.kind and row.when(event.detail)
    )


def read_event(body: str) -> Event:
    """The event in a message's body: EventBridge's envelope. Raises Unreadable."""
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise Unreadable("not JSON") from error
    if not isinstance(found, dict):
        raise Unreadable("not an object")
    kind, detail, event_id = found.get("detail-type"), found.get("detail"), found.get("id")
    if not isinstance(kind, str) or not isinstance(detail, dict):
        raise Unreadable("without detail-type or detail")
    # The envelope's own time is in whole seconds; the change itself knows milliseconds.
    moments = (_moment(detail.get("updated_at")), _moment(found.get("time")))
    happened_at = next((moment for moment in moments if moment is not None), None)
    return Event(event_id if isinstance(event_id, str) else "", kind, detail, happened_at)


class Plan:
    """Purges of many events as few: each tag once, with the highest version, plainly where one says so."""

    def __init__(self, purges: Iterable[Purge] = ()) -> None:
        self._plain: dict[str, None] = {}
        self._versions: dict[str, int] = {}
        self._edge: dict[str, None] = {}
        for purge in purges:
            self.add(purge)

    def add(self, purge: Purge, *, edge: bool = True) -> None:
        """Take one more in; without `edge` it is none of the CDN's business."""
        if edge:
            self._edge[purge.tag] = None
        if purge.version is None:
            self._plain[purge.tag] = None
        else:
            self._versions[purge.tag] = max(purge.version, self._versions.get(purge.tag, 0))

    def __iter__(self) -> Iterator[Purge]:
        """Versions first: what a plain purge of the same tag lets in again must be that new."""
        yield from (Purge(tag, version) for tag, version in self._versions.items())
        yield from (Purge(tag) for tag in self._plain)

    @property
    def edge_tags(self) -> tuple[str, ...]:
        """What the CDN is to be told, each tag once."""
        return tuple(self._edge)

    def __len__(self) -> int:
        return len(self._versions) + len(self._plain)


def _handle(detail: Detail) -> str:
    handle = detail.get("handle")
    if not isinstance(handle, str) or len(handle) > _MOST_CHARACTERS or not _HANDLE.match(handle):
        raise Unreadable("without a handle")
    return handle


def _name(detail: Detail) -> str:
    """What a content key names. Tags are looked up as they stand, so an odd name hits nothing, at worst."""
    return str(detail.get("key", "")).partition("#")[2][:_MOST_CHARACTERS]


def _moment(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
