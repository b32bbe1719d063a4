"""The parts that need no table: what is noticed in a text, how it is cleaned, counted and listed."""

import time
import timeit
from typing import cast

import pytest
from pydantic import ValidationError

from apptier.kit.cursors import Cursors
from apptier.kit.dynamo import QueryPage, Tables
from apptier.ratings import Rating
from apptier.reviews.models import NewReview
from apptier.reviews.reading import Reading, Stretch, stretches
from apptier.reviews.records import StoredReview
from apptier.reviews.screening import screened, text_digest

PLAIN = "The linen is heavy and soft, and the ink is exactly the blue of the picture."


def review(**changes) -> NewReview:
    return NewReview.model_validate(
        {"rating": 5, "body": PLAIN, "author": "Robin B.", "locale": "en"} | changes, strict=True
    )


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        (PLAIN, []),
        ("Sehr schöner Stoff. Der Reißverschluss könnte leichter laufen.", []),
        ("اللون كما في الصورة والقماش ناعم جدًا، أنصح به.", []),
        ("We have 2 of the 60 × 60 cm ones, paid 58.00 for each in 2025.", []),
        ("It is a DIY thing, made in the UK by ACME, and it is OK.", []),
        ("See https://cheap.example/now for the same thing.", ["link"]),
        ("The same thing is at cheap-things.com, at half the price.", ["link"]),
        ("Write to me at robin@example.com and I will tell you more.", ["contact"]),
        ("Write to robin (at) example.com if you want one, too.", ["contact"]),
        ("Call me on +353 91 000 0001, I have a spare one here.", ["contact"]),
        ("اتصلوا بي على ٠٩١٢٣٤٥٦٧٨ إن أردتم واحدة.", ["contact"]),
        ("THIS IS THE BEST CUSHION THAT EVER WAS", ["shouting"]),
        ("I love it so much!!!! You should get one as well", ["shouting"]),
        ("BUY AT WWW.CHEAP.EXAMPLE OR MAIL ME@CHEAP.EXAMPLE", ["link", "contact", "shouting"]),
    ],
)
def test_what_is_odd_is_noticed_and_what_is_not_is_left_alone(text, flags):
    assert screened("", text) == flags


def test_a_headline_is_looked_at_as_well():
    assert screened("www.cheap.example", PLAIN) == ["link"]


@pytest.mark.parametrize("other", [PLAIN.upper(), PLAIN.replace(" ", "  "), PLAIN.replace(",", " –") + "!!"])
def test_the_same_words_are_the_same_text(other):
    assert text_digest(other) == text_digest(PLAIN)
    assert text_digest(PLAIN + " No.") != text_digest(PLAIN)


def test_texts_are_kept_clean():
    found = review(
        title="  Softer\tthan\n it looks ",
        body="One  line \r\n\r\n\r\n\r\nand \x00another one\u202e line \n",
        author="Robin\u0007 B.",
    )
    assert found.title == "Softer than it looks"
    assert found.body == "One line\n\nand another one line"
    assert found.author == "Robin B."


@pytest.mark.parametrize(
    "changes",
    [
        {"body": "x " * 9},
        {"body": " " * 40},
        {"body": "x" * 4001},
        {"author": " "},
        {"author": "\x00\x01"},
        {"title": " \n"},
        {"title": None},
        {"rating": 0},
        {"rating": 6},
        {"rating": 4.5},
        {"rating": "5"},
        {"locale": "English"},
        {"order": {"number": "SF-7K3M-92QD"}},
        {"verified_buyer": True},
    ],
)
def test_what_breaks_the_contract_is_refused(changes):
    with pytest.raises(ValidationError):
        review(**changes)


@pytest.mark.parametrize(
    ("counts", "average"),
    [
        ((0, 0, 0, 0, 0), None),
        ((0, 0, 0, 0, 1), 5.0),
        ((1, 0, 0, 0, 0), 1.0),
        ((0, 0, 0, 1, 1), 4.5),
        ((0, 0, 0, 3, 1), 4.3),  # 4.25 is rounded half up
        ((0, 0, 1, 3, 8), 4.6),
        ((10_000_000, 0, 0, 0, 1), 1.0),
    ],
)
def test_the_average_is_rounded_half_up(counts, average):
    assert Rating("thing", counts).average == average


def test_a_rating_survives_its_item():
    rating = (
        Rating("thing")
        .with_change(4, 1, "2026-11-20T08:30:00.000Z")
        .with_change(4, 1, "2026-11-21T08:30:00.000Z")
    )
    assert Rating.of_item(rating.to_item()) == rating
    assert (rating.count, rating.version, rating.updated_at) == (2, 3, "2026-11-21T08:30:00.000Z")


def test_a_list_is_as_few_queries_as_can_be():
    assert stretches("newest", None) == (Stretch("shown"),)
    assert stretches("newest", 4) == (Stretch("rated", "4#"),)
    assert stretches("highest", None) == (Stretch("rated"),)
    assert [s.prefix for s in stretches("lowest", None)] == ["1#", "2#", "3#", "4#", "5#"]
    assert stretches("helpful", 2) == (Stretch("starred", "2#"),)


class Shelf:
    """A table of one product's reviews that counts how often it is asked."""

    def __init__(self, reviews: list[dict]) -> None:
        self.reviews = reviews
        self.queries = 0

    def query(self, _table, _condition, values, *, names, index, limit, after, forward):
        self.queries += 1
        attribute = {"shown": "posted", "rated": "rank"}.get(index, index)
        assert names in (None, {"#at": attribute})
        found = [r for r in self.reviews if r[attribute].startswith(values.get(":prefix", ""))]
        found.sort(key=lambda r: r[attribute], reverse=not forward)
        if after:
            found = [r for r in found if r[attribute] < after[attribute]]
        return QueryPage(found[:limit], found[limit - 1] if len(found) > limit else None)


def test_the_few_that_are_unhappy_are_found_among_very_many_that_are_happy():
    def stored(number: int, rating: int) -> dict:
        moment = f"2026-01-01T00:{number // 60 % 60:02}:{number % 60:02}.000Z"
        return StoredReview(
            id=f"rev_{number:08}", handle="thing", rating=rating, title=None, body=PLAIN, author="Robin B.",
            locale="en", verified_buyer=False, helpful=number % 7, created_at=moment, updated_at=moment,
            state="approved",
        ).to_item()  # fmt: skip

    shelf = Shelf([stored(n, 5) for n in range(5000)] + [stored(n, 1) for n in range(5000, 5003)])
    reading = Reading(cast("Tables", shelf), Cursors("s" * 40))
    first = reading.page("thing", "helpful", 1, limit=2, cursor=None)
    rest = reading.page("thing", "helpful", 1, limit=2, cursor=first.next_cursor)
    assert [r.helpful for r in (*first.items, *rest.items)] == [4, 3, 2]
    assert rest.next_cursor is None
    assert shelf.queries == 2, "a page is one query, however many reviews there are"


@pytest.mark.parametrize("stuff", ["a", "-", "1", "a.", "a@", "a (at) ", "1-", "www.", "+", "(", "ab-"])
def test_no_text_takes_much_longer_to_read_than_its_length(stuff):
    def seconds(length: int) -> float:
        text = (stuff * length)[:length]
        # Of the processor, not the wall: others may be at work on this machine.
        return min(timeit.repeat(lambda: screened("", text), timer=time.process_time, number=10, repeat=9))

    # Linear is 4, quadratic 16; small times are mostly noise.
    assert seconds(4000) < 9 * max(seconds(1000), 0.001)
