"""Between what a program sees of a session and what the table keeps: JSON text, sealed where rules say so.

What cannot be read (sealed with a key that is gone, or written by a release that does it otherwise) is not
shown to the program and stays in the table as it is.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from storefront.sessions.rules import EntryRules
from storefront.sessions.table import MOST_BYTES, SessionTooLarge
from storefront.sessions.vault import SEALED, Unreadable, Vault

LEASE = "lease:"
"""What the names of leases begin with; they stand beside the entries and are nobody's values."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What could be read: the JSON text of each entry, and which were not sealed with the first key.

    `unreadable` counts the others.
    """

    texts: Mapping[str, str]
    outdated: frozenset[str]
    unreadable: int


class Codec:
    """Opens and closes the entries of sessions. `vault` is asked for when there is something sealed."""

    def __init__(self, rules: EntryRules, vault: Callable[[], Vault]) -> None:
        self.rules = rules
        self._vault = vault

    def opened(self, digest: str, raw: Mapping[str, str]) -> Opened:
        """The readable entries of the session `digest`."""
        texts: dict[str, str] = {}
        outdated = set()
        unreadable = 0
        for name, kept in raw.items():
            if name.startswith(LEASE):
                continue
            try:
                texts[name], fresh = self._open(digest, name, kept)
            except (Unreadable, ValueError):
                unreadable += 1
                continue
            if not fresh:
                outdated.add(name)
        return Opened(texts, frozenset(outdated), unreadable)

    def open(self, digest: str, name: str, kept: str) -> str:
        """One entry's JSON text; Unreadable or ValueError."""
        return self._open(digest, name, kept)[0]

    def close(self, digest: str, name: str, text: str) -> str:
        """What the table keeps for one entry's JSON text."""
        if not self.rules.is_sealed(name):
            return text
        return json.dumps(self._vault().seal(text, _place(digest, name)))

    def moved(self, before: str, after: str, raw: Mapping[str, str]) -> dict[str, str]:
        """Entries of the session `before` as the session `after` keeps them.

        A later release may seal what this one takes for plain text: that is opened and sealed for its new
        place. What is sealed in a later format stays shut, and is of no use at the new place.
        """
        return {name: self._resealed(before, after, name, kept) for name, kept in raw.items()}

    def _resealed(self, before: str, after: str, name: str, kept: str) -> str:
        if not self.rules.sealed or self.rules.is_sealed(name) or not kept.startswith(f'"{SEALED}'):
            return kept
        try:
            text = self._vault().open(json.loads(kept), _place(before, name))
        except (Unreadable, ValueError):
            return kept
        return json.dumps(self._vault().seal(text, _place(after, name)))

    def _open(self, digest: str, name: str, kept: str) -> tuple[str, bool]:
        value = json.loads(kept)
        if not self.rules.is_sealed(name):
            return kept, True
        if not isinstance(value, str):
            raise Unreadable("not sealed, although it has to be")
        return self._vault().opened(value, _place(digest, name))


def encoded(contents: Mapping[str, Any]) -> dict[str, str]:
    """Every entry as JSON text; TypeError for what JSON cannot hold."""
    return {str(n): json.dumps(v, separators=(",", ":"), sort_keys=True) for n, v in contents.items()}


def size_of(raw: Mapping[str, str]) -> int:
    """Bytes that entries take in the table."""
    return sum(len(name.encode()) + len(text.encode()) for name, text in raw.items())


def shrink(contents: dict[str, Any], rules: EntryRules, size: int) -> None:
    """Take the next soft thing out of `contents`: the older half of a list, or the entry as a whole.

    SessionTooLarge, with `size`, when there is none left.
    """
    for name in rules.expendable(contents):
        value = contents[name]
        if isinstance(value, list) and len(value) > 1:
            contents[name] = value[(len(value) + 1) // 2 :]
        else:
            del contents[name]
        return
    raise SessionTooLarge(size)


def surplus(raw: Mapping[str, str], rules: EntryRules) -> list[str]:
    """The soft entries to take out of a session that several requests together made too large."""
    size, gone = size_of(raw), []
    for name in rules.expendable(raw):
        if size <= MOST_BYTES:
            break
        size -= size_of({name: raw[name]})
        gone.append(name)
    return gone


def _place(digest: str, name: str) -> str:
    return f"{digest}/{name}"
