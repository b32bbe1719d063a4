"""What Varnish does with our rules before an origin that says what the test wants: lives, copies, purges."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from config.cdn import Cdn, Experiment, read_cdn
from dev.ports import HOST, Ports
from dev.stack.supervisor import Stack
from dev.varnish import Site, find_varnishd, vcl
from storefront.http import RequestsTransport
from storefront.purging.edge import VarnishEdge
from storefront.resilience import Resource, ResourceSettings
from storefront.telemetry import Telemetry
from tests.integration.cdn_edge import ROOT, Edge, Wire, service

PAGE = "public, max-age=0, s-maxage=60, stale-while-revalidate=600, stale-if-error=86400"
EXPERIMENTS = (Experiment("list", ("a", "b")), Experiment("tone", ("plain", "warm", "bold")))
SHOP = "shop.example"

Headers = dict[str, str]


class Origin(ThreadingHTTPServer):
    """Answers with `status` and `headers`, and a body that counts; `seen` is what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__((HOST, 0), _Handler)
        self.status, self.headers = 200, {"Cache-Control": PAGE}
        self.seen: list[tuple[str, Headers]] = []


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Origin

    def do_GET(self) -> None:
        origin = self.server
        origin.seen.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        body = f"{len(origin.seen)}".encode()
        self.send_response(origin.status)
        for name, value in {**origin.headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing: the tests count what was asked."""


@contextmanager
def varnished(cdn: Cdn, folder: Path) -> Iterator[tuple[Origin, Edge]]:
    origin, port = Origin(), Ports.free().web
    threading.Thread(target=origin.serve_forever, daemon=True).start()
    with Stack(folder / "logs") as stack:
        stack.start([service(cdn, Site(SHOP, HOST, origin.server_address[1]), port, folder / "varnish")])
        yield origin, Edge(port, SHOP)
    origin.shutdown()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Origin, Edge]]:
    with varnished(read_cdn(experiments=EXPERIMENTS), tmp_path_factory.mktemp("cdn")) as found:
        yield found


@pytest.fixture
def origin(running: tuple[Origin, Edge]) -> Origin:
    origin, edge = running
    assert Wire(edge).say("BAN", "/", [("X-Ban-Tags", ".*")]).status == 200
    origin.status, origin.headers = 200, {"Cache-Control": PAGE, "Cache-Tag": "pages"}
    origin.seen.clear()
    return origin


@pytest.fixture
def wire(running: tuple[Origin, Edge]) -> Iterator[Wire]:
    wire = Wire(running[1])
    yield wire
    wire.close()


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < end, "it did not come to be in time"
        time.sleep(0.05)


@pytest.mark.parametrize("experiments", [(), EXPERIMENTS])
def test_varnish_takes_the_rules(tmp_path: Path, experiments: tuple[Experiment, ...]) -> None:
    subprocess.run([ROOT / "scripts" / "ensure-varnish"], check=True, stdout=subprocess.DEVNULL)
    rules = tmp_path / "cdn.vcl"
    rules.write_text(vcl(read_cdn(experiments=experiments), Site(SHOP, HOST, 8000)))
    made = subprocess.run(
        [find_varnishd(), "-j", "none", "-C", "-f", rules, "-n", tmp_path / "work"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr


def test_a_page_is_asked_for_once_and_without_the_visitor(origin: Origin, wire: Wire) -> None:
    personal = {"Cookie": "s=secret", "Authorization": "Bearer x", "X-Forwarded-Host": "evil.example"}
    assert wire.get("/ie/en/p/rug/?utm_source=x&variant=RUG-1", personal).body == b"1"
    reply = wire.get("/ie/en/p/rug/?variant=RUG-1&x.css")
    assert (reply.body, reply.hit) == (b"1", True)
    [(path, headers)] = origin.seen
    assert path == "/ie/en/p/rug/?variant=RUG-1"
    assert {"cookie", "authorization", "x-forwarded-host"}.isdisjoint(headers)
    assert headers["host"] == SHOP
    assert not reply.header("Cache-Tag"), "that ends at the edge"


@pytest.mark.parametrize(
    "path",
    [
        "/ie/en/cart/",
        "/ie/en/cart/x.css",
        "/ie/en/p/rug/reviews/new/",
        "/ie/en/p/rug/delivery/",
        "/anything",
        "/",
        "/ie/en/p/rug",
        "/healthz",
    ],
)
def test_what_is_not_public_is_passed_on_whole_and_never_kept(origin: Origin, wire: Wire, path: str) -> None:
    """Even if the shop said by mistake that everybody may have it."""
    origin.headers = {"Cache-Control": PAGE, "Set-Cookie": "s=1"}
    for number in (b"1", b"2"):
        reply = wire.get(f"{path}?b=2&a=1", {"Cookie": "s=mine"})
        assert (reply.body, reply.cookies, reply.hit) == (number, ["1"], False)
    assert origin.seen[0][0] == f"{path}?b=2&a=1"
    assert origin.seen[0][1]["cookie"] == "s=mine"


@pytest.mark.parametrize(
    "headers",
    [
        {"Cache-Control": "private, no-store"},
        {"Cache-Control": PAGE, "Set-Cookie": "s=somebody"},
        {"Cache-Control": PAGE, "Vary": "Accept-Encoding, Cookie"},
        {"Cache-Control": "max-age=60"},
        {},
    ],
)
def test_a_public_address_keeps_only_what_says_that_it_is_everybodys(
    origin: Origin, wire: Wire, headers: Headers
) -> None:
    origin.headers = headers
    path = f"/ie/en/p/odd-{abs(hash(str(headers)))}/"
    replies = [wire.get(path) for _ in range(2)]
    assert [reply.body for reply in replies] == [b"1", b"2"]
    assert [reply.cookies for reply in replies] == [[], []]


def test_a_purge_by_tag_takes_what_carries_the_tag_and_nothing_else(
    running: tuple[Origin, Edge], origin: Origin, wire: Wire
) -> None:
    tags = {
        "rug": "product:rug,pages",
        "rug-2": "pages,product:rug-2",
        "list": "search,product:rug,product:vase",
    }
    for name, carried in tags.items():
        origin.headers = {"Cache-Control": PAGE, "Cache-Tag": carried}
        wire.get(f"/ie/en/p/{name}/")
    edge = VarnishEdge(
        RequestsTransport(), Resource(ResourceSettings("varnish", 4), Telemetry()), [running[1].url]
    )
    edge.purge(["offers:rug", "content:about", *(f"product:p-{number}" for number in range(60))])
    assert [wire.get(f"/ie/en/p/{name}/").hit for name in tags] == [False, True, False]


def test_a_shop_that_fails_or_is_gone_does_not_take_its_pages_along(tmp_path: Path) -> None:
    """stale-while-revalidate and stale-if-error, as CloudFront has them."""
    with varnished(read_cdn(), tmp_path) as (origin, edge):
        wire, path = Wire(edge), "/ie/en/p/rug/"
        origin.headers = {"Cache-Control": PAGE.replace("s-maxage=60", "s-maxage=1"), "Cache-Tag": "pages"}
        assert wire.get(path).body == b"1"
        time.sleep(1.2)
        assert wire.get(path).body == b"1", "past its life, and renewed behind the visitor's back"
        until(lambda: wire.get(path).body == b"2")
        origin.status, origin.headers = 503, {"Cache-Control": "no-store"}
        time.sleep(1.2)
        for _ in range(3):
            reply = wire.get(path)
            assert (reply.status, reply.body) == (200, b"2")
            time.sleep(0.1)
        assert wire.get("/ie/en/p/never-seen/").status == 503
        origin.shutdown()
        origin.server_close()
        assert wire.get(path).body == b"2"
        lost = wire.get("/ie/en/p/never-seen/")
        assert (lost.status, lost.unkept) == (503, True)


def test_each_variant_is_kept_once_and_only_those_there_are(origin: Origin, wire: Wire) -> None:
    asked = ["", "x-list=b", "x-list=a; s=1", "x-list=evil", "x-tone=bold; x-list=b", "y-x-list=b"]
    got = [wire.get("/ie/en/", {"Cookie": cookie}).body for cookie in asked]
    assert got == [b"1", b"2", b"1", b"1", b"3", b"1"]
    assert wire.get("/ie/en/", {"X-Variants": "list=b;tone=plain"}).body == b"1", "the edge alone says that"
    told = [headers["x-variants"] for _, headers in origin.seen]
    assert told == ["list=a;tone=plain", "list=b;tone=plain", "list=b;tone=bold"]


def test_a_page_is_kept_by_the_experiments_that_it_differs_by_alone(tmp_path: Path) -> None:
    """The rules of the site itself: its experiments are its flags."""
    with varnished(read_cdn(), tmp_path) as (origin, edge):
        origin.headers = {"Cache-Control": PAGE, "Cache-Tag": "pages"}
        wire = Wire(edge)
        for path, kept in (("/ie/en/p/rug/", [b"1", b"2", b"2", b"1"]), ("/ie/en/", [b"3"] * 4)):
            cookies = ("", "x-delivery_note=note", "x-delivery_note=note; visitor=1", "x-delivery_note=evil")
            assert [wire.get(path, {"Cookie": cookie}).body for cookie in cookies] == kept
        told = [headers.get("x-variants") for _, headers in origin.seen]
        assert told == ["delivery_note=control", "delivery_note=note", None]


def test_a_preview_is_told_to_the_shop_and_shared_with_nobody(origin: Origin, wire: Wire) -> None:
    assert wire.get("/ie/en/").body == b"1"
    assert wire.get("/ie/en/", {"X-Preview": "made-up"}).body == b"1", "the edge alone says that"
    origin.headers = {"Cache-Control": "private, no-store"}
    for number in (b"2", b"3"):
        assert wire.get("/ie/en/", {"Cookie": "s=1; preview=a.b-c:d_e; c=2"}).body == number
    assert [headers.get("x-preview") for _, headers in origin.seen] == [None, "a.b-c:d_e", "a.b-c:d_e"]
    assert "cookie" not in origin.seen[-1][1]
    assert wire.get("/ie/en/").body == b"1"
    assert wire.get("/ie/en/", {"Cookie": "preview=<evil>"}).body == b"1"


def test_no_life_is_longer_than_the_rules_say(origin: Origin, wire: Wire) -> None:
    origin.headers = {"Cache-Control": "public, max-age=3, s-maxage=99999999"}
    wire.get("/ie/en/c/rugs/?colour=Ink")
    assert wire.get("/ie/en/c/rugs/?colour=Ink&fbclid=1").hit
    assert not wire.get("/ie/en/c/rugs/?colour=Moss").hit
