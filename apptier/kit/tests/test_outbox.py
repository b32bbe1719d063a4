"""The outbox: whatever becomes of the one who changed something, others are told, and only of facts."""

from datetime import UTC, datetime

import pytest

from apptier.kit.clock import ManualClock
from apptier.kit.dynamo import ConditionFailed
from apptier.kit.events import EventsNotSent
from apptier.kit.outbox import CLAIM_SECONDS, MOST_IN_A_ROW, PARTITION, Outbox


class Table:
    """A table in a dictionary, as far as the outbox uses it."""

    def __init__(self):
        self.items = {}

    def name(self, table):
        return f"test-{table}"

    def batch_write(self, _table, *, puts=(), deletes=()):
        self.items.update({(item["pk"], item["sk"]): dict(item) for item in puts})
        for key in deletes:
            self.items.pop((key["pk"], key["sk"]), None)

    def query_all(self, _table, _condition, values, *, consistent):
        assert consistent
        return iter([dict(item) for (pk, _), item in sorted(self.items.items()) if pk == values[":pk"]])

    def update(self, _table, key, _expression, *, condition, values):
        assert condition == "claimed_until = :seen"
        item = self.items.get((key["pk"], key["sk"]))
        if item is None or item["claimed_until"] != values[":seen"]:
            raise ConditionFailed(item)
        item["claimed_until"] = values[":until"]
        return item


class Bus:
    def __init__(self):
        self.told, self.away = [], False

    def publish(self, kind, details):
        if self.away:
            raise EventsNotSent(len(details), "away")
        self.told += [(kind, dict(detail)) for detail in details]


class World:
    def __init__(self):
        self.table, self.bus = Table(), Bus()
        self.clock = ManualClock(datetime(2026, 11, 20, 8, 30, tzinfo=UTC))
        self.versions = {"rug": 1, "mug": 1}
        self.outbox = self.another()

    def another(self):
        return Outbox(self.table, "catalog", self.bus, self.clock, self.describe)

    def describe(self, _kind, about):
        return [
            {"handle": one["handle"], "version": self.versions[one["handle"]]}
            for one in about
            if one["handle"] in self.versions
        ]


@pytest.fixture
def world():
    return World()


def about(*handles):
    return [{"handle": handle} for handle in handles]


def test_an_event_says_what_the_table_holds_when_it_is_told(world):
    rows = world.outbox.begin("ProductChanged", about("rug"))
    world.versions["rug"] = 2
    assert world.outbox.tell(rows)
    assert world.bus.told == [("ProductChanged", {"handle": "rug", "version": 2})]
    assert world.table.items == {}


def test_nothing_is_written_of_nothing(world):
    assert world.outbox.tell(world.outbox.begin("ProductChanged", []))
    assert world.table.items == {}
    assert world.bus.told == []


def test_one_who_dies_in_between_is_spoken_for(world):
    world.outbox.begin("ProductChanged", about("rug"))
    world.versions["rug"] = 2
    assert world.another().relay() == 0, "the writer may be at it still"
    world.clock.advance(CLAIM_SECONDS + 1)
    assert world.another().relay() == 1
    assert world.bus.told == [("ProductChanged", {"handle": "rug", "version": 2})]
    assert world.another().relay() == 0


def test_a_change_that_never_came_to_be_promises_no_version(world):
    world.outbox.begin("ProductChanged", about("rug"))
    world.clock.advance(CLAIM_SECONDS + 1)
    world.outbox.relay()
    assert world.bus.told == [("ProductChanged", {"handle": "rug", "version": 1})]


def test_what_never_came_to_be_written_is_not_told_of(world):
    world.outbox.begin("ProductChanged", about("ghost"))
    world.clock.advance(CLAIM_SECONDS + 1)
    assert world.outbox.relay() == 1
    assert world.bus.told == []
    assert world.table.items == {}


def test_while_the_bus_is_away_nothing_is_lost(world):
    rows = world.outbox.begin("ProductChanged", about("rug", "mug"))
    world.bus.away = True
    assert not world.outbox.tell(rows)
    world.clock.advance(CLAIM_SECONDS + 1)
    assert world.outbox.relay() == 0
    world.bus.away = False
    assert world.outbox.relay() == 0, "the one who tried last holds it for a while"
    world.clock.advance(CLAIM_SECONDS + 1)
    assert world.outbox.relay() == 1
    assert len(world.bus.told) == 2


def test_two_relays_do_not_tell_the_same(world):
    world.outbox.begin("ProductChanged", about("rug"))
    world.clock.advance(CLAIM_SECONDS + 1)
    first, second = world.another(), world.another()
    publish = world.bus.publish

    def meanwhile(kind, details):
        world.bus.publish = publish
        assert second.relay() == 0
        publish(kind, details)

    world.bus.publish = meanwhile
    assert first.relay() == 1
    assert len(world.bus.told) == 1


def test_of_much_that_might_have_changed_only_what_has_is_told(world):
    rows = world.outbox.begin("StockChanged", about("rug", "mug"))
    world.outbox.tell_instead(rows, world.outbox.rows("StockChanged", about("mug")))
    assert [detail["handle"] for _, detail in world.bus.told] == ["mug"]
    assert world.table.items == {}


def test_if_that_fails_all_of_it_is_told_later(world):
    rows = world.outbox.begin("StockChanged", about("rug", "mug"))
    world.bus.away = True
    assert not world.outbox.tell_instead(rows, world.outbox.rows("StockChanged", about("mug")))
    world.bus.away = False
    world.clock.advance(CLAIM_SECONDS + 1)
    world.outbox.relay()
    assert len(world.bus.told) == 2


def test_rows_stay_small(world):
    rows = world.outbox.begin(
        "StockChanged", about(*(f"p-{number}" for number in range(2 * MOST_IN_A_ROW + 1)))
    )
    assert len(rows) == 3
    assert {row["pk"] for row in rows} == {PARTITION}


def test_a_row_may_be_part_of_the_transaction_that_makes_the_change(world):
    [row] = world.outbox.rows("ProductChanged", about("rug"))
    put = world.outbox.write_action(row)["Put"]
    assert put["TableName"] == "test-catalog"
    assert put["Item"]["kind"] == {"S": "ProductChanged"}
    assert world.table.items == {}
