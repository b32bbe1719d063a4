"""A stranger's CSV makes a shop of the stranger's: its products are found, looked at and put into a cart."""

from __future__ import annotations

import csv
from collections.abc import Iterator

import pytest
import requests

from dev.stack.devstack import DevStack
from dev.stack.emulators import EMULATORS
from tests.paths import in_region

ROWS = [
    ["Handle", "Title", "Body (HTML)", "Vendor", "Type", "Published", "Option1 Name", "Option1 Value"],
    [
        "plain-tee",
        "Plain Tee",
        "<p>Soft <script>alert(1)</script>cotton.</p>",
        "Acme",
        "Shirts",
        "true",
        "Size",
        "S",
    ],
    ["plain-tee", "", "", "", "", "", "", "M"],
    ["wool-hat", "Wool Hat", "<p>Warm.</p>", "Acme", "Hats", "true", "Title", "Default Title"],
    ["bad-price", "Bad Price", "", "Acme", "Hats", "true", "Title", "Default Title"],
]
MORE = [
    ["Variant SKU", "Variant Inventory Qty", "Variant Price"],
    ["TEE-S", "5", "19.00"],
    ["TEE-M", "0", "19.00"],
    ["", "3", "25.50"],
    ["", "3", "cheap"],
]


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The address of the stranger's shop, and what the importer said."""
    folder = tmp_path_factory.mktemp("stranger")
    file = folder / "products.csv"
    with file.open("w", newline="", encoding="utf-8") as handle:
        csv.writer(handle).writerows([a + b for a, b in zip(ROWS, MORE, strict=True)])
    with DevStack(folder / "state", services=EMULATORS, web_workers=1, shop_name="Acme") as stack:
        said = stack.seed(file)
        stack.start("backend", "web")
        stack.warm()
        yield stack.environment("web")["PUBLIC_ORIGIN"], said


def page(origin: str, path: str) -> str:
    answer = requests.get(f"{origin}{in_region(path)}", timeout=10)
    assert answer.status_code == 200, path
    return answer.text


def test_good_rows_go_in_and_a_bad_one_is_named(stranger: tuple[str, str]) -> None:
    _, said = stranger
    assert "2 created" in said
    assert "line 5, Variant Price" in said


def test_the_shop_is_the_stranger_s(stranger: tuple[str, str]) -> None:
    home = page(stranger[0], "/")
    assert "Acme" in home
    assert "Fieldnote" not in home
    assert "/ie/en/p/plain-tee/" in home


def test_the_shop_speaks_three_languages_with_plain_words(stranger: tuple[str, str]) -> None:
    origin = stranger[0]
    assert "Willkommen" in page(origin, "/de/de/")
    assert "أهلًا بك" in page(origin, "/de/ar/")
    for region in ("ie/en", "de/de", "us/ar"):
        assert "Fieldnote" not in page(origin, f"/{region}/pages/delivery/")


def test_where_the_file_has_no_prices_the_shop_says_that_it_sells_nothing(stranger: tuple[str, str]) -> None:
    origin = stranger[0]
    home = page(origin, "/us/en/")
    assert "Nothing is for sale here yet" in home
    assert "0 products" not in home
    assert "plain-tee" not in home
    assert "nothing in your country yet" in page(origin, "/us/en/pages/about/")
    assert "0 products" not in page(origin, "/us/en/pages/about/")


def test_the_demo_s_landing_pages_and_redirects_are_not_the_stranger_s(stranger: tuple[str, str]) -> None:
    for path in ("/l/gifts/", "/collections/autumn"):
        assert requests.get(f"{stranger[0]}/ie/en{path}", timeout=10).status_code == 404


def test_a_product_is_shown_clean_with_its_price_and_what_is_sold_out(stranger: tuple[str, str]) -> None:
    product = page(stranger[0], "/p/plain-tee/")
    assert "€19.00" in product
    assert "alert(1)" not in product
    assert "Sold out" in page(stranger[0], "/p/plain-tee/?variant=TEE-M")
    assert requests.get(f"{stranger[0]}/ie/en/p/bad-price/", timeout=10).status_code == 404


def test_it_is_found_and_bought(stranger: tuple[str, str]) -> None:
    origin = stranger[0]
    assert "/ie/en/p/wool-hat/" in page(origin, "/search/?q=wool")
    visitor = requests.Session()
    answer = visitor.post(
        f"{origin}/ie/en/cart/lines/",
        data={"sku": "TEE-S", "quantity": "2"},
        headers={"Sec-Fetch-Site": "same-origin"},
        timeout=10,
    )
    assert answer.url == f"{origin}/ie/en/cart/"
    assert "Plain Tee is in your cart." in answer.text
    assert "€38.00" in answer.text
