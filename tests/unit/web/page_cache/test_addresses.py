"""One page for every way to ask for it, and never one for two different ones."""

import threading
import time

import pytest

from storefront.cache import PAGE, QUERIED_PAGE, KeySpace
from storefront.cache.keys import lock_key
from storefront.web.page_cache.addresses import Addresses
from storefront.web.rendering import rendering_of
from tests.unit.web.page_cache.toys import PATH, Host, Toy

CATEGORY = "/ie/en/c/textiles/"
KEYS = KeySpace("test", "r1", "eu", "en")


@pytest.fixture
def addresses():
    return Addresses(KEYS)


@pytest.mark.parametrize(
    ("query", "canonical"),
    [
        ("", ""),
        ("colour=Moss&colour=Ink", "colour=Ink&colour=Moss"),
        ("sort=newest&colour=Ink", "colour=Ink&sort=newest"),
        ("colour=Ink&colour=Ink", "colour=Ink"),
        ("utm_source=x&colour=Ink&fbclid=1&gclid=2", "colour=Ink"),
        ("utm_id=x&mc_cid=1&ref=y&gbraid=2&size=45", "size=45"),
        ("refill=yes&mc_kind=x", "mc_kind=x&refill=yes"),
        ("UTM=x&colour=Ink&%C3%A9=1", "colour=Ink"),
        ("size=45+cm", "size=45+cm"),
        ("size=45%20cm", "size=45+cm"),
        ("page=2&page=1", "page=2&page=1"),
    ],
)
def test_a_query_has_one_form(addresses, query, canonical):
    found = addresses.find(CATEGORY, query)
    assert found.query == canonical
    assert found.family is (QUERIED_PAGE if canonical else PAGE)


def test_what_a_page_does_not_read_makes_no_page_of_its_own(addresses):
    path = "/ie/en/p/meadow-cushion/"
    plain = addresses.find(path, "")
    assert addresses.find(path, "utm_source=mail&x=1") == plain
    assert addresses.find(path, "variant=A").key != plain.key
    assert addresses.find(path, "variant=A&utm_source=mail").key == addresses.find(path, "variant=A").key


def test_pages_are_told_apart_by_all_that_makes_them():
    asked = [
        (CATEGORY, ""),
        (CATEGORY, "colour=Ink"),
        (CATEGORY, "colour=ink"),
        (CATEGORY, "colour=Ink&page=2"),
        ("/ie/de/c/textiles/", ""),
        ("/de/en/c/textiles/", ""),
        ("/us/en/c/textiles/", ""),
        ("/ie/en/c/ceramics/", ""),
        ("/ie/en/search/", "q=a"),
        ("/ie/en/search/", "q=A"),
        ("/ie/en/search/", "q=a%26page%3D2"),
        ("/ie/en/search/", "q=a&page=2"),
        ("/robots.txt", ""),
    ]
    spaces = [
        KeySpace("test", "r1", "eu", "en"),
        KeySpace("test", "r2", "eu", "en"),
        KeySpace("p", "r1", "eu", "en"),
    ]
    keys = [Addresses(space).find(*one).key for space in spaces for one in asked]
    assert len(set(keys)) == len(keys)


def test_pages_of_different_flags_are_told_apart_and_so_are_their_addresses(addresses):
    one, two = addresses.find(CATEGORY, ""), addresses.find("/ie/en/", "")
    values = [(("theme", name),) for name in ("meadow~1", "meadow~2", "harbour~1")]
    keys = [page.variant(value) for page in (one, two) for value in (*values, ())]
    assert len(set(keys)) == len(keys)
    assert one.variant(()) == one.key
    assert [page.variant(value) for page in (one, two) for value in (*values, ())] == keys


def test_what_is_remembered_of_variants_has_one_bound_for_all_addresses(addresses, monkeypatch):
    monkeypatch.setattr("storefront.web.page_cache.addresses._MOST_VARIANTS", 20)
    pages = [addresses.find(CATEGORY, f"page={number}") for number in range(10)]
    keys = {page.variant((("theme", f"v{number}"),)) for page in pages for number in range(10)}
    assert len(keys) == 100
    assert len({id(known) for known in (page._variants for page in pages)}) == 1
    assert len(pages[0]._variants) <= 20


@pytest.mark.parametrize(
    "query", ["q=%ff", "q=%00", "q=" + "x" * 2_100, "&".join(f"a{n}=1" for n in range(300)), "q=\xff"]
)
def test_queries_that_django_refuses_are_left_to_it(addresses, query):
    assert addresses.find("/ie/en/search/", query) is None


def test_addresses_that_are_remembered_have_a_bound(addresses):
    for number in range(9_000):
        addresses.find(f"/nowhere/{number}/", "")
    assert len(addresses._known) <= 8_192
    addresses.find("/ie/en/p/" + "x" * 500 + "/", "")
    assert not [path for path, _ in addresses._known if len(path) > 400]


class Answers:
    def __init__(self, environ):
        self.environ = environ

    def value(self, name):
        return self.environ.get(f"HTTP_X_{name.upper()}", "off")


class Flags:
    def answers(self, environ):
        return Answers(environ)

    def values(self, environ, names):
        return tuple((name, Answers(environ).value(name)) for name in sorted(names))

    def personal(self, environ, names):
        return "mine" in names

    def alone(self, environ):
        return "HTTP_X_ALONE" in environ


