"""A shared list: shown by its link alone, without a word about its owner, until its owner ends it."""

import re

from django.conf import settings

from tests import samples
from tests.unit.web.shops import down
from tests.unit.wishlist.wisher import CUSHION, HTMX, text_of


def link(page: str) -> str:
    found = re.search(r">http://testserver/ie/en(/wishlist/shared/[^<]+)</textarea>", page)
    assert found, page
    return found.group(1)


def test_a_link_is_made_shown_to_others_and_ended(wisher, client):
    wisher.save()
    assert wisher.press("/wishlist/share/").status_code == 303
    path = link(wisher.look())
    wisher.sign_in()
    mine = dict(client.cookies)
    client.cookies.clear()
    shown = client.get(path)
    page = text_of(shown)
    assert shown.status_code == 200
    assert "A wish list for you" in page
    assert "€49.00" in page
    assert "Remove<span" not in page
    for private in ("Robin", "robin@example.com", samples.ROBIN.id):
        assert private not in page
    client.cookies.update(mine)
    del client.cookies[settings.SESSION_COOKIE_NAME]
    assert wisher.press("/wishlist/share/").status_code == 303
    ended = client.get(path)
    assert ended.status_code == 404
    assert "This list is no longer shared" in text_of(ended)
    assert 'href="/ie/en/"' in text_of(ended)


def test_a_shared_page_is_kept_and_indexed_by_nobody(wisher, client):
    wisher.save()
    wisher.press("/wishlist/share/")
    path = link(wisher.look())
    for address in (path, "/wishlist/shared/nothing-of-ours/"):
        response = client.get(address)
        assert response["Cache-Control"] == "private, no-store"
        assert response["X-Robots-Tag"] == "noindex"
    assert "hreflang" not in text_of(client.get(path))


def test_who_gets_a_link_can_save_and_buy(wisher, client):
    wisher.save()
    wisher.press("/wishlist/share/")
    page = wisher.look(link(wisher.look()))
    assert re.search(rf'form="quick-add"\s+name="sku"\s+value="{samples.CUSHION}"', page)
    assert re.search(rf'form="quick-save"\s+name="item"\s+value="{CUSHION}"', page)


def test_htmx_gets_the_link_at_once(wisher):
    wisher.save()
    page = text_of(wisher.press("/wishlist/share/", **HTMX))
    assert "/wishlist/shared/" in page
    assert "End the link" in page


def test_nothing_is_shared_where_there_is_nothing(wisher, client):
    assert client.post("/wishlist/share/", {"action": "begin"}).status_code == 303
    assert wisher.cookie is None


def test_while_lists_are_away_it_says_so(wisher, client):
    wisher.save()
    wisher.press("/wishlist/share/")
    path = link(wisher.look())
    wisher.twins.lists.fail(down("lists"))
    response = client.get(path)
    assert response.status_code == 503
    assert "can't be shown at the moment" in text_of(response)
    assert client.post("/wishlist/share/", {"action": "end"}).status_code == 503
