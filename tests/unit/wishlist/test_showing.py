"""The list's page: what became of things, taking them off and back, moving them, and what it costs."""

import re
import time
from datetime import timedelta
from hashlib import sha256

import pytest
from django.core.cache import cache

from storefront.clients.lists import ListRef
from storefront.core import Gone
from storefront.web.copies import Copies
from storefront.wishlist import saving
from tests import samples
from tests.unit.web.shops import down
from tests.unit.wishlist.wisher import CUSHION, HTMX, VASE, forms_to, handles, text_of

RUG = f"tide-rug:{samples.LAST_RUGS}"
SOLD_OUT = f"fern-wallpaper:{samples.SOLD_OUT}"


def wish(page: str, handle: str) -> str:
    """The list's entry that links to, or names, a product."""
    entries = re.findall(r'<li class="line".*?</li>', page, re.DOTALL)
    return next(entry for entry in entries if f"/p/{handle}/" in entry or handle in entry)


def test_an_empty_list_says_what_a_heart_is_for(wisher):
    page = wisher.look()
    assert "There is nothing on your wish list yet." in page
    assert '<meta name="robots" content="noindex">' in page
    assert "/ie/en/account/sign-in/?next=/ie/en/wishlist/" in page
    assert wisher.twins.lists.calls == []


def test_things_are_shown_at_todays_price_with_what_became_of_them(wisher):
    for item in (CUSHION, RUG, SOLD_OUT, "meadow-cushion"):
        wisher.save(item)
    wisher.twins.lists.put_item(ref=wisher.cookie, handle="old-lamp", sku=None)
    wisher.twins.lists.put_item(ref=wisher.cookie, handle="meadow-cushion", sku="FN-NO-MORE")
    page = wisher.look()
    assert "6 items" in page
    assert "€49.00" in wish(page, samples.CUSHION)
    assert "Move to cart" in wish(page, samples.CUSHION)
    assert "Only a few left" in wish(page, "tide-rug")
    assert "Sold out at the moment" in wish(page, "fern-wallpaper")
    assert "Move to cart" not in wish(page, "fern-wallpaper")
    assert "No longer sold here" in wish(page, "Old lamp")
    assert "/p/old-lamp/" not in page
    assert "No longer sold here" in wish(page, "FN-NO-MORE")
    # Of a product with variants one has to be chosen first.
    bare = next(
        e
        for e in re.findall(r'<li class="line".*?</li>', page, re.DOTALL)
        if "variant=" not in e and "meadow" in e
    )
    assert "Choose options" in bare
    assert "from €49.00" in bare
    assert page.count("Remove<span") == 6
    # What was saved is told by its words, as the cart does, not by its number.
    assert '<p class="line__variant">Ink / 45 cm</p>' in wish(page, samples.CUSHION)
    assert "Article number" not in page


def test_a_page_costs_the_same_calls_however_much_is_on_it(wisher, client):
    wisher.save()
    counts = []
    for many in (1, 24, 150):
        for number in range(many):
            wisher.twins.lists.put_item(ref=wisher.cookie, handle=f"thing-{number}", sku=f"SKU-{number}")
        before = len(wisher.twins.lists.calls), len(wisher.twins.catalog.calls)
        page = wisher.look()
        counts.append(
            (len(wisher.twins.lists.calls) - before[0], len(wisher.twins.catalog.calls) - before[1])
        )
        assert len(re.findall(r'<li class="line"', page)) <= 24
    assert {lists for lists, _ in counts} == {1}
    assert all(catalog <= 3 for _, catalog in counts)  # cards, offers; the header's categories once


def test_a_long_list_has_pages(wisher):
    wisher.save()
    for number in range(49):
        wisher.twins.lists.put_item(ref=wisher.cookie, handle=f"thing-{number}", sku=None)
    seen = set()
    for path in ("/wishlist/", "/wishlist/?page=2", "/wishlist/?page=3"):
        seen |= set(re.findall(r'<li class="line" id="(wish-[^"]+)"', wisher.look(path)))
    assert len(seen) == 50
    assert 'href="/ie/en/wishlist/?page=2"' in wisher.look()
    for odd in ("0", "-1", "99", "x", "", "²"):
        assert wisher.look(f"/wishlist/?page={odd}")


