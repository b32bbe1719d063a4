"""A long list: its pages, more of it below, what it weighs, and what it asks of the backend."""

import gzip
import re
from html import unescape

import brotli
import pytest

from tests.unit.catalog.long_list import COLOURS, card, lengthen
from tests.unit.web.shops import fakes

MOST_BYTES = 8_000  # of a list of 24 cards as transferred


def text_of(response) -> str:
    return unescape(response.content.decode())


def shown(response) -> list[str]:
    return re.findall(r'<li id="p-([a-z0-9-]+)"', response.content.decode())


def test_a_list_of_24_cards_is_light(client, twins):
    lengthen(twins, 120)
    body = client.get("/c/textiles/").content
    assert len(shown(client.get("/c/textiles/"))) == 24
    assert len(brotli.compress(body, quality=11)) <= MOST_BYTES
    assert len(gzip.compress(body, 9)) <= MOST_BYTES * 1.25


@pytest.mark.parametrize(
    "query", ["", "?page=2", "?page=3&from=1", "?colour=Ink&colour=Moss&sort=title", "?size=S"]
)
def test_a_list_asks_as_little_of_a_long_catalogue_as_of_a_short_one(client, settings, query):
    calls = []
    for count in (80, 2_000):
        made = fakes()
        lengthen(made, count)
        settings.SHOP_FACTORY = lambda made=made: made.shop
        assert client.get(f"/c/textiles/{query}").status_code == 200
        calls.append(sorted([*made.search.calls, *made.catalog.calls, *made.content.calls]))
        made.shop.compose.close()
    assert calls[0].count("search_products") == 1
    assert calls[1] == calls[0]


def test_pages_stand_for_themselves_and_say_which_they_are(client, twins):
    lengthen(twins, 60)
    pages = [client.get(f"/c/textiles/?page={page}") for page in (1, 2, 3)]
    everything = [handle for page in pages for handle in shown(page)]
    assert len(everything) == len(set(everything)) == 60
    assert "<h1>Textiles – page 2</h1>" in text_of(pages[1])
    assert 'href="/ie/en/c/textiles/?page=3"' in text_of(pages[1])
    assert '<link rel="canonical" href="http://testserver/ie/en/c/textiles/?page=2">' in text_of(pages[1])


def test_load_more_leads_to_an_address_that_shows_everything_up_to_there(client, twins):
    lengthen(twins, 60)
    first = text_of(client.get("/c/textiles/"))
    assert 'href="/ie/en/c/textiles/?page=2&from=1#page-2"' in first
    assert 'data-hx-get="/ie/en/c/textiles/?page=2"' in first
    assert 'data-hx-push-url="/ie/en/c/textiles/?page=2&from=1"' in first
    both = client.get("/c/textiles/?page=2&from=1")
    alone = client.get("/c/textiles/?page=2")
    assert shown(both) == shown(client.get("/c/textiles/")) + shown(alone)
    assert 'id="page-2"' in text_of(both)
    assert 'id="page-2"' in text_of(alone), "what is put below the first page can be gone to"
    assert '<link rel="canonical" href="http://testserver/ie/en/c/textiles/">' in text_of(both)


def test_the_end_of_a_list_has_no_more_to_load(client, twins):
    lengthen(twins, 60)
    last = text_of(client.get("/c/textiles/?page=3&from=1"))
    assert 'id="load-more"' not in last
    assert "60 of 60 products shown" in last
    assert len(shown(client.get("/c/textiles/?page=9&from=1"))) == 60


def test_filters_stay_while_more_is_loaded(client, twins):
    lengthen(twins, 600)
    text = text_of(client.get("/c/textiles/?colour=Ink&sort=title"))
    assert 'href="/ie/en/c/textiles/?colour=Ink&sort=title&page=2&from=1#page-2"' in text


def test_long_facets_unfold_instead_of_scrolling(client, twins):
    lengthen(twins, 60)
    text = text_of(client.get("/c/textiles/"))
    assert "facet-price-more" in text or text.count('name="price"') <= 9
    assert text.count('name="colour"') == len(COLOURS)


def test_what_has_one_variant_goes_to_the_cart_from_the_list_and_the_rest_is_chosen(client, twins):
    lengthen(twins, 24)
    text = text_of(client.get("/c/textiles/"))
    single, several = card(1), card(2)
    assert re.search(rf'form="quick-add"\s+name="sku"\s+value="{single.variant_sku}"', text)
    assert text.count('id="quick-add"') == 1
    assert f'href="/ie/en/p/{several.handle}/"' in text
    assert text.count('class="card__do"') == 24, "every card has one thing to do"


def test_nothing_that_is_sold_out_goes_to_the_cart(client, twins):
    lengthen(twins, 24)
    gone = card(11)
    assert (gone.availability, gone.variant_count) == ("out_of_stock", 1)
    assert f'value="{gone.variant_sku}"' not in text_of(client.get("/c/textiles/"))


def test_a_mixture_of_filters_is_not_for_search_engines(client, twins):
    lengthen(twins, 60)
    assert "X-Robots-Tag" not in client.get("/c/textiles/?colour=Ink").headers
    assert client.get("/c/textiles/?colour=Ink&size=S").headers["X-Robots-Tag"] == "noindex"
    assert client.get("/c/textiles/?colour=Ink&colour=Moss").headers["X-Robots-Tag"] == "noindex"


def test_a_price_that_is_none_is_said_and_the_list_stays_whole(client, twins):
    lengthen(twins, 60)
    response = client.get("/c/textiles/?price=cheap&colour=Ink")
    text = text_of(response)
    assert "We did not understand the price filter" in text
    assert "Filters and sorting are resting" not in text
    assert "cheap" not in text
    assert "Colour: Ink" in text


def test_counts_are_said_in_words_and_aloud(client, twins):
    lengthen(twins, 60)
    assert 'data-announce="60 products"' in text_of(client.get("/c/textiles/"))
    one = text_of(client.get("/c/textiles/?colour=Ink&size=S&material=Linen&price=2500-4999"))
    assert re.search(r'data-announce="(No|1|\d) products?"', one)
    assert "Show 60 products" in text_of(client.get("/c/textiles/"))
