"""The WSGI layer ahead of Django: answers from the page cache, and passes on what it does not hold.

What it does for a hit is done for every page view there is, so the way of a hit through memory is kept short:
one look at the address, one at the page, no question to anybody, no new headers.
"""

import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings

from storefront.cache import CachedAnswers, PageLayers, StoredPage
from storefront.telemetry import Telemetry
from storefront.web.counting import error_met
from storefront.web.kept_headers import SEND
from storefront.web.middleware.routing import PUBLIC_DEGRADED
from storefront.web.page_cache.addresses import Address, Addresses
from storefront.web.page_cache.bodies import (
    NOT_MODIFIED,
    OK,
    Codings,
    Headers,
    Ready,
    has,
    personal_headers,
    stale_headers,
    unkept_headers,
)
from storefront.web.page_cache.explain import Explained, explained, found_in, put_into
from storefront.web.page_cache.hits import Hit, HitLog
from storefront.web.page_cache.keeper import Keeper, Served, Source
from storefront.web.page_cache.renders import Application, Rendered, Renderer
from storefront.web.page_cache.rules import Gatekeeper
from storefront.web.page_cache.variants import Environ, NullVariants, Variants
from storefront.web.shop import current_shop

StartResponse = Callable[[str, Headers], object]
_FAMILY = "page"
_TIMINGS = {source: f'cache;desc="{source.value}"' for source in Source}
_AS_KEPT = frozenset({Source.MEMORY, Source.STORE})


@dataclass(frozen=True, slots=True)
class _Parts:
    """What a process needs to serve pages; made at the first request, after the fork."""

    pid: int
    addresses: Addresses
    layers: PageLayers[Ready]
    keeper: Keeper
    telemetry: Telemetry


