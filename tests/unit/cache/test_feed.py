"""The thread that follows purges begins, whatever the first look at the feed gives."""

import threading
import time

import pytest

from storefront.cache.entry import NEVER_PURGED
from storefront.cache.feed import PurgeFeed
from storefront.cache.stamps import TagStamps
from storefront.cache.store import News as Told
from storefront.core import ManualClock
from storefront.telemetry import Telemetry


class Stream:
    """A store whose feed cannot be understood at first."""

    def __init__(self):
        self.asked = 0

    def newest(self, _feed):
        self.asked += 1
        if self.asked < 3:
            raise ValueError("no such answer")

    def news(self, _feed, _place, _count):
        return []


class Clock(ManualClock):
    """Lets the thread look again when the test says so."""

    def __init__(self):
        super().__init__()
        self.turn = threading.Semaphore(0)

    def sleep(self, seconds):
        del seconds
        self.turn.acquire()


@pytest.fixture
def clock():
    return Clock()


def test_a_first_look_that_fails_does_not_keep_a_process_from_following(clock):
    stream, telemetry, stamps = Stream(), Telemetry(), TagStamps(clock)
    feed = PurgeFeed(stream, "feed", stamps, clock, telemetry)
    feed.start()
    feed.start()
    assert stream.asked == 1
    assert not stamps.in_step
    for _ in range(2):
        clock.turn.release()
    end = time.monotonic() + 10
    while not stamps.in_step and time.monotonic() < end:
        time.sleep(0.01)
    assert stamps.in_step
    assert telemetry.events.value("purge_feed", "failed_bug") == 2


def test_where_no_thread_can_be_had_the_next_request_tries_again(clock, monkeypatch):
    class Full:
        def __init__(self, **_options):
            pass

        def start(self):
            raise RuntimeError("can't start new thread")

    stream = Stream()
    feed = PurgeFeed(stream, "feed", TagStamps(clock), clock, Telemetry())
    with monkeypatch.context() as patch:
        patch.setattr(threading, "Thread", Full)
        with pytest.raises(RuntimeError):
            feed.start()
    feed.start()
    assert stream.asked == 2


class News(Stream):
    """A store whose feed tells what a test puts into it."""

    def __init__(self):
        super().__init__()
        self.rows = []

    def newest(self, _feed):
        return self.rows[-1].place if self.rows else None

    def news(self, _feed, place, _count):
        at = next((n for n, row in enumerate(self.rows) if row.place == place), 0)
        return self.rows[at:]


def test_who_listens_for_a_tag_hears_of_it_and_whenever_purges_may_have_been_missed(clock):
    stream, heard = News(), []
    feed = PurgeFeed(stream, "feed", TagStamps(clock), clock, Telemetry())
    feed.listen("flags", lambda: heard.append("flags"))
    feed.poll()
    assert heard == ["flags"]  # the feed begins: what was before it is not known
    stream.rows.append(Told(b"1", "product:bag", NEVER_PURGED))
    feed.poll()
    assert heard == ["flags"]
    stream.rows.append(Told(b"2", "flags", NEVER_PURGED))
    feed.poll()
    assert heard == ["flags"] * 2
    stream.rows[:] = [Told(b"9", "product:bag", NEVER_PURGED)]  # the stream was lost with its server
    feed.poll()
    assert heard == ["flags"] * 3
