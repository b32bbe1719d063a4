"""What can be chosen together, what can't and why, in words: the whole grid of a product, and gaps in it."""

from collections.abc import Mapping

import pytest
from msgspec import structs

from storefront.catalog.sold_out import sold_out
from storefront.catalog.variants import choose, option_views, words_for
from storefront.clients.catalog import Offer, Product, Variant
from storefront.core import Sku
from tests import samples

COLOURS, SIZES = ("Ink", "Moss"), ("45 cm", "60 cm", "75 cm")
PLUGS = ("EU plug", "UK and Ireland plug")


def sku(colour: str, size: str) -> Sku:
    return Sku(f"{colour[:3].upper()}-{size[:2]}")


def variant(colour: str, size: str, *, sample: bool = False) -> Variant:
    return Variant(
        sku=sku(colour, size),
        title=f"{colour} / {size}",
        options={"Colour": colour, "Size": size},
        image_index=0,
        unit_measure=None,
        sample=sample,
    )


def grid(*gaps: tuple[str, str]) -> Product:
    """Two colours in three sizes, without the combinations in `gaps`."""
    made = [variant(c, s) for c in COLOURS for s in SIZES if (c, s) not in gaps]
    plain = samples.PRODUCTS[3]
    return Product(
        **{name: getattr(plain, name) for name in plain.__struct_fields__}
        | {
            "options": (samples.option("Colour", *COLOURS), samples.option("Size", *SIZES)),
            "variants": tuple(made),
        }
    )


def plugged() -> Product:
    """A lamp in two colours, each with two plugs."""
    plain = grid()
    return Product(
        **{name: getattr(plain, name) for name in plain.__struct_fields__}
        | {
            "options": (samples.option("Colour", *COLOURS), samples.option("Plug", *PLUGS)),
            "variants": tuple(
                structs.replace(variant(c, p), options={"Colour": c, "Plug": p})
                for c in COLOURS
                for p in PLUGS
            ),
        }
    )


def offers(product: Product, *gone: tuple[str, str]) -> Mapping[str, Offer]:
    """Everything is in stock but the combinations in `gone`."""
    none_left = {sku(*one) for one in gone}
    return {
        v.sku: Offer(
            sku=v.sku,
            price=samples.eur(4900),
            compare_at=None,
            unit_price=None,
            availability="out_of_stock" if v.sku in none_left else "in_stock",
            quantity=0 if v.sku in none_left else 9,
        )
        for v in product.variants
    }


def views(product: Product, have: Mapping[str, Offer] | None, chosen: tuple[str, str]):
    picked = choose(product, have, sku(*chosen))
    return option_views(product, have, picked, lambda v: f"/{v.sku}")


def states(view) -> dict[str, tuple[str, str, str]]:
    return {one.label: (one.state, one.hint, one.href) for one in view.values}


def test_a_value_is_judged_with_the_other_chosen_values():
    product = grid()
    have = offers(product, ("Moss", "60 cm"))

    colour, size = views(product, have, ("Ink", "60 cm"))
    assert states(colour)["Moss"] == ("sold_out", "sold out in 60 cm", "/MOS-60")
    assert states(size)["60 cm"][0] == "available"
    assert colour.notes == ("Sold out in 60 cm: Moss",)

    colour, size = views(product, have, ("Ink", "45 cm"))
    assert states(colour)["Moss"] == ("available", "", "/MOS-45"), "there in another size"
    assert colour.notes == size.notes == ()


def test_a_combination_that_never_was_is_called_so_and_leads_to_the_nearest():
    product = grid(("Moss", "75 cm"))
    colour, size = views(product, offers(product), ("Ink", "75 cm"))
    state, hint, href = states(colour)["Moss"]
    assert (state, hint) == ("missing", "not made in 75 cm")
    assert href in ("/MOS-45", "/MOS-60")
    assert colour.notes == ("Not made in 75 cm: Moss",)
    assert size.notes == ()


def test_the_chosen_values_are_said_and_marked():
    product = grid()
    colour, size = views(product, offers(product), ("Moss", "60 cm"))
    assert (colour.chosen, size.chosen) == ("Moss", "60 cm")
    assert [one.label for one in colour.values if one.selected] == ["Moss"]
    assert (colour.is_colour, size.is_colour) == (True, False)


