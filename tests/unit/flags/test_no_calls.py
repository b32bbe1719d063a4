"""A request asks the table of flags nothing, whatever it shows: what the process knows is all it takes."""

from __future__ import annotations

import pytest

from storefront.flags.records import Who
from tests.pinned_flags import pinned
from tests.unit.web.shops import fakes


@pytest.fixture
def twins(settings):
    made = fakes()
    settings.SHOP_FACTORY = lambda: made.shop
    yield made
    made.shop.compose.close()


PAGES = ("/", "/p/meadow-cushion/", "/search/?q=cushion", "/cart/", "/fragments/personal/summary/")


@pytest.mark.parametrize("address", PAGES)
def test_a_page_reads_flags_without_asking_the_table(client, twins, address):
    twins.shop.flag_changes.kill("suggestions", Who(id="m1", name="Mika"), "Search is slow")
    before = twins.flags.reads
    assert client.get(address).status_code == 200
    assert twins.flags.reads == before


def test_and_shows_what_the_process_knows_all_the_same(client, twins):
    before = twins.flags.reads
    with pinned({"site-banner": {"text": {"en": "Closed on Monday"}}}):
        assert "Closed on Monday" in client.get("/").text
    assert "Closed on Monday" not in client.get("/").text
    assert twins.flags.reads == before
