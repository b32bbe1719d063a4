"""Product pages: the right variant, price and stock, structured data, and a page while something is away."""

import json
import re
from html import unescape

import pytest

from storefront.clients.catalog import Attribute, Offer, Product
from tests import samples
from tests.unit.web.shops import down


def text_of(response) -> str:
    return unescape(response.content.decode())


def choice_of(response) -> str:
    """What is replaced when another variant is chosen."""
    return text_of(response).split('id="choice"')[1].split('id="delivery-sku"')[0]


def structured(response) -> dict:
    (found,) = re.findall(
        r'<script type="application/ld\+json">(.*?)</script>', response.content.decode(), re.DOTALL
    )
    return json.loads(found)


def changed(product: Product, **changes) -> Product:
    return Product(**{name: getattr(product, name) for name in product.__struct_fields__} | changes)


def test_a_product_shows_its_price_and_can_be_bought(client, twins):
    response = client.get("/p/meadow-cushion/")
    text = text_of(response)
    assert response.status_code == 200
    assert "Meadow cushion" in text
    assert "€49.00" in text
    assert f'name="sku" value="{samples.CUSHION}"' in text
    assert 'action="/ie/en/cart/lines/"' in text


def test_a_variant_in_the_url_is_chosen(client, twins):
    text = text_of(client.get("/p/meadow-cushion/?variant=FN-MEA-INK-60"))
    assert 'name="sku" value="FN-MEA-INK-60"' in text
    assert "€69.00" in text


def test_the_links_of_options_keep_the_rest_of_the_choice(client, twins):
    text = choice_of(client.get("/p/meadow-cushion/?variant=FN-MEA-MOS-60")).split('id="sold-out"')[0]
    assert "/ie/en/p/meadow-cushion/?variant=FN-MEA-INK-60" in text
    assert "/ie/en/p/meadow-cushion/?variant=FN-MEA-MOS-45" in text
    assert "/ie/en/p/meadow-cushion/?variant=FN-MEA-INK-45" not in text


def test_every_variant_has_the_same_canonical_address(client, twins):
    text = text_of(client.get("/p/meadow-cushion/?variant=FN-MEA-MOS-60"))
    assert 'rel="canonical" href="http://testserver/ie/en/p/meadow-cushion/"' in text


@pytest.mark.parametrize("sku", ["NO-SUCH", "'; DROP TABLE", "x" * 500, "<b>"])
def test_an_unknown_variant_gives_the_usual_one_and_says_so(client, twins, sku):
    response = client.get("/p/meadow-cushion/", {"variant": sku})
    text = text_of(response)
    assert response.status_code == 200
    assert "The version you asked for is no longer available." in text
    assert f'name="sku" value="{samples.CUSHION}"' in text
    assert "<b>" not in response.content.decode()


def test_the_usual_variant_is_one_that_can_be_bought(client, twins):
    offers = list(samples.OFFERS["meadow-cushion"])
    first = offers[0]
    offers[0] = Offer(
        sku=first.sku,
        price=first.price,
        compare_at=None,
        unit_price=None,
        availability="out_of_stock",
        quantity=0,
    )
    twins.catalog.put(samples.PRODUCTS[0], offers)
    text = text_of(client.get("/p/meadow-cushion/"))
    assert f'name="sku" value="{offers[1].sku}"' in text


def test_a_variant_that_the_market_does_not_sell_is_not_offered(client, twins):
    twins.catalog.put(samples.PRODUCTS[0], samples.OFFERS["meadow-cushion"][1:])
    text = text_of(client.get(f"/p/meadow-cushion/?variant={samples.CUSHION}"))
    assert "The version you asked for is no longer available." in text
    assert f'value="{samples.CUSHION}"' not in text


def test_a_product_that_the_market_does_not_sell_says_so(client, twins, monkeypatch):
    monkeypatch.setitem(twins.catalog._offers, "ember-vase", ())
    text = text_of(client.get("/p/ember-vase/"))
    assert "can't be bought at the moment" in text
    assert 'id="buy"' not in text


def test_sold_out_is_said_and_cannot_be_added(client, twins):
    text = text_of(client.get("/p/fern-wallpaper/"))
    assert "Sold out" in text
    assert 'class="buy__row"' not in text


def test_an_unknown_product_is_not_found(client, twins):
    assert client.get("/p/no-such-thing/").status_code == 404


