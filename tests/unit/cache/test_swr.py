"""Fresh, old, absent, purged and unavailable: what a page gets in each case, and who has to fetch."""

import threading
from dataclasses import replace

import pytest

from storefront.cache import Background, CachedAnswers, State, Tag
from storefront.cache.entry import Entry
from storefront.cache.keys import lock_key
from storefront.core import Gone, NotFound, Reason, UpstreamInvalid, UpstreamUnavailable
from storefront.resilience import current_deadline, deadline
from storefront.telemetry import request_scope
from tests.unit.cache.fleet import KEYS, THING, Process

DOWN = UpstreamUnavailable("catalog", "GET /things", Reason.TIMEOUT)
BROKEN = UpstreamInvalid("catalog", "GET /things", "not JSON")
MISSING = NotFound("catalog", "GET /things", status=404, code="not_found", detail="No such thing")
KEY = KEYS.key(THING, {"id": "a"})


def test_the_first_answer_is_fetched_and_the_next_is_fresh(process):
    assert process.get().state is State.FETCHED
    process.clock.advance(59)
    answer = process.get()
    assert (answer.value, answer.state, answer.stale) == ("one", State.FRESH, False)
    assert answer.age == pytest.approx(59)
    assert process.fetches == 1
    assert process.states() == {"fetched": 1, "fresh": 1}


def test_a_fresh_answer_in_memory_costs_no_round_trip(process, redis):
    process.get()
    process.get()
    before = redis.trips
    process.get()
    assert redis.trips == before


def test_another_process_finds_what_was_fetched(process, other):
    process.get()
    assert other.get().value == "one"
    assert other.fetches == 0


def test_an_old_answer_is_served_at_once_and_renewed_once_behind(process):
    process.get()
    process.clock.advance(61)
    process.answer = "new"
    answers = [process.get() for _ in range(3)]
    assert answers[0].state is State.AGING
    assert answers[0].value == "one"
    process.settle()
    assert process.get().value == "new"
    assert process.fetches == 2


def test_the_fleet_renews_once(process, other, redis, clock):
    process.get()
    clock.advance(61)
    redis.set(lock_key(KEY), "somebody", px=3_000)
    assert other.get().value == "one"
    other.settle()
    assert other.fetches == 0


def test_what_another_process_renewed_is_picked_up(process, other, clock):
    process.get()
    clock.advance(61)
    other.get()
    other.settle()
    assert process.get().value == "two"
    assert process.fetches == 1


def test_a_failed_renewal_keeps_the_old_answer_and_rests_until_the_lock_lapses(process, clock):
    process.get()
    clock.advance(61)
    process.answer = DOWN
    for _ in range(5):
        assert process.get().value == "one"
        process.settle()
    assert process.fetches == 2
    clock.advance(3.1)
    process.get()
    process.settle()
    assert process.fetches == 3


def test_renewals_run_without_the_shoppers_deadline_or_diary(process):
    seen = []
    process.get()
    process.clock.advance(61)

    def fetch():
        seen.append(current_deadline().remaining())
        return "new"

    with request_scope() as record, deadline(0.2, process.clock):
        process.cache.get(THING, {"id": "a"}, fetch, type=str)
        process.settle()
    assert seen[0] > 1
    assert record.degraded == {}


def test_after_its_hard_life_the_answer_is_fetched_again(process):
    process.get()
    process.clock.advance(601)
    process.answer = "new"
    answer = process.get()
    assert (answer.value, answer.state) == ("new", State.FETCHED)


@pytest.mark.parametrize("error", [DOWN, BROKEN])
def test_when_the_upstream_is_down_the_last_good_copy_is_served_and_marked(process, error):
    process.get()
    process.clock.advance(86_000)
    process.answer = error
    with request_scope() as record:
        answer = process.get()
    assert (answer.value, answer.state, answer.stale) == ("one", State.STALE, True)
    assert answer.age == pytest.approx(86_000)
    assert "thing" in record.degraded


