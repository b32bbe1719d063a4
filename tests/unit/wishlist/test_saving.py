"""Pressing hearts: what is saved, for whom, and what is said when it is not."""

import re

import pytest
from django.conf import settings as shop_settings

from storefront.clients.lists import ListRef
from tests import samples
from tests.paths import ShopClient
from tests.unit.web.shops import down
from tests.unit.wishlist.wisher import CUSHION, HTMX, VASE, Wisher, handles, text_of


def test_without_a_script_a_heart_leads_to_the_list_which_says_so(wisher, client):
    response = wisher.save()
    assert (response.status_code, response["Location"]) == (303, "/ie/en/wishlist/")
    assert response["Cache-Control"] == "private, no-store"
    page = wisher.look()
    assert "Meadow cushion is on your wish list." in page
    assert [(i.handle, i.sku) for i in wisher.guests.items] == [("meadow-cushion", samples.CUSHION)]


def test_with_a_script_words_in_passing_come_with_a_way_to_the_list(wisher):
    response = wisher.save(**HTMX)
    page = text_of(response)
    assert response.status_code == 200
    assert 'id="notices"' in page
    assert 'data-announce="Meadow cushion is on your wish list."' in page
    assert 'href="/ie/en/wishlist/"' in page


def test_pressing_twice_saves_once_and_another_variant_is_another_thing(wisher):
    for item in (CUSHION, CUSHION, "meadow-cushion"):
        wisher.save(item)
    assert [item.sku for item in wisher.guests.items].count(samples.CUSHION) == 1
    assert len(wisher.guests.items) == 2
    assert wisher.twins.lists.calls.count("create_list") == 1


@pytest.mark.parametrize(
    "item",
    ["", "no-such-thing", "meadow-cushion:NO-SUCH-SKU", "../etc", "a b", "x" * 200, "meadow-cushion:", ":X"],
)
def test_what_is_not_sold_is_not_saved(wisher, item):
    for headers in ({}, HTMX):
        response = wisher.save(item, **headers)
        assert response.status_code == 404
        assert "There is no such product any more." in text_of(response)
    assert wisher.cookie is None


def test_the_cookie_is_guarded_and_begins_anew_with_each_change(wisher):
    wisher.save()
    cookie = wisher.save(VASE).cookies[shop_settings.LIST_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert cookie["max-age"] == 90 * 24 * 3600 >= 30 * 24 * 3600
    assert wisher.guests.id not in cookie.value


def test_a_cookie_that_was_changed_opens_nothing(wisher, client):
    wisher.save()
    mine = wisher.cookie
    client.cookies[shop_settings.LIST_COOKIE_NAME] = client.cookies[shop_settings.LIST_COOKIE_NAME].value[:-2]
    assert "nothing on your wish list yet" in wisher.look()
    wisher.save(VASE)
    assert wisher.cookie != mine


def test_a_list_that_is_gone_locks_nobody_out(wisher):
    wisher.save()
    wisher.twins.lists._lists.clear()
    assert wisher.save(VASE).status_code == 303
    assert handles(wisher.guests) == ["ember-vase"]


def test_a_full_list_says_so_and_what_to_do(wisher):
    wisher.save()
    ref = wisher.cookie
    for number in range(199):
        wisher.twins.lists.put_item(ref=ref, handle=f"thing-{number}", sku=None)
    response = wisher.save(VASE, **HTMX)
    assert response.status_code == 409
    assert re.search(r"data-status>[^<]*it holds 200 items", text_of(response))
    assert wisher.save(VASE).status_code == 409


def test_while_lists_are_away_nothing_is_said_to_be_saved(wisher):
    wisher.twins.lists.fail(down("lists"))
    for headers in ({}, HTMX):
        response = wisher.save(**headers)
        assert response.status_code == 503
    assert "We couldn't save this. Please try again." in text_of(response)
    assert wisher.cookie is None


def test_while_the_catalogue_is_away_things_are_saved_all_the_same(wisher):
    wisher.twins.catalog.fail(down("catalog"))
    assert wisher.save(VASE).status_code == 303
    assert handles(wisher.guests) == ["ember-vase"]


def test_who_is_signed_in_saves_on_their_own_list(wisher):
    wisher.sign_in()
    wisher.save()
    assert handles(wisher.own) == ["meadow-cushion"]
    assert wisher.cookie is None


def test_while_nobody_can_tell_who_it_is_a_browser_saves_for_itself_and_it_comes_along_later(wisher):
    wisher.sign_in()
    wisher.twins.sessions.down = True
    assert wisher.save().status_code == 303
    assert handles(wisher.guests) == ["meadow-cushion"]
    wisher.twins.sessions.down = False
    assert "Meadow cushion, which you saved before you signed in, is on your wish list." in wisher.look()
    assert handles(wisher.own) == ["meadow-cushion"]


def test_another_site_saves_nothing(twins):
    strict = Wisher(ShopClient(enforce_csrf_checks=True), twins)
    assert strict.save(CUSHION, **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert strict.save(CUSHION, **{"Sec-Fetch-Site": "same-origin"}).status_code == 303


def test_hearts_are_on_public_pages_the_same_for_everybody(wisher, client):
    for path in ("/c/textiles/", "/p/meadow-cushion/"):
        before = client.get(path).content
        wisher.save()
        again = client.get(path)
        assert again.content == before
        assert "csrfmiddlewaretoken" not in again.content.decode()
        assert not again.cookies
    page = text_of(client.get(f"/p/meadow-cushion/?variant={samples.CUSHION}"))
    assert f'value="{CUSHION}"' in page
    assert page.count('id="quick-save"') == 1
    assert 'form="quick-save"' in text_of(client.get("/c/textiles/"))


def test_a_list_is_never_anybodys_by_its_number(wisher):
    wisher.save()
    stolen = ListRef(wisher.guests.id, "x" * 43)
    with pytest.raises(Exception, match="not_found"):
        wisher.twins.lists.get_list(ref=stolen)
