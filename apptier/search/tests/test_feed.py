"""The feed: what is sold, reviewed or written reaches the indexes, once, and nothing gets lost on the way."""

import json

import pytest
from opensearchpy.exceptions import ConnectionError as NoConnection

from apptier.search.feed import Feed, Message


class Belt:
    """A queue with these messages."""

    def __init__(self, *bodies: str) -> None:
        self.waiting = [Message(f"r{at}", body) for at, body in enumerate(bodies)]

    def receive(self):
        return list(self.waiting)

    def remove(self, messages):
        self.waiting = [one for one in self.waiting if one not in messages]


class Clerk:
    """An indexer that writes down what it is asked to do."""

    def __init__(self, broken: Exception | None = None) -> None:
        self.done: list[object] = []
        self.broken = broken

    def refresh(self, handles):
        if self.broken:
            raise self.broken
        self.done.append(list(handles))
        return 1

    def refresh_page(self, slug, market, locale):
        self.done.append((slug, market, locale))
        return True


def event(kind: str, **detail: object) -> str:
    return json.dumps({"detail-type": kind, "detail": detail})


def test_sales_of_one_batch_are_one_refresh():
    belt, clerk = Belt(*(event("StockChanged", sku=f"S{n}", handle=f"p-{n % 2}") for n in range(6))), Clerk()
    assert Feed(belt, clerk).take() == 6
    assert clerk.done == [["p-0", "p-1"]]
    assert belt.waiting == []


def test_ratings_and_written_pages_are_followed_too():
    belt = Belt(
        event("RatingChanged", handle="rug"),
        event("ContentChanged", key="PAGE#returns", market="eu", locale="de"),
        event("ContentChanged", key="MENU#footer", market="eu", locale="de"),
    )
    clerk = Clerk()
    Feed(belt, clerk).take()
    assert clerk.done == [["rug"], ("returns", "eu", "de")]


def test_while_a_store_is_away_all_stays_in_the_queue():
    belt = Belt(event("StockChanged", handle="rug"))
    with pytest.raises(NoConnection):
        Feed(belt, Clerk(NoConnection("N/A", "away", None))).take()
    assert len(belt.waiting) == 1


@pytest.mark.parametrize(
    "broken",
    [
        event("StockChanged", handle=["not", "a", "handle"]),
        event("ContentChanged", key="PAGE#returns"),
        json.dumps({"detail-type": "RatingChanged", "detail": [7]}),
    ],
)
def test_one_that_is_broken_holds_nothing_else_up_and_stays_alone(broken, caplog):
    belt = Belt(event("StockChanged", handle="rug"), broken, event("RatingChanged", handle="mug"))
    clerk = Clerk()
    assert Feed(belt, clerk).take() == 2
    assert [one.body for one in belt.waiting] == [broken]
    assert {handle for done in clerk.done for handle in done} == {"rug", "mug"}
    assert "can't be handled" in caplog.text


@pytest.mark.parametrize("body", ["", "no json", "[]", "7", '{"detail": null}', '{"detail-type": "Other"}'])
def test_what_is_no_event_of_ours_is_taken_out_and_changes_nothing(body, caplog):
    belt, clerk = Belt(body), Clerk()
    Feed(belt, clerk).take()
    assert (clerk.done, belt.waiting) == ([], [])


def test_an_empty_queue_asks_for_nothing():
    clerk = Clerk()
    assert Feed(Belt(), clerk).take() == 0
    assert clerk.done == []


def test_a_feed_that_runs_stops_when_told():
    clerk = Clerk()
    feed = Feed(Belt(event("StockChanged", handle="rug")), clerk)
    feed.start()
    feed.stop()
    assert clerk.done in ([], [["rug"]])


def test_those_who_keep_results_are_told_when_the_indexes_have_caught_up():
    told: list[object] = []
    belt, clerk = Belt(event("PriceChanged", handle="rug"), event("StockChanged", handle="mug")), Clerk()
    Feed(belt, clerk, lambda handles: told.append((list(handles), list(clerk.done)))).take()
    assert told == [(["mug", "rug"], [["mug", "rug"]])], "after they were written, not before"
