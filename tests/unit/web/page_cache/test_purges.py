"""Purges: a page carries the tags of all it was made of, and every process hears of a purge."""

import threading
import time

import pytest

from storefront.cache import Tag, recording
from tests.unit.cache.fleet import THING
from tests.unit.web.page_cache.toys import PATH, PUBLIC


@pytest.mark.parametrize(
    "tag", ["product:meadow-cushion", "thing:a", "things", "offers:meadow-cushion", "pages"]
)
def test_a_page_is_purged_by_every_tag_of_what_it_was_made_of(host, toy, clock, tag):
    toy.uses = [(host.process, "a")]
    host.ask()
    clock.advance(1)
    host.process.cache.purge(tag)
    assert host.source() == "rendered"
    assert toy.count == 2


def test_other_tags_leave_it_alone(host, toy, clock):
    host.ask()
    clock.advance(1)
    for number in range(5):
        host.process.cache.purge(f"product:other-{number}")
    assert host.source() == "memory"


def test_the_other_process_hears_of_it_and_asks_nobody_meanwhile(host, other, redis, clock, toy):
    host.ask()
    other.ask()
    other.listen()
    clock.advance(0.9)
    trips = redis.trips
    assert other.source() == "memory"
    assert redis.trips == trips
    host.process.cache.purge("product:meadow-cushion")
    clock.advance(0.01)
    other.listen()
    assert other.source() == "rendered"
    assert host.source() == "redis"
    assert toy.count == 2


def test_out_of_step_a_purge_is_seen_within_a_second(host, other, clock, toy):
    host.ask()
    other.ask()
    clock.advance(5)  # nobody has listened since
    assert other.source() == "memory"
    host.process.cache.purge("product:meadow-cushion")
    clock.advance(1.1)
    assert other.source() == "rendered"


def test_versions_keep_what_is_new_enough(host, toy, clock):
    toy.uses = [(host.process, "a")]  # carries offers:meadow-cushion in version 3
    host.ask()
    clock.advance(1)
    host.process.cache.purge("offers:meadow-cushion", 3)
    assert host.source() == "memory"
    host.process.cache.purge("offers:meadow-cushion", 4)
    assert host.source() == "rendered"


def test_a_page_made_of_something_older_than_the_purge_is_as_old_as_that(host, toy, clock):
    """It may be rendered after a purge, of an answer fetched before it that the process still believes."""
    toy.uses = [(host.process, "a")]
    host.process.get(THING, "a", tags_of=lambda _value: [Tag("offers:meadow-cushion")])
    clock.advance(1)
    toy.on_render = lambda: None
    with recording() as recorder:
        host.process.get(THING, "a", tags_of=lambda _value: [Tag("offers:meadow-cushion")])
    assert {use.made_at for use in recorder.uses} == {clock.now().timestamp() - 1}
    host.ask()
    page = host.app._begun().layers.held(host.app._begun().addresses.find(PATH, "").key).page
    uses = {use.name: use.made_at for use in page.uses}
    assert uses["thing:a"] == page.made_at - 1
    assert uses["pages"] == page.made_at


def test_a_purge_while_a_page_is_made_makes_it_old_at_once(host, toy, clock):
    def purge():
        clock.advance(0.1)
        host.process.cache.purge("product:meadow-cushion")
        clock.advance(0.1)

    toy.on_render = purge
    host.ask()
    toy.on_render = None
    assert host.source() == "rendered"
    assert host.source() == "memory"


def test_a_page_that_is_purged_while_it_is_made_is_for_nobody_to_keep(host, toy, clock):
    def purge():
        clock.advance(0.1)
        host.process.cache.purge("product:meadow-cushion")

    toy.on_render = purge
    seen = host.ask()
    assert (seen.status, seen.text, seen.get("Cache-Control")) == (200, toy.text, "no-store")
    toy.on_render = None
    clock.advance(0.1)
    assert host.ask().get("Cache-Control") == PUBLIC


