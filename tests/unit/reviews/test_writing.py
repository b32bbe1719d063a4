"""Writing a review: nothing typed is lost, nothing is sent twice, and thanks come before it is shown."""

import re
from html import unescape

import pytest

from storefront.core import FieldProblem, Invalid
from storefront.reviews import operations, views
from storefront.web.counters import AllowanceEach
from tests.paths import ShopClient
from tests.unit.web.shops import down

WRITE = "/p/meadow-cushion/reviews/new/"
GOOD = {
    "rating": "4",
    "title": "Softer than it looks",
    "body": "The linen is heavy and soft.\r\nIt keeps its shape.",
    "author": "Robin B.",
    "form_key": "a-key-of-this-form-0001",
}


@pytest.fixture(autouse=True)
def allowances(monkeypatch):
    monkeypatch.setattr(views, "reviews_each", AllowanceEach("test_reviews", 4, clock=lambda: 0.0))
    monkeypatch.setattr(views, "votes_each", AllowanceEach("test_votes", 3, clock=lambda: 0.0))


def text_of(response) -> str:
    return unescape(response.content.decode())


def test_the_form_asks_little_and_is_nobody_elses(client, twins):
    response = client.get(WRITE)
    text = text_of(response)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert "<h1>Write a review</h1>" in text
    assert len(re.findall(r'type="radio"', text)) == 5
    assert re.search(r'name="form_key" value="[A-Za-z0-9_-]{20,64}"', text)
    assert client.get("/p/no-such-thing/reviews/new/").status_code == 404


def test_a_review_is_sent_and_thanked_for(client, twins):
    response = client.post(WRITE, GOOD)
    assert (response.status_code, response["Location"]) == (303, "/ie/en/p/meadow-cushion/reviews/thanks/")
    ((handle, review, _key),) = twins.reviews.submitted
    assert (handle, review.rating, review.locale) == ("meadow-cushion", 4, "en")
    assert review.body == "The linen is heavy and soft.\nIt keeps its shape."
    assert review.order is None
    thanks = text_of(client.get("/p/meadow-cushion/reviews/thanks/"))
    assert "reads it before it is shown" in thanks


def test_it_is_in_the_language_of_the_page(client, twins):
    client.post("/de/ar" + WRITE, GOOD)
    assert twins.reviews.submitted[0][1].locale == "ar"


