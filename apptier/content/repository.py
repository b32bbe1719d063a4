"""Content in its table: one item per home page, menu and page, market and locale.

pk            sk                 what
HOME          <market>#<locale>  the home page
MENU#<name>   <market>#<locale>  a menu
PAGE#<slug>   <market>#<locale>  a page
"""

import json
from typing import Any

from pydantic import BaseModel

from apptier.kit.clock import Clock, rfc3339
from apptier.kit.dynamo import Tables
from apptier.kit.events import Events

HOME = "HOME"


def menu_key(name: str) -> str:
    """The partition of a menu."""
    return f"MENU#{name}"


def page_key(slug: str) -> str:
    """The partition of a page."""
    return f"PAGE#{slug}"


class ContentRepository:
    """Reads and writes content. A write that changes nothing leaves version and time as they are."""

    def __init__(self, tables: Tables, clock: Clock) -> None:
        self._tables = tables
        self._clock = clock

    def get(self, key: str, market: str, locale: str) -> dict[str, Any] | None:
        """What was put under `key`, with `version` and `updated_at`."""
        item = self._tables.get("content", {"pk": key, "sk": f"{market}#{locale}"})
        if item is None:
            return None
        body: dict[str, Any] = json.loads(item["doc"])
        return body | {"version": item["version"], "updated_at": item["updated_at"]}

    def put(self, key: str, market: str, locale: str, content: BaseModel, events: Events) -> bool:
        """Keep content and tell the bus, if it differs from what is there; returns whether it did."""
        place = {"pk": key, "sk": f"{market}#{locale}"}
        doc = content.model_dump_json()
        known = self._tables.get("content", place, consistent=True)
        if known is not None and known["doc"] == doc:
            return False
        now = rfc3339(self._clock.now())
        item = self._tables.update(
            "content",
            place,
            "SET doc = :doc, updated_at = :now ADD version :one",
            values={":doc": doc, ":now": now, ":one": 1},
        )
        detail = {
            "key": key,
            "market": market,
            "locale": locale,
            "version": item["version"],
            "updated_at": now,
        }
        events.publish("ContentChanged", [detail])
        return True
