"""What a merchant relies on: rows of a product export become the products that they describe."""

from __future__ import annotations

from shop_files import HEADER, imported, row, shop_file

from dev.catalogue.records import Price


def test_a_default_title_product_has_one_variant_and_no_options() -> None:
    got = imported(
        shop_file(row("mug", "Mug", "12.50", Option1_Name="Title", Option1_Value="Default Title"))
    ).only
    assert got.options == ()
    assert [variant.option_values for variant in got.variants] == [{}]
    assert got.variants[0].prices == {"eu": Price(1250, "EUR")}
    assert got.published


def test_options_and_variants_come_from_several_rows() -> None:
    got = imported(
        shop_file(
            row(
                "tee",
                "Tee",
                "20",
                Option1_Name="Size",
                Option1_Value="S",
                Option2_Name="Color",
                Option2_Value="Red",
            ),
            row("tee", "", "20", Option1_Value="M", Option2_Value="Red"),
            row("tee", "", "21.5", Option1_Value="M", Option2_Value="Blue"),
        )
    ).only
    assert got.options == (("Size", ("S", "M")), ("Color", ("Red", "Blue")))
    assert got.variants[2].option_values == {"Size": "M", "Color": "Blue"}
    assert got.variants[2].prices["eu"].amount == 2150


def test_three_options_are_kept() -> None:
    cells = {f"Option{n}_Name": name for n, name in ((1, "Size"), (2, "Colour"), (3, "Cut"))}
    values = {"Option1_Value": "S", "Option2_Value": "Red", "Option3_Value": "Slim"}
    got = imported(shop_file(row("tee", "Tee", "20", **cells, **values))).only
    assert got.variants[0].option_values == {"Size": "S", "Colour": "Red", "Cut": "Slim"}


def test_rows_of_a_handle_need_not_stand_together() -> None:
    got = imported(
        shop_file(
            row("tee", "Tee", "20", Option1_Name="Size", Option1_Value="S"),
            row("mug", "Mug", "9"),
            row("tee", "", "20", Option1_Value="M"),
        )
    )
    assert len(got.sink.products["tee"].variants) == 2
    assert got.problems == []


def test_columns_may_stand_in_any_order_with_a_byte_order_mark() -> None:
    data = b"\xef\xbb\xbfVariant Price,Unheard Of,Title,Handle\r\n9.99,x,Mug,mug\r\n"
    assert imported(data).only.variants[0].prices["eu"].amount == 999


def test_a_body_may_hold_quotes_commas_and_lines() -> None:
    body = '<p>First, "second"</p>\n<p>third</p>'
    data = shop_file(
        f'mug,Mug,"{body.replace(chr(34), chr(34) * 2)}",,,,,,,,,,,,,,9,,,,,,,', row("cup", "Cup", "abc")
    )
    result = imported(data)
    assert result.only.description_html == body
    assert (4, "Variant Price") in result.problems, "lines are counted as an editor counts them"


def test_rows_with_only_an_image_add_pictures_in_their_order() -> None:
    got = imported(
        shop_file(
            row("mug", "Mug", "9", Image_Src="https://a.example/2.jpg", Image_Position="2"),
            row("mug", Image_Src="https://a.example/1.jpg", Image_Position="1", Image_Alt_Text="From above"),
        )
    ).only
    assert [(image.base[-5:], image.alt) for image in got.images] == [
        ("1.jpg", "From above"),
        ("2.jpg", "Mug"),
    ]
    assert len(got.variants) == 1


def test_a_variants_own_picture_is_found_again() -> None:
    got = imported(
        shop_file(
            row(
                "tee",
                "Tee",
                "20",
                Option1_Name="C",
                Option1_Value="Red",
                Image_Src="https://a.example/red.jpg",
            ),
            row("tee", "", "20", Option1_Value="Blue", Variant_Image="https://a.example/blue.jpg"),
        )
    ).only
    assert got.variants[1].image_index == 1
    assert got.images[1].base.endswith("blue.jpg")


def test_a_missing_sku_is_derived_and_stays_the_same() -> None:
    file = shop_file(
        row("tee", "Tee", "20", Option1_Name="Size", Option1_Value="Extra large"),
        row("tee", "", "20", Option1_Value="Größe 2"),
    )
    first, second = imported(file).only, imported(file).only
    assert [variant.sku for variant in first.variants] == [variant.sku for variant in second.variants]
    assert first.variants[0].sku == "tee-extra-large"
    assert len({variant.sku for variant in first.variants}) == 2


