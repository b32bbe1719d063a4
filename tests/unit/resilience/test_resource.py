"""A dependency behind all its defences at once."""

import random
import threading

import pytest

from storefront.core import (
    ManualClock,
    NotFound,
    Reason,
    UpstreamInvalid,
    UpstreamUnavailable,
)
from storefront.resilience import BreakerSettings, Resource, ResourceSettings, State, deadline
from storefront.telemetry import Telemetry, request_scope


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def telemetry():
    return Telemetry()


@pytest.fixture
def resource(clock, telemetry):
    return Resource(ResourceSettings("catalog", max_in_flight=4), telemetry, clock, random.Random(7))


def unavailable(reason=Reason.TIMEOUT, retry_after=None):
    return UpstreamUnavailable("catalog", "GET /products", reason, retry_after=retry_after)


def failing(*errors):
    """A call that raises each error in turn and then answers; notes the seconds it was allowed."""
    left, allowed = list(errors), []

    def call(seconds):
        allowed.append(seconds)
        if left:
            raise left.pop(0)
        return "answer"

    call.allowed = allowed
    return call


def run(resource, call, attempts=1, timeout=0.4):
    return resource.run("GET /products", call, timeout=timeout, attempts=attempts)


def test_a_healthy_call_gets_its_timeout_and_is_counted(resource, telemetry):
    call = failing()
    with request_scope() as record:
        assert run(resource, call) == "answer"
    assert call.allowed == [0.4]
    assert telemetry.calls.value("catalog", "ok") == 1
    assert record.calls("catalog").calls == 1


def test_a_near_deadline_shortens_the_call(resource, clock):
    call = failing()
    with deadline(0.35, clock):
        run(resource, call)
    assert call.allowed == [pytest.approx(0.3)]


def test_no_call_is_made_when_time_is_up(resource, clock):
    call = failing()
    with deadline(0.07, clock), pytest.raises(UpstreamUnavailable) as refused:
        run(resource, call)
    assert refused.value.reason is Reason.BUDGET_EXHAUSTED
    assert not refused.value.sent
    assert call.allowed == []


def test_an_open_breaker_answers_without_calling_and_says_when_to_come_back(resource):
    for _ in range(3):
        with pytest.raises(UpstreamUnavailable):
            run(resource, failing(unavailable()))
    call = failing()
    with pytest.raises(UpstreamUnavailable) as refused:
        run(resource, call)
    assert refused.value.reason is Reason.BREAKER_OPEN
    assert refused.value.retry_after == pytest.approx(5)
    assert call.allowed == []


def test_the_probe_has_half_the_timeout(resource, clock):
    for _ in range(3):
        with pytest.raises(UpstreamUnavailable):
            run(resource, failing(unavailable()))
    clock.advance(5)
    call = failing()
    assert run(resource, call) == "answer"
    assert call.allowed == [0.2]
    assert resource.breaker.state is State.CLOSED


def test_a_failed_probe_opens_for_longer(resource, clock):
    for _ in range(3):
        with pytest.raises(UpstreamUnavailable):
            run(resource, failing(unavailable()))
    clock.advance(5)
    with pytest.raises(UpstreamUnavailable):
        run(resource, failing(unavailable()))
    clock.advance(9)
    with pytest.raises(UpstreamUnavailable) as refused:
        run(resource, failing())
    assert refused.value.reason is Reason.BREAKER_OPEN


def test_refusals_are_answers_and_do_not_open_the_breaker(resource):
    for _ in range(40):
        with pytest.raises(NotFound):
            run(resource, failing(NotFound("catalog", "GET /products", status=404)))
    assert resource.breaker.state is State.CLOSED


def test_answers_that_break_the_contract_open_the_breaker(resource):
    for _ in range(20):
        with pytest.raises(UpstreamInvalid):
            run(resource, failing(UpstreamInvalid("catalog", "GET /products", "not JSON")))
    assert resource.breaker.state is State.OPEN


def test_timeouts_of_calls_that_had_little_time_are_not_held_against_the_upstream(resource, clock):
    for _ in range(10):
        with deadline(0.2, clock), pytest.raises(UpstreamUnavailable):
            run(resource, failing(unavailable()))
    assert resource.breaker.state is State.CLOSED


def test_a_full_bulkhead_refuses_and_is_not_held_against_the_upstream(telemetry, clock):
    resource = Resource(ResourceSettings("catalog", max_in_flight=1), telemetry, clock)
    inside, leave = threading.Event(), threading.Event()

    def slow(_seconds):
        inside.set()
        leave.wait(10)

    thread = threading.Thread(target=run, args=(resource, slow))
    thread.start()
    assert inside.wait(10)
    for _ in range(30):
        with pytest.raises(UpstreamUnavailable) as refused:
            run(resource, failing())
        assert refused.value.reason is Reason.BULKHEAD_FULL
    leave.set()
    thread.join(10)
    assert run(resource, failing()) == "answer"
    assert resource.breaker.state is State.CLOSED


