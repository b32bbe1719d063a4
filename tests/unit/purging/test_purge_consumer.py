"""The purger's loop: twice, late, out of order, broken; with the store, the queue or the CDN away."""

import json
import threading
import time
from datetime import timedelta

import pytest

from storefront.aws import AwsUnavailable, Message
from storefront.core import ManualClock, Reason, UpstreamUnavailable
from storefront.purging.consumer import HIDE_SECONDS, Consumer
from storefront.purging.edge import PatientEdge
from storefront.purging.heartbeat import BEAT_SECONDS, Heartbeat
from storefront.purging.lag import Lag
from storefront.purging.purger import Purger
from storefront.purging.telling import Telling
from storefront.telemetry import Telemetry


class Belt:
    """A queue: gives ten at a time; what is not deleted stays, out of sight until `reappear`."""

    def __init__(self):
        self.waiting, self.taken, self.hidden, self.away = [], [], [], False

    def put(self, *bodies):
        for body in bodies:
            self.waiting.append(Message(f"r{len(self.waiting) + len(self.taken)}", body))

    def receive(self, wait):
        del wait
        if self.away:
            raise AwsUnavailable("sqs", "ReceiveMessage", Reason.CONNECTION)
        given, self.waiting = self.waiting[:10], self.waiting[10:]
        self.taken += given
        return given

    def delete(self, messages):
        self.taken = [one for one in self.taken if one not in messages]

    def hide(self, messages, seconds):
        self.hidden.append((len(messages), seconds))

    def reappear(self):
        self.waiting, self.taken = self.taken + self.waiting, []


class Shelf:
    """A cache that notes purges as the store does: versions only move forward."""

    def __init__(self):
        self.calls, self.versions, self.away = [], {}, 0

    def purge(self, tag, newer_than=None):
        if self.away:
            self.away -= 1
            raise UpstreamUnavailable("redis", "stamp", Reason.CONNECTION)
        self.calls.append((tag, newer_than))
        if newer_than is None:
            return True
        news = newer_than > self.versions.get(tag, 0)
        self.versions[tag] = max(newer_than, self.versions.get(tag, 0))
        return news


class Cdn:
    def __init__(self):
        self.told, self.away = [], False

    def purge(self, tags):
        if self.away:
            raise AwsUnavailable("cloudfront", "CreateInvalidation", Reason.THROTTLED)
        self.told.append(list(tags))

    def means(self, tags):
        return f"{len(tags)} tags"


class Stop(threading.Event):
    """Waits in the test's own time; set itself after so many waits."""

    def __init__(self, clock, after=None):
        super().__init__()
        self.clock, self.after, self.waits = clock, after, []

    def wait(self, timeout=None):
        self.waits.append(timeout)
        self.clock.advance(timeout or 0)
        if self.after is not None and len(self.waits) >= self.after:
            self.set()
        return self.is_set()


class World:
    def __init__(self):
        self.clock, self.telemetry = ManualClock(), Telemetry()
        self.belt, self.shelf, self.cdn, self.beats = Belt(), Shelf(), Cdn(), []
        self.lag = Lag(self.telemetry)
        self.purger = Purger(self.shelf, PatientEdge(self.cdn, self.telemetry))
        self.consumer = Consumer(
            self.belt,
            self.purger,
            lag=self.lag,
            heartbeat=Heartbeat(self.clock, lambda: self.beats.append(self.clock.monotonic())),
            telemetry=self.telemetry,
            clock=self.clock,
        )
        self.numbers = iter(range(10_000))

    def take(self, stop=None):
        return self.consumer.take(stop or Stop(self.clock))

    def event(self, kind, *, id_=None, ago=0.0, **detail):
        at = (self.clock.now() - timedelta(seconds=ago)).isoformat()
        body = {
            "id": id_ or f"e{next(self.numbers)}",
            "detail-type": kind,
            "detail": {"updated_at": at} | detail,
        }
        return json.dumps(body)

    def price(self, handle="rug", version=2, **more):
        return self.event("PriceChanged", handle=handle, version=version, offers_version=version * 10, **more)

    def counted(self, name):
        return self.telemetry.events.value("purger", name)


