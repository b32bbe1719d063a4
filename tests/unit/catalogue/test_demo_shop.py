"""The demo shop keeps its promises: enough of everything, nothing absurd, the same every time."""

from __future__ import annotations

import re
import time
from collections import Counter
from html import unescape
from pathlib import Path

import pytest
from PIL import Image

import apptier.content
from apptier.kit.markup import plain_text
from dev.catalogue.backend_sink import _category, _product
from dev.catalogue.demo.build import HERO, SOCIAL, Demo, build
from dev.catalogue.demo.measuring import inches_of
from dev.catalogue.demo.offers import offer, sku_of
from dev.catalogue.demo.tables import Size, kinds, print_room
from dev.catalogue.demo.translating import LANGUAGES, language
from dev.catalogue.draw.palette import COLOURWAYS
from dev.catalogue.draw.scene import Picture, draw
from dev.catalogue.importer import apply
from dev.catalogue.media.renditions import paths
from dev.catalogue.media.studio_run import formats_of, lay_out, run
from dev.catalogue.naming import SKU
from dev.catalogue.records import CatalogueMeasure
from dev.catalogue.report import ImportReport
from dev.catalogue.sanitise import description
from dev.catalogue.sink import MemorySink


@pytest.fixture(scope="module")
def demo() -> Demo:
    return build()


def test_there_is_enough_to_look_at(demo: Demo) -> None:
    assert len(demo.products) >= 320
    assert len(demo.categories) >= 14
    assert any(category.parent_id for category in demo.categories)
    codes = Counter(attribute.code for product in demo.products for attribute in product.attributes)
    assert len(codes) >= 9
    values = {(a.code, v) for p in demo.products for a in p.attributes for v in a.values}
    assert all(len({v for c, v in values if c == code}) >= 3 for code in codes), "a facet must be a choice"


def test_handles_and_skus_are_unique_and_well_formed(demo: Demo) -> None:
    handles = [product.handle for product in demo.products]
    skus = [variant.sku for product in demo.products for variant in product.variants]
    assert len(set(handles)) == len(handles)
    assert len(set(skus)) == len(skus)
    assert all(SKU.fullmatch(sku) for sku in skus)
    assert len({product.title for product in demo.products}) == len(handles)


def test_every_product_can_be_sold(demo: Demo) -> None:
    for product in demo.products:
        assert 2 <= len(product.variants) <= 8, product.handle
        assert product.images
        assert {market for variant in product.variants for market in variant.prices} == {"eu", "us"}
        for variant in product.variants:
            assert variant.prices
            assert set(variant.compare_at) <= set(variant.prices)
            assert all(price.amount >= 200 for price in variant.prices.values())
            assert all(variant.compare_at[m].amount > variant.prices[m].amount for m in variant.compare_at)
            assert dict(variant.option_values).keys() == {name for name, _ in product.options}
            assert all(variant.option_values[name] in values for name, values in product.options)
            assert variant.image_index is not None
            assert variant.image_index < len(product.images)


def test_stock_and_sales_are_mixed(demo: Demo) -> None:
    stocks = [variant.stock for product in demo.products for variant in product.variants]
    assert 0.02 < stocks.count(0) / len(stocks) < 0.1
    assert any(0 < stock < 5 for stock in stocks)
    reduced = sum(bool(product.variants[0].compare_at) for product in demo.products)
    assert 0.08 < reduced / len(demo.products) < 0.25


def test_categories_form_a_tree_of_three_levels_and_none_is_bare(demo: Demo) -> None:
    parents = {category.id: category.parent_id for category in demo.categories}
    held = {key for product in demo.products for key in product.category_ids}
    assert held == set(parents)
    depths = set()
    for product in demo.products:
        _first, *above = product.category_ids
        assert [parents[key] for key in product.category_ids] == [*above, None], "narrowest first, gapless"
        depths.add(len(product.category_ids))
    assert depths == {2, 3}


