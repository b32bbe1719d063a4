"""One product in several languages: what is translated, what stays English, and what never changes."""

import json

import pytest
from pydantic import ValidationError

from apptier.catalog.answers import product_answer, product_card
from apptier.catalog.layout import CardText, CardVariant, StoredCard, StoredProduct
from apptier.catalog.records import (
    AttributeRecord,
    CategoryRecord,
    CategoryText,
    OptionRecord,
    Price,
    ProductRecord,
    ProductText,
    VariantRecord,
)
from apptier.kit.markets import MARKETS
from apptier.kit.models import Image

EU = MARKETS["eu"]
PRICES = {"eu": Price(amount=7800), "us": Price(amount=8900)}
SAMPLE = {"eu": Price(amount=350)}


def picture(alt: str) -> Image:
    return Image(base="/media/x", widths=[360], formats=["webp"], width=360, height=450, alt=alt)


RECORD = ProductRecord(
    handle="scallops-wallpaper",
    title="Scallops wallpaper",
    description_html="<p>Printed.</p>",
    summary="Printed.",
    options=(
        OptionRecord(name="Colour", values=("Moss",)),
        OptionRecord(name="Order", values=("Roll", "Sample, A4")),
    ),
    variants=(
        VariantRecord(
            sku="SW-1",
            title="Moss / Roll",
            options={"Colour": "Moss", "Order": "Roll"},
            image_index=0,
            prices=PRICES,
        ),
        VariantRecord(
            sku="SW-2",
            title="Moss / Sample, A4",
            options={"Colour": "Moss", "Order": "Sample, A4"},
            prices=SAMPLE,
        ),
    ),
    images=(picture("Scallops in moss"), picture("Close up")),
    attributes=(AttributeRecord(code="material", name="Material", values=("Paper",)),),
    translations={
        "de": ProductText(
            title="Tapete Bogen",
            options={"Colour": "Farbe"},
            values={"Moss": "Moos", "Paper": "Papier", "Roll": "Rolle", "Unknown": "Unbekannt"},
            attributes={"material": "Werkstoff"},
            images=("Bogen in Moos",),
        )
    },
)


def asked_in(locale: str):
    return product_answer(StoredProduct(RECORD, 1, "2026-11-20T08:30:00Z"), RECORD.variants, locale)


def test_texts_come_in_the_language_asked_for_and_english_for_the_rest() -> None:
    german = asked_in("de-DE")
    assert (german.title, german.summary) == ("Tapete Bogen", "Printed.")
    assert [image.alt for image in german.images] == ["Bogen in Moos", "Close up"]
    assert asked_in("ar").title == asked_in("en").title == "Scallops wallpaper"


def test_what_addresses_are_made_of_is_the_same_and_labels_say_what_it_is_called() -> None:
    german = asked_in("de")
    colour, order = german.options
    assert (colour.name, colour.label, colour.values, colour.labels) == (
        "Colour",
        "Farbe",
        ["Moss"],
        {"Moss": "Moos"},
    )
    assert (order.label, order.labels) == ("Order", {"Roll": "Rolle"})
    assert german.variants[0].options == {"Colour": "Moss", "Order": "Roll"}
    (material,) = german.attributes
    assert (material.code, material.name, material.values, material.labels) == (
        "material",
        "Werkstoff",
        ["Paper"],
        {"Paper": "Papier"},
    )
    assert asked_in("en").options[0].labels == {}


def test_a_variant_s_title_lists_labels() -> None:
    assert [variant.title for variant in asked_in("de").variants] == ["Moos / Rolle", "Moos / Sample, A4"]


def test_samples_are_told_by_their_values_unless_it_is_said() -> None:
    assert [variant.is_sample for variant in RECORD.variants] == [False, True]
    told = RECORD.variants[0].model_copy(update={"sample": True})
    assert told.is_sample


def card() -> StoredCard:
    return StoredCard(
        handle="scallops-wallpaper",
        active=True,
        content_hash="",
        source_hash="",
        version=1,
        updated_at="2026-11-20T08:30:00Z",
        published_at="2026-11-20T08:30:00Z",
        offers_base=0,
        title="Scallops wallpaper",
        vendor="",
        image=picture("Scallops in moss"),
        colours=("Moss",),
        memberships=(),
        variants=(
            CardVariant("SW-1", "Moss / Roll", None, PRICES, titles={"de": "Moos / Rolle"}, alts={"de": ""}),
            CardVariant("SW-2", "Moss / Sample, A4", None, SAMPLE, sample=True),
        ),
        texts={"de": CardText("Tapete Bogen", "Bogen in Moos", {"Moss": "Moos"})},
    )


def test_a_card_is_kept_and_read_with_all_its_languages() -> None:
    kept = card()
    assert StoredCard.from_item(kept.to_item()) == kept


def test_a_card_kept_before_there_were_languages_is_read_as_it_is() -> None:
    item = card().to_item()
    body = json.loads(item["body"])
    del body["texts"]
    old = StoredCard.from_item(item | {"body": json.dumps(body)})
    assert old.in_language("de").title == "Scallops wallpaper"


def test_a_card_speaks_the_language_and_keeps_the_words_of_filters() -> None:
    german = card().in_language("de-DE")
    shown = product_card(EU, german, german.sold_in("eu"), 9)
    assert (shown.title, shown.colours, shown.colour_labels) == ("Tapete Bogen", ["Moss"], {"Moss": "Moos"})
    assert shown.image is not None
    assert shown.image.alt == "Bogen in Moos"
    assert german.variants[0].title == "Moos / Rolle"


def test_the_price_of_a_sample_is_not_the_product_s() -> None:
    shown = product_card(EU, card(), card().sold_in("eu"), 9)
    assert (shown.price_from.amount, shown.price_varies) == (7800, False)
    only = card().sold_in("eu")[1:]
    assert product_card(EU, card(), only, 9).price_from.amount == 350


def test_a_card_of_one_variant_names_it() -> None:
    sold_in_us = card().sold_in("us")
    assert product_card(MARKETS["us"], card(), sold_in_us, 9).variant_sku == "SW-1"
    assert product_card(EU, card(), card().sold_in("eu"), 9).variant_sku is None


def test_a_category_is_translated_as_far_as_it_is() -> None:
    record = CategoryRecord(
        id="walls",
        slug="walls",
        name="Walls",
        description="Paper.",
        image=picture("A wall"),
        translations={"de": CategoryText(name="Wände", image="Eine Wand")},
    )
    german = record.in_language("de-DE")
    assert (german.name, german.description) == ("Wände", "Paper.")
    assert german.image is not None
    assert german.image.alt == "Eine Wand"
    assert record.in_language("ar") is record


@pytest.mark.parametrize("language", ["en", "DE", "deu", ""])
def test_english_is_the_record_s_own_language_and_others_are_two_letters(language: str) -> None:
    with pytest.raises(ValidationError):
        ProductRecord.model_validate(
            {
                "handle": "a",
                "title": "A",
                "variants": RECORD.variants,
                "translations": {language: ProductText()},
            }
        )


def test_translated_descriptions_are_sanitised_too() -> None:
    text = ProductText(description_html='<p onclick="x()">Gut</p><script>alert(1)</script>')
    assert text.description_html == "<p>Gut</p>"
