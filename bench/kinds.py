"""The ways a page can be come by, from a copy in memory to nothing at all: how each is set up, and proved.

A kind is a web tier with some layers switched off by its environment. What a kind claims is looked at before
and after it is measured: the answer's own word for where it came from (`Server-Timing: cache;desc=…`, outside
production), and what lies in the shared cache. A shop that lacks a layer, or does not tell, has its kind
reported as missing: never as a figure.
"""

import http.client
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import redis

from bench.closed import HEADERS
from bench.lab import Lab, Server

# The switches of the shop's layers (docs/reference/settings.md).
NO_PAGES = {"PAGE_CACHE": "off"}
NO_PAGES_IN_MEMORY = {"PAGE_CACHE_MEGABYTES": "0"}
NO_CARDS = {"CARD_CACHE": "off"}
SOURCE = re.compile(r'\bcache;(?:[^,]*;)?desc="?(\w+)"?')
CARD_KEYS = "sf:*/{release}/*:card:*"
ASKED = 60  # at most, until every worker has shown the source
IN_A_ROW = 10
SCANNED = 1_000


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """`source` is what the page cache must say of itself, "" where it must not have answered.

    `cards` tells whether cards must (True), must not (False) lie in the shared cache.
    """

    name: str
    about: str
    source: str
    settings: Mapping[str, str] = field(default_factory=dict)
    cards: bool | None = None


MEMORY = Kind("memory", "whole page from this process's memory", "memory")
REDIS = Kind("redis", "whole page from the shared cache", "redis", NO_PAGES_IN_MEMORY)
CARDS = Kind("cards", "page made anew, cards and backend's answers cached", "", NO_PAGES, cards=True)
DATA = Kind(
    "data", "page rendered whole, backend's answers cached", "", {**NO_PAGES, **NO_CARDS}, cards=False
)
KINDS = (MEMORY, REDIS, CARDS, DATA)


def running(lab: Lab, kind: Kind) -> Server:
    """The web tier of a kind on this lab."""
    return lab.shop(f"shop-{kind.name}", kind.settings)


def lacking(lab: Lab, kind: Kind, server: Server, url: str) -> str:
    """What is not as the kind claims, after warming the page up; "" when all of it is."""
    said = _source_when_warm(url, kind.source)
    if kind.source and said != kind.source:
        return f"the page says {said or 'nothing'} of where it came from, not {kind.source}"
    if not kind.source and said in {"memory", "redis"}:
        return f"the page cache answered ({said}); it cannot be switched off by {dict(kind.settings)}"
    if kind.cards is None:
        return ""
    kept = _cards(lab, server)
    if kind.cards and not kept:
        return "no rendered card lies in the shared cache"
    if not kind.cards and kept:
        return f"{kept} rendered cards lie in the shared cache; they cannot be switched off by {NO_CARDS}"
    return ""


def source(url: str) -> str:
    """The answer's own word for where it came from, asked on a connection of its own; "" for none.

    Raises OSError when the shop does not answer, ValueError when it does not answer with 200.
    """
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=15)
    try:
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        connection.request("GET", target, headers=dict(header.split(": ", 1) for header in HEADERS))
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise ValueError(f"{url} answered {answer.status}")
        found = SOURCE.search(answer.getheader("Server-Timing") or "")
        return found.group(1) if found else ""
    finally:
        connection.close()


def _source_when_warm(url: str, wanted: str) -> str:
    """Asks until so many answers in a row come from where they should: each worker has its own memory."""
    said, row = "", 0
    for _ in range(ASKED):
        said = source(url)
        row = row + 1 if said == wanted else 0
        if row >= IN_A_ROW:
            break
    return said


def _cards(lab: Lab, server: Server) -> int:
    pattern = CARD_KEYS.format(release=f"bench-{server.name}")
    with redis.Redis.from_url(lab.redis) as client:
        return sum(1 for _ in client.scan_iter(pattern, count=SCANNED))