def words_of(demo: Demo) -> set[str]:
    """Every value of an option or attribute."""
    options = {value for product in demo.products for _, values in product.options for value in values}
    return options | {v for p in demo.products for a in p.attributes for v in a.values}


# The same in German as in English: measures, and words that German has taken in.
SAME_IN_GERMAN = {"England", "Portugal", "Modern", "Olive", "Animal"}


def test_every_text_is_there_in_german_and_arabic(demo: Demo) -> None:
    for product in demo.products:
        assert set(product.translations) == {"de", "ar"}
        for code, text in product.translations.items():
            assert text.title, product.handle
            assert text.title != product.title, product.handle
            assert len(text.images) == len(product.images), product.handle
            assert len(set(text.images)) == len(text.images), product.handle
            assert set(text.options) == {name for name, _ in product.options}
            assert set(text.attributes) == {attribute.code for attribute in product.attributes}
            assert text.description_html.count("<p>") == 3
            assert description(text.description_html) == text.description_html
            assert "{" not in text.description_html
            assert 0 < len(text.summary) <= 320, product.handle
            assert ("\u0600" <= text.summary[0] <= "\u06ff") == (code == "ar"), product.handle
    for category in demo.categories:
        assert set(category.translations) == {"de", "ar"}
        assert all(text.name and text.description for text in category.translations.values())


def test_every_word_of_options_and_facets_has_a_label(demo: Demo) -> None:
    measures = {word for word in words_of(demo) if re.fullmatch(r"[\d ×.,]+ cm", word)}
    for product in demo.products:
        said = {v for _, values in product.options for v in values}
        said |= {value for attribute in product.attributes for value in attribute.values}
        for text in product.translations.values():
            assert set(text.values) == said, product.handle
        for word, label in product.translations["de"].values.items():
            assert label != word or word in measures | SAME_IN_GERMAN, word
        for word, label in product.translations["ar"].values.items():
            assert not re.search(r"[A-Za-z]{3}", label), word


def test_labels_of_one_facet_can_be_told_apart(demo: Demo) -> None:
    for tongue in LANGUAGES:
        for code in {attribute.code for product in demo.products for attribute in product.attributes}:
            labels: dict[str, set[str]] = {}
            for product in demo.products:
                for attribute in (a for a in product.attributes if a.code == code):
                    for value in attribute.values:
                        labels.setdefault(product.translations[tongue].values[value], set()).add(value)
            assert all(len(values) == 1 for values in labels.values()), (tongue, code, labels)


def test_every_language_has_as_many_words_to_choose_from_as_english() -> None:
    for kind in (*kinds(), print_room().print_, print_room().card):
        for code in LANGUAGES:
            words = language(code).kinds[kind.key]
            assert len(words["making"]) == len(kind.making), (code, kind.key)
            assert len(words["living"]) == len(kind.living), (code, kind.key)


def test_a_lamp_has_the_plug_of_the_country_it_is_sold_to(demo: Demo) -> None:
    lamps = [product for product in demo.products if "table-lamps" in product.category_ids]
    assert lamps
    for lamp in lamps:
        sold = {m: {v.option_values["Plug"] for v in lamp.variants if m in v.prices} for m in ("eu", "us")}
        assert sold == {"eu": {"EU plug", "UK and Ireland plug"}, "us": {"US plug"}}
        assert "adapter for Irish sockets" in lamp.description_html, "the first plug is right everywhere"


def test_a_size_with_a_new_name_keeps_its_skus() -> None:
    before = offer("a-lamp", {"Plug": "UK plug"}, Size(label="UK plug", eur=100, grams=1), 0)
    after = Size(label="UK and Ireland plug", eur=100, grams=1, sku_label="UK plug")
    assert offer("a-lamp", {"Plug": after.label}, after, 0).sku == before.sku


