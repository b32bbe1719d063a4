"""What may be asked of the page cache, what it may keep, and for how long.

A page is kept only when everything says that it is everybody's: the route's policy, the answer's
Cache-Control, and the absence of whatever could make it one shopper's own. The reasons not to are counted.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from storefront.cache import Family

_METHODS = frozenset({"GET", "HEAD"})
# Whatever these ask for is not the plain page.
_NOT_PLAIN = frozenset(
    {
        "HTTP_HX_REQUEST",
        "HTTP_RANGE",
        "HTTP_AUTHORIZATION",
        "HTTP_TRANSFER_ENCODING",
        "HTTP_X_HTTP_METHOD_OVERRIDE",
        "HTTP_X_METHOD_OVERRIDE",
        "HTTP_X_HTTP_METHOD",
    }
)
_NO_BODY = frozenset({None, "", "0"})
_OK = 200
_SHARED_AGE = re.compile(r"\bs-maxage=([0-9]{1,9})\b")
_VARY = frozenset({"", "accept-encoding"})
_REFUSING = frozenset({"no-store", "no-cache", "private"})
# Headers that belong to one answer, or that the cache makes itself.
NOT_KEPT = frozenset(
    {
        "date",
        "age",
        "x-request-id",
        "server-timing",
        "content-length",
        "content-encoding",
        "etag",
        "connection",
    }
)


class Gatekeeper:
    """Tells requests that the page cache may answer from those that it leaves to Django; cheap, asks nobody.

    The host must be the public one, exactly, and the connection as safe as the settings want it: a copy
    made for one name must never answer for another.
    """

    def __init__(self) -> None:
        self._host = settings.PUBLIC_ORIGIN.split("://", 1)[1]
        proxy = settings.SECURE_PROXY_SSL_HEADER if settings.SECURE_SSL_REDIRECT else None
        self._header: str = proxy[0] if proxy else ""
        self._value: str | None = proxy[1] if proxy else None

    @property
    def host(self) -> str:
        """The public host, with its port if that is not the usual one."""
        return str(self._host)

    @property
    def proxy_headers(self) -> dict[str, str]:
        """What the proxy in front says of a request over TLS, as WSGI has it."""
        return {self._header: str(self._value)} if self._header else {}

    def lets_in(self, environ: Mapping[str, Any]) -> bool:
        """Whether this is a plain request for a page of ours."""
        return (
            environ["REQUEST_METHOD"] in _METHODS
            and environ.get("HTTP_HOST") == self._host
            and _NOT_PLAIN.isdisjoint(environ)
            and environ.get("CONTENT_LENGTH") in _NO_BODY
            and not environ.get("SCRIPT_NAME")
            and (not self._header or environ.get(self._header) == self._value)
        )


def why_not(status: int, headers: Mapping[str, str], cookies: int, *, public: bool, size: int) -> str:
    """The reason why an answer must not be kept, "" when it may. Names of `headers` are in lower case."""
    directives = {part.split("=")[0].strip() for part in headers.get("cache-control", "").lower().split(",")}
    vary = {part.strip() for part in headers.get("vary", "").lower().split(",")}
    reasons = {
        "status": status != _OK,
        "private_route": not public,
        "cookie": cookies > 0 or "set-cookie" in headers,
        "cache_control": "public" not in directives or bool(directives & _REFUSING),
        "vary": not vary <= _VARY,
        "encoded": "content-encoding" in headers,
        "too_large": size > MOST_BODY_BYTES,
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


MOST_BODY_BYTES = 2 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """Seconds from the beginning of the rendering on."""

    soft: float
    hard: float
    until: float


def lifetimes(family: Family, cache_control: str, *, degraded: bool = False) -> Lifetimes:
    """How long a page is fresh, usable, and good for want of better.

    `s-maxage` is how long a shared cache may take a page for fresh, and this is one: a page that says so
    itself keeps its own measure, and its hard lifetime keeps the proportion. A `degraded` page is not served
    while it is renewed: who comes a minute later would get what was missing for a second.
    """
    found = _SHARED_AGE.search(cache_control.lower())
    soft = max(float(found[1]), 1.0) if found else family.soft
    hard = min(soft if degraded else family.hard * soft / family.soft, family.stale_for)
    return Lifetimes(min(soft, hard), hard, family.stale_for)
