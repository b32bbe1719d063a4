"""The bulkhead, the retry budget, jitter, and Retry-After."""

import random
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from storefront.core import ManualClock
from storefront.resilience import Bulkhead, BulkheadFull, Jitter, QuietTime, RetryBudget, parse_retry_after

NOW = datetime(2030, 1, 1, tzinfo=UTC)


def test_a_full_bulkhead_refuses_at_once():
    bulkhead = Bulkhead(2)
    with bulkhead.slot(), bulkhead.slot():
        assert bulkhead.in_flight == 2
        with pytest.raises(BulkheadFull), bulkhead.slot():
            pytest.fail("let in a third")
    assert bulkhead.in_flight == 0


def test_a_failing_call_gives_its_place_back():
    bulkhead = Bulkhead(1)
    with pytest.raises(KeyError), bulkhead.slot():
        raise KeyError
    with bulkhead.slot():
        pass


def test_a_bulkhead_without_room_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        Bulkhead(0)


def test_many_threads_never_exceed_the_cap():
    bulkhead = Bulkhead(3)
    most, refused, lock = [0], [0], threading.Lock()

    def work():
        for _ in range(300):
            try:
                with bulkhead.slot(), lock:
                    most[0] = max(most[0], bulkhead.in_flight)
            except BulkheadFull:
                with lock:
                    refused[0] += 1

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 1 <= most[0] <= 3
    assert bulkhead.in_flight == 0


def test_retries_are_at_most_a_tenth_of_the_calls_in_ten_seconds():
    clock = ManualClock()
    budget = RetryBudget(clock)
    for _ in range(100):
        budget.called()
    assert sum(budget.take() for _ in range(50)) == 10
    clock.advance(11)
    for _ in range(40):
        budget.called()
    assert sum(budget.take() for _ in range(50)) == 4


def test_a_quiet_shop_may_still_retry_once():
    clock = ManualClock()
    budget = RetryBudget(clock)
    budget.called()
    assert [budget.take(), budget.take()] == [True, False]
    clock.advance(11)
    assert budget.take()


def test_pauses_are_spread_between_nothing_and_fifty_milliseconds():
    jitter = Jitter(random.Random(1))
    pauses = [jitter.pause() for _ in range(500)]
    assert 0 <= min(pauses) < 0.005
    assert 0.045 < max(pauses) <= 0.050


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("0", 0),
        ("7", 7),
        ("3600", 60),
        ("9" * 5000, 60),
        (format_datetime(NOW + timedelta(seconds=20), usegmt=True), 20),
        (format_datetime(NOW - timedelta(days=1), usegmt=True), 0),
        (format_datetime(NOW + timedelta(days=400), usegmt=True), 60),
        ("٣", None),
    ],
)
def test_retry_after_is_read_in_both_forms_and_capped_at_a_minute(header, seconds):
    assert parse_retry_after(header, NOW) == seconds


def test_quiet_is_kept_for_the_longest_time_asked():
    clock = ManualClock()
    quiet = QuietTime(clock)
    assert quiet.left() == 0
    quiet.keep(10)
    quiet.keep(2)
    assert quiet.left() == pytest.approx(10)
    clock.advance(10)
    assert quiet.left() == 0
    quiet.keep(1e9)
    assert quiet.left() == pytest.approx(60)