def test_without_prices_it_can_still_be_bought(client, twins):
    twins.catalog.fail(down("offers"), "get_product_offers")
    response = client.get("/p/meadow-cushion/?variant=FN-MEA-MOS-45")
    text = text_of(response)
    assert response.status_code == 200
    assert "The price is shown in your cart" in text
    assert "€" not in choice_of(response)
    assert 'name="sku" value="FN-MEA-MOS-45"' in text
    assert "Add to cart" in text
    assert "offers" not in structured(response)["@graph"][0]


def test_without_search_there_are_no_related_products(client, twins):
    with_them = text_of(client.get("/p/tide-rug/"))
    assert "You may also like" in with_them
    twins.search.fail(down("search"))
    response = client.get("/p/fern-wallpaper/?variant=x")
    assert response.status_code == 200


def test_without_the_categories_the_way_is_short(client, twins):
    twins.catalog.fail(down("catalog"), "list_categories")
    response = client.get("/p/meadow-cushion/")
    assert response.status_code == 200
    assert [item["name"] for item in structured(response)["@graph"][1]["itemListElement"]] == [
        "Home",
        "Meadow cushion",
    ]


def test_a_product_seen_before_survives_the_catalogue(client, twins):
    first = client.get("/p/meadow-cushion/")
    twins.catalog.fail(down("catalog"))
    second = client.get("/p/meadow-cushion/")
    assert second.status_code == 200
    assert "Meadow cushion" in text_of(second)
    assert first.status_code == 200


def test_a_product_never_seen_is_a_503_while_the_catalogue_is_away(client, twins):
    twins.catalog.fail(down("catalog"))
    assert client.get("/p/meadow-cushion/").status_code == 503


def test_search_engines_can_read_product_and_way(client, twins):
    product, way = structured(client.get("/p/meadow-cushion/"))["@graph"]
    assert product["@type"] == "Product"
    assert product["offers"][0] == {
        "@type": "Offer",
        "sku": samples.CUSHION,
        "url": f"http://testserver/ie/en/p/meadow-cushion/?variant={samples.CUSHION}",
        "price": "49.00",
        "priceCurrency": "EUR",
        "availability": "https://schema.org/InStock",
        "itemCondition": "https://schema.org/NewCondition",
    }
    assert product["image"][0] == "http://testserver/media/products/meadow-cushion-ink-1080.webp"
    steps = [(item["position"], item["name"]) for item in way["itemListElement"]]
    assert steps == [(1, "Home"), (2, "Textiles"), (3, "Cushions"), (4, "Meadow cushion")]


EVIL = '</script><script>alert(1)</script><img src=x onerror="alert(1)"><!--\u2028'


def test_a_hostile_title_is_harmless_everywhere(client, twins):
    twins.catalog.put(
        changed(samples.PRODUCTS[3], title=EVIL, vendor=EVIL, summary=EVIL), samples.OFFERS["ember-vase"]
    )
    response = client.get("/p/ember-vase/")
    raw = response.content.decode()
    assert "<script>alert" not in raw
    assert "<img src=x" not in raw
    assert structured(response)["@graph"][0]["name"] == EVIL


def test_a_hostile_body_is_reduced_to_words(client, twins):
    body = (
        '<p onclick="x()">Fine <b>words</b></p><script>alert(1)</script><style>p{}</style>'
        "<iframe src=//x></iframe>"
        '<a href="javascript:alert(1)">a</a><a href="//evil.example" hx-get="/x" target="_blank">b</a>'
        '<form action="//evil"><input></form><img src=x onerror=alert(1)><base href="//evil">'
    )
    twins.catalog.put(changed(samples.PRODUCTS[3], description_html=body), samples.OFFERS["ember-vase"])
    raw = client.get("/p/ember-vase/").content.decode()
    prose = raw.split('class="prose">')[1].split("</section>")[0]
    assert "<p>Fine <b>words</b></p>" in prose
    for word in ("script", "onclick", "style", "iframe", "hx-get", "form", "onerror", "base", "target"):
        assert word not in prose


@pytest.mark.parametrize(("values", "rows"), [(("Clay",), ["Brand", "Made by"]), (("Acme",), ["Brand"])])
def test_who_makes_it_is_said_once(client, twins, values, rows):
    brand = Attribute(code="brand", name="Brand", values=values, labels={})
    vase = changed(samples.PRODUCTS[3], vendor="Acme", attributes=(brand,))
    twins.catalog.put(vase, samples.OFFERS["ember-vase"])
    table = text_of(client.get("/p/ember-vase/")).split('<table class="specs">')[1].split("</table>")[0]
    assert re.findall(r'<th scope="row">([^<]*)</th>', table) == rows
