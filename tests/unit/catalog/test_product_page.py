"""The product page as a whole: pictures, choice, sold out, reviews, related things, constant calls."""

import json
import re
from collections import Counter
from html import unescape

import pytest

from storefront.cache import Cached
from storefront.clients.catalog import Offer, Product, Quantity, UnitMeasure, UnitPrice
from tests import samples
from tests.unit.web.shops import down


def text_of(response) -> str:
    return unescape(response.content.decode())


def words_of(markup: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", markup).split())


def element(text: str, mark: str, end: str) -> str:
    return text.partition(mark)[2].partition(end)[0]


def changed(product: Product, **changes) -> Product:
    return Product(**{name: getattr(product, name) for name in product.__struct_fields__} | changes)


def structured(text: str) -> dict:
    return json.loads(element(text, '<script type="application/ld+json">', "</script>"))["@graph"][0]


MOSS_60 = "/p/meadow-cushion/?variant=FN-MEA-MOS-60"


def test_the_first_picture_is_fetched_at_once_and_the_others_when_they_are_near(client, twins):
    gallery = element(text_of(client.get("/p/meadow-cushion/")), 'id="gallery"', "<dialog")
    pictures = [one.partition("</picture>")[0] for one in gallery.split("<img ")[1:]]
    assert len(pictures) == 4, "two pictures, and their thumbnails"
    assert 'fetchpriority="high"' in pictures[0]
    assert 'loading="lazy"' not in pictures[0]
    assert all('loading="lazy"' in one for one in pictures[1:])
    assert all(re.search(r'width="\d+"\s+height="\d+"', one) for one in pictures), "nothing moves"


def test_the_variant_s_picture_comes_first_and_keeps_its_name(client, twins):
    gallery = element(text_of(client.get(MOSS_60)), 'id="gallery"', "<dialog")
    assert re.findall(r'id="(picture-\d)"', gallery) == ["picture-2", "picture-1"]
    assert re.findall(r'href="(#picture-\d)"', gallery) == ["#picture-2", "#picture-1"]


def test_pictures_are_links_to_large_files_while_no_script_runs(client, twins):
    gallery = element(text_of(client.get("/p/meadow-cushion/")), 'id="gallery"', "<dialog")
    assert 'href="/media/products/meadow-cushion-ink-1080.webp"' in gallery


def test_a_choice_replaces_its_part_and_says_what_was_chosen(client, twins):
    text = text_of(client.get(MOSS_60))
    assert 'data-announce="Moss, 60 cm: €69.00. Sold out."' in text
    assert 'data-picture="2"' in text
    for link in re.findall(r'<a class="option__value.*?>', text, re.DOTALL):
        assert 'data-hx-target="#choice"' in link
        assert 'data-hx-select="#choice"' in link
        assert 'data-hx-replace-url="true"' in link
        assert re.search(r'href="/ie/en/p/meadow-cushion/\?variant=[A-Z0-9-]+"', link)
        assert re.search(r'id="option-\d-\d"', link), "where the focus finds its way back to"


def test_a_sold_out_variant_has_ways_on_and_no_button(client, twins):
    text = text_of(client.get(MOSS_60))
    instead = words_of(element(text, 'id="sold-out"', 'class="product__small">Article'))
    assert "Moss, 60 cm is sold out." in instead
    assert "Colour: available in Ink." in instead
    assert "Size: available in 45 cm." in instead
    assert 'id="buy"' not in text
    assert 'href="/ie/en/p/meadow-cushion/?variant=FN-MEA-INK-60"' in text


def test_the_page_of_the_thing_sold_out_leads_to_similar_ones(client, twins):
    text = text_of(client.get("/p/fern-wallpaper/"))
    assert 'href="#related"' in text
    assert 'id="related"' in text


def test_a_reduced_price_says_which_is_which(client, twins):
    price = words_of(element(text_of(client.get("/p/meadow-cushion/")), 'class="product__price">', "</p>"))
    assert price == "Now €49.00 Was €59.00 You save €10.00 (17%)"


def test_a_unit_price_stands_beside_the_price(client, twins):
    plain = samples.OFFERS["ember-vase"][0]
    raw = {name: getattr(plain, name) for name in plain.__struct_fields__}
    told = UnitPrice(price=samples.eur(1300), per=Quantity(quantity=100, unit="g"))
    product = samples.PRODUCTS[3]
    variant = product.variants[0]
    held = UnitMeasure(quantity=300, unit="g", reference=100)
    measured = type(variant)(
        **{name: getattr(variant, name) for name in variant.__struct_fields__} | {"unit_measure": held}
    )
    twins.catalog.put(changed(product, variants=(measured,)), [Offer(**raw | {"unit_price": told})])
    text = text_of(client.get("/p/ember-vase/"))
    assert "€13.00 per 100 g" in text
    quantity = structured(text)["offers"][0]["priceSpecification"]["referenceQuantity"]
    assert (quantity["value"], quantity["unitCode"]) == (300, "GRM")
    assert quantity["valueReference"]["value"] == 100


def test_how_prices_stand_to_tax_is_said_with_a_way_to_delivery(client, twins):
    small = element(text_of(client.get("/p/ember-vase/")), 'class="product__small">', "</p>")
    assert "Prices include VAT." in small
    assert 'href="/ie/en/pages/delivery/"' in small


def test_what_there_are_few_of_can_t_be_asked_for_beyond(client, twins):
    text = text_of(client.get("/p/tide-rug/"))
    assert "Only 2 left" in text
    assert 'max="2"' in element(text, 'id="buy"', "</form>")


def test_old_stock_is_called_old(client, twins, monkeypatch):
    client.get("/p/ember-vase/")
    twins.catalog.fail(down("offers"), "get_product_offers")
    monkeypatch.setattr(Cached, "stale", property(lambda _self: True))
    assert "as of a few minutes ago" in text_of(client.get("/p/ember-vase/"))


def test_related_things_are_others_of_the_shelf_with_what_is_there_first(client, twins):
    text = text_of(client.get("/p/tide-rug/"))
    related = element(text, 'id="related"', 'id="recent"')
    handles = list(dict.fromkeys(re.findall(r"/ie/en/p/([a-z-]+)/", related)))
    assert "tide-rug" not in handles
    assert handles
    assert handles[-1] == "fern-wallpaper", "what is sold out comes last"


def test_without_search_the_newest_of_the_shelf_take_its_place(client, twins):
    twins.search.fail(down("search"))
    text = text_of(client.get("/p/tide-rug/"))
    assert "You may also like" in text


def test_reviews_are_on_the_page_with_a_way_to_them_from_the_top(client, twins):
    text = text_of(client.get("/p/meadow-cushion/"))
    assert 'id="reviews"' in text
    assert "/ie/en/p/meadow-cushion/reviews/" in text


@pytest.mark.parametrize("operations", [(), ("get_summary",), ("list_reviews",)])
def test_without_reviews_the_page_lives_and_says_so(client, twins, operations):
    twins.reviews.fail(down("reviews"), *operations)
    response = client.get("/p/ember-vase/")
    text = text_of(response)
    assert response.status_code == 200
    assert 'id="reviews-away"' in text
    assert 'class="product__rating"' not in text
    assert "aggregateRating" not in structured(text)


def test_the_details_are_a_table_with_the_labels_of_values(client, twins):
    product = samples.PRODUCTS[3]
    material = product.attributes[0]
    german = type(material)(
        code="material", name="Werkstoff", values=material.values, labels={material.values[0]: "Steinzeug"}
    )
    twins.catalog.put(changed(product, attributes=(german,)), samples.OFFERS["ember-vase"])
    table = words_of(element(text_of(client.get("/p/ember-vase/")), '<table class="specs">', "</table>"))
    assert "Werkstoff Steinzeug" in table


@pytest.mark.parametrize("handle", ["meadow-cushion", "tide-rug", "ember-vase"])
def test_every_product_costs_the_same_number_of_calls(client, twins, monkeypatch, handle):
    calls: Counter[str] = Counter()
    for twin in (twins.catalog, twins.search, twins.orders, twins.reviews, twins.stores):
        inner = twin._call
        monkeypatch.setattr(
            twin, "_call", lambda name, inner=inner: (calls.update([name]), inner(name))[1], raising=True
        )
    client.get(f"/p/{handle}/")
    assert calls == {
        "get_product": 1,
        "get_product_offers": 1,
        "list_categories": 1,
        "list_related_products": 1,
        "list_delivery_quotes": 1,
        "get_summary": 1,
        "list_reviews": 1,
    }
