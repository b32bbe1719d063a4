"""Pages as they are sent: in every coding, with an ETag for each, and 304 to who has them already."""

import gzip
import hashlib
from collections.abc import Iterable

import brotli

from storefront.cache import StoredPage
from storefront.web.kept_headers import KeptHeaders
from storefront.web.middleware.compression import LEAST_BYTES, QUALITY, WINDOW, accepted_encodings, is_text
from storefront.web.middleware.routing import PERSONAL

OK = "200 OK"
NOT_MODIFIED = "304 Not Modified"
_GZIP_LEVEL = 6
_ETAG_CHARACTERS = 24
_MOST_REMEMBERED = 512
_LONGEST_HEADER = 200
# What a 304 repeats of the 200 (RFC 9110, section 15.4.5), and the CDN's tags.
_REPEATED = frozenset({"cache-control", "content-location", "etag", "expires", "vary", "cache-tag"})

Headers = list[tuple[str, str]]


class Sendable:
    """A page in one coding: headers, body, and the short form for who has it already."""

    __slots__ = ("_altered", "body", "etag", "headers", "not_modified")

    def __init__(self, etag: str, headers: Headers, body: bytes, not_modified: Headers) -> None:
        self.etag = etag
        self.headers = KeptHeaders(headers)
        self.body = [body]
        self.not_modified = KeptHeaders(not_modified)
        self._altered: dict[tuple[bool, bool, str], KeptHeaders] = {}

    def altered(self, timing: str, *, modified: bool, personal: bool) -> KeptHeaders:
        """The headers with a Server-Timing, one of few, unless that is ""; `personal` as personal_headers."""
        found = self._altered.get((modified, personal, timing))
        if found is None:
            plain: Headers = self.headers if modified else self.not_modified
            plain = personal_headers(plain) if personal else plain
            found = KeptHeaders([*plain, ("Server-Timing", timing)] if timing else plain)
            self._altered[modified, personal, timing] = found
        return found


class Ready:
    """What memory holds of a page: the codings that it is kept in, ready to send.

    The body in another coding is made for each request that wants it: only what is kept is counted in the
    memory that pages may take, and a whole page in plain text is several times as large.
    """

    __slots__ = ("_by_coding", "_page")

    def __init__(self, page: StoredPage) -> None:
        self._page = page
        self._by_coding: dict[str, Sendable] = {}

    def sendable(self, coding: str) -> Sendable:
        """The page in the best coding that a client takes; `coding` is one of `Codings.best`."""
        bodies = self._page.bodies
        if "identity" in bodies:
            coding = "identity"
        found = self._by_coding.get(coding)
        if found is None:
            found = _sendable(self._page, coding)
            if coding in bodies:
                self._by_coding[coding] = found
        return found


class Codings:
    """Remembers which coding suits which Accept-Encoding: browsers say one of few things."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def best(self, accept: str) -> str:
        """The name of a coding: "br", "gzip" or "identity"."""
        try:
            return self._known[accept]
        except KeyError:
            accepted = accepted_encodings(accept)
        best = next((coding for coding in ("br", "gzip") if coding in accepted), "identity")
        if len(accept) <= _LONGEST_HEADER:
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            self._known[accept] = best
        return best


def encoded(body: bytes, content_type: str) -> dict[str, bytes]:
    """A body in the codings it is kept in: brotli and gzip for text, itself for all that is small or none.

    Public pages hold no secret, so nothing pads them (storefront.web.middleware.compression).
    """
    if len(body) < LEAST_BYTES or not is_text(content_type):
        return {"identity": body}
    return {
        "br": brotli.compress(body, quality=QUALITY, lgwin=WINDOW),
        "gzip": gzip.compress(body, _GZIP_LEVEL, mtime=0),
    }


def etag_of(body: bytes) -> str:
    """The opaque part of an ETag: what the page says, whenever and by whom it was rendered."""
    return hashlib.sha256(body).hexdigest()[:_ETAG_CHARACTERS]


def has(if_none_match: str, etag: str) -> bool:
    """Whether an If-None-Match names this ETag (weak comparison, RFC 9110, section 13.1.2)."""
    if if_none_match.strip() == "*":
        return True
    return etag in {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}


def stale_headers(headers: Iterable[tuple[str, str]], age: float, cache_control: str) -> Headers:
    """Headers of a copy that is served because there is no better: with its age, and kept only shortly."""
    return [*_with(headers, cache_control), ("Age", str(max(int(age), 0)))]


def unkept_headers(headers: Iterable[tuple[str, str]]) -> Headers:
    """Headers of a copy that is old already: no CDN and no browser may have it for later."""
    return _with(headers, "no-store")


def personal_headers(headers: Iterable[tuple[str, str]]) -> Headers:
    """Headers of a page that a visitor's cookie has chosen: no cache on the way may give it to others.

    What nobody may keep stays so.
    """
    told = list(headers)
    public = any(name.lower() == "cache-control" and value.startswith("public") for name, value in told)
    return _with(told, PERSONAL) if public else told


def _with(headers: Iterable[tuple[str, str]], cache_control: str) -> Headers:
    others = [(name, value) for name, value in headers if name.lower() != "cache-control"]
    return [*others, ("Cache-Control", cache_control)]


def _sendable(page: StoredPage, coding: str) -> Sendable:
    body = page.bodies.get(coding)
    if body is None:
        body = gzip.decompress(page.bodies["gzip"])
    etag = f'"{page.etag}-{coding}"'
    headers = [*page.headers, ("Content-Length", str(len(body))), ("ETag", etag)]
    if coding != "identity":
        headers.append(("Content-Encoding", coding))
    short = [(name, value) for name, value in headers if name.lower() in _REPEATED]
    return Sendable(etag, headers, body, short)
