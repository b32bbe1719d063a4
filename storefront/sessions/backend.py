"""Django's session on a SessionTable: loaded at first use, saved by entry, anonymous while the table is away.

The setting SESSION_ENGINE names this module. An outage never changes the browser's cookie: reading gives
an empty session with `unavailable` set, and saving raises, so that what must be kept is never silently
lost.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.utils.module_loading import import_string

from storefront.core import UpstreamUnavailable
from storefront.sessions.table import (
    MOST_BYTES,
    SessionExists,
    SessionGone,
    SessionTable,
    SessionTooLarge,
    digest_of,
    new_key,
)

# Entries that may be lost with the table: a page must not fail because a notice could not be kept.
SOFT_PREFIX = "notice:"
_KEY = re.compile(r"[A-Za-z0-9_-]{43}")  # 256 bits in base64url, as new_key() makes them
_FINGERPRINT_LENGTH = 8


class SessionStore(SessionBase):
    """One shopper's session. Values are what JSON can hold; names are short strings.

    `save()` raises UpstreamUnavailable when the table is away, UpdateError when the session was ended by
    another request, SessionTooLarge beyond 32 kB, TypeError for a value that JSON cannot hold.
    """

    def __init__(self, session_key: str | None = None, table: SessionTable | None = None) -> None:
        super().__init__(session_key)
        self._given_table = table
        self._stored: Mapping[str, str] = {}
        self._outage: UpstreamUnavailable | None = None
        self._in_table = False

    @property
    def unavailable(self) -> bool:
        """Whether the table could not be asked for this session."""
        return self._outage is not None

    @property
    def loaded(self) -> bool:
        """Whether anything looked into this session; untouched ones cost nothing."""
        return hasattr(self, "_session_cache")

    @property
    def changed(self) -> frozenset[str]:
        """Names of the entries that differ from what the table holds, by value and not by flag."""
        if not self.loaded:
            return frozenset()
        now = self._encoded()
        return frozenset(n for n in now.keys() | self._stored.keys() if now.get(n) != self._stored.get(n))

    @property
    def saved(self) -> bool:
        """Whether the table holds this session under its present key."""
        return self._in_table

    @property
    def fingerprint(self) -> str:
        """Eight characters that tell sessions apart in a log and open none; "" without a session."""
        return digest_of(self.session_key)[:_FINGERPRINT_LENGTH] if self.session_key else ""

    def load(self) -> dict[str, Any]:
        """What the table holds; nothing when it holds nothing or cannot be asked."""
        assert self.session_key is not None
        try:
            stored = self._table.read(digest_of(self.session_key))
        except UpstreamUnavailable as outage:
            self._outage = outage
            return {}
        if stored is None:
            # Never adopt an id that a browser brought along: that would be session fixation.
            self._session_key = None
            return {}
        self._stored = dict(stored.data)
        self._in_table = True
        return {name: json.loads(text) for name, text in stored.data.items()}

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002 - Django's signature
        """Write what changed. See the class for what it raises."""
        if self.session_key is None and not must_create:
            self.create()
            return
        data = self._encoded(no_load=must_create)
        if self._outage is not None:
            raise self._outage
        size = sum(len(name.encode()) + len(text.encode()) for name, text in data.items())
        if size > MOST_BYTES:
            raise SessionTooLarge(size)
        assert self.session_key is not None
        digest = digest_of(self.session_key)
        if must_create:
            self._create(digest, data)
        else:
            self._update(digest, data)
        self._stored = data
        self._in_table = True

    def create(self) -> None:
        """Begin a session under a new key, with what this one holds."""
        if self._outage is not None:
            raise self._outage
        before = self.session_key
        self._session_key = new_key()
        try:
            self.save(must_create=True)
        except BaseException:
            self._session_key = before
            raise
        self.modified = True

    def cycle_key(self) -> None:
        """Keep the contents, change the key: at sign-in and wherever rights grow."""
        before, contents = self.session_key, self._contents()
        self.create()
        self._session_cache = contents
        if before:
            self._table.delete(digest_of(before))

    def clear(self) -> None:
        """Empty the session; what the table holds has to be known to be removed from it."""
        self._contents().clear()
        self.modified = True

    def flush(self) -> None:
        """End the session here and in the table; UpstreamUnavailable when it cannot be ended."""
        if self.session_key:
            self._table.delete(digest_of(self.session_key))
        self._session_cache = {}
        self._stored = {}
        self._session_key = None
        self._in_table = False
        self.accessed = self.modified = True

    def exists(self, session_key: str) -> bool:
        """Whether there is a session with this key."""
        return self._table.read(digest_of(session_key)) is not None

    def delete(self, session_key: str | None = None) -> None:
        """End a session, this one by default."""
        key = session_key or self.session_key
        if key:
            self._table.delete(digest_of(key))

    @classmethod
    def clear_expired(cls) -> None:
        """Nothing to do: the table's time to live removes what expired."""

    @property
    def _table(self) -> SessionTable:
        if self._given_table is None:
            table: SessionTable = import_string(settings.SESSION_TABLE_PROVIDER)()
            self._given_table = table
        return self._given_table

    def _create(self, digest: str, data: Mapping[str, str]) -> None:
        try:
            self._table.create(digest, data, lifetime=settings.SESSION_COOKIE_AGE)
        except SessionExists as taken:
            raise CreateError from taken

    def _update(self, digest: str, data: Mapping[str, str]) -> None:
        changed = {name: text for name, text in data.items() if self._stored.get(name) != text}
        removed = self._stored.keys() - data.keys()
        if not changed and not removed:
            return
        try:
            self._table.update(digest, changed, removed)
        except SessionGone as gone:
            raise UpdateError from gone

    def _encoded(self, *, no_load: bool = False) -> dict[str, str]:
        contents = self._contents(no_load=no_load)
        return {str(k): json.dumps(v, separators=(",", ":"), sort_keys=True) for k, v in contents.items()}

    def _contents(self, *, no_load: bool = False) -> dict[str, Any]:
        """The session's entries, loaded at first use (`no_load` begins with none)."""
        contents: dict[str, Any] = self._get_session(no_load=no_load)  # type: ignore[attr-defined] # not in the stubs
        return contents

    def _validate_session_key(self, key: str | None) -> bool:
        return bool(key and _KEY.fullmatch(key))
