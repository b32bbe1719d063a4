"""How many sign-ins are worked on at once, and how long an answer takes whatever the pool did."""

import threading

import pytest

from storefront.resilience import BulkheadFull
from storefront.web import limits
from storefront.web.limits import TooMany, Turns
from tests.unit.web.limits.workers import ROBIN, THERE, Worker


def test_no_more_than_a_few_sign_ins_are_worked_on_at_once(clock):
    turns = Turns(at_once=2, per_second=100, burst=100, clock=clock)
    with turns.one(), turns.one(), pytest.raises(BulkheadFull), turns.one():
        pytest.fail("a third was let in")
    with turns.one():
        pass


def test_no_more_than_a_few_sign_ins_are_begun_each_second(clock):
    turns = Turns(at_once=2, per_second=4, burst=3, clock=clock)
    assert begun(turns, 10) == 3
    clock.advance(0.5)
    assert begun(turns, 10) == 2
    clock.advance(60)
    assert begun(turns, 10) == 3


def begun(turns, tries):
    count = 0
    for _ in range(tries):
        try:
            with turns.one():
                count += 1
        except BulkheadFull:
            continue
    return count


def test_who_finds_no_turn_is_told_at_once_and_has_lost_no_try(clock):
    worker = Worker(clock, turns=Turns(at_once=1, per_second=100, burst=100, clock=clock))
    inside, done = threading.Event(), threading.Event()

    def long_one():
        with limits.turn(worker.request(THERE)):
            inside.set()
            done.wait(10)

    thread = threading.Thread(target=long_one)
    thread.start()
    assert inside.wait(10)
    for _ in range(7):
        with pytest.raises(TooMany) as refused:
            limits.before_sign_in(worker.request(), ROBIN)
        assert (refused.value.retry_after, refused.value.brief) == (2, True)
    done.set()
    thread.join(10)
    assert [worker.wrong() for _ in range(5)] == [0] * 5
    assert worker.telemetry.events.value("limits", "no_turn") == 7


def test_who_loses_the_last_turn_to_another_has_lost_no_try(clock):
    worker = Worker(clock, turns=Turns(at_once=2, per_second=1, burst=1, clock=clock))
    for _ in range(7):
        one, other = worker.request(), worker.request(THERE)
        limits.before_sign_in(one, ROBIN)
        limits.before_sign_in(other, ROBIN)
        with limits.turn(other):
            limits.succeeded(other, ROBIN)
        with pytest.raises(TooMany), limits.turn(one):
            pytest.fail("there was no turn")
        clock.advance(1)
    clock.advance(60)
    assert worker.wrong() == 0


@pytest.mark.parametrize("before", [limits.before_sign_in, limits.before_code])
def test_how_long_a_refusal_takes_does_not_tell_how_long_the_pool_took(clock, before):
    worker = Worker(clock, step=0.25)
    took = []
    for seconds in (0.001, 0.14, 0.16, 0.249, 0.26, 0.49):
        request, began = worker.request(f"203.0.113.{len(took)}"), clock.monotonic()
        before(request, ROBIN)
        clock.advance(seconds)
        limits.failed(request, ROBIN)
        took.append(round(clock.monotonic() - began, 6))
    assert took == [0.25] * 4 + [0.5] * 2


def test_who_is_right_does_not_wait(clock):
    worker = Worker(clock, step=0.25)
    assert worker.right() == 0
    assert clock.slept == []


@pytest.mark.parametrize("error", [None, KeyError])
def test_what_is_answered_alike_takes_alike(clock, error):
    worker = Worker(clock, step=0.25)
    took = []
    for seconds in (0.003, 0.2, 0.3):
        began = clock.monotonic()
        try:
            with limits.even_time(worker.request()):
                clock.advance(seconds)
                if error:
                    raise error
        except KeyError:
            assert error
        took.append(round(clock.monotonic() - began, 6))
    assert took == [0.25, 0.25, 0.5]


def test_waiting_takes_no_more_than_a_few_threads(clock):
    worker = Worker(clock, forms=Turns(at_once=8, per_second=10, burst=3, clock=clock))
    for n in range(3):
        assert worker.wrong(f"203.0.113.{n}", before=limits.before_code) == 0
    assert worker.wrong(THERE, before=limits.before_code) == 2
    with pytest.raises(TooMany), limits.even_time(worker.request()):
        pytest.fail("there was no place")
    clock.advance(1)
    assert worker.wrong(THERE, before=limits.before_code) == 0
