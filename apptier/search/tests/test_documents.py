"""What an index holds of a product: in each language, with the same values to filter by."""

from apptier.catalog.records import AttributeRecord
from apptier.kit.markets import MARKETS
from apptier.search.documents import (
    Place,
    category_documents,
    facets_of,
    page_document,
    product_document,
    query_documents,
    token,
)
from apptier.search.help_pages import HelpPage
from apptier.search.tests.goods import many, source, tree

EN, DE = Place(MARKETS["eu"], "en"), Place(MARKETS["eu"], "de")
BLUES = AttributeRecord(code="colour", name="Colour", values=("Blue", "Green"))


def test_titles_and_labels_are_in_the_language_and_values_are_not():
    english, german = (product_document(place, source(), tree()) for place in (EN, DE))
    assert (english["title"], german["title"]) == ("Meadow cushion", "Meadow Kissen")
    assert english["facets"] == german["facets"]
    assert facets_of(source().product, "de")["colour"].labels == {"Ink": "Tinte"}
    assert "Tinte" in german["words"]
    assert german["card"]["title"] == "Meadow Kissen"
    assert german["category_names"] == ["Kissen 2", "Kissen 1", "Kissen 0"]


def test_a_product_is_in_its_category_and_all_above():
    document = product_document(EN, source(), tree(3))
    shelves = {one for one in document["facets"] if one.startswith(token("category", ""))}
    assert shelves == {token("category", slug) for slug in ("cushions", "cushions-1", "cushions-2")}


def test_everything_that_a_card_shows_can_be_filtered_by():
    document = product_document(EN, source(rating=(4.2, 3), quantity=3), tree())
    codes = {one.partition("\x1f")[0] for one in document["facets"]}
    assert {"colour", "size", "material", "vendor", "availability", "price", "rating"} <= codes
    assert token("availability", "low_stock") in document["facets"]
    assert token("rating", "4") in document["facets"]
    assert document["card"]["rating"] == {"average": 4.2, "count": 3}


def test_a_market_that_does_not_sell_it_has_no_document():
    alone = source()
    for variant in alone.card.variants:
        variant.prices.pop("us")
    assert product_document(Place(MARKETS["us"], "en"), alone, tree()) is None


def test_the_only_variant_is_named_so_that_it_can_be_bought_from_the_list():
    one = product_document(EN, source(colours=("Ink",), sizes=("45 cm",)), tree())["card"]
    assert one["variant_sku"] == "MEADOW-CUSHION-INK-45CM"
    assert product_document(EN, source(), tree())["card"]["variant_sku"] is None


def test_a_colour_of_the_facet_is_tied_to_its_variants_and_pictures():
    card = product_document(EN, source(), tree())["card"]
    assert {(choice[1], card["pictures"][choice[2]]["base"]) for choice in card["choices"]} == {
        ("Ink", "/media/meadow-cushion-ink"),
        ("Moss", "/media/meadow-cushion-moss"),
    }


def test_a_facet_that_groups_colours_is_tied_to_them_in_their_order():
    card = product_document(EN, source(attributes=(BLUES,)), tree())["card"]
    assert {(choice[0].split("-")[2], choice[1]) for choice in card["choices"]} == {
        ("INK", "Blue"),
        ("MOSS", "Green"),
    }


def test_where_a_group_is_uncertain_only_the_first_colour_is_tied():
    shades = AttributeRecord(code="colour", name="Colour", values=("Blue",))
    card = product_document(EN, source(attributes=(shades,)), tree())["card"]
    assert {choice[1] for choice in card["choices"]} == {"Blue", "Moss"}


def test_suggestions_are_in_the_language():
    assert {d["card"]["title"] for d in category_documents(DE, tree(1).values())} == {
        "Kissen 0",
        "Teppich 0",
        "Becher 0",
        "Vase 0",
        "Druck 0",
    }
    german = {d["card"]["title"] for d in query_documents(DE, many(60), tree())}
    assert any(text.startswith("leinen kissen") for text in german)


def test_a_page_of_help_is_found_by_its_words_and_shown_by_its_card():
    page = page_document(
        HelpPage("returns", "Returns", "Thirty days.", "<p>Send it <b>back</b> soon.</p>"), "en"
    )
    assert (page["kind"], page["body"]) == ("page", "Send it back soon.")
    assert page["card"] == {"slug": "returns", "title": "Returns", "description": "Thirty days."}