def test_a_copy_older_than_a_day_is_not_served(process):
    process.get()
    process.clock.advance(86_401)
    process.answer = DOWN
    with pytest.raises(UpstreamUnavailable):
        process.get()


@pytest.mark.parametrize("error", [DOWN, BROKEN])
def test_without_a_copy_the_upstreams_error_is_raised_and_not_stored(process, error):
    process.answer = error
    for _ in range(2):
        with pytest.raises(type(error)):
            process.get()
    assert process.fetches == 2
    assert KEY not in process.redis.data


def test_a_not_found_is_remembered_for_a_moment(process, other):
    process.answer = MISSING
    with pytest.raises(NotFound):
        process.get()
    for one in (process, other):
        with pytest.raises(NotFound) as raised:
            one.get()
        assert (raised.value.code, raised.value.detail) == ("not_found", "No such thing")
    assert process.fetches + other.fetches == 1
    process.clock.advance(11)
    process.answer = "back"
    assert process.get().value == "back"


def test_a_family_may_choose_not_to_remember_refusals(process):
    family = replace(THING, negative=0)
    process.answer = MISSING
    for _ in range(3):
        with pytest.raises(NotFound):
            process.get(family)
    assert process.fetches == 3


@pytest.mark.parametrize("negative", [0, 10])
def test_what_is_gone_is_not_served_stale_afterwards(process, negative):
    family = replace(THING, negative=negative)
    process.get(family)
    process.clock.advance(601)
    process.answer = Gone("catalog", "GET /things", status=410)
    with pytest.raises(Gone):
        process.get(family)
    process.clock.advance(20)
    process.answer = DOWN
    with pytest.raises(UpstreamUnavailable):
        process.get(family)


@pytest.mark.parametrize("negative", [0, 10])
def test_what_is_gone_for_one_process_is_gone_for_all(process, other, redis, negative):
    """Were the store's copy left, every process would go on serving it and renewing it in vain."""
    family = replace(THING, negative=negative)
    process.get(family)
    assert other.get(family).value == "one"
    process.clock.advance(61)
    process.answer = other.answer = MISSING
    assert process.get(family).state is State.AGING
    process.settle()
    if not negative:
        assert redis.peek(KEY) is None
    newcomer = Process(redis, process.clock, seed=3)
    newcomer.answer = MISSING
    with pytest.raises(NotFound):
        newcomer.get(family)
    newcomer.settle()


def test_threads_that_miss_at_once_fetch_once(process):
    arrived, go = threading.Barrier(8, timeout=30), threading.Event()
    answers = []

    def slow():
        process.fetches += 1
        go.wait(30)
        return "one"

    def work():
        arrived.wait()
        answers.append(process.cache.get(THING, {"id": "a"}, slow, type=str).value)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    threading.Timer(0.1, go.set).start()
    for thread in threads:
        thread.join(30)
    assert answers == ["one"] * 8
    assert process.fetches == 1


def test_a_process_that_misses_while_another_fetches_takes_its_answer(process, other, redis, clock):
    redis.set(lock_key(KEY), "token-of-other", px=3_000)
    sleeping = clock.sleep

    def meanwhile(seconds):
        sleeping(seconds)
        if len(clock.slept) == 3:
            now = other.layers.now()
            kept = Entry(now, now + 60, now + 600, (), other.layers.codec.body("two", str))
            other.layers.keep(THING, [(KEY, kept)])

    clock.sleep = meanwhile
    assert process.get().value == "two"
    assert process.fetches == 0
    assert len(clock.slept) == 3


def test_a_process_does_not_wait_for_ever_for_another(process, redis, clock):
    redis.set(lock_key(KEY), "token-of-a-dead-process", px=60_000)
    assert process.get().value == "one"
    assert process.fetches == 1
    assert 0.4 <= sum(clock.slept) <= 0.6
    assert redis.peek(lock_key(KEY)) == "token-of-a-dead-process"


