"""Django's session on a SessionTable: loaded at first use, saved by entry, anonymous while the table is away.

The setting SESSION_ENGINE names this module. An outage never changes the browser's cookie: reading gives
an empty session with `unavailable` set, and saving raises, so that what must be kept is never silently
lost. docs/explanation/sessions.md has the format and all guarantees.
"""

import json
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

import structlog
from django.conf import settings
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.utils.module_loading import import_string

from storefront.core import Clock, SystemClock, UpstreamError, UpstreamUnavailable
from storefront.sessions.contents import Codec, encoded, shrink, size_of, surplus
from storefront.sessions.merging import merged
from storefront.sessions.moving import Known, brought
from storefront.sessions.rules import EntryRules
from storefront.sessions.sharing import Asked, Change, Place, modify, renew
from storefront.sessions.table import (
    MOST_BYTES,
    SessionConflict,
    SessionExists,
    SessionGone,
    SessionTable,
    SessionTooLarge,
    StoredSession,
    digest_of,
    new_key,
)
from storefront.sessions.vault import Vault

# Entries that may be lost with the table: a page must not fail because a notice could not be kept.
SOFT_PREFIX = "notice:"
_KEY = re.compile(r"[A-Za-z0-9_-]{43}")  # 256 bits in base64url, as new_key() makes them
_FINGERPRINT_LENGTH = 8
_log = structlog.get_logger("storefront.sessions")