@pytest.fixture
def world():
    return World()


def test_a_changed_price_is_purged_and_then_taken_out(world):
    world.belt.put(world.price(version=2))
    assert world.take() == 1
    assert world.shelf.calls == [("offers:rug", 20), ("product:rug", 2)]
    assert world.belt.taken == []
    assert world.cdn.told == [], "neither the events nor the store wait for it"
    world.purger.tell_edge()
    assert world.cdn.told == [["offers:rug", "product:rug"]]


def test_a_thread_tells_the_cdn_and_what_is_noted_last_is_told_at_the_end(world):
    stop, telling = threading.Event(), Telling(world.purger)
    telling.start(stop)
    world.belt.put(world.price())
    world.take()
    end = time.monotonic() + 10
    while not world.cdn.told and time.monotonic() < end:
        time.sleep(0.02)
    assert world.cdn.told == [["offers:rug", "product:rug"]]
    stop.set()
    world.belt.put(world.price("mug"))
    world.take()
    telling.close(5)
    assert world.cdn.told[1:] == [["offers:mug", "product:mug"]]


def test_a_bug_of_the_cdn_does_not_end_the_thread(world, monkeypatch, caplog):
    with monkeypatch.context() as patch:
        patch.setattr(world.cdn, "purge", lambda _tags: 1 / 0)
        stop, telling = threading.Event(), Telling(world.purger)
        telling.start(stop)
        world.belt.put(world.price())
        world.take()
        end = time.monotonic() + 10
        while "could not be told" not in caplog.text and time.monotonic() < end:
            time.sleep(0.02)
    world.belt.put(world.price("mug"))
    world.take()
    while not world.cdn.told and time.monotonic() < end:
        time.sleep(0.02)
    assert world.cdn.told == [["offers:mug", "product:mug"]]
    stop.set()
    telling.close(5)


def test_many_events_of_one_product_are_one_purge_with_the_newest_version(world):
    world.belt.put(*(world.price(version=number) for number in (3, 1, 4, 2)))
    assert world.take() == 4
    assert world.shelf.calls == [("offers:rug", 40), ("product:rug", 4)]


def test_what_has_piled_up_is_taken_by_the_hundred(world):
    world.belt.put(*(world.price(f"p-{number}") for number in range(230)))
    assert [world.take() for _ in range(4)] == [100, 100, 30, 0]
    assert len(world.shelf.versions) == 460


def test_an_event_that_comes_twice_is_noted_once(world):
    body = world.price()
    world.belt.put(body)
    world.take()
    world.belt.put(body)
    assert world.take() == 1
    assert len(world.shelf.calls) == 2
    assert world.consumer.counts.repeated == 1
    assert world.belt.taken == []


def test_an_older_event_that_comes_late_is_no_news(world):
    world.belt.put(world.price(version=5))
    world.take()
    world.belt.put(world.price(version=4))
    world.take()
    assert world.shelf.versions == {"offers:rug": 50, "product:rug": 5}


def test_poison_is_left_alone_and_holds_nothing_up(world):
    world.belt.put("poison", world.price(), world.event("PriceChanged", handle="../x"), '{"detail-type":"X"}')
    assert world.take() == 1
    assert len(world.belt.taken) == 3, "they come back, and end with the dead letters"
    assert world.shelf.versions == {"offers:rug": 20, "product:rug": 2}
    assert world.consumer.counts.unreadable == 3


def test_an_event_of_a_kind_nobody_knows_is_taken_out_and_counted(world):
    world.belt.put(world.event("SomethingNew", handle="rug"))
    assert world.take() == 1
    assert world.shelf.calls == []
    assert world.counted("of_no_concern") == 1


def test_while_the_store_is_away_messages_are_kept_and_hidden(world):
    world.belt.put(world.price())
    world.shelf.away = 12
    stop = Stop(world.clock)
    assert world.take(stop) == 1
    assert stop.waits[:4] == [0.2, 0.4, 0.8, 1.6]
    assert max(stop.waits) == 2.0
    assert (1, HIDE_SECONDS) in world.belt.hidden
    assert world.beats, "it is alive all the while"
    assert world.shelf.versions == {"offers:rug": 20, "product:rug": 2}