def test_what_is_removed_can_be_put_back_where_it_was(wisher, client):
    for item in (CUSHION, VASE, RUG):
        wisher.save(item)
        time.sleep(0.002)
    before = wisher.guests.items
    answer = wisher.press("/wishlist/items/remove/", 1)
    assert answer.status_code == 303
    assert [i.handle for i in wisher.guests.items] == [before[0].handle, before[2].handle]
    page = wisher.look(answer["Location"].removeprefix("/ie/en"))
    assert "Ember vase was removed." in page
    form = next(form for form in forms_to(page, "/wishlist/items/") if "removed" in form)
    for _ in range(2):
        assert client.post("/wishlist/items/", form).status_code == 303
    assert wisher.guests.items == before


def test_htmx_gets_list_and_undo_at_once(wisher, client):
    for item in (CUSHION, VASE):
        wisher.save(item)
    page = text_of(wisher.press("/wishlist/items/remove/", **HTMX))
    assert page.count('<li class="line"') == 1
    assert 'id="undo"' in page
    assert 'data-announce="Ember vase was removed."' in page
    form = next(form for form in forms_to(page, "/wishlist/items/") if "removed" in form)
    back = text_of(client.post("/wishlist/items/", form, headers=HTMX | {"HX-Target": "wishlist"}))
    assert back.count('<li class="line"') == 2
    assert "was removed" not in back


def test_nobody_makes_up_a_removal_or_comes_too_late(wisher, client, monkeypatch):
    wisher.save()
    assert "was removed" not in wisher.look("/wishlist/?removed=made-up")
    assert client.post("/wishlist/items/", {"removed": "made-up"}).status_code == 404
    location = wisher.press("/wishlist/items/remove/")["Location"].removeprefix("/ie/en")
    monkeypatch.setattr(saving, "_UNDO_SECONDS", -1)
    assert "was removed" not in wisher.look(location)


def test_removing_what_is_not_there_shows_the_list(wisher, client):
    wisher.save()
    for data in ({"id": "itm_00000000"}, {"id": ""}, {"id": "../.."}, {}):
        assert client.post("/wishlist/items/remove/", data).status_code == 303
    assert len(wisher.guests.items) == 1


def test_a_thing_moves_to_the_cart_once(wisher, client):
    wisher.save(VASE)
    form = forms_to(wisher.look(), "/wishlist/items/move/")[0]
    for _ in range(2):
        assert client.post("/wishlist/items/move/", form).status_code == 303
    assert "Ember vase is in your cart." in wisher.look()
    assert wisher.guests.items == ()
    cart = text_of(client.get("/cart/"))
    assert 'name="was" value="1"' in cart


def test_with_a_script_the_header_learns_of_it(wisher):
    wisher.save(VASE)
    response = wisher.press("/wishlist/items/move/", **HTMX)
    assert response["HX-Trigger"] == "cart:changed, list:changed"
    assert "nothing on your wish list yet" in text_of(response)


@pytest.mark.parametrize(("broken", "status"), [("stock", 409), ("orders", 503)])
def test_what_does_not_go_into_the_cart_stays_on_the_list(wisher, client, broken, status):
    wisher.save(VASE)
    form = forms_to(wisher.look(), "/wishlist/items/move/")[0]
    if broken == "stock":
        wisher.twins.orders.stock(samples.VASE, 0)
    else:
        wisher.twins.orders.fail(down("orders"))
    response = client.post("/wishlist/items/move/", form)
    assert response.status_code == status
    assert "on your wish list" in text_of(response)
    assert handles(wisher.guests) == ["ember-vase"]
    assert client.post("/wishlist/items/move/", {"sku": "a b"}).status_code == 422


def test_what_can_not_be_taken_off_is_in_the_cart_all_the_same(wisher, client):
    wisher.save(VASE)
    form = forms_to(wisher.look(), "/wishlist/items/move/")[0]
    wisher.twins.lists.fail(down("lists"), "remove_item")
    assert client.post("/wishlist/items/move/", form).status_code == 303
    page = wisher.look()
    assert "Ember vase is in your cart." in page
    assert "We couldn't take this off your wish list." in page