def test_what_a_card_shows_of_a_print_is_what_its_price_is_for(demo: Demo) -> None:
    prints = [product for product in demo.products if "art-prints" in product.category_ids]
    assert len(prints) > 30
    for product in prints:
        first, shown = product.variants[0], product.images[0]
        assert first.option_values["Frame"] == "Unframed"
        assert first.image_index == 0
        assert shown.alt.endswith("the unframed print close up")
        for market in ("eu", "us"):
            assert first.prices[market].amount == min(v.prices[market].amount for v in product.variants)
        for variant in product.variants:
            assert variant.image_index is not None
            assert variant.option_values["Frame"].lower() in product.images[variant.image_index].alt


def test_nothing_with_a_stock_is_said_to_be_made_to_order(demo: Demo) -> None:
    words = re.compile(r"(?<!cut )to order|auf Bestellung|عند الطلب", re.IGNORECASE)
    for product in demo.products:
        texts = (product.description_html, *(t.description_html for t in product.translations.values()))
        assert not any(words.search(text) for text in texts), product.handle


@pytest.mark.parametrize(
    ("ending", "facts"),
    [
        ("-table-lamp", ("46 cm", "30 cm", "E27", "E26", "12 W")),
        ("-drum-lampshade", ("diameter", "20 cm", "E27", "12 W")),
        ("-cone-lampshade", ("diameter", "22 cm", "E27", "12 W")),
        ("-mug", ("350 ml", "9.5 cm")),
        ("-cup", ("180 ml", "6.5 cm")),
        ("-wool-rug", ("without pile", "6 mm", "4.2 kg", "47¼ × 70¾ in")),
        ("-runner", ("without pile", "6 mm", "3.3 kg")),
        ("-cushion", ("pad is included", " in")),
    ],
)
def test_what_shoppers_ask_first_is_listed_in_every_language(
    demo: Demo, ending: str, facts: tuple[str, ...]
) -> None:
    of_kind = [product for product in demo.products if product.handle.endswith(ending)]
    assert of_kind
    for product in of_kind:
        listed = product.description_html.partition("<ul>")[2]
        assert all(fact in listed for fact in facts), product.handle
        for text in product.translations.values():
            assert text.description_html.count("<li>") == product.description_html.count("<li>")


@pytest.mark.parametrize(
    ("label", "inches"),
    [("45 × 45 cm", "17¾ × 17¾"), ("Side, 21 cm", "8¼"), ("0.5 cm", "¼"), ("Pair", None), ("10 m", None)],
)
def test_centimetres_are_said_in_inches(label: str, inches: str | None) -> None:
    assert inches_of(label) == inches


@pytest.mark.parametrize("locale", ["en", "de", "ar"])
def test_the_page_about_us_names_who_makes_our_things_and_where(demo: Demo, locale: str) -> None:
    pages = Path(apptier.content.__file__).parent / "data" / locale / "pages"
    about = unescape((pages / "about.html").read_text(encoding="utf-8"))
    for product in demo.products:
        (country,) = next(a.values for a in product.attributes if a.code == "made_in")
        label = country if locale == "en" else product.translations[locale].values[country]
        maker = next(line for line in about.splitlines() if f"<strong>{product.vendor}</strong>" in line)
        assert label in maker, product.handle
    assert about.count("<li><strong>") == 4, "four workshops, as the front page says"


def test_samples_and_measures_are_marked(demo: Demo) -> None:
    wallpaper = next(product for product in demo.products if product.handle == "seiche-wallpaper")
    marks = {v.option_values["Sold as"]: (v.sample, v.measure) for v in wallpaper.variants}
    assert wallpaper.translations["de"].options["Sold as"] == "Verkauft als"
    assert marks["Sample, A4"] == (True, None)
    assert marks["Roll, 10 m × 52 cm"] == (False, CatalogueMeasure("5.2", "m2"))
    fabric = next(product for product in demo.products if product.handle.endswith("-fabric"))
    assert all(variant.measure == CatalogueMeasure("1", "m") for variant in fabric.variants)