class PageCache:
    """Wraps a WSGI application. `cache` and `telemetry` are the process's own, the shop's by default.

    `megabytes` is how much memory pages may take in this process; with 0 every hit comes from the store.
    """

    def __init__(
        self,
        app: Application,
        *,
        variants: Variants | None = None,
        cache: CachedAnswers | None = None,
        telemetry: Telemetry | None = None,
        megabytes: int | None = None,
    ) -> None:
        self._app = app
        self._variants = variants or NullVariants()
        self._cache = cache
        self._telemetry = telemetry
        self._most_bytes = (settings.PAGE_CACHE_MEGABYTES if megabytes is None else megabytes) * 1024 * 1024
        self._gatekeeper = Gatekeeper()
        self._codings = Codings()
        self._hits = HitLog(settings.RELEASE, self._lines_lost)
        self._timing: bool = settings.SERVER_TIMING
        self._parts: _Parts | None = None
        self._lock = threading.Lock()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """The answer to one request (PEP 3333)."""
        started = time.perf_counter()
        if not self._gatekeeper.lets_in(environ) or self._variants.alone(environ):
            return self._app(environ, start_response)
        parts = self._parts
        if parts is None or parts.pid != os.getpid():
            parts = self._begun()
        address = parts.addresses.find(environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", ""))
        if address is None:
            put_into(environ, self)
            return self._app(environ, start_response)
        held = parts.layers.held(address.key)
        if held is not None and held.page.signpost:
            held = parts.layers.held(address.variant(self._variants.values(environ, held.page.reads)))
        if held is not None and _is_fresh(held.page, parts.layers.now()) and parts.layers.sure(held):
            served = Served(held.page, held.ready, Source.MEMORY)
            return self._sent(parts, served, environ, start_response, started)
        return self._slow(parts, address, environ, start_response, started)

    def explain(self, path: str, query: str) -> Explained | None:
        """The public page at `path` and `query` (as WSGI has them), made anew; None where there is none.

        Raises TimeoutError when it is not made within some seconds.
        """
        parts = self._begun()
        address = parts.addresses.find(path, query)
        if address is None:
            return None
        renderer = Renderer(self._app, self._gatekeeper, parts.layers, self._variants)
        return explained(address, parts.layers, renderer, self._variants)

    def close(self) -> None:
        """Finish renewals and log lines; for an orderly end of the process."""
        parts = self._parts
        if parts is not None and parts.pid == os.getpid():
            parts.keeper.close()
        self._hits.close()

    def _slow(
        self,
        parts: _Parts,
        address: Address,
        environ: Environ,
        start_response: StartResponse,
        started: float,
    ) -> Iterable[bytes]:
        """Whatever is not at hand in memory."""
        answer = parts.keeper.get(address, environ)
        if answer is None:
            return self._app(environ, start_response)
        if isinstance(answer, Served):
            return self._sent(parts, answer, environ, start_response, started)
        parts.telemetry.cache(_FAMILY, "not_kept")
        if answer.failed:
            error_met(environ)
        if self._variants.personal(environ, [name for name, _ in answer.values]):
            answer = replace(answer, headers=personal_headers(answer.headers))
        return _as_answered(answer, environ, start_response)

    def _sent(
        self,
        parts: _Parts,
        served: Served,
        environ: Environ,
        start_response: StartResponse,
        started: float,
    ) -> list[bytes]:
        """Send a kept page: whole, without its body (HEAD), or that it has not changed (304)."""
        page = served.ready.sendable(self._codings.best(environ.get("HTTP_ACCEPT_ENCODING", "")))
        wanted = environ.get("HTTP_IF_NONE_MATCH")
        source = served.source
        modified = wanted is None or not has(wanted, page.etag)
        headers = page.headers if modified else page.not_modified
        reads = served.page.reads
        personal = bool(reads) and self._variants.personal(environ, reads)
        body = page.body if modified and environ["REQUEST_METHOD"] != "HEAD" else []
        parts.telemetry.cache_lookups.add(_FAMILY, source)
        if source is not Source.RENDERED:  # which has its line from Django's own telemetry
            self._note(served, environ, 200 if modified else 304, (time.perf_counter() - started) * 1_000)
        if source in _AS_KEPT and not served.purged:
            if self._timing or personal:
                timing = _TIMINGS[source] if self._timing else ""
                headers = page.altered(timing, modified=modified, personal=personal)
            send_kept = environ.get(SEND)
            if send_kept is not None:
                body = send_kept(OK if modified else NOT_MODIFIED, headers, body)
            else:
                start_response(OK if modified else NOT_MODIFIED, list(headers))
        else:
            own = self._own_headers(served, headers, personal=personal)
            start_response(OK if modified else NOT_MODIFIED, own)
        return body

    def _own_headers(self, served: Served, headers: Headers, *, personal: bool) -> Headers:
        """The headers of an answer that is not one of many: made for this request, or for want of better."""
        own = list(headers)
        if served.source is Source.STALE:
            own = stale_headers(headers, served.age, PUBLIC_DEGRADED)
        elif served.purged:
            own = unkept_headers(headers)
        if personal:
            own = personal_headers(own)
        return [*own, ("Server-Timing", _timing(served))] if self._timing else own

    def _note(self, served: Served, environ: Environ, status: int, ms: float) -> None:
        self._hits.note(
            Hit(
                time.time(),
                ms,
                served.page.route,
                environ["REQUEST_METHOD"],
                status,
                served.source.value,
                served.source is Source.STALE,
                environ.get("HTTP_X_REQUEST_ID"),
                environ.get("HTTP_TRACEPARENT"),
            )
        )

    def _lines_lost(self) -> None:
        (self._telemetry or current_shop().telemetry).event("page_hits", "unwritten")

    def _begun(self) -> _Parts:
        """Connect to the shop's cache, in the process that serves."""
        with self._lock:
            parts = self._parts
            if parts is not None and parts.pid == os.getpid():
                return parts
            cache = self._cache or current_shop().cache
            telemetry = self._telemetry or current_shop().telemetry
            layers = cache.pages(Ready, self._most_bytes)
            renderer = Renderer(self._app, self._gatekeeper, layers, self._variants)
            keeper = Keeper(layers, renderer, self._variants, telemetry)
            parts = _Parts(os.getpid(), Addresses(layers.keys), layers, keeper, telemetry)
            cache.follow_purges()
            self._parts = parts
            return parts


def page_cache_of(meta: Mapping[str, Any]) -> PageCache | None:
    """The page cache that a request (its META) came through, None where it is switched off."""
    found = found_in(meta)
    return found if isinstance(found, PageCache) else None


def _is_fresh(page: StoredPage, now: float) -> bool:
    return now < page.soft_at and not page.signpost


def _as_answered(answer: Rendered, environ: Environ, start_response: StartResponse) -> list[bytes]:
    """Django's answer for this request alone."""
    start_response(answer.status, answer.headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [answer.body]


def _timing(served: Served) -> str:
    """How the page was come by, for the browser's network panel (W3C Server Timing)."""
    own = _TIMINGS[served.source]
    if served.fresh is None:
        return own
    parts = [value for name, value in served.fresh.headers if name.lower() == "server-timing"]
    return ", ".join([*parts, own])
