"""The pool's signing keys: fetched when first needed, kept through an outage of a whole day.

Nothing in a token says where keys come from, and a key id nobody knows costs one fetch in five minutes.
"""

import logging
import threading
from typing import Any

import jwt
import msgspec

from storefront.core import Clock, Reason, UpstreamError, UpstreamInvalid, UpstreamUnavailable
from storefront.identity.errors import TokenRefused
from storefront.identity.fetching import Fetcher

FRESH_SECONDS = 3600.0
STALE_SECONDS = 86_400.0
"""How long keys go on serving after they should have been fetched again."""
REFETCH_SECONDS = 300.0
RETRY_SECONDS = 2.0
"""Between two tries while there are no keys at all."""
FETCH_SECONDS = 2.0
MOST_BYTES = 65_536
_MOST_KEYS = 16
_OK = 200
_LOG = logging.getLogger(__name__)


class SigningKeys:
    """Keys by id. Threads share it: `_keys` is replaced as a whole, the rest is written under the lock."""

    def __init__(self, fetcher: Fetcher, url: str, clock: Clock) -> None:
        self._fetcher = fetcher
        self._url = url
        self._clock = clock
        self._lock = threading.Lock()
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched_at = float("-inf")
        self._tried_at = float("-inf")
        self._failure = Reason.CONNECTION

    def get(self, kid: str) -> jwt.PyJWK:
        """The key. Raises TokenRefused for an id that the pool lacks, UpstreamUnavailable without keys."""
        if kid not in self._keys or self._age() > FRESH_SECONDS:
            self._refresh(known=kid in self._keys)
        keys = self._keys
        if not keys or self._age() > FRESH_SECONDS + STALE_SECONDS:
            raise UpstreamUnavailable(self._fetcher.name, "keys", self._failure, message="no keys")
        if kid not in keys:
            raise TokenRefused("verify", "unknown_key")
        return keys[kid]

    def _age(self) -> float:
        return self._clock.monotonic() - self._fetched_at

    def _refresh(self, *, known: bool) -> None:
        """Fetch if it is time. Who has a key, stale at worst, doesn't wait for another thread's fetch."""
        if not self._lock.acquire(timeout=0 if known else FETCH_SECONDS):
            return
        try:
            pause = REFETCH_SECONDS if self._keys else RETRY_SECONDS
            if self._clock.monotonic() - self._tried_at >= pause:
                self._fetch()
        finally:
            self._lock.release()

    def _fetch(self) -> None:
        try:
            self._keys = self._decoded(self._fetcher.get(self._url))
            self._fetched_at = self._clock.monotonic()
        except UpstreamError as error:
            self._failure = error.reason if isinstance(error, UpstreamUnavailable) else Reason.SERVER_ERROR
            _LOG.warning("the pool's signing keys can't be had: %s", error)
        finally:
            # After the fetch, which may take longer than the pause that shall follow it.
            self._tried_at = self._clock.monotonic()

    def _decoded(self, answer: Any) -> dict[str, jwt.PyJWK]:
        if answer.status != _OK:
            raise UpstreamInvalid(self._fetcher.name, "keys", f"status {answer.status}")
        try:
            found = msgspec.json.decode(answer.body)["keys"]
            rsa = [key for key in found[:_MOST_KEYS] if key["kty"] == "RSA"]
            keys = {str(key["kid"]): jwt.PyJWK(key, "RS256") for key in rsa}
        except (msgspec.DecodeError, jwt.PyJWTError, KeyError, TypeError, ValueError) as error:
            raise UpstreamInvalid(self._fetcher.name, "keys", type(error).__name__) from error
        if not keys:
            raise UpstreamInvalid(self._fetcher.name, "keys", "no RSA key")
        return keys
