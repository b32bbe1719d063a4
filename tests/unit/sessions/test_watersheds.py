"""Since when a proof counts: drawn by random marks, for one name, and noted until the others have ended."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from storefront.core import UpstreamUnavailable
from storefront.sessions import Watersheds
from storefront.sessions.table import SessionGone

LIFETIME = 30 * 24 * 3600


@pytest.fixture
def sheds(table) -> Watersheds:
    return Watersheds(table, LIFETIME)


def test_each_is_another_and_only_of_its_name(sheds):
    before = sheds.of("robin")
    first = sheds.draw("robin")
    assert sheds.of("robin").mark == first != before.mark
    assert sheds.draw("robin") != first
    assert sheds.of("mika") == before


def test_that_the_others_must_end_is_remembered_until_they_have(sheds):
    sheds.draw("robin", alone=True)
    due = sheds.of("robin").due
    mark = sheds.draw("robin")
    assert due == sheds.of("robin").due != ""  # not by drawing another one
    sheds.settle("robin", due)
    assert not sheds.of("robin").due
    assert sheds.of("robin").mark == mark


def test_a_reset_that_comes_in_between_is_not_settled_with_the_one_before(sheds):
    due = sheds.draw_to_settle("robin")
    sheds.draw("robin", alone=True)
    sheds.settle("robin", due)
    assert sheds.of("robin").due


def test_who_ends_the_others_by_themselves_settles_that_and_nothing_else(sheds):
    due = sheds.draw_to_settle("robin")
    assert sheds.of("robin").due == due != ""
    sheds.settle("robin", due)
    assert not sheds.of("robin").due
    reset = sheds.draw("robin", alone=True)
    settles = sheds.draw_to_settle("robin")
    assert settles == ""
    assert sheds.of("robin").mark != reset  # earlier proofs count no more all the same
    sheds.settle("robin", settles)
    assert sheds.of("robin").due


def test_what_a_release_before_this_one_noted_is_due_and_can_be_settled(sheds, table):
    sheds.draw("robin")
    table.update("w_robin", {"alone": "true"}, ())
    assert sheds.draw_to_settle("robin") == ""
    sheds.settle("robin", sheds.of("robin").due)
    assert not sheds.of("robin").due


def test_settling_what_has_expired_is_fine(sheds, table):
    table.sessions.clear()
    sheds.settle("robin", '"x"')
    assert table.sessions == {}


def test_it_is_kept_for_as_long_as_a_session_lasts_from_the_last_one_on(sheds, table):
    clock = table._clock
    sheds.draw("robin", alone=True)
    clock.advance(LIFETIME - 1)
    mark = sheds.draw("robin")
    clock.advance(LIFETIME - 1)
    assert sheds.of("robin").mark == mark
    clock.advance(2)
    assert sheds.of("robin").mark == ""


def test_of_two_that_are_drawn_at_once_one_holds_and_none_fails(sheds, table):
    together = threading.Barrier(8)

    def draw(_number: int) -> str:
        together.wait(10)
        return sheds.draw("robin", alone=True)

    with ThreadPoolExecutor(8) as pool:
        marks = list(pool.map(draw, range(8)))
    assert sheds.of("robin").mark in marks


def test_whoever_comes_second_to_make_the_item_still_writes_it(sheds, table, monkeypatch):
    sheds.draw("robin")
    real, asked = table.update, []

    def update(*given, **more):
        asked.append(given)
        if len(asked) == 1:
            raise SessionGone("x")  # it was not there when this one looked
        return real(*given, **more)

    monkeypatch.setattr(table, "update", update)
    mark = sheds.draw("robin")
    assert (sheds.of("robin").mark, len(asked)) == (mark, 2)


def test_an_outage_is_told(sheds, table):
    table.down = True
    for ask in (lambda: sheds.of("robin"), lambda: sheds.draw("robin"), lambda: sheds.settle("robin", "x")):
        with pytest.raises(UpstreamUnavailable):
            ask()