def test_a_double_click_is_one_review_and_other_words_are_another(client, twins):
    for _ in range(2):
        assert client.post(WRITE, GOOD).status_code == 303
    assert len(twins.reviews.submitted) == 1
    assert client.post(WRITE, GOOD | {"rating": "5"}).status_code == 303
    assert len(twins.reviews.submitted) == 2


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("rating", "", "Your rating: please fill this in."),
        ("rating", "6", "Your rating: please choose one of the list."),
        ("body", "Nice.", "Your review: please write at least 20 characters."),
        ("body", "x" * 4001, "Your review: please use at most 4000 characters."),
        ("author", " \t ", "Name to show: please fill this in."),
        ("title", "x" * 121, "Headline: please use at most 120 characters."),
        ("email", "robin@example.com", "Order number: please give it, too, or leave both empty."),
        ("number", "SF-7K3M-92QD", "Email address: please give the one you ordered with"),
        ("website", "http://spam.example", "Please send this once more"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(client, twins, field, value, sentence):
    response = client.post(WRITE, GOOD | {field: value})
    text = text_of(response)
    assert response.status_code == 422
    assert "<title>Error: Write a review" in " ".join(text.split()).replace("<title> ", "<title>")
    assert sentence in text
    assert 'role="alert" tabindex="-1" autofocus' in " ".join(text.split())
    assert 'value="Softer than it looks"' in text or field == "title"
    assert twins.reviews.submitted == []
    assert "http://spam.example" not in text


def test_a_buyer_says_so_by_number_and_address(client, twins):
    proof = {"number": "SF-7K3M-92QD", "email": "robin@example.com"}
    assert client.post(WRITE, GOOD | proof).status_code == 303
    order = twins.reviews.submitted[0][1].order
    assert (order.number, order.email) == ("SF-7K3M-92QD", "robin@example.com")
    assert "robin" not in repr(order)


def test_words_that_the_service_refuses_stand_at_their_field(client, twins):
    problem = FieldProblem("/author", "too_long", "Author must have at most 60 characters.")
    twins.reviews.fail(
        Invalid("reviews", "submit_review", status=422, code="validation_failed", errors=(problem,)),
        "submit_review",
    )
    response = client.post(WRITE, GOOD)
    assert response.status_code == 422
    assert "Name to show: Author must have at most 60 characters." in text_of(response)


def test_an_outage_loses_nothing(client, twins):
    twins.reviews.fail(down("reviews"), "submit_review")
    response = client.post(WRITE, GOOD)
    assert response.status_code == 503
    assert "It is still here" in text_of(response)
    assert f'value="{GOOD["form_key"]}"' in text_of(response)
    assert "It keeps its shape." in text_of(response)
    twins.reviews.heal()
    assert client.post(WRITE, GOOD).status_code == 303


def test_too_many_are_told_to_wait_with_their_words_kept(client, twins):
    for number in range(4):
        assert client.post(WRITE, GOOD | {"author": f"Robin {number}"}).status_code == 303
    response = client.post(WRITE, GOOD)
    assert response.status_code == 429
    assert "Please wait a minute and send it again." in text_of(response)
    assert "It keeps its shape." in text_of(response)
    assert len(twins.reviews.submitted) == 4


def test_a_key_that_nobody_here_made_is_replaced():
    assert operations.form_key("a-key-of-this-form-0001") == "a-key-of-this-form-0001"
    for odd in ("", "short", "x" * 65, "a key with spaces in it", "a-key\nwith-a-line-end-0001"):
        assert re.fullmatch(r"[A-Za-z0-9_-]{43}", operations.form_key(odd))


def vote_path(twins) -> str:
    return "/p/meadow-cushion/reviews/rev_00000001/helpful/"


def test_a_vote_counts_once_for_a_visitor(client, twins):
    for _ in range(2):
        response = client.post(vote_path(twins), headers={"HX-Request": "true"})
        assert response.status_code == 200
        assert "It helped 4 people." in " ".join(text_of(response).split())


def test_an_address_counts_once_a_day_with_and_without_its_cookies(client, twins):
    def shown(**more) -> str:
        browser = ShopClient()
        response = browser.post(vote_path(twins), headers={"HX-Request": "true"}, **more)
        assert response.status_code == 200
        return " ".join(text_of(response).split())

    assert "It helped 4 people." in shown()
    assert "It helped 4 people." in shown()
    assert "It helped 5 people." in shown(REMOTE_ADDR="203.0.113.9")


def test_a_vote_without_script_leads_back(client, twins):
    response = client.post(vote_path(twins))
    assert (response.status_code, response["Location"]) == (303, "/ie/en/p/meadow-cushion/reviews/")


def test_a_vote_needs_a_review_a_form_and_measure(client, twins):
    assert client.post("/p/meadow-cushion/reviews/rev_nosuch00/helpful/").status_code == 404
    assert client.get(vote_path(twins)).status_code == 405
    for _ in range(2):
        client.post(vote_path(twins))
    assert client.post(vote_path(twins)).status_code == 429


def test_a_vote_that_cannot_be_counted_says_so(client, twins):
    twins.reviews.fail(down("reviews"), "vote_helpful")
    assert client.post(vote_path(twins)).status_code == 503
    response = client.post(vote_path(twins), headers={"HX-Request": "true"})
    assert response.status_code == 503
    assert "We could not count that right now." in text_of(response)


def test_with_the_catalogue_away_too_what_was_typed_is_kept(client, twins):
    twins.catalog.fail(down("catalog"))
    twins.reviews.fail(down("reviews"))
    response = client.post(WRITE, GOOD)
    text = text_of(response)
    assert response.status_code == 503
    assert "It is still here" in text
    assert "It keeps its shape." in text
    assert 'value="Robin B."' in text
    twins.catalog.fail(down("catalog"))
    wrong = client.post(WRITE, GOOD | {"author": ""})
    assert (wrong.status_code, "It keeps its shape." in text_of(wrong)) == (422, True)
