"""Before anything starts for a file: what cannot be imported is refused, and what can has a shop's name."""

from __future__ import annotations

import pytest
from shop_files import row, shop_file

from dev.catalogue import glance
from dev.catalogue.report import NotACatalogueError


def put(tmp_path, data: bytes, name: str = "garden-tools_2.csv"):
    file = tmp_path / name
    file.write_bytes(data)
    return file


def test_the_vendor_of_most_products_names_the_shop(tmp_path) -> None:
    rows = [
        row("a", "A", "1", Vendor="Acme"),
        row("b", "B", "1", Vendor="Acme"),
        row("c", "C", "1", Vendor="Z"),
    ]
    assert glance.shop_name(put(tmp_path, shop_file(*rows))) == "Acme"


def test_a_shop_of_many_makers_is_called_after_its_file(tmp_path) -> None:
    rows = [row(name, name, "1", Vendor=f"Maker {name}") for name in "abc"]
    assert glance.shop_name(put(tmp_path, shop_file(*rows))) == "Garden Tools 2"


def test_products_without_a_vendor_leave_the_file_its_name(tmp_path) -> None:
    assert glance.shop_name(put(tmp_path, shop_file(row("a", "A", "1")))) == "Garden Tools 2"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\x89PNG\x00\x1a\n", "is a binary file"),
        (b"<!doctype html><p>", "is an HTML or XML page"),
        (b"", "is empty"),
        (b"Name,Price\nMug,9\n", "no column Handle, Title, Variant Price"),
        (b"Handle;Title;Variant Price\nmug;Mug;9\n", "separated by semicolons"),
        ("Handle,Title,Variant Price\ncafé,Café,9\n".encode("latin-1"), "is not in UTF-8"),
        (b"Handle,Title,Variant Price\n", "no products below it"),
        (b"Handle,Title,Variant Price\nmug,Mug,none\n", "None of the products"),
    ],
)
def test_a_file_that_is_no_catalogue_is_refused_in_one_line(tmp_path, data: bytes, words: str) -> None:
    with pytest.raises(NotACatalogueError, match=words) as refused:
        glance.shop_name(put(tmp_path, data))
    assert "\n" not in str(refused.value)
