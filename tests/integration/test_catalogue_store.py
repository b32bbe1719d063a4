"""A product file on the real tables and the real index: bought, found, changed, sold, taken out again."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from PIL import Image

from apptier.catalog.records import Price, ProductRecord, ProductText, UnitMeasure, VariantRecord
from apptier.catalog.repository import CatalogRepository
from apptier.catalog.writer import CatalogWriter
from apptier.inventory import Inventory
from apptier.kit.clock import SystemClock
from apptier.kit.dynamo import Tables
from apptier.kit.events import Events
from apptier.kit.settings import Settings, load_settings
from apptier.search.index import SearchIndex
from dev.catalogue.backend_sink import BackendSink
from dev.catalogue.demo.build import Demo, build
from dev.catalogue.importer import apply, import_file
from dev.catalogue.media.pictures import DownloadedPictures
from dev.catalogue.report import ImportReport, NotACatalogueError
from dev.stack.devstack import DevStack

HEADER = (
    "Handle,Title,Body (HTML),Type,Option1 Name,Option1 Value,"
    "Variant SKU,Variant Inventory Qty,Variant Price,Image Src"
)
TEA = (
    "tea,Green Tea,<p>Leaves<script>x</script></p>,Drinks > Tea,Size,{size},"
    "{sku},{stock},{price},https://a.example/tea.png"
)
CUP = "cup,Blue Cup,,Tableware,,,CUP-1,4,8.00,"


class Leaf:
    """A picture source that always has one."""

    def fetch(self, _url: str) -> Image.Image:
        return Image.new("RGB", (400, 500), (80, 130, 70))


class Store:
    """The store as a test asks about it."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.settings = settings
        self.folder = folder
        self.tables, clock = Tables(settings), SystemClock()
        self.catalog = CatalogRepository(self.tables, clock)
        self.stock = Inventory(self.tables, clock)
        self.index = SearchIndex(settings)

    def put_in(self, *lines: str, prune: bool = False) -> ImportReport:
        file = self.folder / "goods.csv"
        file.write_text("\n".join([HEADER, *lines]), encoding="utf-8")
        pictures = DownloadedPictures(self.folder / "media", Leaf())
        return import_file(file, BackendSink(self.settings), pictures, prune=prune)

    def found(self, *, kind: str, market: str, locale: str = "en") -> list[str]:
        body = {"query": {"bool": {"filter": [{"term": {"kind": kind}}]}}, "size": 500}
        hits = self.index.search(market, locale, body)["hits"]["hits"]
        return sorted(hit["_source"]["handle"] for hit in hits)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("catalogue")
    with (
        DevStack(folder / "state", services=("ministack", "search")) as stack,
        pytest.MonkeyPatch.context() as patch,
    ):
        env = stack.environment("backend")
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_EC2_METADATA_DISABLED"):
            patch.setenv(name, env[name])
        yield Store(load_settings(env), folder)


def tea(size: str = "50 g", sku: str = "TEA-50", stock: int = 10, price: str = "6.50") -> str:
    return TEA.format(size=size, sku=sku, stock=stock, price=price)


def test_a_file_becomes_products_stock_and_search_results(store: Store) -> None:
    report = store.put_in(tea(), "tea,,,,,100 g,TEA-100,2,11.00,", CUP, "bad,Bad,,,,,,,free,")

    assert (report.created, report.left_out) == (2, 1)
    record = store.catalog.products(["tea"])["tea"].record
    assert record.description_html == "<p>Leaves</p>"
    assert {variant.sku: variant.prices["eu"].amount for variant in record.variants} == {
        "TEA-50": 650,
        "TEA-100": 1100,
    }
    assert all("us" not in variant.prices for variant in record.variants)
    assert store.stock.levels(["TEA-50"])["TEA-50"].quantity == 10
    assert [
        (c.record.slug, c.record.parent_id) for c in store.catalog.categories() if "tea" in c.record.slug
    ] == [("drinks-tea", "drinks")]
    assert store.found(kind="product", market="eu") == ["cup", "tea"]
    assert store.found(kind="product", market="us") == []
    assert list((store.folder / "media" / "products").glob("tea-*-360.avif"))


def test_the_same_file_again_changes_nothing_and_what_was_sold_stays_sold(store: Store) -> None:
    lines = (tea(), "tea,,,,,100 g,TEA-100,2,11.00,", CUP)
    store.put_in(*lines)
    version = store.catalog.stamp().version
    store.tables.transact(store.stock.reserve_items({"CUP-1": 1}))

    report = store.put_in(*lines)

    assert (report.created, report.updated, report.unchanged) == (0, 0, 2)
    assert store.catalog.stamp().version == version
    assert store.stock.levels(["CUP-1"])["CUP-1"].quantity == 3


