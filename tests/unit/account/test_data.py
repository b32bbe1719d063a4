"""What the shop knows of somebody: all of it in one file, and deleted when they say so."""

import json
import re

import pytest
from django.core.cache import cache

from storefront.account import export
from storefront.core import Reason, UpstreamUnavailable
from storefront.identity import IdentityRefused
from storefront.web.counters import AllowanceEach
from tests.unit.account.member import OFFICE, another_browser, main_of, signed_in
from tests.unit.account.test_reviews import write
from tests.unit.cart.shopper import NO_STORE, summary_of, text_of
from tests.unit.web.shops import down

URL = "/ie/en/account/data/"


@pytest.fixture(autouse=True)
def plenty(monkeypatch) -> None:
    """Each test may ask for the file often."""
    monkeypatch.setattr(export, "exports", AllowanceEach("a-test", 1000))


def download(robin):
    return robin.send("data/export/")


def leave(robin, sure: str = "yes"):
    return robin.send("data/delete/", {"sure": sure})


def test_both_ways_are_offered(robin):
    response = robin.look("data/")
    assert response.status_code == 200
    assert response["Cache-Control"] == NO_STORE
    assert f'action="{URL}export/"' in main_of(response)
    assert f'href="{URL}delete/"' in main_of(response)


# --- the file ---------------------------------------------------------------------------------------------


def test_the_file_holds_everything(robin):
    orders = robin.buys(3)
    kept, review_id = robin.keeps(OFFICE), write(robin, "Soft and warm")
    response = download(robin)
    found = json.loads(response.content)
    assert response.status_code == 200
    assert response["Cache-Control"] == NO_STORE
    assert response["Content-Type"].startswith("application/json")
    assert 'attachment; filename="account-' in response["Content-Disposition"]
    assert found["sign_in"]["email"] == "robin@example.com"
    assert found["customer"]["addresses"][0]["id"] == kept.id
    assert [one["number"] for one in found["orders"]] == [order.number for order in reversed(orders)]
    assert found["orders"][0]["lines"][0]["title"] == "Meadow cushion"
    assert [one["id"] for one in found["reviews"]] == [review_id]
    assert found["wish_list"]["items"] == []
    assert found["devices"][0]["device"] == "Firefox on Linux"


def test_a_long_history_comes_whole(robin, monkeypatch):
    monkeypatch.setattr(export, "_PAGE_SIZE", 2)
    robin.buys(5)
    for number in ("one", "two", "three"):
        write(robin, f"Review number {number}")
    found = json.loads(download(robin).content)
    assert len({one["number"] for one in found["orders"]}) == 5
    assert len(found["reviews"]) == 3


def test_the_file_holds_no_secret(robin):
    robin.buys(1)
    text = download(robin).content.decode()
    assert robin.token not in text
    assert "eyJ" not in text
    for _, opens, _ in robin.twins.orders._orders.values():
        assert opens not in text


def test_the_file_holds_nothing_of_anybody_else(robin, mika):
    mika.buys(1)
    mika.keeps(OFFICE)
    write(mika, "Mika thinks otherwise")
    text = download(robin).content.decode()
    for words in ("Mika", "mika@", "Berlin"):
        assert words not in text


@pytest.mark.parametrize("service", ["customers", "orders", "reviews", "lists", "people"])
def test_a_part_is_not_taken_for_the_whole(robin, service):
    robin.buys(1)
    twin = getattr(robin.twins, service)
    twin.fail(down(twin.upstream))
    response = download(robin)
    assert response.status_code == 503
    assert "We can't put all of it together right now" in main_of(response)
    assert "Content-Disposition" not in response


def test_it_is_not_made_again_and_again(robin, monkeypatch):
    monkeypatch.setattr(export, "exports", AllowanceEach("a-test", 2, clock=lambda: 600.0))
    assert [download(robin).status_code for _ in range(3)] == [200, 200, 429]


# --- leaving ----------------------------------------------------------------------------------------------


def test_it_says_what_goes_and_what_stays_and_why(robin):
    page = main_of(robin.look("data/delete/"))
    for words in ("What is deleted, at once", "What stays, and why", "tax law", "robin@example.com"):
        assert words in page


@pytest.mark.parametrize("sure", ["", "no", "x" * 300])
def test_nothing_happens_without_a_yes(robin, sure):
    response = leave(robin, sure)
    assert response.status_code == 422
    assert '<a href="#sure">' in summary_of(response)
    assert robin.twins.customers.deleted == set()


def test_the_button_looks_like_what_it_does_and_the_sentence_is_said_once(robin):
    page = main_of(robin.look("data/delete/"))
    assert re.search(r'<button class="button button--danger"[^>]*>Delete the account of robin@', page)
    wrong = main_of(leave(robin, ""))
    assert '<p class="field__error" id="sure-error">Please fill this in.</p>' in wrong


def test_everything_that_names_the_person_goes(robin, twins):
    write(robin, "Soft and warm")
    robin.keeps()
    robin.look("addresses/")
    elsewhere = another_browser(robin)
    response = leave(robin)
    assert (response.status_code, response["Location"]) == (303, "/ie/en/account/deleted/")
    assert response["Clear-Site-Data"]
    assert robin.account.sub in twins.customers.deleted
    with pytest.raises(KeyError):
        twins.people.account("robin@example.com")
    assert twins.reviews._owners == {}
    assert not [key for key in cache._cache if "account-copy" in key]
    assert "Your account is deleted" in text_of(robin.client.get(response["Location"]))
    for browser in (robin.client, elsewhere):
        assert "/account/sign-in/" in browser.get("/account/")["Location"]


@pytest.mark.parametrize("service", ["customers", "reviews", "orders", "people"])
def test_what_could_not_be_done_can_be_done_again(robin, service):
    twin = getattr(robin.twins, service)
    twin.fail(down(twin.upstream))
    response = leave(robin)
    assert response.status_code == 503
    assert "Please press the button again" in summary_of(response)
    assert robin.twins.people.account("robin@example.com")
    twin.heal()
    assert leave(robin)["Location"] == "/ie/en/account/deleted/"


def test_a_refusal_of_the_provider_is_said_too(robin):
    robin.twins.people.refuse(IdentityRefused("delete", "Odd"), "delete")
    assert leave(robin).status_code == 503


def test_a_table_that_is_away_deletes_nothing_by_halves(robin, monkeypatch):
    def away(_request):
        raise UpstreamUnavailable("dynamodb", "x", Reason.TIMEOUT)

    monkeypatch.setattr("storefront.account.leaving.end_other_sessions", away)
    assert leave(robin).status_code == 503
    assert robin.twins.people.account("robin@example.com")


@pytest.mark.parametrize("path", ["data/delete/", "data/export/"])
def test_both_ask_for_a_fresh_sign_in(client, twins, path):
    robin = signed_in(client, twins, ago=20 * 60)
    response = robin.send(path, {"sure": "yes"})
    assert response.status_code == 303
    assert "/account/sign-in/" in response["Location"]
    assert robin.twins.customers.deleted == set()
