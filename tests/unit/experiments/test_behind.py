"""Work behind a request: done in order, never waited for, and no fault of one job is another's."""

import multiprocessing
import threading

import pytest

from storefront.experiments.behind import Behind
from storefront.telemetry import Telemetry


@pytest.fixture
def telemetry() -> Telemetry:
    return Telemetry()


def test_jobs_are_done_in_the_order_given(telemetry):
    behind, done = Behind("jobs", telemetry), []
    for number in range(100):
        assert behind.do(lambda number=number: done.append(number))
    assert behind.flush(5)
    assert done == list(range(100))


def test_what_does_not_fit_is_dropped_and_counted(telemetry):
    behind, go_on, started = Behind("jobs", telemetry, capacity=2), threading.Event(), threading.Event()

    def held():
        started.set()
        go_on.wait(5)

    assert behind.do(held)
    assert started.wait(5)
    assert [behind.do(lambda: None) for _ in range(4)] == [True, True, False, False]
    assert not behind.flush(0.01)
    go_on.set()
    assert behind.flush(5)
    assert telemetry.events.value("jobs", "dropped_queue_full") == 2


def test_a_job_that_fails_ends_nothing(telemetry, caplog):
    behind, done = Behind("jobs", telemetry), []
    behind.do(lambda: 1 // 0)
    behind.do(lambda: done.append(1))
    assert behind.flush(5)
    assert done == [1]
    assert telemetry.events.value("jobs", "failed_bug") == 1
    assert "ZeroDivisionError" in caplog.text


def test_nothing_given_is_nothing_to_wait_for(telemetry):
    assert Behind("jobs", telemetry).flush(0)


def _in_a_fork(behind, answer):
    done = []
    behind.do(lambda: done.append(1))
    answer.put((behind.flush(5), done))


def test_a_forked_process_has_a_thread_of_its_own(telemetry):
    behind = Behind("jobs", telemetry)
    behind.do(lambda: None)
    assert behind.flush(5)
    context = multiprocessing.get_context("fork")
    answer = context.Queue()
    child = context.Process(target=_in_a_fork, args=(behind, answer))
    child.start()
    assert answer.get(timeout=20) == (True, [1])
    child.join(10)
