"""Moments after which what was proven before counts no more, by the name of who proved it.

Somebody who types a password names themselves before anybody knows whose password it is, so this is filed by
the name and not by the person. A mark is random and is only compared for being the same: no clock of two
machines has to agree. One item per name in the table of sessions, for as long as a session can last.
"""

import json
import secrets
from dataclasses import dataclass

from storefront.sessions.table import SessionConflict, SessionExists, SessionGone, SessionTable

_MARK, _ALONE = "mark", "alone"


@dataclass(frozen=True, slots=True)
class Watershed:
    """The last one of a name; `mark` is "" where there was none.

    `alone` while every session that was begun before has still to end.
    """

    mark: str = ""
    alone: bool = False


class Watersheds:
    """The watersheds of all names. Every method raises UpstreamUnavailable when the table can't be reached.

    A name is any short text; give a hash of what must not be read in the table. `lifetime` is in seconds.
    """

    def __init__(self, table: SessionTable, lifetime: int) -> None:
        self._table = table
        self._lifetime = lifetime

    def of(self, name: str) -> Watershed:
        """The last watershed of a name."""
        stored = self._table.read(_key(name))
        if stored is None:
            return Watershed()
        return Watershed(stored.data.get(_MARK, ""), _ALONE in stored.data)

    def draw(self, name: str, *, alone: bool = False) -> str:
        """Let what was proven until now count no more; the new mark.

        With `alone` the next sign-in also ends all sessions that were begun before, and calls `settle` then.
        """
        mark = json.dumps(secrets.token_hex(8))
        entries = {_MARK: mark} | ({_ALONE: "true"} if alone else {})
        try:
            self._table.update(_key(name), entries, (), lifetime=self._lifetime)
        except SessionGone:
            try:
                self._table.create(_key(name), entries, lifetime=self._lifetime)
            except SessionExists:  # somebody was quicker by a moment
                self._table.update(_key(name), entries, (), lifetime=self._lifetime)
        return mark

    def settle(self, name: str, mark: str) -> None:
        """All sessions before this mark have ended. A later watershed is left as it is."""
        try:
            self._table.update(_key(name), {}, (_ALONE,), expected={_MARK: mark})
        except (SessionConflict, SessionGone):
            return


def _key(name: str) -> str:
    """The item's key, which no session and no owner has."""
    return f"w_{name}"
