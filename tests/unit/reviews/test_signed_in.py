"""A review of somebody who is signed in is theirs, and asks for no name."""

import pytest

from storefront.core import Unauthorized
from storefront.reviews import views
from storefront.reviews.forms import shown_name
from storefront.web.counters import AllowanceEach
from tests import samples
from tests.unit.reviews.test_writing import GOOD, WRITE, text_of
from tests.unit.web.shops import sign_in_browser

TYPED = {name: value for name, value in GOOD.items() if name != "author"}


@pytest.fixture(autouse=True)
def allowances(monkeypatch):
    monkeypatch.setattr(views, "reviews_each", AllowanceEach("test_reviews", 9, clock=lambda: 0.0))


def test_it_asks_for_no_name_and_is_theirs(client, twins):
    sign_in_browser(client, twins)
    page = text_of(client.get(WRITE))
    assert 'name="author"' not in page
    assert "It is shown under the name Robin B., and listed in your account." in page
    assert client.post(WRITE, TYPED).status_code == 303
    (mine,) = twins.reviews.list_my_reviews(access_token=samples.ROBIN_TOKEN).items
    assert (mine.author, mine.handle, mine.state) == ("Robin B.", "meadow-cushion", "pending")


def test_a_name_of_the_form_counts_for_nothing_then(client, twins):
    sign_in_browser(client, twins)
    client.post(WRITE, GOOD | {"author": "Somebody else"})
    assert twins.reviews.submitted[0][1].author == "Robin B."


def test_who_has_told_us_no_name_is_asked_for_one(client, twins):
    sign_in_browser(client, twins, name="")
    assert 'name="author"' in text_of(client.get(WRITE))
    client.post(WRITE, GOOD)
    assert twins.reviews.list_my_reviews(access_token=samples.ROBIN_TOKEN).items[0].author == "Robin B."


def test_a_guests_review_is_nobodys(client, twins):
    client.post(WRITE, GOOD)
    assert twins.reviews.list_my_reviews(access_token=samples.ROBIN_TOKEN).items == ()


def test_while_sessions_are_away_it_is_a_guests(client, twins):
    sign_in_browser(client, twins)
    twins.sessions.down = True
    assert client.post(WRITE, GOOD).status_code == 303
    assert twins.reviews.list_my_reviews(access_token=samples.ROBIN_TOKEN).items == ()


def test_a_sign_in_that_ended_keeps_what_was_typed(client, twins, settings):
    """The shopper signs in, comes back to the form, and finds every word."""
    sign_in_browser(client, twins)
    twins.reviews.fail(Unauthorized("reviews", "x", status=401, code="unauthorized"), "submit_review")
    response = client.post(WRITE, TYPED)
    assert response.status_code == 303
    assert "/account/sign-in/?next=" in response["Location"]
    twins.reviews.heal()
    page = text_of(client.get(WRITE))
    assert "Softer than it looks" in page
    assert "It keeps its shape." in page


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Robin Byrne", "Robin B."),
        ("robin", "robin"),
        ("Ana María de la Cruz", "Ana C."),
        ("  ليلى   حداد ", "ليلى ح."),
        ("x" * 200 + " y", "x" * 57 + " Y."),
        ("", ""),
    ],
)
def test_everybody_reads_a_first_name_and_an_initial(name, shown):
    assert shown_name(name) == shown
    assert len(shown) <= 60
