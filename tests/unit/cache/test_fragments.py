"""Rendered pieces are found together, made once for the fleet, and never in the way of a page."""

from dataclasses import dataclass

import pytest

from storefront.cache.manifest import CARD
from tests.unit.cache.fleet import Process


@dataclass(frozen=True)
class Piece:
    name: str


PIECES = [Piece(f"card-{number}") for number in range(24)]


class Renderer:
    """Renders pieces, and remembers which."""

    def __init__(self, word="made"):
        self.word = word
        self.rendered = []

    def __call__(self, piece):
        self.rendered.append(piece.name)
        return f"<li>{piece.name} {self.word}</li>"


def texts(process, renderer, pieces=PIECES, place="list"):
    return process.cache.fragments().rendered(CARD, place, pieces, renderer)


def test_the_cards_of_a_list_are_found_in_one_round_trip(process, other, redis):
    made = texts(process, Renderer())
    before, idle = redis.trips, Renderer()
    assert texts(other, idle) == made
    assert idle.rendered == []
    assert redis.trips == before + 1


def test_only_missing_ones_are_rendered_and_kept_in_one_more(process, other, redis):
    texts(process, Renderer(), PIECES[:20])
    before, renderer = redis.trips, Renderer("new")
    found = texts(other, renderer)
    assert renderer.rendered == [piece.name for piece in PIECES[20:]]
    assert [text.endswith("new</li>") for text in found] == [False] * 20 + [True] * 4
    assert redis.trips == before + 2


def test_what_memory_holds_costs_no_round_trip(process, redis):
    made = texts(process, Renderer())
    before, idle = redis.trips, Renderer()
    assert texts(process, idle) == made
    assert (idle.rendered, redis.trips) == ([], before)


def test_a_piece_that_stands_twice_is_rendered_once(process):
    renderer = Renderer()
    found = texts(process, renderer, [PIECES[0], PIECES[1], PIECES[0]])
    assert found[0] == found[2] != found[1]
    assert renderer.rendered == ["card-0", "card-1"]


def test_the_same_piece_at_another_place_is_another_text(process):
    texts(process, Renderer())
    renderer = Renderer("elsewhere")
    assert texts(process, renderer, place="rail")[0] == "<li>card-0 elsewhere</li>"


def test_another_market_or_language_has_texts_of_its_own(process):
    texts(process, Renderer())
    renderer = Renderer("auf Deutsch")
    process.cache = process.cache.within("eu", "de")
    texts(process, renderer)
    assert len(renderer.rendered) == len(PIECES)


@pytest.mark.parametrize("holder", ["memory", "store"])
def test_they_are_made_again_when_their_time_is_over(process, other, clock, holder):
    texts(process, Renderer())
    clock.advance(CARD.soft * (1 + CARD.jitter) + 1)
    renderer = Renderer("again")
    texts(process if holder == "memory" else other, renderer)
    assert len(renderer.rendered) == len(PIECES)


def test_without_the_store_they_are_rendered_and_stay_in_memory(process, redis, broken, clock):
    redis.broken = broken
    first, again = Renderer(), Renderer()
    assert len(texts(process, first)) == len(PIECES)
    texts(process, again)
    assert again.rendered == []
    alone = Process(None, clock)
    assert texts(alone, Renderer()) == texts(alone, again)
    assert again.rendered == []


def test_what_cannot_be_read_is_rendered(process, redis):
    for piece in PIECES:
        redis.set(f"{process.layers.keys.key(CARD, {})}list:{piece.name}", b"\xc1", px=60_000)
    assert texts(process, Renderer())[0] == "<li>card-0 made</li>"


def test_lookups_are_counted(process):
    texts(process, Renderer(), PIECES[:20])
    texts(process, Renderer())
    assert process.states() == {"fresh": 20, "miss": 24}


def test_none_at_all_asks_nobody(process, redis):
    assert texts(process, Renderer(), []) == []
    assert redis.trips == 0


def test_their_family_lives_no_longer_than_it_is_looked_for():
    assert CARD.soft == CARD.hard == CARD.stale_for
