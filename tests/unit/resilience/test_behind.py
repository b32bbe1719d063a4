"""Work behind a request: done in order, never waited for, and no fault of one job is another's."""

import multiprocessing
import threading

import pytest

from storefront.resilience import Behind


def doing(jobs):
    for job in jobs:
        job()


@pytest.fixture
def failed() -> list[int]:
    return []


@pytest.fixture
def behind(failed) -> Behind:
    return Behind("jobs", doing, failed.append, capacity=2)


def test_work_is_done_in_the_order_given(failed):
    behind, done = Behind("jobs", doing, failed.append), []
    for number in range(100):
        assert behind.put(lambda number=number: done.append(number))
    assert behind.flush(5)
    assert done == list(range(100))


def test_what_does_not_fit_is_not_taken(behind, failed):
    go_on, started = threading.Event(), threading.Event()

    def held():
        started.set()
        go_on.wait(5)

    assert behind.put(held)
    assert started.wait(5)
    assert [behind.put(lambda: None) for _ in range(4)] == [True, True, False, False]
    assert not behind.flush(0.01)
    go_on.set()
    assert behind.flush(5)
    assert failed == []


def test_a_job_that_fails_ends_nothing(behind, failed, caplog):
    done = []
    behind.put(lambda: 1 // 0)
    behind.put(lambda: done.append(1))
    assert behind.flush(5)
    assert done == [1]
    assert failed == [1]
    assert "ZeroDivisionError" in caplog.text


def test_nothing_given_is_nothing_to_wait_for(behind):
    assert behind.flush(0)


def test_as_many_are_handed_on_at_once_as_may_be(failed):
    go_on, started, batches = threading.Event(), threading.Event(), []

    def work(batch):
        batches.append(batch)
        started.set()
        go_on.wait(5)

    behind = Behind("batches", work, failed.append, most=3)
    behind.put("first")
    assert started.wait(5)
    for number in range(4):
        behind.put(number)
    go_on.set()
    assert behind.flush(5)
    assert batches == [["first"], [0, 1, 2], [3]]


def _in_a_fork(behind, answer):
    done = []
    behind.put(lambda: done.append(1))
    answer.put((behind.flush(5), done))


def test_a_forked_process_has_a_thread_of_its_own(behind):
    behind.put(lambda: None)
    assert behind.flush(5)
    context = multiprocessing.get_context("fork")
    answer = context.Queue()
    child = context.Process(target=_in_a_fork, args=(behind, answer))
    child.start()
    assert answer.get(timeout=20) == (True, [1])
    child.join(10)
