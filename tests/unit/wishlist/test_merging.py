"""Signing in brings along what was saved as a guest: once, visibly, and without ever standing in the way."""

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.urls import path

from storefront.clients.lists import ListRef
from storefront.web.list_merge import merge_list
from storefront.web.policies import private_page
from storefront.web.requests import ShopRequest
from tests import samples
from tests.unit.web.shops import down, urlconf
from tests.unit.wishlist.wisher import CUSHION, VASE, handles

NAMED = "Meadow cushion, which you saved before you signed in, is on your wish list."
MINE = ListRef(access_token=samples.ROBIN_TOKEN)


def test_what_a_guest_saved_comes_along_when_the_list_is_looked_at(wisher):
    wisher.twins.lists.put_item(ref=MINE, handle="tide-rug", sku=None)
    wisher.save()
    wisher.save(VASE)
    wisher.sign_in()
    page = wisher.look()
    assert "We put 2 items on your wish list that you saved before you signed in." in page
    assert handles(wisher.own) == ["ember-vase", "meadow-cushion", "tide-rug"]
    assert wisher.cookie is None
    assert "before you signed in" not in wisher.look()


def test_what_was_there_already_is_not_told_of(wisher):
    wisher.twins.lists.put_item(ref=MINE, handle="meadow-cushion", sku=samples.CUSHION)
    wisher.save(CUSHION)
    wisher.sign_in()
    assert "before you signed in" not in wisher.look()
    assert wisher.cookie is None


def test_lists_that_do_not_fit_together_are_both_kept(wisher):
    for number in range(200):
        wisher.twins.lists.put_item(ref=MINE, handle=f"mine-{number}", sku=None)
    big = wisher.twins.lists.create_list(idempotency_key="a-key-of-this-test-000001").ref
    for number in range(200):
        wisher.twins.lists.put_item(ref=big, handle=f"more-{number}", sku=None)
    wisher.twins.lists.open_my_list(token=samples.ROBIN_TOKEN, guest=big)
    wisher.save()
    wisher.sign_in()
    assert "Both lists are kept" in wisher.look()
    assert len(wisher.own.items) == 400
    assert handles(wisher.guests) == ["meadow-cushion"]


@private_page()
def signing_in(request: ShopRequest) -> HttpResponse:
    """What the last step of signing in does about the list."""
    response = HttpResponse("in")
    merge_list(request, response)
    return response


@pytest.fixture
def signed_in(wisher, client, settings):
    """Signs the browser in by an address of this test, and goes back to the site."""

    def act() -> HttpResponse:
        wisher.sign_in()
        settings.ROOT_URLCONF = urlconf(path("signing-in/", signing_in))
        response = client.post("/signing-in/")
        settings.ROOT_URLCONF = "storefront.urls"
        assert response.content == b"in"
        return response

    return act


def test_sign_in_merges_and_says_so_on_the_next_page(wisher, signed_in):
    wisher.save()
    signed_in()
    assert handles(wisher.own) == ["meadow-cushion"]
    assert wisher.cookie is None
    assert NAMED in wisher.look()


def test_sign_in_goes_on_while_lists_are_away(wisher, signed_in):
    wisher.save()
    wisher.twins.lists.fail(down("lists"))
    assert not signed_in().cookies
    wisher.twins.lists.heal()
    assert NAMED in wisher.look()


def test_a_lost_answer_does_not_cost_the_word_of_it(wisher, signed_in, monkeypatch):
    merge = wisher.twins.lists.open_my_list

    def lost(**asked: object) -> None:
        merge(**asked)
        raise down("lists")

    wisher.save()
    with monkeypatch.context() as away:
        away.setattr(wisher.twins.lists, "open_my_list", lost)
        signed_in()
    assert handles(wisher.own) == ["meadow-cushion"]
    assert NAMED in wisher.look()
    assert wisher.cookie is None
    assert "before you signed in" not in wisher.look()


def test_without_a_guests_list_nothing_is_asked(wisher, signed_in):
    signed_in()
    assert wisher.twins.lists.calls == []


def test_one_thing_without_a_name_is_told_of_by_number(wisher, signed_in):
    wisher.save()
    wisher.twins.catalog.fail(down("catalog"))
    cache.clear()
    signed_in()
    assert "We put 1 item on your wish list that you saved before you signed in." in wisher.look()
