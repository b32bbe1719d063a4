"""A second import writes only what differs, and arbitrary bytes never write half a shop."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from shop_files import HEADER, DrawnPictures, imported, row, shop_file

from dev.catalogue import csvfile
from dev.catalogue.importer import import_table
from dev.catalogue.report import NotACatalogueError
from dev.catalogue.sink import MemorySink

FILE = shop_file(row("a", "A", "1", Variant_Inventory_Qty="5"), row("b", "B", "2"), row("c", "C", "3"))


def test_the_same_file_again_writes_nothing() -> None:
    first = imported(FILE)
    again = imported(FILE, first.sink)
    assert (first.report.created, again.report.created, again.report.unchanged) == (3, 0, 3)
    assert first.sink.puts == ["a", "b", "c"]


def test_only_the_changed_product_is_written_again() -> None:
    sink = imported(FILE).sink
    sink.puts.clear()
    changed = imported(FILE.replace(b'"2"', b'"2.20"'), sink)
    assert sink.puts == ["b"]
    assert (changed.report.updated, changed.report.unchanged) == (1, 2)
    assert sink.products["b"].variants[0].prices["eu"].amount == 220


def test_products_that_left_the_file_stay_unless_pruned() -> None:
    sink = imported(FILE).sink
    shorter = shop_file(row("a", "A", "1", Variant_Inventory_Qty="5"))
    assert imported(shorter, sink).report.retired == 0
    assert set(sink.products) == {"a", "b", "c"}
    assert imported(shorter, sink, prune=True).report.retired == 2
    assert set(sink.products) == {"a"}


def test_a_product_that_is_unpublished_leaves_the_shop() -> None:
    sink = imported(FILE).sink
    hidden = shop_file(row("a", "A", "1", Published="false"), row("b", "B", "2"))
    report = imported(hidden, sink).report
    assert (report.retired, report.unpublished) == (1, 1)
    assert "a" not in sink.products


CELL = st.one_of(
    st.sampled_from(
        [
            "",
            "mug",
            "Mug",
            "9.99",
            "1,5",
            "true",
            "Default Title",
            "Title",
            "<b>x</b>",
            "https://a.example/i.png",
        ]
    ),
    st.text(max_size=12),
)


def attempt(data: bytes) -> None:
    sink = MemorySink()
    refusal, report = "", None
    try:
        report = import_table(csvfile.parse(data), sink, DrawnPictures())
    except NotACatalogueError as refused:
        refusal = str(refused)
    if report is None:
        assert refusal
        assert "\n" not in refusal
        assert (sink.puts, sink.categories, sink.finished) == ([], {}, 0)
        return
    assert sink.finished == 1
    assert report.created == len(sink.products)
    skus = [variant.sku for product in sink.products.values() for variant in product.variants]
    assert len(skus) == len(set(skus))
    for product in sink.products.values():
        assert product.variants
        assert "<script" not in product.description_html
        assert set(product.category_ids) <= set(sink.categories)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_arbitrary_bytes_are_refused_or_imported_whole(data: bytes) -> None:
    attempt(data)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_arbitrary_bytes_under_a_good_header_are_too(data: bytes) -> None:
    attempt(HEADER.encode() + b"\n" + data)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(CELL, min_size=24, max_size=24), max_size=6))
def test_arbitrary_cells_are_too(rows: list[list[str]]) -> None:
    lines = [",".join('"' + cell.replace('"', '""') + '"' for cell in cells) for cells in rows]
    attempt("\n".join([HEADER, *lines]).encode("utf-8", "replace"))
