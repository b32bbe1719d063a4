"""Behind a CDN nobody sees what is somebody else's: Varnish with our rules, a crowd, and every trick we know.

What a shared cache could do wrong: keep a private page (and give it to the next visitor), keep a cookie, keep
a page that somebody's odd header or address has changed. All of it is tried on every route there is.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import product

import pytest
import requests
from django.urls import URLPattern, URLResolver

from dev.stack.devstack import DevStack
from storefront.urls import urlpatterns
from storefront.web.policies import policy_of
from storefront.web.regions import is_sitewide
from tests.integration.cdn_canaries import Shopper, Watch, crowd
from tests.integration.cdn_edge import Edge, Reply, Wire, edge_before
from tests.integration.shop_visitor import Visitor, some_product
from tests.integration.test_shop_public_pages import POISON, SAMPLES
from tests.paths import in_region
from tests.pools import LocalPool, local_place

SHOPPERS, ORDERS, MEMBERS = 50, 4, 6
RESPONSES = 50_000
CONNECTIONS = 24
PRIVATE_SHARE = 0.03
VISITS_EACH = 3
"""How many of the crowd go to each private route, beside those whom chance leads there."""
SEED = 20_30
FILES = ("css", "js", "png", "json", "txt")
# Ways to let a private address look like a file, or like another address (resilience: web cache deception).
TAILS = ("/x.{}", ".{}", ";x.{}", "%2fx.{}", "%3bx.{}", "%00.{}", "%0ax.{}", "%23x.{}", "?x.{}", "%3fx.{}")
MUTATIONS: tuple[tuple[str, Callable[[str], str]], ...] = (
    *((tail.format(kind), lambda path, tail=tail, kind=kind: path + tail.format(kind))
      for tail, kind in product(TAILS, FILES)),
    ("no slash", lambda path: path.rstrip("/")),
    ("two slashes", lambda path: f"{path}/"),
    ("slashes ahead", lambda path: f"/{path}"),
    ("dot", lambda path: f"{path.rstrip('/')}."),
    ("dots", lambda path: f"{path}/..%2f"),
    ("capitals", lambda path: path.upper()),
    ("space", lambda path: f"{path}%20"),
    ("as a file", lambda path: f"/static/..%2f{path.lstrip('/')}"),
    ("as a picture", lambda path: f"/media/%2e%2e{path}"),
    ("as a category", lambda path: f"/ie/en/c/..%2f..%2f..%2f{path.lstrip('/')}"),
    ("as a product", lambda path: f"/ie/en/p/x/../../../..{path}"),
    ("a tracker", lambda path: f"{path}?utm_source=x.css&page=1"),
)  # fmt: skip

Goods = dict[str, str]


def private_routes(
    patterns: list[URLPattern | URLResolver], path: str = "", space: str = ""
) -> Iterator[tuple[str, str]]:
    """Name and address, with its arguments in braces, of every private route."""
    for entry in patterns:
        here = path + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(entry.pattern))
        if isinstance(entry, URLResolver):
            yield from private_routes(entry.url_patterns, here, entry.namespace or space)
        elif not policy_of(entry.callback).public:
            yield f"{space}:{entry.name}", f"/{here}"


@pytest.fixture(scope="module")
def edge(shop: DevStack) -> Iterator[Edge]:
    with edge_before(shop) as edge:
        yield edge


@pytest.fixture(scope="module")
def goods(shop: DevStack, origin: str) -> Goods:
    handle, sku, _ = some_product(shop, least=5)
    home = Visitor(origin).get("/").text
    category = re.search(r'href="/ie/en/c/([a-z0-9-]+)/"', home)
    assert category
    word = max(Visitor(origin).get(f"/p/{handle}/").heading.split(), key=len).lower()
    return {"handle": handle, "sku": sku, "category": category.group(1), "word": word, "landing": "gifts"}


@pytest.fixture(scope="module")
def addresses(goods: Goods) -> list[str]:
    """Public addresses, every route among them."""
    return [in_region(path.format(**goods)) for paths in SAMPLES.values() for path in paths]


@pytest.fixture(scope="module")
def private(goods: Goods) -> Callable[[Shopper | None], list[str]]:
    """The address of every private route, as it is for one shopper."""
    routes = [path for _, path in private_routes(urlpatterns) if not is_sitewide(path)]

    def addresses(who: Shopper | None) -> list[str]:
        order = who.order if who else "ord_000000000000000000"
        values = {
            "handle": goods["handle"], "order_id": order, "line_id": "line_1", "address_id": "adr_1",
            "passkey_id": "key_1", "review_id": "rev_00000001", "token": "nobody-has-this-token",
        }  # fmt: skip
        filled = [
            re.sub(r"\{(\w+)\}", lambda found: values.get(found[1], "nothing"), path) for path in routes
        ]
        return [in_region(path) for path in filled]

    return addresses


@pytest.fixture(scope="module")
def shoppers(shop: DevStack, edge: Edge, goods: Goods) -> list[Shopper]:
    """The crowd. All of them have come through the CDN, so their every step was seen by it."""
    pool = LocalPool(local_place(shop))
    found = crowd(edge, goods["sku"], SHOPPERS, orders=ORDERS, pool=pool, members=MEMBERS)
    assert len({one.word for one in found}) == SHOPPERS
    return found


def test_the_canaries_are_there_to_be_seen(edge: Edge, shoppers: list[Shopper]) -> None:
    """Who looks for leaks must be able to find one: each sees their own words, and so does the watch."""
    watch, wire = Watch(shoppers), Wire(edge)
    for who in shoppers[:ORDERS]:
        assert watch.owners(wire.get(f"/ie/en/checkout/return/{who.order}/", who.cookie)) == {who.word}
    for who in shoppers[ORDERS:]:
        assert watch.owners(wire.get("/ie/en/checkout/contact/", who.cookie)) == {who.word}
    for who in shoppers[-MEMBERS:]:
        assert watch.owners(wire.get("/ie/en/account/", who.cookie)) == {who.word}
    stolen = Reply(200, b"HTTP/1.1 200 OK\r\nCache-Control: public\r\n", shoppers[0].word.encode())
    watch.look("/", stolen, shoppers[1], public=True)
    assert watch.found


def test_a_crowd_sees_nothing_of_each_other(
    edge: Edge,
    addresses: list[str],
    private: Callable[[Shopper | None], list[str]],
    shoppers: list[Shopper],
) -> None:
    """Fifty shoppers go everywhere at once, over connections that they share, while pages are given up."""
    watch, chance = Watch(shoppers), random.Random(SEED)
    visits: list[tuple[str, Shopper | None, bool]] = []
    for number in range(len(private(None))):
        for who in chance.sample(shoppers, VISITS_EACH):
            visits.append((private(who)[number], who, False))
    by_shopper = {who.word: private(who) for who in shoppers}
    while len(visits) < RESPONSES + CONNECTIONS:
        who = chance.choice(shoppers)
        if chance.random() < PRIVATE_SHARE:
            visits.append((chance.choice(by_shopper[who.word]), who, False))
        else:
            visits.append((chance.choice(addresses), chance.choice([who, who, None]), True))
    chance.shuffle(visits)

    def walk(start: int) -> None:
        wire = Wire(edge)
        for turn, (path, who, public) in enumerate(visits[start::CONNECTIONS]):
            headers = {"Accept-Encoding": ("", "gzip", "br, gzip")[turn % 3] if turn % 50 == 0 else ""}
            reply = wire.get(path, {**headers, **(who.cookie if who else {})})
            watch.look(path, reply, who, public=public)
            if start == 0 and turn % 400 == 0:
                ban(edge, "pages")
        wire.close()

    with ThreadPoolExecutor(CONNECTIONS) as threads:
        list(threads.map(walk, range(CONNECTIONS)))

    assert watch.found == []
    assert watch.counts["all"] >= RESPONSES
    assert watch.counts["shared"] > RESPONSES * 0.9, "most of it was to be shared"
    assert watch.counts["hits"] > RESPONSES * 0.8, "the cache was hardly tried"
    assert watch.counts["private"] > len(by_shopper[shoppers[0].word]) * VISITS_EACH


def test_no_private_page_can_be_made_to_look_like_a_public_one(
    edge: Edge, private: Callable[[Shopper | None], list[str]], shoppers: list[Shopper]
) -> None:
    """A shopper is led to an odd address of each private route; a stranger asks there next."""
    assert len(MUTATIONS) >= 60
    watch = Watch(shoppers)
    tried = [
        (change(path), who)
        for number, path in enumerate(private(shoppers[0]))
        for who in (shoppers[number % ORDERS],)
        for _, change in MUTATIONS
    ]
    found: list[str] = []

    def try_on(start: int) -> None:
        wire = Wire(edge)
        for path, who in tried[start::CONNECTIONS]:
            theirs = wire.get(path, who.cookie)
            strangers = wire.get(path)
            for reply in (theirs, strangers):
                if reply.status not in {400, 404} and not reply.unkept:
                    found.append(f"{reply.status} {path}: {reply.header('Cache-Control')!r}")
                if reply.hit or reply.public:
                    found.append(f"{reply.status} {path}: kept")
            if watch.owners(strangers) or watch.owners(theirs) - {who.word}:
                found.append(f"{path}: a stranger sees what is {who.word}'s")

    with ThreadPoolExecutor(CONNECTIONS) as threads:
        list(threads.map(try_on, range(CONNECTIONS)))
    assert found == []


def test_headers_outside_of_the_key_change_nothing(
    shop: DevStack, edge: Edge, origin: str, addresses: list[str]
) -> None:
    """Whoever asks first for a page, with whatever headers, gets and leaves behind the page of everybody."""
    long = [("X-Long", "evil " * 1_600)]
    twice = [("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Host", "evil.test"), ("Cookie", "x-evil=1")]
    wire = Wire(edge)
    for path in addresses:
        for odd in ([*POISON.items()], twice, long):
            # A page may be renewed between two looks; what a header does to it, it does every time.
            assert any(_same_for_everybody(wire, edge, origin, path, odd) for _ in range(4)), path


def _same_for_everybody(wire: Wire, edge: Edge, origin: str, path: str, odd: list[tuple[str, str]]) -> bool:
    """Whether who asks oddly, who asks next and who asks the web tier itself get the same bytes."""
    assert ban(edge, "pages") == 200
    first, after = wire.say("GET", path, odd), wire.get(path)
    plain = requests.get(f"{origin}{path}", headers={"Accept-Encoding": "identity"}, timeout=30)
    assert after.status == 200, path
    assert b"evil" not in (after.head + after.body).lower(), path
    if first.status != 200:
        return after.body == plain.content
    assert b"evil" not in (first.head + first.body).lower(), path
    return first.body == after.body == plain.content


def test_who_asks_first_for_a_page_cannot_choose_what_it_says(edge: Edge, goods: Goods) -> None:
    """The same at addresses that nobody has asked for before, where the web tier keeps nothing either."""
    wire = Wire(edge)
    for number, odd in enumerate([[*POISON.items()], [(name, value) for name, value in POISON.items()] * 2]):
        for cold in (f"search/?q=cold{number}", f"p/{goods['handle']}/?variant=cold-{number}"):
            first, after = wire.say("GET", f"/ie/en/{cold}", odd), wire.get(f"/ie/en/{cold}")
            assert (first.status, after.status) == (200, 200), cold
            assert not first.hit
            assert b"evil" not in (first.head + first.body + after.head + after.body).lower()


def test_a_page_is_kept_once_for_all_orders_of_trackers_and_codings(edge: Edge, goods: Goods) -> None:
    wire, path = Wire(edge), f"/ie/en/p/{goods['handle']}/"
    assert ban(edge, "pages") == 200
    assert not wire.get(path).hit
    for query in ("?utm_source=a", "?gclid=1&fbclid=2", "?x.css", "?"):
        assert wire.get(path + query).hit, query
    assert not wire.get(f"{path}?variant={goods['sku']}").hit
    assert wire.get(f"{path}?fbclid=3&variant={goods['sku']}&utm_term=x").hit
    for accepted, coding in (("br, gzip", "br"), ("gzip;q=0.5", "gzip"), ("br;q=0, gzip", "gzip")):
        reply = [wire.get(path, {"Accept-Encoding": accepted}) for _ in range(2)][1]
        assert (reply.hit, reply.header("Content-Encoding")) == (True, coding)


def test_nobody_else_can_use_the_edge(edge: Edge, goods: Goods) -> None:
    wire, path = Wire(edge), f"/ie/en/p/{goods['handle']}/"
    assert wire.say("POST", path, [("Content-Length", "0")]).status == 403
    assert wire.say("GET", "/healthz", [("X-Edge-Behaviour", "static")]).header("X-Cache") == "Pass"
    assert wire.say("BAN", "/", []).status == 400
    assert wire.say("BAN", "/", [("X-Ban-Tags", "a && obj.status == 200")]).status == 400
    other = Wire(Edge(edge.port, "evil.example"))
    assert (reply := other.get(path)).status == 403
    assert reply.unkept


def ban(edge: Edge, tag: str) -> int:
    """Give up what carries a tag, as the purger does; the status."""
    wire = Wire(edge)
    try:
        return wire.say("BAN", "/", [("X-Ban-Tags", f"(^|,)({tag})(,|$)")]).status
    finally:
        wire.close()
