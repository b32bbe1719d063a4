"""Keys that cannot collide, memory that stays bounded, a manifest that holds together."""

import multiprocessing
import os
import threading
import time
from dataclasses import replace
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.cache import MANIFEST, SEARCH, SUGGESTIONS, Background, EntryCache, KeySpace
from storefront.cache.entry import Codec, Entry
from storefront.core import UpstreamUnavailable
from storefront.telemetry import Telemetry
from tests.unit.cache.fleet import KEYS, THING

texts = st.text(st.characters(exclude_categories=["Cs"]))
parts = st.dictionaries(st.sampled_from(["id", "page", "q"]), texts | st.integers(), min_size=1)


@given(parts, parts)
def test_different_things_have_different_keys(one, another):
    same = {n: str(v) for n, v in one.items()} == {n: str(v) for n, v in another.items()}
    assert (KEYS.key(THING, one) == KEYS.key(THING, another)) == same


@given(parts)
def test_keys_are_short_and_have_no_hash_tags(some):
    key = KEYS.key(THING, some)
    assert len(key) < 300
    assert key.isascii()
    assert not set(key) & set("{}\r\n ")


def test_environment_release_market_and_locale_are_part_of_the_key():
    spaces = [KEYS] + [replace(KEYS, **{n: "x"}) for n in ("environment", "release", "market", "locale")]
    assert len({space.key(THING, {"id": "a"}) for space in spaces}) == 5


def test_the_order_of_parts_does_not_matter_and_none_is_left_out():
    assert KEYS.key(THING, {"a": 1, "b": 2}) == KEYS.key(THING, {"b": 2, "a": 1, "c": None})


def test_tags_concern_every_market_and_release():
    assert KeySpace("e", "r1", "eu", "en").tag_key("t") == KeySpace("e", "r2", "us", "de").tag_key("t")
    assert KeySpace("e", "r", "eu", "en").tag_key("t") != KeySpace("f", "r", "eu", "en").tag_key("t")


def test_the_manifest_names_each_family_by_its_name_and_tags():
    for name, family in MANIFEST.items():
        assert family.name == name
        assert family.tags or name == "card"  # cards are named by what they show
        assert family.holds
        assert family.invalidated_by
        wanted = {part for tag in family.tags for _, part, _, _ in Formatter().parse(tag) if part}
        assert len(family.tags_for(dict.fromkeys(wanted, "x"))) == len(family.tags)


def test_what_people_type_cannot_be_read_in_a_key():
    for family in (SEARCH, SUGGESTIONS):
        key = KEYS.key(family, {"q": "robin@example.com", "page": 1})
        assert "robin" not in key
        assert key != KEYS.key(family, {"q": "robin@example.org", "page": 1})
        assert key == KEYS.key(family, {"page": 1, "q": "robin@example.com"})


def test_what_people_type_does_not_fill_the_store_for_long():
    typed = [family for family in MANIFEST.values() if family.typed]
    names = {"search", "suggestions", "delivery_quotes", "pickup_promises", "queried_page"}
    assert {family.name for family in typed} == names
    for family in typed:
        assert family.hard * (1 + family.jitter) <= family.stale_for <= 900


@pytest.mark.parametrize(
    "wrong", [{"soft": 0}, {"soft": 700}, {"stale_for": 60}, {"jitter": 1.0}, {"jitter": -0.1}]
)
def test_lifetimes_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValueError, match="thing"):
        replace(THING, **wrong)


def entry(size=100):
    return Entry(0.0, 1.0, 2.0, (), b"x" * size)


def test_memory_is_bounded_in_bytes_and_forgets_the_least_used():
    cache = EntryCache(100_000)
    for number in range(100):
        cache.put(f"k{number}", entry(1_000))
        cache.get("k0")
    assert cache.size <= 100_000
    assert cache.get("k0") is not None
    assert cache.get("k1") is None
    assert cache.get("k99") is not None


def test_one_huge_answer_does_not_push_out_the_rest():
    cache = EntryCache(100_000)
    cache.put("small", entry())
    cache.put("huge", entry(50_000))
    assert cache.get("huge") is None
    assert cache.get("small") is not None


def test_replacing_and_dropping_keep_the_books():
    cache = EntryCache(100_000)
    cache.put("a", entry(1_000))
    cache.put("a", entry(10))
    assert cache.size < 1_000
    cache.drop("a")
    cache.drop("a")
    assert (cache.size, len(cache)) == (0, 0)
    cache.put("a", entry())
    cache.clear()
    assert (cache.size, len(cache)) == (0, 0)


@given(st.binary())
def test_no_bytes_break_the_decoder(blob):
    loaded = Codec().load(blob)
    assert loaded is None or isinstance(loaded, Entry)


def test_an_entry_survives_the_round_trip():
    codec = Codec()
    before = entry()
    assert codec.load(codec.dump(before)) == before


def test_a_bug_in_a_renewal_is_logged_and_counted(caplog):
    telemetry = Telemetry()
    background = Background(telemetry)
    background.submit("k", lambda: 1 // 0)
    background.close()
    assert "ZeroDivisionError" in caplog.text
    assert telemetry.events.value("cache_refresh", "failed_bug") == 1


def _wait_until_idle(background):
    """A lock held while forking would stay locked in the child, as any lock of Python's does."""
    while True:
        with background._lock:
            if not background._pending:
                return
        time.sleep(0.005)


def test_a_fork_renews_with_threads_of_its_own():
    background = Background(Telemetry())
    assert background._pool is None
    background.submit("k", lambda: None)
    _wait_until_idle(background)
    context = multiprocessing.get_context("fork")
    results = context.SimpleQueue()

    def child():
        done = threading.Event()
        background.submit("k2", done.set)
        results.put((os.getpid(), done.wait(10)))

    process = context.Process(daemon=True, target=child)
    process.start()
    pid, done = results.get()
    process.join(10)
    background.close()
    assert (pid != os.getpid(), done) == (True, True)


def test_too_large_an_answer_is_served_but_not_kept(process):
    process.answer = "x" * (1024 * 1024 + 1)
    assert process.get().value == process.answer
    assert len(process.local) == 0
    assert process.telemetry.events.value("cache", "too_large") == 1


def test_the_breaker_around_the_store_is_one_of_its_own(process, redis, broken):
    redis.broken = broken
    for number in range(30):
        process.get(ident=str(number))
    trips = redis.trips
    process.get(ident="more")
    assert redis.trips == trips
    assert isinstance(broken, Exception)
    with pytest.raises(UpstreamUnavailable):
        process.cache.purge("things")
