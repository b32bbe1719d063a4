"""The demo shop's reviews: they keep the contract, read as if written, and are the same ones each time."""

from datetime import datetime, timedelta

import pytest

from apptier.reviews.models import Review
from apptier.reviews.screening import screened
from apptier.reviews.seeding import _KINDS, NEWEST, SPAN, Reviewed, _voice, reviews_of

LANGUAGES = ("en", "de", "ar")
KINDS = sorted(set(_KINDS.values()))


@pytest.fixture(scope="module")
def voices():
    return {language: _voice(language) for language in LANGUAGES}


@pytest.fixture(scope="module")
def everything(voices):
    products = [Reviewed(f"thing-{n}", KINDS[n % len(KINDS)], NEWEST - SPAN) for n in range(180)]
    return {product.handle: reviews_of(product, voices) for product in products}


def test_every_language_can_speak_of_every_kind(voices):
    for voice in voices.values():
        assert sorted(voice["kinds"]) == KINDS
        for moods in voice["kinds"].values():
            assert all(len(moods[mood]) >= 2 for mood in ("good", "mixed", "bad"))


def test_they_keep_the_contract(everything):
    for reviews in everything.values():
        for review in reviews:
            assert isinstance(review.public(), Review)
            assert screened(review.title or "", review.body) == [], review.body
            assert NEWEST - SPAN <= parsed(review.created_at) <= NEWEST


def parsed(text: str):
    return datetime.fromisoformat(text)


def test_they_are_the_same_each_time(everything, voices):
    again = reviews_of(Reviewed("thing-7", KINDS[7 % len(KINDS)], NEWEST - SPAN), voices)
    assert again == everything["thing-7"]


def test_nobody_repeats_another_word_for_word(everything):
    for handle, reviews in everything.items():
        bodies = [review.body for review in reviews]
        assert len(set(bodies)) >= len(bodies) - 1, handle
        assert len({review.id for review in reviews}) == len(reviews)


def test_they_are_spread_as_reviews_are(everything):
    found = [review for reviews in everything.values() for review in reviews]
    shares = {stars: sum(r.rating == stars for r in found) / len(found) for stars in range(1, 6)}
    assert shares[5] > shares[4] > shares[3] > shares[2]
    assert 0.01 < shares[1] < 0.08
    sizes = [len(reviews) for reviews in everything.values()]
    assert min(sizes) >= 3
    assert max(sizes) <= 25
    assert {r.locale for r in found} == set(LANGUAGES)
    assert 0.55 < sum(r.verified_buyer for r in found) / len(found) < 0.85


def test_nothing_is_reviewed_before_it_is_sold(voices):
    since = NEWEST - timedelta(days=30)
    reviews = reviews_of(Reviewed("new-thing", "rugs", since), voices)
    assert all(parsed(review.created_at) >= since - timedelta(seconds=1) for review in reviews)
