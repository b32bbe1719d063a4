"""Making a page: Django answers a request that says nothing but which page is wanted.

No header, cookie or address of the shopper who happened to come first reaches the rendering: a copy that
everybody gets cannot hold what nobody could tell it (resilience against poisoned caches).
"""

import io
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from storefront.cache import PageLayers, Recorder, StoredPage, Use, recording
from storefront.web.page_cache.addresses import Address
from storefront.web.page_cache.bodies import Headers, Ready, encoded, etag_of
from storefront.web.page_cache.rules import NOT_KEPT, Gatekeeper, lifetimes, why_not
from storefront.web.page_cache.variants import Environ, Values, Variants
from storefront.web.rendering import Rendering

Application = Callable[[Environ, Any], Iterable[bytes]]
# For logs and calls only; they leave no trace in the page.
_TRACING = ("HTTP_X_REQUEST_ID", "HTTP_TRACEPARENT")


@dataclass(frozen=True, slots=True)
class Rendered:
    """What Django answered: a page that is kept, or (`page` None) an answer for this request alone.

    `why_not` is the reason that it is not kept. `values` are those of the flags that the page read.
    """

    status: str
    headers: Headers
    body: bytes
    page: StoredPage | None
    why_not: str
    values: Values = ()

    @property
    def failed(self) -> bool:
        """Whether the shop could not answer, so that an old copy is better."""
        return self.status.startswith("5")


class Renderer:
    """Renders pages by their address, in any thread."""

    def __init__(
        self, app: Application, gatekeeper: Gatekeeper, layers: PageLayers[Ready], variants: Variants
    ) -> None:
        self._app = app
        self._gatekeeper = gatekeeper
        self._layers = layers
        self._variants = variants

    def render(self, address: Address, asked: Environ, *, renewal: bool = False) -> Rendered:
        """The page at `address`. Of `asked` only flags, tracing and (for errors) Accept-Encoding count."""
        rendering = Rendering(self._variants.answers(asked), renewal=renewal)
        environ = self._plain(address, asked)
        if not renewal:  # which is nobody's request
            environ.update({name: asked[name] for name in _TRACING if name in asked})
        rendering.put_into(environ)
        made_at, started = self._layers.now(), time.monotonic()
        with recording() as recorder:
            status, headers, body = _answer(self._app, environ)
        named = {name.lower(): value for name, value in headers}
        cookies = sum(name.lower() == "set-cookie" for name, _ in headers)
        reason = why_not(
            int(status.split(" ", 1)[0]), named, cookies, public=rendering.public, size=len(body)
        )
        if reason:
            return Rendered(status, headers, body, None, reason, rendering.values)
        cost = time.monotonic() - started
        page = self._page(address, rendering, recorder, headers, body, made_at, cost)
        return Rendered(status, headers, body, page, "", rendering.values)

    def _page(  # noqa: PLR0917 - one page, told once
        self,
        address: Address,
        rendering: Rendering,
        recorder: Recorder,
        headers: Headers,
        body: bytes,
        made_at: float,
        cost: float,
    ) -> StoredPage:
        named = {name.lower(): value for name, value in headers}
        lives = lifetimes(address.family, named.get("cache-control", ""), degraded=rendering.degraded)
        share = self._layers.spread(address.family, 1.0)
        own = [Use(tag, None, made_at) for tag in (*address.family.tags, *rendering.tags)]
        known = {use.name for use in recorder.uses}
        return StoredPage(
            made_at=made_at,
            soft_at=made_at + lives.soft * share,
            hard_at=made_at + lives.hard * share,
            until=made_at + lives.until,
            uses=(*recorder.uses, *(use for use in own if use.name not in known)),
            route=rendering.route,
            etag=etag_of(body),
            headers=tuple(
                (sys.intern(name), sys.intern(value))
                for name, value in headers
                if name.lower() not in NOT_KEPT
            ),
            bodies=encoded(body, named.get("content-type", "")),
            cost=cost,
            degraded=rendering.degraded,
            reads=tuple(name for name, _ in rendering.values),
        )

    def _plain(self, address: Address, asked: Environ) -> Environ:
        """The request for a page as nobody in particular makes it."""
        host, _, port = self._gatekeeper.host.partition(":")
        environ: Environ = {
            "REQUEST_METHOD": "GET",
            "SCRIPT_NAME": "",
            "PATH_INFO": address.path,
            "QUERY_STRING": address.query,
            "SERVER_NAME": host,
            "SERVER_PORT": port or "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "",
            "HTTP_HOST": self._gatekeeper.host,
            # Public answers come uncompressed (Rendering); this is for refusals.
            "HTTP_ACCEPT_ENCODING": asked.get("HTTP_ACCEPT_ENCODING", ""),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": asked.get("wsgi.url_scheme", "http"),
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": asked.get("wsgi.errors", sys.stderr),
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
            **self._gatekeeper.proxy_headers,
        }
        return environ


def _answer(app: Application, environ: Environ) -> tuple[str, Headers, bytes]:
    """Call a WSGI application as a server would, and take all that it says."""
    told: list[tuple[str, Headers]] = []
    parts: list[bytes] = []

    def start_response(status: str, headers: Headers, exc_info: object = None) -> Callable[[bytes], None]:
        del exc_info
        told.append((status, list(headers)))
        return parts.append

    answer = app(environ, start_response)
    try:
        parts += answer
    finally:
        close = getattr(answer, "close", None)
        if close is not None:
            close()
    status, headers = told[-1]
    return status, headers, b"".join(parts)
