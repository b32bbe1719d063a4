"""What a process knows of the flags: news within seconds, the last known values while the table is away."""

import threading
import time

import pytest

from storefront.core import ManualClock, SystemClock, UpstreamInvalid
from storefront.flags import live as following
from storefront.flags.context import Context
from storefront.flags.live import AWAY_PAUSE, LONGEST_PAUSE, Live
from storefront.flags.memory import MemoryFlagTable
from storefront.flags.records import Action, Change
from storefront.telemetry import Telemetry
from tests.unit.flags.changing import FLAGS, MIKA, all_get, changes
from tests.unit.flags.deciding import ATTRIBUTES


class Watched(MemoryFlagTable):
    """Says when it was asked for its revision, on whose clock."""

    def __init__(self, clock):
        super().__init__(clock)
        self.watch = clock
        self.asked: list[float] = []
        self.told = threading.Condition()

    def revision(self):
        with self.told:
            self.asked.append(self.watch.monotonic())
            self.told.notify_all()
        return super().revision()

    def wait_for(self, times, seconds=60.0):
        with self.told:
            assert self.told.wait_for(lambda: len(self.asked) >= times, seconds), self.asked


class Stepping(ManualClock):
    """Whoever sleeps waits until the test lets the time pass."""

    def __init__(self):
        super().__init__()
        self.sleeping = threading.Event()
        self.go = threading.Semaphore(0)

    def sleep(self, seconds):
        self.sleeping.set()
        self.go.acquire()
        super().sleep(seconds)


def live(table, telemetry=None, clock=None):
    return Live(table, FLAGS, ATTRIBUTES, clock or ManualClock(), telemetry or Telemetry())


def colour(made):
    return made.snapshot.evaluate("colour", Context()).variant


def test_before_anything_is_read_the_code_decides():
    made = live(MemoryFlagTable())
    assert (colour(made), made.revision, made.away) == ("red", None, False)


def test_a_change_counts_after_the_next_look_and_nothing_is_read_without_news():
    table = MemoryFlagTable()
    made = live(table)
    assert made.poll()
    changes(table).save(all_get("green"), 0, MIKA, "x")
    assert colour(made) == "red"
    assert made.poll()
    assert (colour(made), made.revision) == ("green", 1)
    kept, reads = made.snapshot, table.reads
    assert made.poll()
    assert made.snapshot is kept
    assert table.reads == reads + 1


def test_while_the_table_is_away_the_last_values_stay_and_it_is_said_once():
    table, telemetry = MemoryFlagTable(), Telemetry()
    changes(table).save(all_get("green"), 0, MIKA, "x")
    made = live(table, telemetry)
    made.poll()
    table.away = True
    assert [made.poll() for _ in range(5)] == [False] * 5
    assert (colour(made), made.away) == ("green", True)
    assert telemetry.degradations.value("flags", "away") == 1
    table.away = False
    assert made.poll()
    assert not made.away
    table.away = True
    made.poll()
    assert telemetry.degradations.value("flags", "away") == 2


def test_a_table_that_is_away_from_the_start_gives_the_codes_defaults_until_it_comes():
    table = MemoryFlagTable()
    changes(table).save(all_get("green"), 0, MIKA, "x")
    table.away = True
    made = live(table)
    assert not made.poll()
    assert colour(made) == "red"
    table.away = False
    made.poll()
    assert colour(made) == "green"


@pytest.mark.parametrize(
    ("error", "reason"),
    [(UpstreamInvalid("flags", "read", "odd"), "unreadable"), (RuntimeError("a bug"), "failed_bug")],
)
def test_nothing_that_comes_from_the_table_ends_the_following(error, reason):
    class Odd(MemoryFlagTable):
        def read(self):
            raise error

    telemetry = Telemetry()
    made = live(Odd(), telemetry)
    assert not made.poll()
    assert colour(made) == "red"
    assert telemetry.degradations.value("flags", reason) == 1


def test_a_table_put_back_to_an_earlier_moment_counts():
    table = MemoryFlagTable()
    changes(table).save(all_get("green"), 0, MIKA, "x")
    made = live(table)
    made.poll()
    made._source = MemoryFlagTable()
    made.poll()
    assert (colour(made), made.revision) == ("red", 0)


class Slow(MemoryFlagTable):
    """Whoever reads everything first has its answer late: after `go`."""

    def __init__(self):
        super().__init__()
        self.reading, self.go = threading.Event(), threading.Event()

    def read(self):
        found = super().read()
        if not self.reading.is_set():
            self.reading.set()
            assert self.go.wait(60)
        return found


def test_a_late_answer_does_not_take_the_place_of_a_newer_one():
    """`watch_experiments` asks beside the thread that follows: a kill must not be forgotten again."""
    table = Slow()
    table.commit([first_change()])
    made = live(table)
    early = threading.Thread(target=made.poll)
    early.start()
    assert table.reading.wait(60)
    changes(table).kill("colour", MIKA, "stop")
    later = threading.Thread(target=made.poll)
    later.start()
    later.join(0.2)  # it waits for the first, or overtakes it
    table.go.set()
    for one in (early, later):
        one.join(60)
    assert (made.revision, made.snapshot.state("colour").killed) == (2, "stop")


def first_change():
    return Change(
        subject="flag#colour",
        action=Action.SAVE,
        who=MIKA,
        reason="x",
        before=None,
        after=all_get("green", version=1),
    )


def test_a_process_that_follows_has_read_the_table_once_before_its_first_page(monkeypatch):
    monkeypatch.setattr(following, "FIRST_WAIT", 60.0)
    table = Watched(SystemClock())
    changes(table).save(all_get("green"), 0, MIKA, "x")
    made = live(table, clock=SystemClock())
    made.follow()
    assert colour(made) == "green"


def test_who_follows_hears_at_once_when_told(monkeypatch):
    monkeypatch.setattr(following, "FIRST_WAIT", 60.0)
    monkeypatch.setattr(following, "LEAST_PAUSE", 600.0)
    monkeypatch.setattr(following, "LONGEST_PAUSE", 600.0)
    table = Watched(SystemClock())
    made = live(table, clock=SystemClock())
    made.follow()
    made.follow()  # a second time begins nothing new
    assert len(table.asked) == 1
    changes(table).save(all_get("green"), 0, MIKA, "x")
    made.tell()
    table.wait_for(2)
    end = time.monotonic() + 60
    while colour(made) != "green" and time.monotonic() < end:
        time.sleep(0.01)
    assert colour(made) == "green"


def test_a_table_that_is_away_is_asked_once_in_five_seconds_whoever_tells_of_news():
    clock = Stepping()
    table = Watched(clock)
    table.away = True
    made = live(table, clock=clock)
    made.follow()
    for _ in range(4):
        assert clock.sleeping.wait(60)
        made.tell()
        clock.sleeping.clear()
        clock.go.release()
    assert clock.sleeping.wait(60)
    gaps = [after - before for before, after in zip(table.asked, table.asked[1:], strict=False)]
    assert len(gaps) == 4
    assert min(gaps) >= AWAY_PAUSE == 5.0


def test_a_process_that_is_up_to_date_looks_within_five_seconds():
    """Every worker is up to date in 5 s, also after a missed update; a reading takes some of it."""
    assert LONGEST_PAUSE < 4.5
