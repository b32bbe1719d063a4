"""The CDN as the purger sees it: something that gives up what it holds, by tag.

NullEdge        there is no CDN
CloudFrontEdge  by tag where the distribution is set up for it, else by path
VarnishEdge     Varnish with our rules, on loopback or in a private network
PatientEdge     around any of them: remembers what it could not be told, and tells it later

By path little can be said: a product's or a page's own addresses are known, lists and searches are not. What
is wide goes by /* at most once a minute, which is as long as a CDN keeps our pages anyway (s-maxage).
"""

import re
import threading
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from storefront.aws import MOST_ITEMS
from storefront.cache.stamps import BELIEVED_SECONDS
from storefront.core import Clock, Reason, UpstreamError, UpstreamUnavailable
from storefront.http import HttpRequest, Transport, TransportError
from storefront.resilience import Resource
from storefront.telemetry import Telemetry
from storefront.web.cache_tags import PLAIN, shared_tags

EVERYTHING: Final = "/*"
WIDE_PAUSE_SECONDS: Final = 60.0
_MOST_WAITING: Final = 1_000
_TAGS_A_REQUEST: Final = 50
_OK: Final = 200
# A worker that cannot follow the purges believes a stamp for so long: a CDN that is told earlier would fetch
# the old page from one that has not heard yet, and keep it for a minute. The rest is for the answer's way.
SETTLE_SECONDS: Final = BELIEVED_SECONDS + 0.2
AGAIN_SECONDS: Final = 2.0
"""Between two tries to tell a CDN what it could not be told."""


class Edge(Protocol):
    """A CDN. `purge` raises UpstreamError when it could not be told."""

    def purge(self, tags: Sequence[str]) -> None:
        """Give up what carries one of these tags."""
        ...

    def means(self, tags: Sequence[str]) -> str:
        """What `purge` would do about these tags, in words."""
        ...


class NullEdge:
    """No CDN."""

    def purge(self, tags: Sequence[str]) -> None:
        """Nothing holds anything."""
        del tags

    def means(self, tags: Sequence[str]) -> str:
        """So it says."""
        del tags
        return "no CDN is configured"


class Invalidating(Protocol):
    """A CloudFront distribution, as far as it is used here (storefront.aws.Distribution)."""

    def invalidate(self, items: Sequence[str]) -> str:
        """Give up what these paths and #tags name."""
        ...


class CloudFrontEdge:
    """CloudFront by cache tag: every object that carries one of the tags, whatever its address.

    CloudFront keeps the first 50 tags of an object, and takes them without regard to case.
    """

    def __init__(self, distribution: Invalidating) -> None:
        self._distribution = distribution

    def purge(self, tags: Sequence[str]) -> None:
        """One invalidation for up to 3,000 tags."""
        items = [f"#{tag}" for tag in shared_tags(tags)]
        for at in range(0, len(items), MOST_ITEMS):
            self._distribution.invalidate(items[at : at + MOST_ITEMS])

    def means(self, tags: Sequence[str]) -> str:
        """How many tags."""
        return f"CloudFront gives up what carries {_counted(len(shared_tags(tags)), 'tag')}"


class CloudFrontPathEdge:
    """CloudFront by path, for a distribution without CacheTagConfig."""

    def __init__(self, distribution: Invalidating, paths: "Paths", clock: Clock) -> None:
        self._distribution = distribution
        self._paths = paths
        self._clock = clock
        self._wide_at = float("-inf")

    def purge(self, tags: Sequence[str]) -> None:
        """The addresses of what the tags name; everything for tags of lists, once a minute at most."""
        items, wide = self._paths.of(tags)
        now = self._clock.monotonic()
        if wide and now - self._wide_at >= WIDE_PAUSE_SECONDS:
            self._distribution.invalidate([EVERYTHING])
            self._wide_at = now
        elif items:
            for at in range(0, len(items), MOST_ITEMS):
                self._distribution.invalidate(items[at : at + MOST_ITEMS])

    def means(self, tags: Sequence[str]) -> str:
        """How many addresses."""
        items, wide = self._paths.of(tags)
        if wide:
            return "CloudFront gives up everything, once a minute at most (it is not set up for tags)"
        told = f"CloudFront gives up {_counted(len(items), 'address', 'es')} (it is not set up for tags)"
        return f"{told}; lists that show them stay there for a minute"


@dataclass(frozen=True, slots=True)
class Paths:
    """Where what a tag names is shown: `prefixes` are those of all regions ("/ie/en")."""

    prefixes: tuple[str, ...]

    def of(self, tags: Iterable[str]) -> tuple[list[str], bool]:
        """The addresses of what these tags name; and whether a tag is of something that is on many pages.

        Without wildcards: of an address with a query (a chosen variant) the copy ends by its lifetime.
        """
        found: dict[str, None] = {}
        wide = False
        for tag in sound(tags):
            kind, _, name = tag.partition(":")
            path = _PATHS.get(kind) if name else None
            if tag == "content:home":
                path = "/"
            if path is None:
                wide = True
            else:
                found |= dict.fromkeys(prefix + path.format(name) for prefix in self.prefixes)
        return list(found), wide


_PATHS: Final = {
    "product": "/p/{}/",
    "offers": "/p/{}/",
    "reviews": "/p/{}/",
    "content": "/pages/{}/",
}


