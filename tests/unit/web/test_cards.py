"""Product cards are rendered once and kept, and never show what is no longer so."""

import re
from dataclasses import replace as with_card

import pytest
from jinja2 import DictLoader, TemplateSyntaxError
from msgspec.structs import replace

from storefront.cache.manifest import CARD
from storefront.core import Money
from storefront.web.cards import CardView, card_views, listed_cards
from storefront.web.jinja import environment, template_environment
from storefront.web.regions import region_of, within
from tests import samples

CARDS = [samples.card_of(product, samples.OFFERS[product.handle]) for product in samples.PRODUCTS]
SOURCE = "{% from 'components/product_card.html' import product_cards %}{{ product_cards(views) }}"


def cards_of(views):
    return template_environment().from_string(SOURCE).render(views=views)


def counted(twins, state):
    return twins.shop.telemetry.cache_lookups.value(CARD.name, state)


def changed(card, **changes):
    return [CardView(replace(card, **changes), "ie")]


def test_a_list_seen_again_renders_no_card(client, twins):
    first = client.get("/c/textiles/").content
    made = counted(twins, "miss")
    assert made
    assert client.get("/c/textiles/").content == first
    assert (counted(twins, "miss"), counted(twins, "fresh")) == (made, made)


def test_they_can_be_switched_off(client, twins, settings):
    kept = client.get("/c/textiles/").content
    settings.CARD_CACHE = False
    looked = counted(twins, "miss") + counted(twins, "fresh")
    assert client.get("/c/textiles/").content == kept
    assert counted(twins, "miss") + counted(twins, "fresh") == looked


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Another name"},
        {"price_from": Money(1, "EUR")},
        {"compare_at": Money(99_999, "EUR")},
        {"availability": "out_of_stock"},
        {"availability": "low_stock"},
        {"image": None},
        {"colours": ("Ink", "Moss", "Sand")},
        {"rating": None, "version": 99},
    ],
)
def test_whatever_changes_of_a_product_is_another_card(twins, changes):
    """Also when the purge of the card is lost, or the price comes from an answer of another moment."""
    card = replace(CARDS[0], availability="in_stock", compare_at=None, colours=())
    before = cards_of(changed(card))
    assert cards_of(changed(card)) == before
    twins.shop.telemetry.cache_lookups._values.clear()
    cards_of(changed(card, **changes))
    assert counted(twins, "miss") == 1
    assert cards_of(changed(card)) == before


def test_a_purge_of_the_price_is_all_it_takes(client, twins):
    assert "€1.23" not in client.get("/c/textiles/").content.decode()
    entries = twins.search._entries
    cheap = [with_card(entry, card=replace(entry.card, price_from=Money(123, "EUR"))) for entry in entries]
    twins.search._entries = tuple(cheap)
    twins.shop.cache.purge(f"offers:{entries[0].card.handle}")
    assert "€1.23" in client.get("/c/textiles/").content.decode()


def test_countries_of_one_market_have_links_of_their_own(twins):
    with within(region_of("ie", "en")):
        irish = cards_of(card_views(CARDS[:1]))
    with within(region_of("de", "en")):
        german = cards_of(card_views(CARDS[:1]))
    assert f"/ie/en/p/{CARDS[0].handle}/" in irish
    assert f"/de/en/p/{CARDS[0].handle}/" in german


def test_a_card_s_place_is_part_of_it():
    card = CARDS[0]
    views = [
        CardView(card, "ie"),
        CardView(card, "ie", level=2),
        CardView(card, "ie", eager=True),
        CardView(card, "ie", sizes="10vw"),
        CardView(card, "ie", anchor="page-2"),
        CardView(card, "ie", listed=True),
        CardView(card, "de"),
    ]
    assert len({view.name for view in views}) == len(views)


def test_the_pages_of_a_list_begin_with_a_link_of_their_own():
    views = listed_cards([CARDS[0]] * 49, first_page=3)
    assert {at: view.anchor for at, view in enumerate(views) if view.anchor} == {
        0: "page-3",
        24: "page-4",
        48: "page-5",
    }
    assert [view.eager for view in views[:4]] == [True, True, False, False]


def test_a_product_s_own_words_are_escaped_also_from_the_cache(twins):
    views = changed(CARDS[0], title="<script>&")
    assert cards_of(views) == cards_of(views)
    assert "&lt;script&gt;&amp;" in cards_of(views)
    assert "<script>" not in cards_of(views)


@pytest.mark.parametrize(
    "source",
    ['{% fragment "nothing" for a in b %}{% endfragment %}', "{% fragment x for a in b %}{% endfragment %}"],
)
def test_a_fragment_names_a_family_of_the_manifest(source):
    with pytest.raises(TemplateSyntaxError, match="no family"):
        template_environment().from_string(source)


def test_the_same_view_at_two_places_is_two_texts(twins):
    source = (
        '{% fragment "card" for v in views %}<i>{{ v.card.title }}</i>{% endfragment %}\n'
        '{% fragment "card" for v in views %}<b>{{ v.card.title }}</b>{% endfragment %}'
    )
    text = template_environment().from_string(source).render(views=card_views(CARDS[:1]))
    assert re.findall(r"<([ib])>", text) == ["i", "b"]


def test_a_changed_template_is_another_place_also_within_a_release(twins):
    source = '{% fragment "card" for v in views %}{% include "card" %}{% endfragment %}'

    def rendered(card):
        made = environment(loader=DictLoader({"list": source, "card": card}))
        return made.get_template("list").render(views=card_views(CARDS[:1]))

    assert [rendered(text) for text in ("old", "new", "old")] == ["old", "new", "old"]