def test_it_waits_for_half_of_a_short_deadline_at_most(process, redis, clock):
    redis.set(lock_key(KEY), "another", px=60_000)
    with deadline(0.4, clock):
        process.get()
    assert sum(clock.slept) <= 0.25


def test_the_lock_is_given_back_after_success_and_failure(process, redis):
    process.get()
    assert redis.peek(lock_key(KEY)) is None
    process.answer = DOWN
    with pytest.raises(UpstreamUnavailable):
        process.get(ident="b")
    assert redis.peek(lock_key(KEYS.key(THING, {"id": "b"}))) is None


def test_a_store_that_is_down_makes_the_shop_slower_not_wrong(process, redis, broken):
    redis.broken = broken
    assert process.get().state is State.FETCHED
    assert process.get().state is State.FRESH
    assert process.telemetry.events.value("cache_store", "read_connection") > 0
    process.clock.advance(61)
    process.answer = "new"
    assert process.get().state is State.AGING
    process.settle()
    assert process.get().value == "new"


@pytest.mark.parametrize("value", [object(), {"a": 1}, 7, None, "\ud800"])
def test_what_could_not_be_read_back_as_its_type_is_not_stored(process, value):
    process.answer = value
    assert process.get().value is value
    assert KEY not in process.redis.data
    assert len(process.local) == 0
    assert process.telemetry.events.value("cache", "unstorable") == 1


@pytest.mark.parametrize("garbage", [b"", b"\x00", b"not msgpack", b"\x80\x04K\x01.", b"\x93\x01\x02\x03"])
def test_garbage_in_the_store_is_a_miss(process, redis, garbage):
    redis.set(KEY, garbage, px=60_000)
    assert process.get().value == "one"
    assert process.telemetry.events.value("cache", "unreadable") >= 1


def test_an_answer_of_another_shape_is_a_miss(process):
    process.cache.get(THING, {"id": "a"}, lambda: 7, type=int)
    assert process.get().value == "one"


def test_without_a_store_it_lives_in_memory(clock):
    alone = Process(None, clock)
    assert [alone.get().state for _ in range(2)] == [State.FETCHED, State.FRESH]
    alone.cache.purge("things")
    clock.advance(0.1)
    assert alone.get().state is State.FETCHED
    assert alone.cache.purge("thing:a", 7)
    assert not alone.cache.purge("thing:a", 6)
    alone.settle()


def test_followers_do_not_inherit_a_leaders_lack_of_time(process):
    error = UpstreamUnavailable("catalog", "GET", Reason.BUDGET_EXHAUSTED)
    flight, ours = process.cache._flights.join(KEY)
    assert ours
    flight.crash(error)
    assert process.get().value == "one"
    process.cache._flights.end(KEY)


def test_lifetimes_are_spread(process):
    family = replace(THING, jitter=0.2)
    ends = set()
    for number in range(200):
        process.get(family, ident=str(number))
        ends.add(process.local.get(KEYS.key(family, {"id": str(number)})).soft_at)
    now = process.layers.now()
    assert 48 <= min(ends) - now < 52
    assert 68 < max(ends) - now <= 72


def test_a_full_queue_drops_renewals_and_counts_them(redis, clock, process):
    gate = threading.Event()
    background = Background(process.telemetry, workers=1, capacity=2)
    cache = CachedAnswers(process.layers, background, clock, process.telemetry)
    for ident in "abc":
        process.get(ident=ident)
    clock.advance(61)
    for ident in "abc":
        answer = cache.get(THING, {"id": ident}, lambda: str(gate.wait(30)), type=str)
        assert answer.value == "one"
    assert process.telemetry.events.value("cache_refresh", "dropped_queue_full") == 1
    gate.set()
    background.close()


def test_answers_tell_what_they_depend_on(process):
    tags = {Tag("thing:a"), Tag("things"), Tag("product:x", 3)}
    for _ in range(2):
        assert set(process.get(tags_of=lambda _: [Tag("product:x", 3)]).tags) == tags