def test_what_people_read_is_the_label_and_what_addresses_are_made_of_is_not():
    product = grid()
    option = product.options[0]
    german = type(option)(name="Colour", label="Farbe", values=COLOURS, labels={"Moss": "Moos"})
    product = Product(
        **{name: getattr(product, name) for name in product.__struct_fields__}
        | {"options": (german, product.options[1])}
    )
    colour, _size = views(product, offers(product, ("Moss", "60 cm")), ("Ink", "60 cm"))
    assert (colour.label, [one.label for one in colour.values]) == ("Farbe", ["Ink", "Moos"])
    assert [one.value for one in colour.values] == ["Ink", "Moss"]
    assert words_for(product, variant("Moss", "60 cm")) == "Moos, 60 cm"
    assert colour.is_colour, "told by the name that is the same in every language"


def test_a_sold_out_variant_says_where_it_is_there_and_what_else_is():
    product = grid()
    have = offers(product, ("Moss", "60 cm"), ("Moss", "75 cm"))
    said = sold_out(product, have, variant("Moss", "60 cm"), lambda v: f"/{v.sku}")
    assert said is not None
    assert said.message == "Moss, 60 cm is sold out."
    assert said.notes == (
        "Colour: available in Ink.",
        "Size: available in 45 cm.",
        "Size: also sold out in 75 cm.",
    )
    assert [one.label for one in said.alternatives][:2] == ["Ink, 60 cm", "Moss, 45 cm"]
    assert "Moss, 75 cm" not in [one.label for one in said.alternatives]
    assert said.alternatives[0].href == "/INK-60"


def test_when_all_are_sold_out_that_is_said():
    product = grid()
    have = offers(product, *((c, s) for c in COLOURS for s in SIZES))
    said = sold_out(product, have, variant("Ink", "45 cm"), lambda v: v.sku)
    assert said is not None
    assert said.notes == ("All other variants are sold out as well.",)
    assert said.alternatives == ()


@pytest.mark.parametrize("known", [True, False])
def test_what_is_there_or_not_known_is_not_called_sold_out(known):
    product = grid()
    have = offers(product) if known else None
    assert sold_out(product, have, product.variants[0], lambda v: v.sku) is None


@pytest.mark.parametrize(
    ("country", "gone", "title"),
    [
        ("IE", (), "Ink / UK and Ireland plug"),
        ("DE", (), "Ink / EU plug"),
        ("", (), "Ink / EU plug"),
        ("IE", (("Ink", PLUGS[1]),), "Moss / UK and Ireland plug"),
        ("IE", (("Ink", PLUGS[1]), ("Moss", PLUGS[1])), "Ink / EU plug"),
    ],
)
def test_the_usual_variant_is_made_for_the_country_if_one_is(country, gone, title):
    lamp = plugged()
    chosen = choose(lamp, offers(lamp, *gone), "", country)
    assert chosen is not None
    assert chosen.title == title


def test_a_variant_that_was_asked_for_goes_before_the_one_made_for_the_country():
    lamp = plugged()
    chosen = choose(lamp, offers(lamp), sku("Moss", "EU plug"), "IE")
    assert chosen is not None
    assert chosen.title == "Moss / EU plug"


def test_in_ireland_a_lamp_s_page_opens_with_the_plug_that_fits(client, twins):
    lamp = plugged()
    twins.catalog.put(lamp, tuple(offers(lamp).values()))
    opened = {key: client.get(f"/{key}/p/{lamp.handle}/").content.decode() for key in ("ie/en", "de/en")}
    assert f'value="{sku("Ink", PLUGS[1])}"' in opened["ie/en"]
    assert f'value="{sku("Ink", PLUGS[0])}"' in opened["de/en"]


def test_the_usual_variant_can_be_bought_and_is_no_sample_while_there_is_another():
    product = grid()
    have = offers(product, ("Ink", "45 cm"))
    first = Product(
        **{name: getattr(product, name) for name in product.__struct_fields__}
        | {"variants": tuple(variant(c, s, sample=s == "60 cm") for c in COLOURS for s in SIZES)}
    )
    chosen = choose(first, have, "")
    assert chosen is not None
    assert chosen.title == "Ink / 75 cm"
    gone = offers(first, *((c, s) for c in COLOURS for s in SIZES if s != "60 cm"))
    only_sample = choose(first, gone, "")
    assert only_sample is not None
    assert only_sample.title == "Ink / 60 cm"
