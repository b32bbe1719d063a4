"""The last good copy of what a person's pages read, for when the service behind them does not answer.

Not the answers' cache of public pages (storefront.cache), for three reasons. Its promise is to serve what is
a little old while it asks again; here everybody has to see at once what they just changed, so the service is
always asked first and the copy is only for outages. Its keys and values can be read by whoever runs the
store; these are addresses and orders, so the copy is sealed with the vault's keys and filed under a name
that is an HMAC of the person's id. And its copies outlive whoever they are about; these are dropped when
somebody writes, and when the account is deleted.

A store that is away costs the copy and nothing else.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

import msgspec
from django.core.cache import cache
from django.utils.crypto import salted_hmac

from storefront.core import UpstreamError, UpstreamInvalid, UpstreamUnavailable
from storefront.sessions.vault import Unreadable
from storefront.web.shop import Shop

T = TypeVar("T")

KEEP_SECONDS = 24 * 3600
NAMES = ("profile", "addresses", "orders", "reviews", "preferences", "wishes")
"""What there are copies of; a list in pages is kept as its first page."""
_SALT = "storefront.account.copies"
_MOST_CHARACTERS = 128 * 1024  # sealed; the longest address book is a third of it


@dataclass(frozen=True, slots=True)
class Copied(Generic[T]):
    """What was read; `at` is when the copy was taken that it is, None for the service's own answer."""

    value: T
    at: datetime | None = None


class Copies:
    """One person's copies. Thread-safe; knows the person by the `sub` of their tokens.

    A guest's are filed by what opens the thing that is copied: `sub` is any text that nobody else has.
    """

    def __init__(self, shop: Shop, sub: str) -> None:
        self._shop = shop
        self.who = salted_hmac(_SALT, sub, algorithm="sha256").hexdigest()

    def read(self, name: str, fetch: Callable[[], T], *, type: type[T]) -> Copied[T]:  # noqa: A002
        """What `fetch` answers, which is copied; the last copy while there is no answer.

        Raises what `fetch` raises: UpstreamUnavailable and UpstreamInvalid only where there is no copy.
        """
        try:
            value = fetch()
        except (UpstreamUnavailable, UpstreamInvalid) as error:
            found = self.find(name, type)
            if found is None:
                raise
            self._shop.telemetry.degraded(f"account_{name}", _why(error))
            return found
        self.keep(name, value)
        return Copied(value)

    def forget(self, *names: str) -> None:
        """Drop what a write has made old; every copy when nothing is named."""
        for name in names or NAMES:
            cache.delete(self._key(name))

    def keep(self, name: str, value: T) -> None:
        """Copy what the service just answered; of what is too long there is no copy, not even an old one."""
        body = msgspec.json.encode({"at": self._shop.clock.now().timestamp(), "value": value})
        place = self._key(name)
        sealed = self._shop.vault.seal(body.decode(), place)
        if len(sealed) <= _MOST_CHARACTERS:
            cache.set(place, sealed, timeout=KEEP_SECONDS)
        else:
            cache.delete(place)

    def find(self, name: str, kind: type[T]) -> Copied[T] | None:
        """The last copy; None when there is none, or none that can be read."""
        place = self._key(name)
        sealed = cache.get(place)
        if not isinstance(sealed, str):
            return None
        try:
            kept = msgspec.json.decode(self._shop.vault.open(sealed, place))
            at = datetime.fromtimestamp(float(kept["at"]), UTC)
            return Copied(msgspec.convert(kept["value"], kind), at)
        except (Unreadable, ValueError, KeyError, TypeError):
            # Of another release's making, or of a key that is gone; msgspec's errors are ValueErrors.
            return None

    def _key(self, name: str) -> str:
        return f"account-copy:{self.who}:{name}"


def _why(error: UpstreamError) -> str:
    return str(error.reason) if isinstance(error, UpstreamUnavailable) else "invalid"