class SessionStore(SessionBase):
    """One shopper's session. Values are what JSON can hold; names are short strings.

    `save()` raises UpstreamUnavailable when the table is away, UpdateError when the session was ended by
    another request, SessionTooLarge when more than 32 kB are left without the soft entries, TypeError for a
    value that JSON cannot hold.
    """

    def __init__(
        self,
        session_key: str | None = None,
        table: SessionTable | None = None,
        vault: Vault | None = None,
        clock: Clock | None = None,
    ) -> None:
        super().__init__(session_key)
        self._given_table, self._given_vault = table, vault
        self._clock = clock or SystemClock()
        self._known: Known | None = None
        self._outage: UpstreamUnavailable | None = None
        self.flushed = False  # ended by this request, and not by time or another one
        self.rules = EntryRules(**getattr(settings, "SESSION_ENTRIES", {}))
        self._codec = Codec(self.rules, self._vault)

    @property
    def unavailable(self) -> bool:
        """Whether the table could not be asked for this session."""
        return self._outage is not None

    @property
    def outage(self) -> UpstreamUnavailable | None:
        """Why the session could not be read, None when it could (or was not tried)."""
        return self._outage

    @property
    def loaded(self) -> bool:
        """Whether anything looked into this session; untouched ones cost nothing."""
        return hasattr(self, "_session_cache")

    @property
    def changed(self) -> frozenset[str]:
        """Names of the entries that differ from what the table holds, by value and not by flag."""
        if not self.loaded:
            return frozenset()
        now, before = encoded(self._contents()), self._texts
        return frozenset(n for n in now.keys() | before.keys() if now.get(n) != before.get(n))

    @property
    def saved(self) -> bool:
        """Whether the table holds this session under its present key."""
        return self._known is not None

    @property
    def digest(self) -> str:
        """What the table knows this session by; "" without one."""
        return digest_of(self.session_key) if self.session_key else ""

    @property
    def fingerprint(self) -> str:
        """Eight characters that tell sessions apart in a log and open none; "" without a session."""
        return self.digest[:_FINGERPRINT_LENGTH]

    def load(self) -> dict[str, Any]:
        """What the table holds; nothing when it holds nothing or cannot be asked."""
        try:
            stored = self._table.read(self.digest)
        except UpstreamUnavailable as outage:
            self._outage = outage
            return {}
        if stored is None:
            # Never adopt an id that a browser brought along: that would be session fixation.
            self._session_key = None
            return {}
        found = self._codec.opened(self.digest, stored.data)
        if found.unreadable:
            _log.warning("session_entries_unreadable", count=found.unreadable)
        self._known = Known(found.texts, stored.data, stored.expires_at, stored.others, found.outdated)
        return {name: json.loads(text) for name, text in found.texts.items()}

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002 - Django's signature
        """Write what changed. See the class for what it raises."""
        if self.session_key is None and not must_create:
            self.create()
            return
        contents = self._contents(no_load=must_create)
        if self._outage is not None:
            raise self._outage
        if must_create or self._known is None:
            self._create(contents, None)
        else:
            self._update(contents, self._known)

    def create(self) -> None:
        """Begin a session under a new key, with what this one holds."""
        self._begin(new_key())

    def cycle_key(
        self, key: str | None = None, *, anew: bool = False, check: Callable[[], None] | None = None
    ) -> None:
        """Keep the contents, change the key: at sign-in and wherever rights grow.

        What other requests write meanwhile moves along. The session ends when it would have ended or, with
        `anew`, lasts its full time from now. `key` is the new one, where the caller had to know it before.
        `check` is called while there is a new row and still the old one; what it raises undoes the change.
        """
        self._contents()
        if self._outage is not None:
            raise self._outage
        before_key, before_digest, before = self.session_key, self.digest, self._known
        after_key = key or new_key()
        try:
            self._begin(after_key, before, anew=anew)
            if check is not None:
                check()
            last = self._table.delete(before_digest) if before is not None else None
        except BaseException as failed:
            # Nobody was told the new key; the old session goes on.
            made = self._known is not before or (isinstance(failed, UpstreamUnavailable) and failed.sent)
            self._session_key, self._known = before_key, before
            if made:
                self._take_back(digest_of(after_key))
            raise
        if last is not None and before is not None:
            self._bring_along(before_digest, before, last)

    def _take_back(self, digest: str) -> None:
        """Take out the row of a key that nobody was told."""
        try:
            self._table.delete(digest)
        except UpstreamUnavailable:
            _log.warning("session_left_behind")  # it ends with its time; nobody has its key

    def modify(self, name: str, change: Change, default: Any = None) -> Any:
        """Put `change(value)` in the place of an entry's value at once, however many others do the same.

        `change` gets what the table holds, `default` for nothing; it may be called several times. The new
        value is returned. A session that the table does not hold yet is changed here, and saved as usual.
        """
        contents = self._contents()
        if self._outage is not None:
            raise self._outage
        if self._known is None:
            contents[name] = change(contents.get(name, default))
            return contents[name]
        try:
            value, after = modify(self._place(name), self._known.raw, change, default)
        except SessionGone as gone:
            raise UpdateError from gone
        self._settle(name, value, after)
        return value

    def renew(
        self, name: str, make: Change, *, due: Asked, usable: Asked, along: tuple[str, ...] = ()
    ) -> Any:
        """An entry's value, made anew if it is due: once for all requests of this session that ask for it.

        See `sharing.renew`. UpdateError when the session has ended.
        """
        contents = self._contents()
        if self._outage is not None:
            raise self._outage
        if self._known is None:
            return contents.get(name)
        try:
            place, raw = self._place(name), self._known.raw
            value, after = renew(place, raw, make, due=due, usable=usable, along=along)
        except SessionGone as gone:
            raise UpdateError from gone
        if after is not None:
            for gone_too in along if value is None else ():
                self._settle(gone_too, None, after)
            self._settle(name, value, after)
        return value

    def clear(self) -> None:
        """Empty the session; what the table holds has to be known to be removed from it."""
        self._contents().clear()
        self.modified = True

    def flush(self) -> None:
        """End the session here and in the table; UpstreamUnavailable when it cannot be ended."""
        if self.session_key:
            self._table.delete(self.digest)
        self._session_cache: dict[str, Any] = {}
        self._known = None
        self._session_key = None
        self.accessed = self.modified = self.flushed = True

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

    def _vault(self) -> Vault:
        if self._given_vault is None:
            vault: Vault = import_string(settings.SESSION_VAULT_PROVIDER)()
            self._given_vault = vault
        return self._given_vault

    @property
    def _texts(self) -> Mapping[str, str]:
        return self._known.texts if self._known is not None else {}

    def _place(self, name: str) -> Place:
        return Place(self._table, self._codec, self.digest, name, self._clock)

    def _begin(self, key: str, moved: Known | None = None, *, anew: bool = True) -> None:
        """Become the session `key`, which the table does not have yet; `moved` is the one before, if any."""
        contents = self._contents()
        if self._outage is not None:
            raise self._outage
        before = self._session_key
        self._session_key = key
        try:
            self._create(contents, moved, anew=anew, origin=digest_of(before) if before else "")
        except BaseException:
            self._session_key = before
            raise
        self.modified = True

    def _create(
        self, contents: dict[str, Any], moved: Known | None, *, anew: bool = True, origin: str = ""
    ) -> None:
        strange = moved.strange if moved else {}
        while True:
            texts = encoded(contents)
            raw = {name: self._codec.close(self.digest, name, text) for name, text in texts.items()}
            if (size := size_of(raw)) <= MOST_BYTES:
                break
            shrink(contents, self.rules, size)
        try:
            made = self._table.create(
                self.digest,
                self._codec.moved(origin, self.digest, strange | raw),
                lifetime=settings.SESSION_COOKIE_AGE,
                until=moved.until if moved and not anew else None,
                others=moved.others if moved else {},
            )
        except SessionExists as taken:
            raise CreateError from taken
        self._known = Known(texts, made.data, made.expires_at, made.others)

    def _update(self, contents: dict[str, Any], known: Known) -> None:
        """Write what changed, until nobody else changed the same merged entry in between."""
        while True:
            texts = encoded(contents)
            names = [name for name, text in texts.items() if known.texts.get(name) != text]
            removed = [name for name in known.texts if name not in texts]
            if not names and not removed:
                return
            # Whatever is written takes along what an old key sealed, as long as nobody changed it.
            again = [name for name in known.outdated if name in texts and name not in names]
            changed = {name: self._codec.close(self.digest, name, texts[name]) for name in [*names, *again]}
            planned = {n: t for n, t in (dict(known.raw) | changed).items() if n not in removed}
            if (size := size_of(planned)) > MOST_BYTES:
                shrink(contents, self.rules, size)
                continue
            expected = {n: known.raw.get(n) for n in changed if n in again or self.rules.is_merged(n)}
            try:
                after = self._table.update(self.digest, changed, removed, expected=expected)
            except SessionGone as gone:
                raise UpdateError from gone
            except SessionConflict as conflict:
                known = self._known = self._united(contents, known, conflict.current)
                continue
            self._known = Known(texts, after.data, after.expires_at, after.others)
            self._relieve(after)
            return

    def _united(self, contents: dict[str, Any], known: Known, current: StoredSession) -> Known:
        """Merge what others did to merged entries into `contents`; the table as it is known to be now."""
        theirs = self._codec.opened(self.digest, current.data)
        texts = dict(known.texts)
        for name in [n for n in contents if self.rules.is_merged(n)]:
            if known.raw.get(name) == current.data.get(name):
                continue
            base = json.loads(known.texts[name]) if name in known.texts else None
            now = theirs.texts.get(name)
            contents[name] = merged(base, contents[name], json.loads(now) if now is not None else None)
            if now is None:
                texts.pop(name, None)
            else:
                texts[name] = now
        return Known(texts, current.data, current.expires_at, current.others)

    def _relieve(self, after: StoredSession) -> None:
        """Take out soft entries when several requests together made the session too large."""
        names = surplus(after.data, self.rules)
        if not names:
            return
        try:
            self._table.update(self.digest, {}, names)
        except (SessionGone, UpstreamUnavailable):
            return  # what had to be written is written; the next one tidies up

    def _bring_along(self, digest: str, before: Known, last: StoredSession) -> None:
        """Write what others did to the old row, between our reading and ending it, to the new one.

        Where that fails, it is lost: the change of key is done and must not look as if it were not.
        """
        contents, read = self._contents(), self._codec.opened(digest, last.data).texts
        names = brought(before, self._texts, last.data)
        _take(contents, names, read)
        try:
            self.save()
        except (UpstreamError, SessionTooLarge, UpdateError) as failed:
            _log.warning("session_changes_lost", count=len(names), error=type(failed).__name__)
            _take(contents, names, self._texts)

    def _settle(self, name: str, value: Any, after: StoredSession) -> None:
        """Take over what the table holds of one entry now, None for nothing."""
        contents, texts = self._contents(), dict(self._texts)
        texts.pop(name, None)
        contents.pop(name, None)
        if value is not None:
            contents[name] = value
            texts[name] = encoded({name: value})[name]
        outdated = self._known.outdated - {name} if self._known else frozenset()
        self._known = Known(texts, after.data, after.expires_at, after.others, outdated)

    def _contents(self, *, no_load: bool = False) -> dict[str, Any]:
        """The session's entries, loaded at first use (`no_load` begins with none)."""
        contents: dict[str, Any] = self._get_session(no_load=no_load)  # type: ignore[attr-defined] # not in the stubs
        return contents

    def _validate_session_key(self, key: str | None) -> bool:
        return bool(key and _KEY.fullmatch(key))


def _take(contents: dict[str, Any], names: Collection[str], texts: Mapping[str, str]) -> None:
    """Let the entries `names` be what `texts` says, gone where it does not."""
    for name in names:
        if name in texts:
            contents[name] = json.loads(texts[name])
        else:
            contents.pop(name, None)
