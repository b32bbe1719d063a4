"""When a sick dependency is left alone, and when it is tried again."""

import pytest

from storefront.core import ManualClock
from storefront.resilience import Breaker, BreakerOpen, BreakerSettings, State


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def states():
    return []


@pytest.fixture
def breaker(clock, states):
    return Breaker(BreakerSettings(), clock, states.append)


def time_out(breaker, times=1):
    for _ in range(times):
        breaker.failed(breaker.admit(), timeout=True)


def opened(breaker):
    time_out(breaker, 3)
    assert breaker.state is State.OPEN
    return breaker


def test_three_timeouts_in_a_row_open_it(breaker, states):
    time_out(breaker, 2)
    assert breaker.state is State.CLOSED
    time_out(breaker)
    with pytest.raises(BreakerOpen) as refused:
        breaker.admit()
    assert refused.value.retry_after == pytest.approx(5.0)
    assert states == [State.OPEN]


def test_an_answer_between_timeouts_starts_the_count_again(breaker):
    time_out(breaker, 2)
    breaker.succeeded(breaker.admit())
    time_out(breaker, 2)
    assert breaker.state is State.CLOSED


def test_half_of_twenty_calls_failing_opens_it(breaker):
    for number in range(20):
        assert breaker.state is State.CLOSED
        if number % 2:
            breaker.failed(breaker.admit(), timeout=False)
        else:
            breaker.succeeded(breaker.admit())
    assert breaker.state is State.OPEN


def test_fewer_than_twenty_calls_say_too_little(breaker):
    for _ in range(19):
        breaker.failed(breaker.admit(), timeout=False)
    assert breaker.state is State.CLOSED


def test_less_than_half_failing_is_borne(breaker):
    for number in range(100):
        if number % 5 in {0, 1}:
            breaker.failed(breaker.admit(), timeout=False)
        else:
            breaker.succeeded(breaker.admit())
    assert breaker.state is State.CLOSED


def test_failures_of_more_than_ten_seconds_ago_are_forgotten(breaker, clock):
    for _ in range(19):
        breaker.failed(breaker.admit(), timeout=False)
    clock.advance(11)
    breaker.failed(breaker.admit(), timeout=False)
    assert breaker.state is State.CLOSED


def test_after_five_seconds_one_probe_passes_and_the_others_wait(breaker, clock):
    opened(breaker)
    clock.advance(4.9)
    with pytest.raises(BreakerOpen):
        breaker.admit()
    clock.advance(0.2)
    assert breaker.admit().probe
    with pytest.raises(BreakerOpen):
        breaker.admit()


def test_a_probe_that_succeeds_closes_it(breaker, clock, states):
    opened(breaker)
    clock.advance(5)
    breaker.succeeded(breaker.admit())
    assert not breaker.admit().probe
    assert states == [State.OPEN, State.HALF_OPEN, State.CLOSED]


def test_the_open_time_doubles_up_to_thirty_seconds_and_starts_over(breaker, clock):
    opened(breaker)
    waits = []
    for _ in range(5):
        with pytest.raises(BreakerOpen) as refused:
            breaker.admit()
        waits.append(round(refused.value.retry_after))
        clock.advance(refused.value.retry_after)
        breaker.failed(breaker.admit(), timeout=True)
    assert waits == [5, 10, 20, 30, 30]
    clock.advance(30)
    breaker.succeeded(breaker.admit())
    opened(breaker)
    with pytest.raises(BreakerOpen) as refused:
        breaker.admit()
    assert refused.value.retry_after == pytest.approx(5.0)


def test_late_outcomes_of_an_earlier_time_change_nothing(breaker, clock):
    early = [breaker.admit() for _ in range(3)]
    opened(breaker)
    breaker.succeeded(early[0])
    assert breaker.state is State.OPEN
    clock.advance(5)
    probe = breaker.admit()
    breaker.failed(early[1], timeout=True)
    breaker.succeeded(probe)
    breaker.failed(early[2], timeout=True)
    assert breaker.state is State.CLOSED


def test_a_probe_not_made_frees_its_place_for_the_next(breaker, clock):
    opened(breaker)
    clock.advance(5)
    breaker.abandoned(breaker.admit())
    assert breaker.admit().probe


@pytest.mark.parametrize(
    "wrong",
    [
        {"failure_ratio": 0},
        {"failure_ratio": 1.1},
        {"probe_share": 0},
        {"consecutive_timeouts": 0},
        {"open_seconds": 31},
        {"open_seconds": 0},
    ],
)
def test_settings_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValueError, match="breaker"):
        BreakerSettings(**wrong)
