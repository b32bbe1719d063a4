"""Moments after which what was proven before counts no more, by the name of who proved it.

Somebody who types a password names themselves before anybody knows whose password it is, so this is filed by
the name and not by the person. A mark is random and is only compared for being the same: no clock of two
machines has to agree. One item per name in the table of sessions, for as long as a session can last.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from storefront.sessions.table import SessionConflict, SessionExists, SessionGone, SessionTable

_MARK, _ALONE = "mark", "alone"


@dataclass(frozen=True, slots=True)
class Watershed:
    """The last one of a name; `mark` is "" where there was none.

    `due` is other than "" while every session that was begun before has still to end; it tells one time of
    that from the next.
    """

    mark: str = ""
    due: str = ""


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
        return Watershed(stored.data.get(_MARK, ""), stored.data.get(_ALONE, ""))

    def draw(self, name: str, *, alone: bool = False) -> str:
        """Let what was proven until now count no more; the new mark.

        With `alone` the next sign-in also ends all sessions that were begun before, and calls `settle` then.
        """
        mark = _new_mark()
        self._write(name, {_MARK: mark} | ({_ALONE: mark} if alone else {}), {})
        return mark

    def draw_to_settle(self, name: str) -> str:
        """As `draw` with `alone`, for who ends the others at once; what to `settle` when that is done.

        Where they had to end already, for a reset perhaps, that stays due and this gives "": whoever asks
        here may be one of those who have to go.
        """
        mark = _new_mark()
        try:
            self._write(name, {_MARK: mark, _ALONE: mark}, {_ALONE: None})
        except SessionConflict:
            self.draw(name)
            return ""
        return mark

    def settle(self, name: str, due: str) -> None:
        """All sessions have ended that were `due` to. What became due later is left as it is."""
        if not due:
            return
        try:
            self._table.update(_key(name), {}, (_ALONE,), expected={_ALONE: due})
        except (SessionConflict, SessionGone):
            return

    def _write(self, name: str, entries: Mapping[str, str], expected: Mapping[str, str | None]) -> None:
        key, lifetime = _key(name), self._lifetime
        try:
            self._table.update(key, entries, (), expected=expected, lifetime=lifetime)
        except SessionGone:
            try:
                self._table.create(key, entries, lifetime=lifetime)
            except SessionExists:  # somebody was quicker by a moment
                self._table.update(key, entries, (), expected=expected, lifetime=lifetime)


def _new_mark() -> str:
    return json.dumps(secrets.token_hex(8))


def _key(name: str) -> str:
    """The item's key, which no session and no owner has."""
    return f"w_{name}"