def test_a_bug_in_the_call_is_raised_as_it_is_and_frees_the_probe(resource, clock):
    for _ in range(3):
        with pytest.raises(UpstreamUnavailable):
            run(resource, failing(unavailable()))
    clock.advance(5)
    with pytest.raises(ZeroDivisionError):
        run(resource, failing(ZeroDivisionError()))
    assert run(resource, failing()) == "answer"


def test_a_second_attempt_follows_a_short_pause(resource, clock, telemetry):
    call = failing(unavailable(Reason.CONNECTION))
    assert run(resource, call, attempts=2) == "answer"
    assert len(call.allowed) == 2
    assert len(clock.slept) == 1
    assert 0 <= clock.slept[0] <= 0.05
    assert telemetry.retries.value("catalog") == 1


def test_one_attempt_is_one_attempt(resource):
    call = failing(unavailable())
    with pytest.raises(UpstreamUnavailable):
        run(resource, call, attempts=1)
    assert len(call.allowed) == 1


@pytest.mark.parametrize(
    "error", [UpstreamInvalid("catalog", "x", "not JSON"), NotFound("catalog", "x", status=404)]
)
def test_answers_are_not_asked_for_twice(resource, error):
    call = failing(error)
    with pytest.raises(type(error)):
        run(resource, call, attempts=2)
    assert len(call.allowed) == 1


def test_in_an_outage_the_calls_grow_by_a_tenth_at_most(clock, telemetry):
    never = BreakerSettings(consecutive_timeouts=10_000, least_calls=10_000)
    resource = Resource(ResourceSettings("catalog", 4, never), telemetry, clock)
    made = []

    def call(seconds):
        made.append(seconds)
        raise unavailable(Reason.SERVER_ERROR)

    for _ in range(200):
        with pytest.raises(UpstreamUnavailable):
            run(resource, call, attempts=2)
    assert 200 < len(made) <= 220


def test_no_retry_once_the_breaker_has_opened(resource):
    call = failing(*[unavailable() for _ in range(9)])
    for _ in range(2):
        with pytest.raises(UpstreamUnavailable):
            run(resource, call)
    with pytest.raises(UpstreamUnavailable) as raised:
        run(resource, call, attempts=2)
    assert raised.value.reason is Reason.TIMEOUT
    assert len(call.allowed) == 3


def test_retry_after_is_waited_for_when_it_fits_the_deadline(resource, clock):
    call = failing(unavailable(Reason.THROTTLED, retry_after=0.5))
    with deadline(1.5, clock):
        assert run(resource, call, attempts=2) == "answer"
    assert 0.5 <= sum(clock.slept) <= 0.55


@pytest.mark.parametrize("retry_after", [None, 1.45, 60.0])
def test_without_a_time_that_fits_a_throttled_call_fails_at_once(resource, clock, retry_after):
    call = failing(unavailable(Reason.THROTTLED, retry_after=retry_after))
    with deadline(1.5, clock), pytest.raises(UpstreamUnavailable):
        run(resource, call, attempts=2)
    assert clock.slept == []


def test_an_upstream_that_asks_for_quiet_gets_it(resource, clock):
    resource.ask_for_quiet(10)
    call = failing()
    with pytest.raises(UpstreamUnavailable) as refused:
        run(resource, call, attempts=2)
    assert refused.value.reason is Reason.THROTTLED
    assert refused.value.retry_after == pytest.approx(10)
    assert call.allowed == []
    clock.advance(10)
    assert run(resource, call) == "answer"


def test_nobody_can_ask_for_more_than_a_minute(resource, clock):
    resource.ask_for_quiet(1e9)
    clock.advance(60)
    assert run(resource, failing()) == "answer"


def test_a_write_that_went_out_is_never_reported_as_unsent(resource):
    calls = failing(
        unavailable(Reason.CONNECTION), UpstreamUnavailable("c", "o", Reason.CONNECTION, sent=False)
    )
    with pytest.raises(UpstreamUnavailable) as raised:
        run(resource, calls, attempts=2)
    assert len(calls.allowed) == 2
    assert raised.value.sent


def test_state_is_exported(resource, telemetry):
    assert 'storefront_breaker_open{upstream="catalog"} 0' in telemetry.metrics.render()
    for _ in range(3):
        with pytest.raises(UpstreamUnavailable):
            run(resource, failing(unavailable()))
    text = telemetry.metrics.render()
    assert 'storefront_breaker_open{upstream="catalog"} 1' in text
    assert 'storefront_breaker_transitions_total{upstream="catalog",state="open"} 1' in text
