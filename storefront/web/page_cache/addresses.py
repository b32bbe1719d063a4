"""Which page a request asks for: its path, and of its query what the page reads, in one order.

An address is worked out with Django's URL table once, and remembered by the letters of path and query.
"""

from dataclasses import dataclass, field, replace
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import QueryDict
from django.urls import Resolver404, resolve

from storefront.cache import PAGE, QUERIED_PAGE, Family, KeySpace
from storefront.web.middleware.gate import kept_query
from storefront.web.page_cache.variants import Values
from storefront.web.policies import Policy, policy_of
from storefront.web.regions import is_sitewide, split

# Anybody can think of addresses: so many are remembered, and none that is longer than this.
_MOST_ADDRESSES = 8_192
_LONGEST = 400
# Keys of pages by the values of flags, of all addresses: with each change of a flag there are new ones.
_MOST_VARIANTS = 16_384
_EVERYWHERE = "-"  # where a key has a market or a language, and the page has neither


@dataclass(frozen=True, slots=True)
class Address:
    """One public page. `path` is as WSGI has it, `query` canonical; `key` is the page's in both layers."""

    path: str
    query: str
    key: str
    family: Family
    keys: KeySpace
    _variants: dict[tuple[str, Values], str] = field(default_factory=dict, compare=False, repr=False)

    def variant(self, values: Values) -> str:
        """The key of the page for these values of flags; the address's own for none."""
        if not values:
            return self.key
        asked = (self.key, values)
        found = self._variants.get(asked)
        if found is None:
            told = "&".join(f"{name}={value}" for name, value in values)
            found = self.keys.key(self.family, {"path": self.path, "query": self.query, "variants": told})
            if len(self._variants) >= _MOST_VARIANTS:
                self._variants.clear()
            self._variants[asked] = found
        return found


class Addresses:
    """Addresses of one process, by the path and query they were asked for with; thread-safe."""

    def __init__(self, keys: KeySpace) -> None:
        self._keys = keys
        self._known: dict[tuple[str, str], Address | None] = {}
        self._variants: dict[tuple[str, Values], str] = {}

    def find(self, path: str, query: str) -> Address | None:
        """The page at `path` and `query` (as WSGI has them); None for what the page cache leaves alone."""
        asked = (path, query)
        try:
            return self._known[asked]
        except KeyError:
            found = self._worked_out(path, query)
        if len(path) + len(query) <= _LONGEST:
            if len(self._known) >= _MOST_ADDRESSES:
                self._known.clear()
            self._known[asked] = found
        return found

    def _worked_out(self, path: str, query: str) -> Address | None:
        text = _as_text(path.encode("latin-1", "replace"))
        if text is None or len(query) > settings.MOST_QUERY_BYTES:
            return None
        region, rest = split(text)
        if is_sitewide(rest) != (region is None):
            return None
        policy = _policy(rest)
        canonical = _canonical(query, policy) if policy is not None else None
        if canonical is None:
            return None
        market, locale = (region.market, region.language) if region else (_EVERYWHERE, _EVERYWHERE)
        keys = replace(self._keys, market=market, locale=locale)
        family = QUERIED_PAGE if canonical else PAGE
        key = keys.key(family, {"path": path, "query": canonical})
        return Address(path, canonical, key, family, keys, self._variants)


def _policy(path: str) -> Policy | None:
    """The policy of the public route at `path`, None where there is none."""
    try:
        policy = policy_of(resolve(path).func)
    except Resolver404:
        return None
    return policy if policy.public else None


def _canonical(query: str, policy: Policy) -> str | None:
    """The query as every order of the same choices has it; None for one that is no text.

    Facets are sets, and sorted by value as well. Of a key that the route names, the last value may count.
    """
    if not query:
        return ""
    raw = query.encode("latin-1", "replace")
    if _as_text(unquote_to_bytes(raw.replace(b"+", b" "))) is None:
        return None
    try:
        kept = kept_query(QueryDict(raw), policy)
    except SuspiciousOperation:
        return None  # too many fields: Django's own refusal says so
    ordered = QueryDict(mutable=True)
    for key in sorted(kept):
        values = kept.getlist(key)
        ordered.setlist(key, values if key in (policy.query or ()) else sorted(set(values)))
    return ordered.urlencode()


def _as_text(raw: bytes) -> str | None:
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text