def test_who_asks_after_a_purge_does_not_get_a_page_begun_before_it(host, toy, clock):
    toy.gate = threading.Event()
    first, second = [], []
    threads = [threading.Thread(target=lambda: first.append(host.ask()))]
    threads[0].start()
    assert toy.entered.wait(20)
    clock.advance(0.1)
    host.process.cache.purge("product:meadow-cushion")
    clock.advance(0.1)
    threads += [threading.Thread(target=lambda: second.append(host.ask())) for _ in range(3)]
    for thread in threads[1:]:
        thread.start()
    time.sleep(0.1)
    toy.gate.set()
    for thread in threads:
        thread.join(20)
    assert [one.get("Cache-Control") for one in first] == ["no-store"]
    assert [one.get("Cache-Control") for one in second] == [PUBLIC] * 3
    assert toy.count == 2


def test_a_purged_page_is_not_served_for_want_of_better(host, toy, clock):
    host.ask()
    clock.advance(1)
    host.process.cache.purge("product:meadow-cushion")
    toy.status = "503 Service Unavailable"
    assert host.ask().status == 503


def test_pages_and_answers_survive_the_loss_of_the_whole_store(host, other, redis, clock, toy):
    host.ask()
    other.ask()
    host.process.cache.purge("something:else")
    for one in (host, other):
        one.listen()
    redis.data.clear()
    redis.hashes.clear()
    redis.streams.clear()
    host.process.cache.purge("another:thing")
    for one in (host, other):
        one.listen()
    assert [host.source(), other.source()] == ["memory", "memory"]
    assert other.process.telemetry.events.value("purge_feed", "lost_step") == 1
    clock.advance(0.5)
    host.process.cache.purge("product:meadow-cushion")
    other.listen()
    assert other.source() == "rendered"


def test_who_was_away_for_longer_than_the_feed_reaches_asks_again(host, other, redis, clock):
    redis.most_news = 5
    other.ask()
    host.process.cache.purge("first:one")
    other.listen()
    clock.advance(1)
    host.process.cache.purge("product:meadow-cushion")
    for number in range(6):
        host.process.cache.purge(f"more:{number}")
    other.listen()
    assert other.process.telemetry.events.value("purge_feed", "lost_step") == 1
    assert other.source() == "rendered"


def test_thousands_of_purges_are_heard_in_their_order(host, other, clock):
    other.ask()
    clock.advance(1)
    for number in range(1_200):
        host.process.cache.purge(f"product:p{number}")
    host.process.cache.purge("product:meadow-cushion")
    other.listen()
    assert other.process.telemetry.events.value("purge_feed", "lost_step") == 0
    assert other.source() == "rendered"


def test_a_purge_that_could_not_be_told_is_told_again(host, other, redis, clock):
    """The event is delivered again: the store knows its version by then, the feed does not."""
    other.ask()
    other.listen()
    clock.advance(0.1)
    host.process.layers._store.stamp(
        host.process.layers.keys.tag_key("product:meadow-cushion"), 7, clock.now().timestamp()
    )
    host.process.cache.purge("product:meadow-cushion", 7)
    other.listen()
    assert other.source() == "rendered"


def test_one_purge_makes_only_the_pages_that_show_the_thing(host, toy, clock):
    paths = [f"/ie/en/p/product-{number}/" for number in range(20)]
    for number, path in enumerate(paths):
        toy.tags = (f"product:product-{number}",)
        host.ask(path)
    clock.advance(1)
    host.process.cache.purge("product:product-7")
    sources = [host.source(path) for path in paths]
    assert [number for number, source in enumerate(sources) if source != "memory"] == [7]


def test_the_lag_of_purges_is_measured(host, other, clock):
    host.process.cache.purge("product:meadow-cushion")
    clock.advance(0.15)
    other.listen()
    lag = other.process.telemetry.metrics.families()["storefront_purge_lag_seconds"]
    assert lag.count() == 1
