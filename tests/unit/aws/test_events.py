"""Events leave in the background, ten at a time, and never hold up a shopper."""

import multiprocessing
import os
import threading

import msgspec
import pytest

from storefront.aws import EventPublisher
from storefront.resilience import BreakerSettings, Resource, ResourceSettings

PATIENT = 30.0


class Bus:
    """A client's put_events that answers as told and remembers what it took."""

    def __init__(self):
        self.calls = []
        self.answer = lambda entries: [{"EventId": "1"} for _ in entries]
        self.gate = threading.Event()
        self.gate.set()

    def put_events(self, Entries):  # noqa: N803 - AWS's name
        self.gate.wait(PATIENT)
        self.calls.append(Entries)
        results = self.answer(Entries)
        return {"Entries": results, "FailedEntryCount": sum("ErrorCode" in r for r in results)}


@pytest.fixture
def bus():
    return Bus()


@pytest.fixture
def publisher(bus, telemetry):
    patient = BreakerSettings(consecutive_timeouts=1_000, least_calls=1_000)
    resource = Resource(ResourceSettings("events", 1, patient), telemetry)
    publisher = EventPublisher(
        lambda: bus, resource, bus="storefront", source="storefront.web", capacity=25, pause=0.001
    )
    yield publisher
    bus.gate.set()
    publisher.close(PATIENT)


def dropped(telemetry, why):
    return telemetry.events.value("event_publisher", f"dropped_{why}")


def test_an_event_reaches_the_bus(publisher, bus):
    assert publisher.publish("cart.line_added", {"sku": "A", "quantity": 1})
    assert publisher.flush(PATIENT)
    ((entry,),) = bus.calls
    assert entry["EventBusName"] == "storefront"
    assert entry["Source"] == "storefront.web"
    assert entry["DetailType"] == "cart.line_added"
    assert msgspec.json.decode(entry["Detail"]) == {"sku": "A", "quantity": 1}
    assert entry["Time"].tzinfo is not None


def test_events_go_ten_at_a_time_in_order(publisher, bus):
    bus.gate.clear()
    for number in range(25):
        publisher.publish("n", {"n": number})
    bus.gate.set()
    assert publisher.flush(PATIENT)
    assert max(len(call) for call in bus.calls) == 10
    sent = [msgspec.json.decode(entry["Detail"])["n"] for call in bus.calls for entry in call]
    assert sent == list(range(25))


def test_when_the_bus_hangs_events_are_dropped_and_counted_not_waited_for(publisher, bus, telemetry):
    bus.gate.clear()
    taken = [publisher.publish("n", {"n": n}) for n in range(100)]
    assert 25 <= sum(taken) <= 35  # the queue, and what the thread has in hand
    assert dropped(telemetry, "queue_full") == 100 - sum(taken)
    bus.gate.set()
    assert publisher.flush(PATIENT)
    assert sum(len(call) for call in bus.calls) == sum(taken)


def test_entries_the_bus_did_not_take_are_sent_again(publisher, bus):
    bus.gate.clear()
    first = []

    def answer(entries):
        failed = [e["Detail"] for e in entries if e["Detail"] == '{"n":1}' and not first]
        first.extend(failed)
        return [
            {"ErrorCode": "ThrottlingException"} if e["Detail"] in failed else {"EventId": "1"}
            for e in entries
        ]

    bus.answer = answer
    for number in range(3):
        publisher.publish("n", {"n": number})
    bus.gate.set()
    assert publisher.flush(PATIENT)
    sent = [entry["Detail"] for call in bus.calls for entry in call]
    assert sent.count('{"n":1}') == 2
    assert sent.count('{"n":0}') == sent.count('{"n":2}') == 1


def test_what_cannot_be_delivered_is_given_up_after_three_attempts(publisher, bus, telemetry):
    bus.answer = lambda entries: [{"ErrorCode": "InternalFailure"} for _ in entries]
    publisher.publish("n", {"n": 1})
    assert publisher.flush(PATIENT)
    assert len(bus.calls) == 3
    assert dropped(telemetry, "undeliverable") == 1


def test_a_bug_does_not_end_the_thread(publisher, bus, telemetry):
    working = bus.answer
    bus.answer = lambda _entries: 1 // 0
    publisher.publish("n", {"n": 1})
    assert publisher.flush(PATIENT)
    assert dropped(telemetry, "error") == 1
    bus.answer = working
    publisher.publish("n", {"n": 2})
    assert publisher.flush(PATIENT)
    assert bus.calls[-1][0]["Detail"] == '{"n":2}'


def test_an_event_too_large_for_the_bus_is_dropped(publisher, telemetry):
    assert not publisher.publish("n", {"text": "x" * 30_000})
    assert dropped(telemetry, "too_large") == 1


def test_no_thread_before_the_first_event_and_a_new_one_after_closing(publisher, bus):
    assert publisher._behind._worker is None
    assert publisher.flush(0)
    publisher.publish("n", {"n": 1})
    thread = publisher._behind._worker.thread
    assert publisher.close(PATIENT)
    assert not thread.is_alive()
    publisher.publish("n", {"n": 2})
    assert publisher.flush(PATIENT)
    assert len(bus.calls) == 2


def test_a_fork_has_a_queue_and_a_thread_of_its_own(publisher, bus):
    publisher.publish("n", {"n": 1})
    assert publisher.flush(PATIENT)
    context = multiprocessing.get_context("fork")
    results = context.SimpleQueue()

    def child():
        publisher.publish("n", {"n": 2})
        results.put((os.getpid(), publisher.flush(PATIENT), len(bus.calls)))

    process = context.Process(daemon=True, target=child)
    process.start()
    pid, flushed, calls = results.get()
    process.join(10)
    assert (pid != os.getpid(), flushed, calls) == (True, True, 2)
    assert len(bus.calls) == 1
