"""Taking events from a queue: every one is handled or comes back, and the thread outlives what happens."""

import json
import threading
from dataclasses import replace

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from apptier.kit.inbox import Inbox, Message
from apptier.kit.settings import load_settings

AWAY = EndpointConnectionError(endpoint_url="http://127.0.0.1:1")
REFUSED = ClientError({"Error": {"Code": "ProvisionedThroughputExceededException"}}, "PutItem")


class Belt:
    """A queue with these messages; `wrong` is raised at the first look."""

    def __init__(self, *bodies: str, wrong: Exception | None = None) -> None:
        self.waiting = [Message(f"r{at}", body) for at, body in enumerate(bodies)]
        self.wrong = wrong
        self.looks = 0

    def receive(self):
        self.looks += 1
        if self.wrong is not None:
            wrong, self.wrong = self.wrong, None
            raise wrong
        return list(self.waiting)

    def remove(self, messages):
        self.waiting = [one for one in self.waiting if one not in messages]


def event(kind: str, **detail: object) -> str:
    return json.dumps({"detail-type": kind, "detail": detail})


def inbox(belt: Belt, handle) -> Inbox:
    made = Inbox(replace(load_settings(), aws_endpoint_url="http://127.0.0.1:1"), "events", handle)
    made.queue = belt
    return made


def test_events_are_handed_over_one_by_one_and_taken_out():
    heard = []
    belt = Belt(event("CustomerDeleted", customer_id="c1"), event("CustomerDeleted", customer_id="c2"))
    assert inbox(belt, lambda *about: heard.append(about)).take() == 2
    assert heard == [("CustomerDeleted", {"customer_id": f"c{n}"}) for n in (1, 2)]
    assert belt.waiting == []


@pytest.mark.parametrize("wrong", [RuntimeError("a bug"), REFUSED, KeyError("customer_id")])
def test_one_that_cannot_be_handled_comes_back_and_holds_nothing_up(wrong, caplog):
    heard = []

    def handle(kind, detail):
        if detail["n"] == 1:
            raise wrong
        heard.append(detail["n"])

    belt = Belt(*(event("Some", n=n) for n in range(3)))
    assert inbox(belt, handle).take() == 2
    assert heard == [0, 2]
    assert [json.loads(one.body)["detail"]["n"] for one in belt.waiting] == [1]
    assert "an event can't be handled" in caplog.text


def test_while_a_store_is_away_no_event_is_blamed():
    def handle(_kind, _detail):
        raise AWAY

    belt = Belt(event("Some"), event("Some"))
    with pytest.raises(EndpointConnectionError):
        inbox(belt, handle).take()
    assert len(belt.waiting) == 2


@pytest.mark.parametrize("body", ["", "no json", "[]", "7", '{"detail": {}}'])
def test_what_is_no_event_is_taken_out_unheard(body):
    heard = []
    belt = Belt(body)
    inbox(belt, lambda *about: heard.append(about)).take()
    assert (heard, belt.waiting) == ([], [])


def test_an_event_whose_detail_makes_no_sense_ends_with_the_dead_letters():
    belt = Belt('{"detail-type": "Some", "detail": [7]}')
    assert inbox(belt, lambda _kind, _detail: None).take() == 0
    assert len(belt.waiting) == 1


@pytest.mark.parametrize("wrong", [AWAY, REFUSED, RuntimeError("a bug")])
def test_the_thread_outlives_a_look_that_fails(wrong, monkeypatch):
    monkeypatch.setattr("apptier.kit.inbox.PAUSE_SECONDS", 0.01)
    heard = threading.Event()
    taking = inbox(Belt(event("Some"), wrong=wrong), lambda _kind, _detail: heard.set())
    taking.start()
    assert heard.wait(5)
    taking.stop()
