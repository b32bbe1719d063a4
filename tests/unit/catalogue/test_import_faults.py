"""Every bad row is named by line, column and reason, and takes nothing good down with it."""

from __future__ import annotations

import pytest
from shop_files import DrawnPictures, imported, row, shop_file

from dev.catalogue import csvfile
from dev.catalogue.importer import import_table
from dev.catalogue.report import NotACatalogueError
from dev.catalogue.sink import MemorySink

GOOD = row("good", "Good", "5")


@pytest.mark.parametrize(
    ("price", "reason"),
    [
        ("", "empty"),
        ("abc", "not a number"),
        ("1,234.50", "ambiguous"),
        ("12,50", "ambiguous"),
        ("1 234", "ambiguous"),
        ("-5", "negative"),
        ("12.505", "more decimals"),
        ("€12", "not a number"),
        ("1e3", "not a number"),
        ("NaN", "not a number"),
        ("99999999999", "larger"),
        ("١٢", "not a number"),
    ],
)
def test_a_bad_price_is_named_and_the_rest_goes_in(price: str, reason: str) -> None:
    got = imported(shop_file(GOOD, row("bad", "Bad", price)))
    assert list(got.sink.products) == ["good"]
    assert (3, "Variant Price") in got.problems
    assert reason in got.reason("Variant Price")
    assert got.report.left_out == 1


def test_a_product_stays_with_its_good_variants() -> None:
    got = imported(
        shop_file(
            row("tee", "Tee", "20", Option1_Name="Size", Option1_Value="S"),
            row("tee", "", "oops", Option1_Value="M"),
            row("tee", "", "20", Option1_Value="L"),
        )
    )
    assert [variant.option_values["Size"] for variant in got.only.variants] == ["S", "L"]
    assert got.only.options == (("Size", ("S", "L")),)
    assert got.problems == [(3, "Variant Price")]


@pytest.mark.parametrize(
    ("rows", "line", "column"),
    [
        ([row("", "No handle", "5")], 3, "Handle"),
        ([row("x", "", "5")], 3, "Title"),
        ([row("x", "X", "5"), row("x", "Y", "5")], 4, "Title"),
        ([row("x", "X", "5"), row("X", "X", "5")], 4, "Handle"),
        ([row("x", "X", "5"), row("x")], 4, "Variant Price"),
        ([row("x", "X", "5", Option1_Name="S", Option1_Value="1"), row("x", "", "5")], 4, "Option1 Value"),
        (
            [row("x", "X", "5", Option1_Name="S", Option1_Value="1"), row("x", "", "5", Option1_Value="1")],
            4,
            "Option1 Value",
        ),
        ([row("x", "X", "5", Option1_Name="S", Option1_Value="1", Option2_Value="2")], 3, "Option2 Value"),
        ([row("x", "X", "5", Variant_SKU="A"), row("y", "Y", "5", Variant_SKU="A")], 4, "Variant SKU"),
        ([row("x", "X", "5", Variant_SKU="a b?")], 3, "Variant SKU"),
        ([row("x", "X", "5", Image_Src="javascript:alert(1)")], 3, "Image Src"),
        ([row("x", "X", "5", Image_Src="ftp://a.example/1.jpg")], 3, "Image Src"),
        ([row("x", "X", "5", Variant_Compare_At_Price="7,5")], 3, "Variant Compare At Price"),
        ([row("x", "X", "5", Variant_Inventory_Qty="many")], 3, "Variant Inventory Qty"),
        ([row("x", "X", "5", Variant_Grams="heavy")], 3, "Variant Grams"),
        ([row("x", "X", "5", Published="perhaps")], 3, "Published"),
        ([row("x", "X", "5", Status="secret")], 3, "Status"),
        ([row("x", "X", "5") + ",one,two"], 3, "Status"),
        (['x,X,"unclosed'], 3, "row"),
    ],
)
def test_a_fault_is_reported_with_line_and_column(rows: list[str], line: int, column: str) -> None:
    got = imported(shop_file(GOOD, *rows))
    assert (line, column) in got.problems
    assert all(problem.reason for problem in got.report.problems)
    assert "good" in got.sink.products


def test_the_report_counts_and_lists_in_order() -> None:
    got = imported(shop_file(row("b", "B", "x"), GOOD, row("a", "A", "y")))
    assert [line for line, _ in got.problems] == sorted(line for line, _ in got.problems)
    text = "\n".join(got.report.lines())
    assert "line 2, Variant Price: 'x' is not a number like 12.50 (b)" in text
    assert '"left_out": 2' in got.report.as_json()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00", "binary"),
        (b"<!doctype html><html><body>Not found", "HTML"),
        ("Handle,Title".encode("utf-16"), "UTF-16"),
        (b"Handle,Title,Variant Price\nmug,Caf\xe9,9\n", "line 2"),
        (b"Name,Cost\nMug,9\n", "no column Handle, Title, Variant Price"),
        (b"Handle,Variant Price\nmug,9\n", "no column Title"),
        (b"Handle;Title;Variant Price\nmug;Mug;9\n", "semicolons"),
        (b"Handle,Title,Variant Price\n", "no products"),
        (b"Handle,Title,Variant Price,Title\nmug,Mug,9,Mug\n", "Title twice"),
        (b"Handle,Title,Variant Price\nmug,Mug,free\n", "None of the products"),
    ],
)
def test_a_file_that_is_no_product_csv_is_refused_in_one_line(data: bytes, said: str) -> None:
    sink = MemorySink()
    with pytest.raises(NotACatalogueError) as refused:
        import_table(csvfile.parse(data, "goods.csv"), sink, DrawnPictures())
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)
    assert (sink.products, sink.categories, sink.finished) == ({}, {}, 0)


def test_a_currency_without_a_market_is_refused() -> None:
    with pytest.raises(NotACatalogueError, match="No market sells in GBP"):
        imported(shop_file(GOOD), currency="GBP")
