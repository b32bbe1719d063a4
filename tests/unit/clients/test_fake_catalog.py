"""The catalog twin answers by category, by handle, page by page, and knows one market."""

import pytest

from storefront.core import Invalid, NotFound
from tests import samples

IN = {"market": "eu", "locale": "en"}


def test_a_category_holds_what_is_below_it() -> None:
    page = samples.fake_catalog().list_products(category="textiles", **IN)
    assert [card.handle for card in page.items] == ["meadow-cushion", "tide-rug", "fern-wallpaper"]


def test_named_products_come_in_the_order_named_without_unknown_ones() -> None:
    page = samples.fake_catalog().list_products(handles=["ember-vase", "no-such", "tide-rug"], **IN)
    assert [card.handle for card in page.items] == ["ember-vase", "tide-rug"]


def test_cursors_lead_through_everything_once() -> None:
    catalog = samples.fake_catalog()
    seen, cursor = [], None
    while True:
        page = catalog.list_products(cursor=cursor, limit=3, **IN)
        seen += [card.handle for card in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert sorted(seen) == sorted(product.handle for product in samples.PRODUCTS)


def test_a_card_tells_the_cheapest_offer_and_the_best_availability() -> None:
    page = samples.fake_catalog().list_products(handles=["meadow-cushion", "fern-wallpaper"], **IN)
    cushion, wallpaper = page.items
    assert (cushion.price_from, cushion.compare_at, cushion.price_varies) == (
        samples.eur(4900),
        samples.eur(5900),
        True,
    )
    assert (cushion.availability, cushion.variant_count, cushion.colours) == ("in_stock", 4, ("Ink", "Moss"))
    assert wallpaper.availability == "out_of_stock"


def test_what_it_cannot_answer_is_refused_as_the_contract_says() -> None:
    catalog = samples.fake_catalog()
    with pytest.raises(NotFound, match="unknown_market"):
        catalog.list_categories(market="mars", locale="en")
    with pytest.raises(NotFound):
        catalog.list_products(category="no-such", **IN)
    with pytest.raises(NotFound):
        catalog.get_product_offers(handle="no-such", market="eu")
    with pytest.raises(Invalid, match="bad_cursor"):
        catalog.list_products(cursor="elsewhere", **IN)
    with pytest.raises(ValueError, match="handles"):
        catalog.list_products(handles=[], **IN)


def test_products_can_be_put_in_later() -> None:
    catalog = samples.fake_catalog()
    product = samples.PRODUCTS[0]
    catalog.put(product, samples.OFFERS["tide-rug"])
    assert catalog.get_product_offers(handle=product.handle, market="eu").items[0].sku == samples.LAST_RUGS