def test_prices_go_to_the_market_of_the_currency_alone() -> None:
    got = imported(shop_file(row("mug", "Mug", "9", Variant_Compare_At_Price="12")), currency="USD").only
    assert got.variants[0].prices == {"us": Price(900, "USD")}
    assert got.variants[0].compare_at == {"us": Price(1200, "USD")}


def test_a_compare_at_price_that_is_not_higher_is_no_reduction() -> None:
    got = imported(shop_file(row("mug", "Mug", "9", Variant_Compare_At_Price="9.00"))).only
    assert got.variants[0].compare_at == {}


def test_unpublished_and_draft_products_do_not_go_in() -> None:
    got = imported(
        shop_file(
            row("a", "A", "1", Published="false"),
            row("b", "B", "1", Status="draft"),
            row("c", "C", "1", Status="archived"),
            row("d", "D", "1", Published="TRUE", Status="active"),
        )
    )
    assert list(got.sink.products) == ["d"]
    assert got.report.unpublished == 3
    assert got.problems == []


def test_tags_vendor_type_and_seo_are_kept() -> None:
    header = HEADER + ",SEO Title,SEO Description"
    line = row("mug", "Mug", "9", Tags="red, tall ,red", Vendor="Kiln", Type="Mugs") + ",Best mug,Holds tea"
    got = imported(shop_file(line, header=header)).only
    assert got.tags == ("red", "tall")
    assert (got.vendor, got.seo_title, got.seo_description) == ("Kiln", "Best mug", "Holds tea")
    assert {a.code: a.values for a in got.attributes} == {
        "vendor": ("Kiln",),
        "type": ("Mugs",),
        "tag": ("red", "tall"),
    }


def test_american_and_british_colours_are_one_facet() -> None:
    got = imported(
        shop_file(
            row("a", "A", "1", Option1_Name="Color", Option1_Value="Red"),
            row("b", "B", "1", Option1_Name="Colour", Option1_Value="Blue"),
        )
    )
    assert {product.attributes[0].code for product in got.sink.products.values()} == {"colour"}


def test_types_become_categories_of_two_levels() -> None:
    got = imported(
        shop_file(row("a", "A", "1", Type="Home > Kitchen > Mugs"), row("b", "B", "1", Type="Home"))
    )
    assert got.sink.products["a"].category_ids == ("home-mugs", "home")
    assert got.sink.products["b"].category_ids == ("home",)
    assert got.sink.categories["home-mugs"].parent_id == "home"


def test_without_a_type_the_most_shared_tag_is_the_category() -> None:
    got = imported(
        shop_file(row("a", "A", "1", Tags="aaa,women"), row("b", "B", "1", Tags="women"), row("c", "C", "1"))
    )
    assert got.sink.categories[got.sink.products["a"].category_ids[0]].name == "Women"
    assert got.sink.categories[got.sink.products["c"].category_ids[0]].name == "All products"


def test_a_product_category_stands_in_for_a_type() -> None:
    header = HEADER + ",Product Category"
    got = imported(shop_file(row("a", "A", "1") + ",Apparel > Clothing > Shirts", header=header))
    assert got.only.category_ids == ("apparel-shirts", "apparel")


def test_stock_that_is_not_counted_is_available_and_oversold_stock_is_none() -> None:
    got = imported(
        shop_file(
            row("a", "A", "1"),
            row("b", "B", "1", Variant_Inventory_Qty="-3"),
            row("c", "C", "1", Variant_Inventory_Qty="7"),
        )
    )
    stocks = {handle: product.variants[0].stock for handle, product in got.sink.products.items()}
    assert stocks == {"a": 100, "b": 0, "c": 7}


def test_a_handle_in_capitals_or_another_script_gets_an_address() -> None:
    got = imported(shop_file(row("Blue Mug", "Blue", "1"), row("青い", "青いマグ", "1")))
    assert "blue-mug" in got.sink.products
    assert all(handle.isascii() for handle in got.sink.products)


def test_a_category_shows_the_first_picture_of_its_first_product() -> None:
    got = imported(
        shop_file(
            row("plain", "Plain", "9", Type="Home > Mugs"),
            row("mug", "Mug", "9", Type="Home > Mugs", Image_Src="https://a.example/mug.jpg"),
            row("cup", "Cup", "9", Type="Home > Cups", Image_Src="https://a.example/cup.jpg"),
            row("pen", "Pen", "2", Type="Office"),
        )
    )
    pictures = {name: one.image and one.image.base for name, one in got.sink.categories.items()}
    assert pictures == {
        "home": "https://a.example/mug.jpg",
        "home-mugs": "https://a.example/mug.jpg",
        "home-cups": "https://a.example/cup.jpg",
        "office": None,
    }
