"""Limits of signing in over more than one process: counted together, and held while Redis is lost."""

from tests.unit.web.limits.workers import SharedTwin, Worker


def test_processes_count_together(clock, shared):
    one, other = Worker(clock, shared), Worker(clock, shared)
    assert [worker.wrong() for worker in (one, other, one, other, one)] == [0] * 5
    assert (one.wrong(), other.wrong()) == (900, 900)


def test_limits_hold_when_redis_is_lost_midway(clock, shared):
    one, other = Worker(clock, shared), Worker(clock, shared)
    for worker in (one, other, one):
        worker.wrong()
    shared.away = True
    # Each goes on from what it has seen itself.
    assert [one.wrong() for _ in range(4)] == [0, 0, 0, 900]
    assert [other.wrong() for _ in range(5)] == [0, 0, 0, 0, 900]
    assert one.telemetry.events.value("limits", "away_connection") > 0


def test_limits_hold_when_redis_comes_back_empty(clock):
    worker = Worker(clock, SharedTwin(clock))
    for _ in range(5):
        worker.wrong()
    worker.limits.windows._shared = empty = SharedTwin(clock)
    assert [worker.wrong() for _ in range(9)] == [900] * 9
    # What this one refuses is nothing that the others would have to count.
    other = Worker(clock, empty)
    assert [other.wrong() for _ in range(6)] == [0] * 5 + [900]


def test_a_success_in_one_process_is_known_in_the_others(clock, shared):
    one, other = Worker(clock, shared), Worker(clock, shared)
    for _ in range(4):
        one.wrong()
    clock.advance(1)
    other.right()
    clock.advance(1)
    assert [one.wrong() for _ in range(6)] == [0] * 5 + [900]


def test_a_success_elsewhere_forgives_only_what_was_before_it(clock, shared):
    one, other = Worker(clock, shared), Worker(clock, shared)
    other.right()
    clock.advance(1)
    for _ in range(5):
        one.wrong()
    shared.away = True
    assert one.wrong() == 900


def test_what_is_refused_by_one_count_takes_nothing_of_the_other(clock, shared):
    worker = Worker(clock, shared)
    for _ in range(5):
        worker.wrong()
    clock.advance(1)
    fresh = Worker(clock, shared)
    for _ in range(9):
        assert fresh.wrong() == 899
    clock.advance(899)
    assert fresh.right() == 0


def test_a_flood_from_one_address_is_not_looked_up_again_and_again(clock):
    shared = SharedTwin(clock)
    worker = Worker(clock, shared)
    for n in range(20):
        worker.wrong(email=f"shopper{n}@example.com")
    assert worker.wrong() == 60
    asked = shared.calls
    clock.advance(10)
    assert [worker.wrong() for _ in range(50)] == [50] * 50
    assert shared.calls == asked
    clock.advance(50)
    assert worker.wrong() == 0