@pytest.fixture
def flagged(redis, clock):
    hosts = []

    def make(toy, seed=1):
        hosts.append(Host(redis, clock, toy, seed=seed, variants=Flags()))
        return hosts[-1]

    yield make
    for host in hosts:
        host.settle()


def test_a_page_that_reads_a_flag_is_kept_once_for_each_value(flagged):
    toy = Toy(flags=("hero",))
    host, other = flagged(toy), flagged(toy, seed=2)
    for _ in range(2):
        for one in (host, other):
            assert "hero=on" in one.ask(HTTP_X_HERO="on").text
            assert "hero=off" in one.ask().text
    assert toy.count == 2


def test_a_page_of_the_store_is_asked_for_once_whatever_flags_it_reads(redis, clock, monkeypatch):
    host = Host(redis, clock, Toy(flags=("hero",)), variants=Flags(), megabytes=0)
    store, asked = host.app._begun().layers._store, []
    read_one = store.read_one
    monkeypatch.setattr(store, "read_one", lambda key: asked.append(key) or read_one(key))
    host.ask()
    asked.clear()
    assert host.source() == "redis"
    assert len(asked) == 1
    host.settle()


def test_an_old_copy_and_an_answer_that_is_not_kept_are_one_visitor_s_as_well(flagged, clock):
    """Where who asks decides about a flag; a purged copy, which nobody may keep, stays so."""
    toy = Toy(flags=("mine",))
    host = flagged(toy)
    mine = "private, max-age=0, must-revalidate"
    assert {host.ask().get("Cache-Control") for _ in range(2)} == {mine}
    toy.status = "503 Service Unavailable"
    clock.advance(4_000)
    assert (host.source(), host.ask().get("Cache-Control")) == ("stale", mine)
    toy.status = "200 OK"
    for told, sent in (("public, s-maxage=60", mine), ("private, no-store", "private, no-store")):
        toy.headers = [("Set-Cookie", "a=b"), ("Cache-Control", told)]
        seen = host.ask(path="/ie/en/p/moss-throw/")
        assert (seen.get("Set-Cookie"), seen.get("Cache-Control")) == ("a=b", sent)


def test_a_request_that_is_alone_is_answered_past_the_copies(flagged):
    toy = Toy(flags=("hero",))
    host = flagged(toy)
    host.ask()
    assert host.source(HTTP_X_ALONE="1") == ""
    assert host.source() == "memory"
    assert toy.count == 2


class Nested(Toy):
    """Reads a second flag only where the first is on."""

    def __call__(self, environ, start_response):
        rendering = rendering_of(environ)
        self.flags = ("hero", "video") if rendering.variant("hero") == "on" else ("hero",)
        return super().__call__(environ, start_response)


def test_a_flag_that_is_read_only_where_another_is_on_makes_no_page_twice(flagged):
    toy = Nested()
    host, other = flagged(toy), flagged(toy, seed=2)
    for _ in range(3):
        for one in (host, other):
            assert "hero=off" in one.ask().text
            assert "hero=on video=off" in one.ask(HTTP_X_HERO="on").text
            assert "hero=on video=b" in one.ask(HTTP_X_HERO="on", HTTP_X_VIDEO="b").text
    # Once more for who has the first flag off: that there is a second was not known when it was first made.
    assert toy.count == 4


def test_who_waits_for_the_first_page_of_an_address_gets_its_own_value(flagged):
    toy = Toy(flags=("hero",), gate=threading.Event())
    host, seen = flagged(toy), []
    first = threading.Thread(target=lambda: host.ask(HTTP_X_HERO="on"))
    first.start()
    assert toy.entered.wait(20)
    second = threading.Thread(target=lambda: seen.append(host.ask().text))
    second.start()
    time.sleep(0.1)
    toy.gate.set()
    for thread in (first, second):
        thread.join(20)
    assert "hero=off" in seen[0]


def test_who_finds_that_another_process_has_learnt_of_a_flag_follows_the_signpost(flagged, clock):
    host, other = flagged(Toy(flags=("hero",))), flagged(toy := Toy(flags=("hero",)), seed=2)
    parts = other.app._begun()
    key, sleep = parts.addresses.find(PATH, "").key, clock.sleep
    parts.layers.lock(key, "another", 30.0)

    def made_meanwhile(seconds):
        sleep(seconds)
        clock.sleep = sleep
        host.process.layers._store.unlock(lock_key(key), "another")
        assert host.source() == "rendered"

    clock.sleep = made_meanwhile
    assert "hero=off" in other.ask().text
    assert toy.count == 0


def test_a_page_that_reads_none_is_kept_once_for_all(flagged):
    toy = Toy()
    host = flagged(toy)
    assert [host.source(HTTP_X_HERO=value) for value in "abc"] == ["rendered", "memory", "memory"]


def test_a_page_renewed_behind_is_that_of_the_same_value(flagged, clock):
    toy = Toy(flags=("hero",))
    host = flagged(toy)
    host.ask(HTTP_X_HERO="on")
    clock.advance(70)
    host.listen()
    host.ask(HTTP_X_HERO="on")
    host.settle()
    assert toy.count == 2
    assert "hero=on" in host.ask(HTTP_X_HERO="on").text
    assert toy.count == 2
