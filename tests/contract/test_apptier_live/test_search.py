"""Search as a shopper meets it: typos, plurals, other words, facets that count right, parts that are away."""

import time
import uuid

import pytest

from apptier.catalog.records import Price, ProductRecord, VariantRecord
from apptier.catalog.writer import CatalogWriter, stock_detail
from apptier.inventory import Inventory, LevelChange
from apptier.kit.clock import SystemClock
from apptier.kit.events import Events
from apptier.search.index import SearchIndex
from apptier.search.indexer import Indexer

CLOCK = SystemClock()


def find(live, **parameters) -> dict:
    answer = live.get("search", "/products", market="eu", locale="en", **parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("meadow cushion", "meadow-cushion"),
        ("meadows", "meadow-cushion"),
        ("FN-MEA-INK-45", "meadow-cushion"),
        ("fn-mea-mos-60", "meadow-cushion"),
        ("botanical", "meadow-cushion"),
        ("medow", "meadow-cushion"),
        ("harbor rug", "harbour-rug"),
        ("meadow pillow", "meadow-cushion"),
    ],
)
def test_search_finds_what_was_meant(live, typed, first):
    assert find(live, q=typed)["items"][0]["handle"] == first


def test_a_typo_is_named(live):
    assert find(live, q="botanicl")["did_you_mean"] == "botanical"
    assert find(live, q="botanical")["did_you_mean"] is None


def test_facets_narrow_one_another_and_not_themselves(live):
    facets = {f["code"]: f for f in find(live, q="harbour", filter="pattern:Stripe")["facets"]}
    assert {v["value"]: (v["count"], v["selected"]) for v in facets["pattern"]["values"]} == {
        "Stripe": (2, True)
    }
    widened = {f["code"]: f for f in find(live, filter="pattern:Stripe", category="cushions")["facets"]}
    assert {v["value"]: v["count"] for v in widened["pattern"]["values"]} == {"Stripe": 1, "Botanical": 1}
    assert "colour" not in widened, "all that is left comes in all of its colours: nothing to choose"


def test_prices_sort_and_filter(live):
    by_price = [c["price_from"]["amount"] for c in find(live, sort="price_desc")["items"]]
    assert by_price == sorted(by_price, reverse=True)
    cheap = [c["handle"] for c in find(live, filter="price:0-2999")["items"]]
    # Lamps whose price another test has changed are in the index since then.
    assert [handle for handle in cheap if not handle.startswith("lamp-")] == ["harbour-cushion"]


def test_pages_past_the_end_are_404(live):
    for page in (2, 1000, 10_000_000):
        answer = live.get("search", "/products", market="eu", locale="en", q="meadow", page=page)
        assert (answer.status_code, answer.json()["code"]) == (404, "page_out_of_range")
    assert find(live, q="qqqqqqqq")["page_count"] == 0


def test_what_is_sold_is_followed_by_cards_and_counts(live):
    skus = ("HARBOUR-RUG-INK-45", "HARBOUR-RUG-MOS-60")
    inventory, sales = Inventory(live.tables, CLOCK), Events(live.settings, "orders", CLOCK)

    def recount(quantity: int, word: str) -> None:
        inventory.import_levels([LevelChange(sku, "harbour-rug", quantity) for sku in skus])
        levels = inventory.levels(skus).values()
        sales.publish("StockChanged", [stock_detail(level) for level in levels])
        end = time.monotonic() + 30
        while find(live, q="harbour rug")["items"][0]["availability"] != word:
            assert time.monotonic() < end, "the index has not heard of it"
            time.sleep(0.3)

    try:
        recount(0, "out_of_stock")
        sold_out = find(live, filter="availability:out_of_stock", category="textiles")
        assert [card["handle"] for card in sold_out["items"]] == ["harbour-rug"]
    finally:
        recount(42, "in_stock")


def test_related_products_are_others_of_the_category(live):
    def related(handle: str, **parameters) -> list[str]:
        path = f"/products/{handle}/related"
        answer = live.get("search", path, market="eu", locale="en", **parameters)
        assert answer.status_code == 200, answer.text
        return [card["handle"] for card in answer.json()["items"]]

    assert related("meadow-cushion") == ["harbour-cushion"]
    assert related("harbour-rug") == ["harbour-cushion", "meadow-cushion"], "of those below, too"
    assert related("harbour-rug", limit=1) == ["harbour-cushion"]


def test_an_unknown_product_has_no_related_ones(live):
    answer = live.get("search", "/products/no-such/related", market="eu", locale="en")
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_product")


def test_a_colour_that_is_asked_for_is_the_one_that_is_shown(live):
    cards = find(live, filter="colour:Moss", category="cushions")["items"]
    assert {card["variant_sku"] for card in cards if card["handle"] == "meadow-cushion"} == {"FN-MEA-MOS-60"}


def test_prices_and_ratings_that_are_none_are_refused_by_name(live):
    for entry, code in (("price:cheap", "price_range"), ("rating:9", "rating_range")):
        answer = live.get("search", "/products", market="eu", locale="en", filter=entry)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, code)


def test_every_language_is_searched(live):
    for locale in ("en", "de", "ar"):
        answer = live.get("search", "/products", market="eu", locale=locale, q="meadow").json()
        assert answer["total"] >= 1
        assert all(facet["name"] for facet in answer["facets"])


def test_pages_of_help_are_found(live):
    assert "returns" in [page["slug"] for page in find(live, q="returns")["pages"]]


def test_suggestions_complete_what_is_typed(live):
    answer = live.get("search", "/suggestions", market="eu", locale="en", q="cush").json()["items"]
    assert answer[0] == {"kind": "category", "text": "Cushions", "target": "cushions"}
    assert {"kind": "product", "text": "Meadow cushion", "target": "meadow-cushion"} in answer


def test_a_synced_product_is_found_and_a_retired_one_is_not(live):
    handle = f"zeppelin-{uuid.uuid4().hex[:6]}"
    writer = CatalogWriter(live.tables, Events(live.settings, "catalog", CLOCK), CLOCK)
    variant = VariantRecord(sku=handle, title="", options={}, prices={"eu": Price(amount=1)})
    indexer = Indexer(live.tables, SearchIndex(live.settings, CLOCK), CLOCK)
    writer.put_products([ProductRecord(handle=handle, title="Zeppelin lamp", variants=(variant,))])
    indexer.sync([handle])
    assert [c["handle"] for c in find(live, q="zeppelin")["items"]] == [handle]
    writer.retire([handle])
    indexer.sync([handle])
    assert find(live, q="zeppelin")["items"] == []


def test_search_that_is_away_is_503_and_comes_back(live):
    live.stack.pause("search")
    try:
        answer = live.get("search", "/products", market="eu", locale="en")
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert live.get("catalog", "/products", market="eu", locale="en").status_code == 200
    finally:
        live.stack.resume("search")
    assert find(live)["total"] > 0


def test_search_goes_on_with_the_stock_it_knew_when_the_tables_are_away(live):
    live.stack.pause("ministack")
    try:
        # `find` gives up after ten seconds: an answer that waits for the tables to come back fails here.
        found = find(live, q="meadow cushion")
    finally:
        live.stack.resume("ministack")
    assert found["items"][0]["availability"] == "in_stock"