def test_a_change_reaches_only_its_product(store: Store) -> None:
    store.put_in(tea(), CUP)
    before = {handle: card.version for handle, card in store.catalog.cards(["tea", "cup"]).items()}

    report = store.put_in(tea(price="7.00", stock=55), CUP)

    after = {handle: card.version for handle, card in store.catalog.cards(["tea", "cup"]).items()}
    assert (report.updated, report.unchanged) == (1, 1)
    assert (after["tea"] > before["tea"], after["cup"] == before["cup"]) == (True, True)
    assert store.stock.levels(["TEA-50"])["TEA-50"].quantity == 55


def test_sitemaps_name_every_product_once_with_its_last_change(store: Store) -> None:
    whole, end = store.catalog.list_changes("eu", limit=5_000)
    assert end is None
    assert sorted(handle for handle, _ in whole) == sorted(store.catalog.handles())
    cards = store.catalog.cards(handle for handle, _ in whole)
    assert dict(whole) == {handle: card.updated_at for handle, card in cards.items()}
    found: list[tuple[str, str]] = []
    place: str | None = None
    while len(found) < len(whole):
        page, place = store.catalog.list_changes("eu", limit=1, after=place)
        found += page
        assert (place is None) is (len(found) == len(whole))
    assert found == whole


def test_a_pruned_product_is_neither_shown_nor_found(store: Store) -> None:
    store.put_in(tea(), CUP)

    assert store.put_in(CUP, prune=True).retired == 1

    assert "tea" not in store.catalog.hashes()
    assert store.found(kind="product", market="eu") == ["cup"]
    assert store.put_in(tea(), CUP).created == 1, "and it may come back"


def test_a_file_that_is_refused_changes_nothing(store: Store) -> None:
    store.put_in(tea(), CUP)
    before = (store.catalog.stamp(), store.catalog.hashes())

    with pytest.raises(NotACatalogueError):
        store.put_in("only,Bad,,,,,,,free,")

    assert (store.catalog.stamp(), store.catalog.hashes()) == before


def test_languages_and_measures_are_kept_with_the_product(store: Store) -> None:
    """What the writer is handed is what each reader gets, in cards as in whole products."""
    prices = {"eu": Price(amount=7800)}
    measure = UnitMeasure(quantity=Decimal("10.05"), unit="m")
    record = ProductRecord(
        handle="paper",
        title="Wallpaper",
        variants=(VariantRecord(sku="PAPER-1", title="", options={}, prices=prices, unit_measure=measure),),
        translations={"de": ProductText(title="Tapete"), "ar": ProductText(title="ورق جدران")},
    )
    clock = SystemClock()
    writer = CatalogWriter(store.tables, Events(store.settings, "catalog", clock), clock)

    assert writer.put_products([record])[0].outcome == "created"

    kept = store.catalog.product("paper")
    assert kept is not None
    assert kept.record == record
    card = store.catalog.cards(["paper"])["paper"]
    assert [card.in_language(one).title for one in ("en", "de", "ar", "fr")] == [
        "Wallpaper",
        "Tapete",
        "ورق جدران",
        "Wallpaper",
    ]
    assert card.variants[0].measure == measure
    assert writer.put_products([record])[0].outcome == "unchanged"
    translated = record.model_copy(update={"translations": {"de": ProductText(title="Wandpapier")}})
    assert writer.put_products([translated])[0].outcome == "changed", "a new word is a change"


def test_the_whole_demo_shop_goes_in_and_a_second_time_writes_nothing(store: Store) -> None:
    demo: Demo = build()
    first, again = ImportReport(), ImportReport()
    apply(demo.products, demo.categories, BackendSink(store.settings), first, prune=True)
    version = store.catalog.stamp().version
    apply(demo.products, demo.categories, BackendSink(store.settings), again, prune=True)

    assert first.created == len(demo.products) == again.unchanged
    assert store.catalog.stamp().version == version
    for market in ("eu", "us"):
        assert len(store.found(kind="product", market=market)) == len(demo.products)
    everywhere = {category.record.slug: dict(category.counts) for category in store.catalog.categories()}
    assert all(everywhere[category.slug]["eu"] > 0 for category in demo.categories)
