"""What a page says of price and stock: words for the eye and the ear, in the region's own manner."""

import pytest

from storefront.catalog.pricing import stock_words, tax_note, variant_view
from storefront.clients.catalog import Offer, Quantity, UnitPrice
from storefront.core import Money
from storefront.web.regions import region_of, within
from tests import samples

CUSHION = samples.PRODUCTS[0]


def offer(quantity: int = 9, *, was: int | None = None, unit_price: UnitPrice | None = None) -> Offer:
    words = "out_of_stock" if quantity == 0 else "low_stock" if quantity <= 5 else "in_stock"
    return Offer(
        sku=samples.CUSHION,
        price=samples.eur(4900),
        compare_at=samples.eur(was) if was else None,
        unit_price=unit_price,
        availability=words,
        quantity=quantity,
    )


def view(given: Offer | None):
    return variant_view(CUSHION, CUSHION.variants[0], given)


@pytest.mark.parametrize(
    ("quantity", "words"), [(9, "In stock"), (3, "Only 3 left"), (1, "Only 1 left"), (0, "Sold out")]
)
def test_stock_is_said_in_words_with_the_number_when_it_is_small(quantity, words):
    assert stock_words(offer(quantity)) == words


def test_what_nobody_knows_is_not_made_up():
    unknown = view(None)
    assert (unknown.price, unknown.availability) == (None, "unknown")
    assert unknown.stock == "Stock is checked in your cart"
    assert unknown.spoken == "Ink, 45 cm. Stock is checked in your cart."


def test_a_choice_is_announced_with_price_and_stock():
    assert view(offer()).spoken == "Ink, 45 cm: €49.00. In stock."


def test_a_saving_is_said_in_money_and_in_percent():
    assert view(offer(was=5900)).saving == "You save €10.00 (17%)"
    assert view(offer()).saving == ""


@pytest.mark.parametrize("was", [4900, 4000])
def test_a_price_before_that_was_not_higher_is_no_saving(was):
    shown = view(offer(was=was))
    assert (shown.compare_at, shown.saving) == (None, "")


@pytest.mark.parametrize(
    ("quantity", "unit", "words"),
    [
        (1, "m", "€7.80 per 1 m"),
        (100, "g", "€7.80 per 100 g"),
        (1, "m2", "€7.80 per 1 m²"),
        (1, "l", "€7.80 per 1 l"),
        (1, "piece", "€7.80 per 1 piece"),
        (10, "piece", "€7.80 per 10 pieces"),
    ],
)
def test_the_unit_price_names_what_it_is_for(quantity, unit, words):
    told = UnitPrice(price=samples.eur(780), per=Quantity(quantity=quantity, unit=unit))
    assert view(offer(unit_price=told)).unit_price == words


def test_units_and_money_are_written_as_the_region_writes_them():
    told = UnitPrice(price=Money(780, "EUR"), per=Quantity(quantity=1.5, unit="kg"))
    region = region_of("de", "de")
    assert region is not None
    with within(region):
        shown = view(offer(unit_price=told)).unit_price
    assert "7,80\xa0€" in shown
    assert "1,5\xa0kg" in shown or "1,5 kg" in shown


@pytest.mark.parametrize(
    ("country", "words"),
    [
        ("ie", "Prices include VAT."),
        ("de", "Prices include VAT."),
        ("us", "Plus sales tax, which is shown in your cart."),
    ],
)
def test_each_market_says_how_its_prices_stand_to_tax(country, words):
    region = region_of(country, "en")
    assert region is not None
    with within(region):
        assert tax_note() == words