def test_while_lists_are_away_the_last_good_copy_is_shown_without_buttons(wisher, client):
    wisher.save()
    wisher.look()
    wisher.twins.lists.fail(down("lists"))
    page = wisher.look()
    assert "This is how it was when we last saw it." in page
    assert "€49.00" in page
    assert "/wishlist/items/remove/" not in page
    assert client.post("/wishlist/items/remove/", {"id": "itm_00000000"}).status_code == 503


def test_a_copy_is_its_owners_alone(wisher, client):
    wisher.sign_in()
    wisher.save()
    wisher.look()
    wisher.twins.lists.fail(down("lists"))
    assert "Meadow cushion" in wisher.look()
    client.cookies.clear()
    assert "nothing on your wish list yet" in wisher.look()


def test_without_a_copy_it_says_that_the_list_is_safe(wisher, client):
    wisher.save()
    cache.clear()
    wisher.twins.lists.fail(down("lists"))
    response = client.get("/wishlist/")
    assert response.status_code == 503
    assert "Your wish list is safe" in text_of(response)


def test_without_the_catalogue_things_are_shown_without_prices(wisher):
    wisher.save()
    wisher.twins.catalog.fail(down("catalog"))
    page = wisher.look()
    assert "Price and stock can't be told at the moment." in page
    assert "Meadow cushion" in page


def test_a_guests_list_that_ended_says_why_and_is_forgotten(wisher, client):
    wisher.save()
    kept = next(iter(wisher.twins.lists._lists.values()))
    kept.updated_at -= timedelta(days=91)
    assert "has ended" in wisher.look()
    assert wisher.cookie is None


def test_what_went_onto_an_account_is_found_there(wisher):
    wisher.save()
    wisher.twins.lists.open_my_list(token=samples.ROBIN_TOKEN, guest=wisher.cookie)
    assert "Sign in to see it." in wisher.look()
    assert wisher.cookie is None


def test_a_deleted_customer_has_no_list(wisher):
    wisher.sign_in()
    wisher.twins.lists.fail(Gone("lists", "get_list", status=410, code="customer_deleted"), "get_list")
    assert "nothing on your wish list yet" in wisher.look()


def test_it_is_the_same_list_in_every_market(wisher, client):
    wisher.save()
    page = text_of(client.get("/us/en/wishlist/"))
    assert "Meadow cushion" in page or "No longer sold here" in page
    assert wisher.twins.lists.get_list(ref=ListRef(wisher.cookie.id, wisher.cookie.secret)).items


def test_without_the_words_of_variants_the_rest_is_there(wisher):
    wisher.twins.catalog.fail(down("catalog"), "get_product")
    wisher.save()
    page = wisher.look()
    assert "€49.00" in page
    assert "Ink / 45 cm" not in page


def test_a_list_stands_in_the_account_of_whoever_is_signed_in(wisher):
    assert "account__menu" not in wisher.look()
    wisher.sign_in()
    page = wisher.look()
    assert re.search(r'href="/ie/en/wishlist/"\s+aria-current="page">Wish list</a>', page)
    assert '<p class="account__back no-print"><a href="/ie/en/account/">Your account</a></p>' in page


def test_the_store_learns_neither_whose_list_it_is_nor_what_is_on_it(wisher, monkeypatch):
    kept = {}
    monkeypatch.setattr(cache, "set", lambda key, value, timeout: kept.update({key: value}))
    wisher.save()
    wisher.look()
    wisher.sign_in()
    wisher.save(VASE)
    copies = {key: value for key, value in kept.items() if key.startswith("account-copy:")}
    assert len(copies) == 2
    for key, value in copies.items():
        for secret in ("meadow", "ember", samples.ROBIN.id, sha256(samples.ROBIN.id.encode()).hexdigest()):
            assert secret not in key
            assert secret not in value


def test_no_copy_outlives_the_account(wisher):
    wisher.sign_in()
    wisher.save()
    wisher.look()
    Copies(wisher.twins.shop, samples.ROBIN.id).forget()
    wisher.twins.lists.fail(down("lists"))
    assert wisher.client.get("/wishlist/").status_code == 503