def test_told_to_stop_while_the_store_is_away_it_gives_messages_back(world):
    world.belt.put(world.price())
    world.shelf.away = 1_000
    assert world.take(Stop(world.clock, after=3)) == 0
    assert world.belt.hidden[-1] == (1, 0)
    assert len(world.belt.taken) == 1, "not deleted"


def test_nothing_is_lost_when_it_dies_between_purge_and_delete(world):
    world.belt.put(world.price())
    world.belt.delete = lambda _messages: (_ for _ in ()).throw(
        AwsUnavailable("sqs", "DeleteMessageBatch", Reason.CONNECTION)
    )
    with pytest.raises(AwsUnavailable):
        world.take()
    assert world.shelf.versions == {"offers:rug": 20, "product:rug": 2}
    del world.belt.delete
    world.belt.reappear()
    assert world.take() == 1
    assert world.belt.taken == []


def test_a_queue_that_is_away_is_asked_again_after_a_pause(world):
    world.belt.away = True
    stop = Stop(world.clock, after=3)
    world.consumer.run(stop)
    assert world.counted("queue_away") == 3


def test_a_bug_does_not_end_it(world):
    world.belt.receive = lambda _wait: 1 / 0
    world.consumer.run(Stop(world.clock, after=2))
    assert world.counted("failed_bug") == 2


def test_stop_ends_it_after_the_batch_in_hand(world):
    stop = Stop(world.clock)
    world.belt.put(world.price())
    receive = world.belt.receive
    world.belt.receive = lambda wait: (stop.set(), receive(wait))[1]
    world.consumer.run(stop)
    assert world.belt.taken == world.belt.waiting == []
    assert len(world.shelf.calls) == 2


def test_the_cdn_hears_of_stock_only_when_its_name_changes(world):
    def stock(quantity, name, version):
        return world.event(
            "StockChanged",
            handle="rug",
            sku="R",
            quantity=quantity,
            availability=name,
            offers_version=version,
        )

    for number, (quantity, name) in enumerate(
        [(9, "in_stock"), (8, "in_stock"), (5, "low_stock"), (4, "low_stock")]
    ):
        world.belt.put(stock(quantity, name, number + 1))
        world.take()
        world.purger.tell_edge()
    assert world.shelf.versions == {"offers:rug": 4}, "the shared cache follows each of them"
    assert world.cdn.told == [["offers:rug"], ["offers:rug"]]


def test_what_the_cdn_could_not_be_told_it_is_told_later(world):
    world.cdn.away = True
    world.belt.put(world.price())
    assert world.take() == 1, "pages in the shared cache are new all the same"
    world.purger.tell_edge()
    assert world.purger.edge_waiting == 2
    world.cdn.away = False
    world.purger.tell_edge()
    assert world.cdn.told == [["offers:rug", "product:rug"]]


def test_the_lag_is_from_the_change_to_its_purge(world):
    for ago in (0.25, 0.5, 4.0):
        world.belt.put(world.price(f"p-{ago}".replace(".", "-"), ago=ago))
    world.take()
    found = world.lag.summary()
    assert (found.count, found.p50, found.p99, found.most) == (3, 0.5, 4.0, 4.0)
    metric = world.telemetry.metrics.families()["storefront_change_lag_seconds"]
    assert 'storefront_change_lag_seconds_count{kind="PriceChanged"} 3' in metric.lines()


def test_a_clock_that_is_behind_makes_no_negative_lag(world):
    world.belt.put(world.price(ago=-3.0))
    world.take()
    assert world.lag.summary().most == 0.0


def test_the_pulse_goes_on_without_events_and_not_too_often(world, tmp_path):
    file = tmp_path / "alive"
    said = []
    pulse = Heartbeat(world.clock, lambda: said.append(1), file)
    for _ in range(10):
        pulse.beat()
        world.clock.advance(BEAT_SECONDS / 5)
    assert len(said) == 2
    assert file.exists()
