"""Home and landing pages of the configuration folder: what is shown, what is asked for, what is left out."""

import json
from dataclasses import replace
from html import unescape

import msgspec
import pytest

from storefront.configuration import Configuration
from tests.unit.web.shops import down

PICTURE = {"category": "textiles"}
HOME = {
    "title": {"en": "The front", "de": "Die Front"},
    "description": "What we sell",
    "sections": [
        {
            "kind": "hero",
            "title": {"en": "Made by hand", "de": "Von Hand gemacht"},
            "picture": PICTURE,
            "link": {"label": "See gifts", "href": "/l/gifts/"},
        },
        {"kind": "products", "title": "Listed", "sort": "newest", "limit": 2},
        {"kind": "products", "title": "Named", "handles": ["ember-vase", "no-such-thing"]},
        {"kind": "categories", "title": "Shelves", "slugs": ["ceramics", "no-such-shelf"]},
        {"kind": "products", "title": "Nothing of this", "handles": ["no-such-thing"]},
        {"kind": "text", "title": "Only in Germany", "text": "Nur hier", "show": {"languages": ["de"]}},
        {"kind": "text", "title": "Over", "text": "Long ago", "show": {"until": "2020-01-01T00:00:00Z"}},
        {"kind": "quote", "text": "It holds tea.", "by": "A <b>person</b>"},
        {"kind": "points", "label": "Promises", "items": [{"title": "A"}, {"title": "B", "text": "b"}]},
        {"kind": "columns", "title": "Three things", "items": [{"title": "C"}, {"title": "D"}]},
        {"kind": "picture_text", "title": "Beside", "text": "Words", "picture": {"product": "tide-rug"}},
        {
            "kind": "campaign",
            "title": "For now",
            "text": "Soon over",
            "link": {"label": "Go", "href": "/c/textiles/"},
            "show": {"until": "2099-01-01T00:00:00Z"},
        },
    ],
}
GIFTS = {"title": "Gifts", "description": "For others", "sections": HOME["sections"][2:4]}
OVER = {"title": "Over", "description": "Gone", "sections": [HOME["sections"][6]]}


@pytest.fixture
def laid(twins, tmp_path, settings):
    """The twins behind a shop with templates."""
    landing = tmp_path / "templates/landing"
    landing.mkdir(parents=True)
    (tmp_path / "templates/home.json").write_text(json.dumps(HOME), encoding="utf-8")
    (landing / "gifts.json").write_text(json.dumps(GIFTS), encoding="utf-8")
    (landing / "over.json").write_text(json.dumps(OVER), encoding="utf-8")
    shop = replace(twins.shop, configuration=Configuration(tmp_path))
    settings.SHOP_FACTORY = lambda: shop
    return twins


def text_of(response) -> str:
    return unescape(response.content.decode())


def test_every_block_is_shown_in_its_order(client, laid):
    text = text_of(client.get("/"))
    titles = [
        "Made by hand",
        "Listed",
        "Named",
        "Shelves",
        "It holds tea.",
        "Promises",
        "Three things",
        "Beside",
    ]
    places = [text.index(title, text.index("<main")) for title in [*titles, "For now"]]
    assert places == sorted(places)
    assert "<h1" in text
    assert text.count("<h1") == 1


def test_links_of_the_data_stay_in_the_region(client, laid):
    text = text_of(client.get("/de/de/"))
    assert 'href="/de/de/l/gifts/"' in text
    assert 'href="/de/de/c/textiles/"' in text
    assert "Von Hand gemacht" in text
    assert "Only in Germany" in text


def test_words_of_templates_are_text_and_never_markup(client, laid):
    assert b"A &lt;b&gt;person&lt;/b&gt;" in client.get("/").content


def test_what_is_over_elsewhere_or_without_products_is_left_out(client, laid):
    text = text_of(client.get("/"))
    assert "Long ago" not in text
    assert "Only in Germany" not in text
    assert "Nothing of this" not in text


def test_a_product_is_shown_once_and_where_it_is_named(client, laid):
    text = text_of(client.get("/"))
    main = text[text.index("<main") : text.index("</main>")]
    listed, named = main.index("Listed"), main.index("Named")
    vase = 'href="/ie/en/p/ember-vase/"'
    assert main.count(vase) >= 1
    assert vase not in main[listed:named]
    assert vase in main[named:]


def test_however_many_blocks_there_are_the_calls_are_few(client, laid):
    client.get("/")
    assert laid.catalog.calls.count("list_products") == 2, "one for all that is named, one for the list"
    assert laid.catalog.calls.count("list_categories") == 1
    assert "get_home" not in laid.content.calls


def test_without_the_catalogue_the_words_are_still_there(client, laid):
    laid.catalog.fail(down("catalog"))
    response = client.get("/")
    text = text_of(response)
    assert response.status_code == 200
    assert "It holds tea." in text
    assert "Listed" not in text
    assert "s-maxage=10" in response["Cache-Control"]


def test_a_market_without_anything_for_sale_is_told_so_plainly(client, laid):
    sold = laid.catalog.list_categories
    laid.catalog.list_categories = lambda **asked: msgspec.structs.replace(sold(**asked), items=())
    text = text_of(client.get("/"))
    assert "Nothing is for sale here yet" in text
    assert "It holds tea." not in text


def test_a_landing_page_has_an_address_of_its_own(client, laid):
    response = client.get("/l/gifts/")
    text = text_of(response)
    assert "<h1>Gifts</h1>" in text
    assert 'href="/ie/en/p/ember-vase/"' in text
    assert response["Cache-Tag"].split(",")[0] == "landing:gifts"
    assert "s-maxage=60" in response["Cache-Control"]


@pytest.mark.parametrize("slug", ["nothing", "over"])
def test_a_landing_page_that_is_over_or_was_never_there_is_not_found(client, laid, slug):
    assert client.get(f"/l/{slug}/").status_code == 404


def test_landing_pages_are_in_the_sitemap_of_each_region(client, laid):
    assert "/de/ar/l/gifts/" in text_of(client.get("/sitemaps/de-ar-pages.xml"))