def test_the_store_takes_every_product_and_category(demo: Demo) -> None:
    for product in demo.products:
        record = _product(product)
        assert record.translations["ar"].description_html == product.translations["ar"].description_html
    for category in demo.categories:
        assert _category(category).in_language("de").name == category.translations["de"].name


def test_descriptions_are_real_copy(demo: Demo) -> None:
    for product in demo.products:
        assert description(product.description_html) == product.description_html
        assert product.description_html.count("<p>") == 3
        words = plain_text(product.description_html)
        assert len(words) > 150, product.handle
        assert "  " not in words
        assert "{" not in words
    assert len({product.description_html for product in demo.products}) == len(demo.products)


def test_it_is_the_same_shop_every_time(demo: Demo) -> None:
    assert build().products == demo.products
    assert sku_of("a-b", {"Size": "S"}) == sku_of("a-b", {"Size": "S"})


def test_every_image_has_a_recipe_that_draws_its_size(demo: Demo) -> None:
    images = [image for product in demo.products for image in product.images]
    images += [category.image for category in demo.categories if category.image]
    assert {image.base for image in images} | {HERO, SOCIAL} == set(demo.pictures)
    for image in images:
        picture = demo.pictures[image.base]
        assert (image.width, image.height) == picture.size
        assert image.widths == picture.widths


def small(picture: Picture) -> Picture:
    return Picture(picture.subject, picture.way, picture.surface, picture.seed, picture.shape, (60,))


def test_every_kind_of_picture_can_be_drawn(demo: Demo) -> None:
    kinds = {(p.subject, p.shape, p.surface.partition(":")[0]): p for p in demo.pictures.values()}
    for picture in kinds.values():
        image = draw(small(picture))
        assert image.size == small(picture).size
        low, high = image.convert("L").getextrema()
        assert high - low > 40, f"{picture} is almost blank"


def test_drawing_is_deterministic() -> None:
    picture = Picture("cushion", "ink", "repeat:terrazzo", 3, "", (60,))
    assert draw(picture).tobytes() == draw(picture).tobytes()


def test_colourways_can_be_told_from_their_ground() -> None:
    for way in COLOURWAYS.values():
        assert len(set(way.inks)) == 6
        assert sum(abs(a - b) for a, b in zip(way.inks[0], way.inks[1], strict=True)) > 90


def test_pictures_are_drawn_once_whole_and_swept_when_no_longer_wanted(tmp_path) -> None:
    wanted = lay_out(
        [
            ("mug", Picture("vessel", "ink", "glaze:dip", 1, "mug", (40, 80))),
            ("og", Picture("social", "clay", "", widths=(60,))),
        ]
    )
    first = run(wanted, tmp_path, workers=1)
    assert (first.drawn, first.cached) == (2, 0)
    for base, picture in wanted.items():
        for path in paths(tmp_path, base, picture.widths, formats_of(picture)):
            with Image.open(path) as image:
                assert image.width == int(path.stem.rpartition("-")[2])
    assert not list(tmp_path.rglob(".*"))
    stale = tmp_path / "demo" / "old-picture-60.webp"
    stale.write_bytes(b"old")
    started = time.monotonic()
    again = run(wanted, tmp_path, workers=1)
    assert (again.drawn, again.cached, again.swept) == (0, 2, 1)
    assert time.monotonic() - started < 1
    assert not stale.exists()


def test_a_lost_file_is_drawn_again(tmp_path) -> None:
    wanted = lay_out([("mug", Picture("vessel", "ink", "glaze:dip", 1, "mug", (40, 80)))])
    run(wanted, tmp_path, workers=1)
    next(tmp_path.rglob("*.avif")).unlink()
    assert run(wanted, tmp_path, workers=1).drawn == 1


def test_putting_the_demo_in_twice_changes_nothing(demo: Demo) -> None:
    sink = MemorySink()
    apply(demo.products, demo.categories, sink, ImportReport(), prune=False)
    again = ImportReport()
    apply(build().products, demo.categories, sink, again, prune=False)
    assert (again.created, again.updated, again.unchanged) == (0, 0, len(demo.products))
