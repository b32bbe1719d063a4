"""Names of cache keys: which shop, which release, which market and language, which family, which thing.

The release is part of the key because a new release may shape its data differently. Tags are not bound to a
release, market or language: an event concerns the product, wherever it is shown.
"""

import hashlib
from dataclasses import dataclass
from urllib.parse import quote

from storefront.cache.manifest import Family, Parts

# Longer names are hashed: Redis would take them, but they are sent with every command.
_MOST_CHARACTERS = 160
# Where a language would be, in keys of what holds no words; no language has this code.
ANY_LANGUAGE = "-"


@dataclass(frozen=True, slots=True)
class KeySpace:
    """Makes keys. Values are percent-encoded, so no value can pretend to be another key or a hash tag."""

    environment: str
    release: str
    market: str
    locale: str

    def key(self, family: Family, parts: Parts) -> str:
        """The key of one thing. The order of the parts does not matter; parts that are None are left out.

        What people typed is hashed, however short: whoever reads keys (SCAN, slow logs) must not read it.
        """
        named = sorted((name, str(value)) for name, value in parts.items() if value is not None)
        rest = "&".join(f"{name}={quote(value, safe='', errors='replace')}" for name, value in named)
        language = self.locale if family.by_language else ANY_LANGUAGE
        where = "/".join(quote(p, safe="") for p in (self.environment, self.release, self.market, language))
        return f"sf:{where}:{family.name}:{_hashed(rest) if family.typed else _short(rest)}"

    def tag_key(self, tag: str) -> str:
        """The key that holds the last purge of a tag."""
        return f"sf:{quote(self.environment, safe='')}:tag:{_short(quote(tag, safe=':', errors='replace'))}"

    def feed_key(self) -> str:
        """The key of the stream that tells every process of every purge."""
        return f"sf:{quote(self.environment, safe='')}:purges"


def lock_key(key: str) -> str:
    """The key of the lock that lets one process of the fleet fetch `key`."""
    return f"{key}:lock"


def _short(text: str) -> str:
    return text if len(text) <= _MOST_CHARACTERS else _hashed(text)


def _hashed(text: str) -> str:
    return "sha256-" + hashlib.sha256(text.encode()).hexdigest()
