"""What somebody wrote: waiting, published or not, with the way to the product."""

import pytest

from storefront.account import reviews as module
from storefront.clients.reviews import NewReview
from tests import samples
from tests.unit.account.member import link, main_of
from tests.unit.cart.shopper import NO_STORE, text_of
from tests.unit.web.shops import down

URL = "/ie/en/account/reviews/"


def write(member, words: str, handle: str = "meadow-cushion") -> str:
    review = NewReview(rating=4, body=f"{words}, said at some length.", author="Robin", locale="en")
    key = f"review-{words.replace(' ', '-')}"
    sent = member.twins.reviews.submit_review(
        handle=handle, review=review, idempotency_key=key, access_token=member.token
    )
    return sent.id


def judge(member, review_id: str, decision: str) -> None:
    member.twins.reviews.moderate(
        access_token=samples.MIKA_TOKEN, review_id=review_id, decision=decision, reason="spam", version=1
    )


@pytest.mark.parametrize(
    ("decision", "words"),
    [("", "Waiting."), ("approve", "Published."), ("reject", "Not published.")],
)
def test_each_review_says_what_became_of_it(robin, decision, words):
    review_id = write(robin, "Soft and warm")
    if decision:
        judge(robin, review_id, decision)
    response = robin.look("reviews/")
    page = main_of(response)
    assert response.status_code == 200
    assert response["Cache-Control"] == NO_STORE
    assert f"<strong>{words}</strong>" in page
    assert "Soft and warm, said at some length." in page
    assert 'href="/ie/en/p/meadow-cushion/"' in page


def test_it_names_the_products_as_long_as_the_catalogue_answers(robin):
    write(robin, "Soft and warm"), write(robin, "Holds water", handle="ember-vase")
    page = main_of(robin.look("reviews/"))
    assert ">Meadow cushion</a>" in page
    assert ">Ember vase</a>" in page
    assert robin.twins.catalog.calls.count("list_products") == 1


def test_without_the_catalogue_the_reviews_are_there(robin):
    write(robin, "Soft and warm")
    robin.twins.catalog.fail(down("catalog"))
    response = robin.look("reviews/")
    assert response.status_code == 200
    assert ">See the product</a>" in main_of(response)


def test_who_has_written_nothing_is_told_how(robin):
    assert "You have not written a review yet." in main_of(robin.look("reviews/"))


def test_and_led_to_where_the_products_are(robin):
    assert '<a class="button"\n href="/ie/en/">See what there is</a>' in main_of(robin.look("reviews/"))


def test_somebody_elses_reviews_are_not_in_it(robin, mika):
    write(mika, "Mika thinks otherwise")
    assert "Mika thinks otherwise" not in text_of(robin.look("reviews/"))


def test_the_list_comes_a_page_at_a_time(robin, monkeypatch):
    monkeypatch.setattr(module, "PAGE_SIZE", 2)
    for words in ("First of all", "Second of all", "Third of all"):
        write(robin, words)
    first = main_of(robin.look("reviews/"))
    assert "Third of all" in first
    assert "First of all" not in first
    second = main_of(robin.client.get(link(first, "older")))
    assert "First of all" in second
    assert link(second, "newest") == URL


def test_a_cursor_that_is_none_leads_to_the_first_page(robin):
    response = robin.client.get(URL, {"cursor": "nonsense"})
    assert (response.status_code, response["Location"]) == (303, URL)


def test_it_is_there_while_the_service_is_away(robin):
    write(robin, "Soft and warm")
    robin.look("reviews/")
    robin.twins.reviews.fail(down("reviews"))
    response = robin.look("reviews/")
    assert response.status_code == 200
    assert "Soft and warm" in main_of(response)
    assert "This is how it was on" in main_of(response)


def test_markup_is_text(robin):
    write(robin, "<b>Bold</b> words")
    assert b"<b>Bold" not in robin.look("reviews/").content
