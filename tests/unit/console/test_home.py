"""The console's first page: the ways on, and how the purger does."""

import re

import msgspec
import pytest

from storefront.cache.purger import PurgerState
from tests.unit.cart.shopper import text_of

STATE = PurgerState(
    at=0.0,
    started_at=0.0,
    events=12_345,
    purges=13_000,
    unreadable=0,
    missed=2,
    edge_waiting=7,
    lag_count=1_000,
    lag_p50=0.21,
    lag_p99=1.49,
    lag_most=2.0,
)


def test_it_leads_to_its_rooms(mika):
    page = text_of(mika.get("/console/"))
    for href in ("/console/purge/", "/console/explain/", "/ie/en/"):
        assert f'href="{href}"' in page


def test_it_says_who_is_signed_in_and_leads_to_the_account_where_one_signs_out(mika):
    header = text_of(mika.get("/console/")).split("<main", 1)[0]
    way = re.search(r'<a href="/ie/en/account/">(.*?)</a>', header, re.DOTALL)
    assert way
    assert " ".join(re.sub(r"<[^>]+>", " ", way[1]).split()) == "Signed in as mika@example.com"


def test_a_purger_that_says_nothing_is_told(mika):
    assert 'id="unheard"' in text_of(mika.get("/console/"))


def test_a_purger_that_is_alive_says_how_it_does(mika, twins, monkeypatch):
    now = twins.shop.clock.now().timestamp()
    state = msgspec.structs.replace(STATE, at=now - 3)
    monkeypatch.setattr(type(twins.shop.cache), "purger", lambda _self: state)
    page = text_of(mika.get("/console/"))
    assert 'id="unheard"' not in page
    facts = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    for words in ("3 s ago", "12,345", "0.21 s, 1.49 s", "the CDN was not told yet 7"):
        assert words in facts


@pytest.mark.parametrize(
    "path", ["/console/", "/console/purge/?what=rug", "/console/explain/?address=/ie/en/"]
)
def test_pages_hold_no_script_of_their_own_and_work_as_plain_forms(mika, shelf, path):
    page = text_of(mika.get(path))
    assert "hx-" not in page.split("<main", 1)[1]
    assert page.count("<h1") == 1
