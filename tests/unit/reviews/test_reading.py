"""Reviews as shoppers read them: in the reader's words around the writer's, with and without script."""

import re
from html import unescape

import pytest

from storefront.clients.reviews.fake import FakeReviews
from tests import samples
from tests.unit.web.shops import down

SECTION = "/fragments/public/reviews/meadow-cushion/"
PAGE = "/p/meadow-cushion/reviews/"


def text_of(response) -> str:
    return unescape(response.content.decode())


def words_of(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text_of(response)).split())


@pytest.fixture
def many(twins):
    """Twenty-three reviews: twelve of five stars, eleven of four."""
    reviews = [samples.review(n, 4 + n % 2, f"Review number {n} of this product.") for n in range(1, 24)]
    object.__setattr__(twins.shop, "reviews", FakeReviews(reviews))
    return reviews


def test_the_section_says_how_it_is_liked(client, twins):
    response = client.get(SECTION)
    words = words_of(response)
    assert response.status_code == 200
    assert "4 out of 5 stars, 4 reviews" in words
    assert "5 stars 2 2 reviews" in words  # for the eye, and for the ear
    assert "1 star 0 0 reviews" in words
    assert "Softer than it looks" in words
    assert "Nobody has read these words yet" not in words


def test_it_is_the_same_for_everybody(client, twins):
    response = client.get(SECTION)
    assert "public" in response["Cache-Control"]
    assert not response.cookies
    assert "csrf" not in text_of(response)


def test_a_review_is_in_its_own_language(client, twins):
    text = text_of(client.get(SECTION))
    assert re.search(r'<div class="opinion__body" lang="ar" dir="auto">\s*<p dir="auto">اللون', text)
    assert 'lang="de" dir="auto">' in text


def test_what_a_writer_typed_is_text(client, twins):
    odd = samples.review(9, 5, "<script>alert(1)</script> and some more words", author="<b>Sam</b>")
    object.__setattr__(twins.shop, "reviews", FakeReviews([odd]))
    text = client.get(SECTION).content.decode()
    assert "<script>alert" not in text
    assert "<b>Sam" not in text
    assert "&lt;script&gt;" in text


def test_buyers_are_marked_and_answers_shown(client, twins):
    words = words_of(client.get(SECTION))
    assert words.count("Verified buyer") == 1
    assert "Answer from Fieldnote Thank you, Robin." in words
    assert "Helped 3 people" in words


def test_stars_narrow_the_list(client, twins):
    response = client.get(f"{SECTION}?rating=5")
    words = words_of(response)
    assert "2 reviews with 5 of 5 stars" in words
    assert "It lost its shape" not in words
    assert "Show all reviews" in words
    assert 'aria-current="true"' in text_of(response)


@pytest.mark.parametrize(
    ("sort", "first"), [("newest", "lost its shape"), ("lowest", "lost its shape"), ("helpful", "The linen")]
)
def test_the_order_can_be_chosen(client, twins, sort, first):
    words = words_of(client.get(f"{SECTION}?sort={sort}"))
    told = ["lost its shape", "The linen", "Sehr schöner", "اللون"]
    assert min(told, key=words.index) == first


def test_odd_words_in_the_address_change_nothing(client, twins):
    plain = client.get(SECTION).content
    assert client.get(f"{SECTION}?sort=best&rating=9&x=1").content == plain


def test_more_reviews_come_below_the_first(client, many):
    first = text_of(client.get(SECTION))
    assert 'id="review-10"' in first
    assert 'data-focus="review-11"' in first
    assert "?page=2" in first
    second = text_of(client.get(f"{SECTION}?page=2"))
    assert 'id="review-11"' in second
    assert 'data-announce="Reviews 11 to 20 of 23"' in second
    assert "<section" not in second
    assert "Show more" not in text_of(client.get(f"{SECTION}?page=3"))


def test_every_page_has_its_own_reviews(client, many):
    found = []
    for page in (1, 2, 3):
        found += re.findall(r"Review number (\d+) of", text_of(client.get(f"{PAGE}?page={page}")))
    assert found == [str(n) for n in range(23, 0, -1)]


def test_pages_beyond_the_end_are_not_there(client, many):
    for page in ("4", "0", "-1", "99999999999999999999", "x", "٢"):
        assert client.get(PAGE, {"page": page}).status_code == 404


def test_the_page_names_one_address_for_all_orders(client, many):
    text = text_of(client.get(f"{PAGE}?sort=helpful&rating=5&page=2"))
    assert re.search(r'<link rel="canonical" href="[^"]*/ie/en/p/meadow-cushion/reviews/\?page=2">', text)
    assert "<h1>Reviews of Meadow cushion</h1>" in text


def test_links_lead_on_without_script(client, many):
    text = text_of(client.get(PAGE))
    assert 'href="/ie/en/p/meadow-cushion/reviews/?rating=5"' in text
    assert 'href="/ie/en/p/meadow-cushion/reviews/?sort=helpful"' in text
    assert 'href="/ie/en/p/meadow-cushion/reviews/?page=2"' in text


def test_an_unknown_product_has_no_page_of_reviews(client, twins):
    assert client.get("/p/no-such-thing/reviews/").status_code == 404


def test_a_product_without_reviews_asks_for_the_first(client, twins):
    response = client.get("/fragments/public/reviews/tide-rug/")
    assert "Nobody has reviewed this yet." in words_of(response)
    assert 'href="/ie/en/p/tide-rug/reviews/new/"' in text_of(response)


def test_while_reviews_are_away_the_page_lives(client, twins):
    twins.reviews.fail(down("reviews"))
    for path in (SECTION, PAGE):
        response = client.get(path)
        assert response.status_code == 200
        assert "Reviews can’t be shown right now." in words_of(response)
    assert "Write a review" in words_of(response)


def test_a_list_costs_two_calls_however_many_there_are(client, many, twins):
    client.get(SECTION)
    assert sorted(twins.shop.reviews.calls) == ["get_summary", "list_reviews"]
