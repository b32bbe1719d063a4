"""What a page costs beside time: memory of two workers, bytes on the wire, calls to DynamoDB and Cognito."""

import http.client
import re
from typing import Any
from urllib.parse import urlsplit

from bench import kinds
from bench.addresses import FULL, links
from bench.gauges import memory_bytes
from bench.rounds import Budget, Subject, warmed
from bench.shops import REGION, SIGN_IN, fetch
from bench.stand import Stand

SCRIPT = re.compile(r'<script[^>]+src="([^"]+)"')
LAZY = re.compile(r'hx-get="([^"]+)"')
FLAGS = " storefront-flags"  # how the count of a call about that table ends
VIEWS = 3
A_SESSION = "A" * 43  # of nobody, in the form of a key: the table has to be asked
WARM_SECONDS = 3.0
CROWD = 64  # connections, so that each worker has its share


def run(stand: Stand, budget: Budget) -> dict[str, Any]:
    """Single figures, and the calls by operation."""
    del budget  # it takes seconds
    server = kinds.running(stand.lab, kinds.MEMORY)
    page = server.origin + stand.pages.list
    text = fetch(page)
    scripts = [address for address in SCRIPT.findall(text) if address.startswith("/")]
    calls = called(stand)
    return {
        "memory_bytes": held(stand),
        "list_cards": len(links(text, f"{REGION}/p/")),
        "list_bytes_plain": len(text.encode()),
        "list_bytes_brotli": transferred(page, "br"),
        "list_bytes_gzip": transferred(page, "gzip"),
        "script_bytes": sum(transferred(server.origin + address, "br, gzip") for address in scripts),
        "aws_calls": sum(calls.values()),
        "aws_operations": calls,
        "full_list": FULL,
    }


def held(stand: Stand) -> int | None:
    """Bytes that two workers hold when both have shown all pages; None where that is not told."""
    server = stand.lab.shop("shop-image", {})
    every = (*stand.pages.kinds().values(), *stand.pages.lists, *stand.pages.products)
    everybody = Subject(server, tuple(server.origin + path for path in every), connections=CROWD)
    warmed(stand.meter, everybody, WARM_SECONDS)
    return memory_bytes(server.pid)


def transferred(url: str, accepted: str) -> int:
    """Bytes of the body as it is sent to somebody who accepts this encoding."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=15)
    try:
        connection.request("GET", parts.path, headers={"Accept-Encoding": accepted})
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise ValueError(f"{url} answered {answer.status}")
        return len(body)
    finally:
        connection.close()


def called(stand: Stand) -> dict[str, int]:
    """Calls to AWS, by operation, that anonymous views of all pages make, their lazy parts included.

    Once with the page cache as it is and once without it, so that Django sees every view. Each process also
    follows the table of flags, whether or not anybody looks at a page: that is no view's.
    """
    backend = stand.lab.proxy("proxy-backend", stand.lab.backend)
    aws = stand.lab.proxy("proxy-aws", stand.lab.aws)
    through = stand.lab.through(backend, aws)
    servers = [
        stand.lab.shop("shop-watched", through),
        stand.lab.shop("shop-watched-uncached", through | kinds.DATA.settings),
    ]
    aws.counts(reset=True)
    for server in servers:
        for path in stand.pages.kinds().values():
            for _ in range(VIEWS):
                view(server.origin, path)
    calls = of_views(aws.counts(reset=True))
    fetch(f"{servers[0].origin}{SIGN_IN}", {"Cookie": f"s={A_SESSION}"})
    if not of_views(aws.counts()):
        raise ValueError(
            "the proxy before AWS has not even seen somebody with a session: its count means nothing"
        )
    return calls


def of_views(counts: dict[str, int]) -> dict[str, int]:
    """The calls that are not the following of flags."""
    return {name: number for name, number in counts.items() if not name.endswith(FLAGS)}


def view(origin: str, path: str) -> None:
    """What a browser without cookies asks for: the page, and the parts that it fetches by itself."""
    page = fetch(origin + path)
    for part in dict.fromkeys(LAZY.findall(page)):
        if "/personal/" in part:
            fetch(origin + part)