class VarnishEdge:
    """Varnish: one BAN request for up to 50 tags, to each of `urls`.

    The header X-Ban-Tags is a regular expression for the header Cache-Tag of what is to go; the rules turn it
    into `obj.http.Cache-Tag ~ …`, and let nobody but the purger send it (dev/varnish/rules.py).
    """

    def __init__(self, transport: Transport, resource: Resource, urls: Sequence[str]) -> None:
        self._transport = transport
        self._resource = resource
        self._urls = tuple(urls)

    def purge(self, tags: Sequence[str]) -> None:
        """Ban them everywhere; the first server that does not obey ends it."""
        known = shared_tags(tags)
        for url in self._urls:
            for at in range(0, len(known), _TAGS_A_REQUEST):
                self._ban(url, known[at : at + _TAGS_A_REQUEST])

    def means(self, tags: Sequence[str]) -> str:
        """How many tags, how many servers."""
        servers = _counted(len(self._urls), "Varnish server")
        give_up = "gives up" if len(self._urls) == 1 else "give up"
        return f"{servers} {give_up} what carries {_counted(len(shared_tags(tags)), 'tag')}"

    def _ban(self, url: str, tags: Sequence[str]) -> None:
        headers = {"X-Ban-Tags": ban_pattern(tags)}

        def call(seconds: float) -> None:
            request = HttpRequest("BAN", f"{url}/", connect_timeout=0.5, timeout=seconds, headers=headers)
            try:
                answer = self._transport.send(request)
            except TransportError as error:
                raise self._unavailable(Reason.CONNECTION) from error
            if answer.status != _OK:
                raise self._unavailable(Reason.SERVER_ERROR)

        self._resource.run("Ban", call, timeout=2.0)

    def _unavailable(self, reason: Reason) -> UpstreamUnavailable:
        return UpstreamUnavailable(self._resource.name, "Ban", reason)


class PatientEdge:
    """Any edge, told later, and again what it could not be told. Thread-safe.

    `purge` only notes. With a `clock` nothing is told before the web tier's workers have heard of it
    (SETTLE_SECONDS); pages in Redis are new meanwhile, whatever the CDN does. What could not be told is kept
    in memory, and so many tags that they are beyond counting are dropped for good: the CDN's own lifetimes
    are the end of it.
    """

    def __init__(self, edge: Edge, telemetry: Telemetry, clock: Clock | None = None) -> None:
        self._edge = edge
        self._telemetry = telemetry
        self._clock = clock
        self._noted: deque[tuple[float, tuple[str, ...]]] = deque()
        self._untold: dict[str, None] = {}
        self._again_at = float("-inf")
        self._lock = threading.Lock()  # one tells at a time

    @property
    def waiting(self) -> int:
        """How many tags it could not be told yet."""
        return len(self._untold)

    def purge(self, tags: Sequence[str]) -> None:
        """Note what is to be told. Waits for nothing."""
        if tags:
            self._noted.append((self._now() + (SETTLE_SECONDS if self._clock else 0.0), tuple(tags)))

    def tell(self) -> None:
        """Tell what is due. Raises nothing that an edge may raise."""
        self._tell_due(self._now())

    def settle(self) -> None:
        """Wait until all that is noted is due, and tell it."""
        with self._lock:
            last = self._noted[-1][0] if self._noted else self._now()
        seconds = last - self._now()
        if self._clock is not None and seconds > 0:
            self._clock.sleep(seconds)
        self._tell_due(max(last, self._now()))

    def _now(self) -> float:
        return self._clock.monotonic() if self._clock else 0.0

    def _tell_due(self, now: float) -> None:
        with self._lock:
            tags = self._due(now)
            if tags:
                self._tell(tags)

    def _due(self, now: float) -> list[str]:
        """What was noted long enough ago, and with it what could not be told before."""
        fresh: list[str] = []
        while self._noted and self._noted[0][0] <= now:
            fresh += self._noted.popleft()[1]
        if not fresh and now < self._again_at:
            return []
        return list(dict.fromkeys((*self._untold, *fresh)))

    def _tell(self, tags: Sequence[str]) -> None:
        try:
            self._edge.purge(tags)
        except UpstreamError as error:
            self._telemetry.event("edge", f"failed_{type(error).__name__}")
            kept = tags[-_MOST_WAITING:]
            if len(kept) < len(tags):
                self._telemetry.event("edge", "dropped", by=len(tags) - len(kept))
            self._untold = dict.fromkeys(kept)
            self._again_at = self._now() + (AGAIN_SECONDS if self._clock else 0.0)
        else:
            self._untold = {}
            self._telemetry.event("edge", "purged", by=len(tags))

    def means(self, tags: Sequence[str]) -> str:
        """As the edge says."""
        return self._edge.means(tags)


def sound(tags: Iterable[str]) -> list[str]:
    """Those that can be told to a CDN, each once."""
    return [tag for tag in dict.fromkeys(tags) if PLAIN.match(tag)]


def ban_pattern(tags: Sequence[str]) -> str:
    """What matches a Cache-Tag header that holds one of these tags, whole: `product:rug` is not `rug`.

    Without a space, at which Varnish would take a ban apart; our header has none either.
    """
    return f"(^|,)({'|'.join(re.escape(tag) for tag in tags)})(,|$)"


def _counted(count: int, word: str, plural: str = "s") -> str:
    return f"{count:,} {word}{'' if count == 1 else plural}"
