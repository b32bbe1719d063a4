"""A page cache around a toy application: processes that share a store, and a clock that stands still."""

from __future__ import annotations

import gzip
import io
import threading
from dataclasses import dataclass, field
from typing import Any

import brotli

from storefront.cache import Tag
from storefront.web.page_cache import PageCache
from storefront.web.rendering import rendering_of
from tests.unit.cache.fleet import THING, Process

PUBLIC = "public, max-age=0, s-maxage=60, stale-while-revalidate=600, stale-if-error=86400"
PATH = "/ie/en/p/meadow-cushion/"
HOST = "testserver"


@dataclass
class Seen:
    """An answer as a client sees it."""

    status: int
    headers: list[tuple[str, str]]
    raw: bytes

    def get(self, name: str) -> str:
        return ", ".join(value for known, value in self.headers if known.lower() == name.lower())

    @property
    def names(self) -> set[str]:
        return {name.lower() for name, _ in self.headers}

    @property
    def text(self) -> str:
        match self.get("Content-Encoding"):
            case "br":
                return brotli.decompress(self.raw).decode()
            case "gzip":
                return gzip.decompress(self.raw).decode()
            case _:
                return self.raw.decode()


def ask(app: Any, path: str = PATH, query: str = "", method: str = "GET", **more: Any) -> Seen:
    """One request as a WSGI server makes it. `more` are further names of the environ."""
    environ = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": HOST,
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "192.0.2.7",
        "HTTP_HOST": HOST,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(more.pop("body", b"")),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        **more,
    }
    environ = {name: value for name, value in environ.items() if value is not None}
    told: list[tuple[str, list[tuple[str, str]]]] = []
    answer = app(environ, lambda status, headers, exc_info=None: told.append((status, headers)))
    raw = b"".join(answer)
    if hasattr(answer, "close"):
        answer.close()
    status, headers = told[-1]
    return Seen(int(status[:3]), list(headers), raw)


@dataclass
class Toy:
    """The application behind the cache: says what it is told to, and counts."""

    text: str = "<p>a page</p>" + " words" * 200
    status: str = "200 OK"
    public: bool = True
    degraded: bool = False
    headers: list[tuple[str, str]] = field(
        default_factory=lambda: [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Cache-Control", PUBLIC),
            ("Vary", "Accept-Encoding"),
            ("X-Request-Id", "of-this-request"),
            ("Server-Timing", "total;dur=1"),
        ]
    )
    asked: list[dict[str, Any]] = field(default_factory=list)
    uses: list[tuple[Process, str]] = field(default_factory=list)
    flags: tuple[str, ...] = ()
    tags: tuple[str, ...] = ("product:meadow-cushion",)
    gate: threading.Event | None = None
    entered: threading.Event = field(default_factory=threading.Event)
    error: Exception | None = None
    on_render: Any = None

    @property
    def count(self) -> int:
        return len(self.asked)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        self.asked.append(environ)
        self.entered.set()
        if self.gate is not None:
            assert self.gate.wait(20)
        if self.error is not None:
            raise self.error
        text = self.text
        rendering = rendering_of(environ)
        for process, ident in self.uses:
            process.get(THING, ident, tags_of=lambda _value: [Tag("offers:meadow-cushion", 3)])
        if rendering is not None:
            text += "".join(f" {name}={rendering.variant(name)}" for name in self.flags)
            ok = self.status.startswith("200")
            rendering.note(
                route="catalog:product",
                public=self.public and ok,
                degraded=self.degraded,
                tags=self.tags if ok else (),
            )
        if self.on_render is not None:
            self.on_render()
        start_response(self.status, list(self.headers))
        return [text.encode()]

    def say(self, **headers: str) -> None:
        """Replace headers; underscores stand for hyphens."""
        names = {name.replace("_", "-").lower(): value for name, value in headers.items()}
        kept = [(name, value) for name, value in self.headers if name.lower() not in names]
        self.headers = kept + [(name, value) for name, value in names.items() if value]


class Host:
    """One process of the fleet: a page cache of its own, over the shared store."""

    def __init__(self, redis: Any, clock: Any, toy: Toy, seed: int = 1, **options: Any) -> None:
        self.process = Process(redis, clock, seed=seed)
        self.toy = toy
        cache, telemetry = self.process.cache, self.process.telemetry
        # Tests hear of purges when they say so; see `listen`.
        self.feed = self.process.layers._feed
        if self.feed is not None:
            self.feed.start = lambda: None
            self.feed.poll()
        self.app = PageCache(toy, cache=cache, telemetry=telemetry, **options)
        self.app._timing = True

    def ask(self, path: str = PATH, query: str = "", **more: Any) -> Seen:
        return ask(self.app, path, query, **more)

    def source(self, path: str = PATH, query: str = "", **more: Any) -> str:
        """How the cache came by the page: "memory", "redis", "rendered", "stale"; "" for Django's own."""
        found = self.ask(path, query, **more).get("Server-Timing").partition('desc="')
        return found[2].rstrip('"')

    def listen(self) -> None:
        assert self.feed is not None
        self.feed.poll()

    def settle(self) -> None:
        """Let renewals end."""
        self.app.close()
        self.process.settle()
