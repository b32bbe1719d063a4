"""After a change is announced nobody is shown what was before it, in whatever order events come."""

from dataclasses import replace

import pytest

from storefront.cache import State, Tag
from storefront.core import NotFound, Reason, UpstreamUnavailable
from tests.unit.cache.fleet import THING

DOWN = UpstreamUnavailable("catalog", "GET /things", Reason.TIMEOUT)


def versioned(version):
    return lambda _value: [Tag("thing:a", version)]


def test_a_purged_answer_is_fetched_again(process):
    process.get()
    process.clock.advance(1)
    assert process.cache.purge("thing:a")
    process.clock.advance(0.1)
    process.answer = "new"
    assert process.get().value == "new"
    assert process.get().state is State.FRESH


@pytest.mark.parametrize("tag", ["thing:a", "things"])
def test_other_processes_follow_within_a_second(process, other, clock, tag):
    process.get()
    other.get()
    clock.advance(0.5)
    process.cache.purge(tag)
    clock.advance(1.01)
    assert other.get().value == "two"


def test_other_tags_are_left_alone(process):
    process.get()
    process.clock.advance(1)
    process.cache.purge("thing:b")
    process.clock.advance(2)
    assert process.get().state is State.FRESH


def test_a_fetch_that_began_before_the_purge_does_not_survive_it(process):
    def slow():
        process.cache.purge("thing:a")
        process.clock.advance(0.1)
        return "before the change"

    process.cache.get(THING, {"id": "a"}, slow, type=str)
    process.answer = "after"
    assert process.get().value == "after"


def test_tags_found_in_the_answer_purge_it_too(process, other, clock):
    process.get(tags_of=lambda _: [Tag("product:x")])
    clock.advance(1)
    other.cache.purge("product:x")
    clock.advance(1.1)
    process.answer = "new"
    assert process.get().value == "new"


def test_a_copy_with_the_version_of_the_event_stays(process):
    process.get(tags_of=versioned(7))
    process.clock.advance(1)
    assert process.cache.purge("thing:a", 7)
    process.clock.advance(2)
    assert process.get().state is State.FRESH


def test_a_copy_older_than_the_event_is_refused_even_when_fetched_after_it(process):
    process.cache.purge("thing:a", 7)
    process.clock.advance(1)
    process.get(tags_of=versioned(6))
    assert process.get(tags_of=versioned(7)).state is State.FETCHED
    assert process.get(tags_of=versioned(7)).state is State.FRESH


def test_a_version_that_never_catches_up_is_believed_after_half_a_minute(process):
    process.cache.purge("thing:a", 7)
    process.clock.advance(31)
    process.get(tags_of=versioned(6))
    assert process.get(tags_of=versioned(6)).state is State.FRESH


def test_repeated_and_late_events_change_nothing(process):
    assert process.cache.purge("thing:a", 7)
    process.clock.advance(1)
    process.get(tags_of=versioned(7))
    process.clock.advance(1)
    assert not process.cache.purge("thing:a", 7)
    assert not process.cache.purge("thing:a", 3)
    process.clock.advance(1.1)
    assert process.get().state is State.FRESH
    assert process.telemetry.events.value("cache", "purge_repeated") == 2


def test_an_unversioned_copy_is_refused_by_a_versioned_event(process):
    process.get()
    process.clock.advance(1)
    process.cache.purge("thing:a", 7)
    process.clock.advance(1.1)
    assert process.get().state is State.FETCHED


def test_a_purge_of_everything_refuses_versioned_copies_too(process):
    process.get(tags_of=versioned(7))
    process.clock.advance(1)
    process.cache.purge("things")
    process.clock.advance(1.1)
    assert process.get(tags_of=versioned(7)).state is State.FETCHED


def test_a_purge_that_cannot_be_noted_is_not_lost_silently(process, redis, broken):
    redis.broken = broken
    with pytest.raises(UpstreamUnavailable):
        process.cache.purge("thing:a")


def test_during_an_outage_a_purged_copy_is_better_than_nothing(process):
    process.get()
    process.clock.advance(1)
    process.cache.purge("thing:a")
    process.clock.advance(1.1)
    process.answer = DOWN
    assert process.get().stale


def test_but_a_family_of_prices_would_rather_have_nothing(process):
    prices = replace(THING, serves_purged=False)
    process.get(prices)
    process.clock.advance(1)
    process.cache.purge("thing:a")
    process.clock.advance(1.1)
    process.answer = DOWN
    with pytest.raises(UpstreamUnavailable):
        process.get(prices)


def test_a_remembered_not_found_ends_when_the_thing_appears(process):
    process.answer = NotFound("catalog", "GET", status=404)
    with pytest.raises(NotFound):
        process.get()
    process.clock.advance(0.5)
    process.cache.purge("thing:a", 1)
    process.clock.advance(0.1)
    process.answer = "here"
    assert process.get().value == "here"


def test_a_purged_copy_in_memory_gives_way_to_a_newer_one_in_the_store(process, other, clock):
    process.get()
    clock.advance(1)
    other.cache.purge("thing:a")
    clock.advance(0.1)
    other.get()
    clock.advance(1.1)
    assert process.get().value == "two"
    assert process.fetches == 1
