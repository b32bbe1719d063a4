"""Filled hearts: what tells pages that they are, how one is emptied, and how that is undone."""

import re

import pytest

from storefront.clients.lists import ListRef
from tests import samples
from tests.unit.web.shops import down
from tests.unit.wishlist.wisher import CUSHION, HTMX, VASE, handles, text_of

IN_HEADER = {"HX-Request": "true", "HX-Target": "summary"}
SUMMARY = "/fragments/personal/summary/"
OTHER = f"meadow-cushion:{samples.LAST_RUGS}"


def marks(page: str) -> list[str]:
    """What the header's heart, and with it every heart of the page, is told."""
    found = re.search(r'id="saved" data-marks="([^"]*)"', page)
    return found.group(1).split() if found else []


def off(wisher, item: str, **headers: str):
    return wisher.client.post("/wishlist/items/", {"off": item}, headers=headers)


def test_saving_says_at_once_which_hearts_are_filled(wisher):
    assert marks(text_of(wisher.save(**HTMX))) == [CUSHION]
    assert sorted(marks(text_of(wisher.save("ember-vase", **HTMX)))) == ["ember-vase", CUSHION]


def test_every_page_learns_it_by_the_headers_fragment(wisher, client):
    assert marks(text_of(client.get(SUMMARY, headers=IN_HEADER))) == []
    wisher.save()
    page = text_of(client.get(SUMMARY, headers=IN_HEADER))
    assert marks(page) == [CUSHION]
    assert ", 1 item<" in page
    assert "saved" not in text_of(client.get(SUMMARY, headers=HTMX))


def test_a_page_costs_no_call_of_the_lists_service(wisher, client):
    wisher.save()
    before = len(wisher.twins.lists.calls)
    for _ in range(3):
        client.get(SUMMARY, headers=IN_HEADER)
    assert len(wisher.twins.lists.calls) == before


def test_who_is_signed_in_sees_their_own_hearts_also_those_of_another_device(wisher, client):
    mine = ListRef(access_token=samples.ROBIN_TOKEN)
    wisher.twins.lists.put_item(ref=mine, handle="tide-rug", sku=None)
    wisher.sign_in()
    assert marks(text_of(client.get(SUMMARY, headers=IN_HEADER))) == ["tide-rug"]
    client.cookies.clear()
    assert marks(text_of(client.get(SUMMARY, headers=IN_HEADER))) == []


def test_at_most_two_hundred_are_named(wisher, client):
    for number in range(200):
        wisher.twins.lists.put_item(
            ref=ListRef(access_token=samples.ROBIN_TOKEN), handle=f"mine-{number}", sku=None
        )
    big = wisher.twins.lists.create_list(idempotency_key="a-key-of-this-test-000001").ref
    wisher.twins.lists.put_item(ref=big, handle="one-more", sku=None)
    wisher.twins.lists.open_my_list(token=samples.ROBIN_TOKEN, guest=big)
    wisher.sign_in()
    page = text_of(client.get(SUMMARY, headers=IN_HEADER))
    assert len(marks(page)) == 200
    assert ", 201 items<" in page


def test_without_the_lists_service_the_header_goes_on(wisher, client):
    wisher.sign_in()
    wisher.twins.lists.fail(down("lists"))
    response = client.get(SUMMARY, headers=IN_HEADER)
    assert response.status_code == 200
    assert "Robin" in text_of(response)
    assert marks(text_of(response)) == []


@pytest.mark.parametrize(
    ("pressed", "left"),
    [(CUSHION, {OTHER}), ("meadow-cushion", set()), (OTHER, {CUSHION})],
    ids=["a variant", "the product, whichever variant", "another variant"],
)
def test_a_filled_heart_takes_away_what_filled_it(wisher, pressed, left):
    wisher.save()
    wisher.save("meadow-cushion")
    wisher.twins.lists.put_item(ref=wisher.cookie, handle="meadow-cushion", sku=samples.LAST_RUGS)
    wisher.save(VASE)
    page = text_of(off(wisher, pressed, **HTMX))
    assert "Meadow cushion is no longer on your wish list." in page
    assert set(marks(page)) == left | {VASE}


def test_it_comes_back_as_it_was_by_undo(wisher, client):
    wisher.save()
    wisher.save("meadow-cushion")
    before = wisher.guests.items
    page = text_of(off(wisher, "meadow-cushion", **HTMX))
    assert wisher.guests.items == ()
    token = re.search(r'name="removed"\s+value="([^"]+)"', page)
    assert token
    back = text_of(client.post("/wishlist/items/", {"removed": token.group(1)}, headers=HTMX))
    assert wisher.guests.items == before
    assert "Meadow cushion is on your wish list." in back
    assert len(marks(back)) == 2


def test_without_htmx_it_leads_to_the_list_and_its_undo(wisher, client):
    wisher.save(VASE)
    answer = off(wisher, VASE)
    assert answer.status_code == 303
    assert "Ember vase was removed." in wisher.look(answer["Location"].removeprefix("/ie/en"))


@pytest.mark.parametrize("item", ["ember-vase", "no-such-thing", "../etc", "x" * 200])
def test_what_is_not_there_is_not_taken_away(wisher, item):
    wisher.save()
    page = text_of(off(wisher, item, **HTMX))
    assert "It was not on your wish list any more." in page
    assert marks(page) == [CUSHION]
    assert handles(wisher.guests) == ["meadow-cushion"]


def test_while_lists_are_away_it_stays_and_says_so(wisher):
    wisher.save()
    wisher.twins.lists.fail(down("lists"))
    response = off(wisher, CUSHION, **HTMX)
    assert response.status_code == 503
    assert "We couldn't take this off your wish list." in text_of(response)
    assert marks(text_of(response)) == []
