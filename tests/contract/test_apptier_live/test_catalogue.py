"""What people rely on behind the contract: nothing oversold, and imports that change only what changed."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from apptier.catalog.records import CategoryRecord, Price, ProductRecord, VariantRecord
from apptier.catalog.repository import CatalogRepository
from apptier.catalog.writer import CatalogWriter
from apptier.inventory import Inventory, LevelChange
from apptier.kit.clock import SystemClock
from apptier.kit.dynamo import Tables, TransactionCanceled
from apptier.kit.events import Events
from apptier.ratings import Ratings
from apptier.seed import seed

CLOCK = SystemClock()


@pytest.fixture
def writer(live) -> CatalogWriter:
    return CatalogWriter(live.tables, Events(live.settings, "catalog", CLOCK), CLOCK)


def lamp(handle: str, *, price: int = 5000, skus: tuple[str, ...] = ("A", "B"), **changes) -> ProductRecord:
    variants = tuple(
        VariantRecord(sku=f"{handle}-{s}", title=s, options={"Shade": s}, prices={"eu": Price(amount=price)})
        for s in skus
    )
    return ProductRecord(handle=handle, title=f"Lamp {handle}", variants=variants, **changes)


def test_200_buyers_of_the_last_20_get_20(live):
    inventory = Inventory(live.tables, CLOCK)
    sku = f"RACE-{uuid.uuid4().hex[:8]}"
    inventory.import_levels([LevelChange(sku, "race", 20)])
    start = threading.Barrier(16)

    def attempt() -> bool | None:
        """Whether it was bought; None for a clash with another buyer."""
        try:
            live.tables.transact(inventory.reserve_items({sku: 1}))
        except TransactionCanceled as canceled:
            sold_out = canceled.reasons[0].condition_failed and canceled.reasons[0].current["quantity"] == 0
            return False if sold_out else None
        return True

    def buy(number: int) -> bool:
        if number < 16:
            start.wait(10)
        outcomes = (attempt() for _ in range(100))
        return next(outcome for outcome in outcomes if outcome is not None)

    with ThreadPoolExecutor(16) as pool:
        bought = sum(pool.map(buy, range(200)))
    left = inventory.levels([sku], consistent=True)[sku]
    assert (bought, left.quantity, left.version) == (20, 0, 21)


def test_what_is_given_back_can_be_bought_again(live):
    inventory = Inventory(live.tables, CLOCK)
    sku = f"BACK-{uuid.uuid4().hex[:8]}"
    inventory.import_levels([LevelChange(sku, "back", 3)])
    live.tables.transact(inventory.reserve_items({sku: 3}))
    live.tables.transact(inventory.release_items({sku: 2}))
    assert inventory.levels([sku], consistent=True)[sku].quantity == 2


def test_one_short_line_takes_nothing_of_the_others(live):
    inventory = Inventory(live.tables, CLOCK)
    one, two = (f"BOTH-{uuid.uuid4().hex[:8]}" for _ in range(2))
    inventory.import_levels([LevelChange(one, "both", 5), LevelChange(two, "both", 1)])
    with pytest.raises(TransactionCanceled) as caught:
        live.tables.transact(inventory.reserve_items({one: 5, two: 2}))
    assert [reason.code for reason in caught.value.reasons] == ["None", "ConditionalCheckFailed"]
    assert inventory.levels([one], consistent=True)[one].quantity == 5


def test_a_second_import_keeps_what_was_sold_and_takes_a_recount(live):
    inventory = Inventory(live.tables, CLOCK)
    sku = f"SOLD-{uuid.uuid4().hex[:8]}"
    inventory.import_levels([LevelChange(sku, "sold", 10)])
    live.tables.transact(inventory.reserve_items({sku: 4}))
    assert inventory.import_levels([LevelChange(sku, "sold", 10)]) == []
    assert inventory.levels([sku])[sku].quantity == 6
    inventory.import_levels([LevelChange(sku, "sold", 25)])
    assert inventory.levels([sku], consistent=True)[sku].quantity == 21


def test_an_import_that_takes_away_what_is_held_leaves_nothing_to_sell_twice(live):
    inventory = Inventory(live.tables, CLOCK)
    sku = f"HELD-{uuid.uuid4().hex[:8]}"
    inventory.import_levels([LevelChange(sku, "held", 10)])
    live.tables.transact(inventory.reserve_items({sku: 8}))
    (level,) = inventory.import_levels([LevelChange(sku, "held", 5)])
    assert level.quantity == 0
    with pytest.raises(TransactionCanceled):
        live.tables.transact(inventory.reserve_items({sku: 1}))
    live.tables.transact(inventory.release_items({sku: 8}))
    assert inventory.levels([sku], consistent=True)[sku].quantity == 5


def test_imports_that_read_before_the_goods_were_there_overwrite_nothing(live, monkeypatch):
    """What an import has read may be old: somebody imports and sells before it writes."""
    inventory = Inventory(live.tables, CLOCK)
    base = uuid.uuid4().hex[:8]
    skus = [f"STALE-{base}-{n}" for n in range(3)]
    changes = [LevelChange(sku, "stale", 10) for sku in skus]
    read = live.tables.batch_get
    stale = [[]]

    def late(table, keys, **options):
        if not stale:
            return read(table, keys, **options)
        seen = stale.pop()
        inventory_of_another.import_levels(changes[:2])
        live.tables.transact(inventory.reserve_items({skus[0]: 4}))
        return seen

    inventory_of_another = Inventory(Tables(live.settings), CLOCK)
    monkeypatch.setattr(live.tables, "batch_get", late)
    inventory.import_levels(changes)

    levels = inventory.levels(skus, consistent=True)
    assert [levels[sku].quantity for sku in skus] == [6, 10, 10]
    assert [levels[sku].version for sku in skus] == [2, 1, 1]


def test_imports_and_buyers_at_the_same_moment_lose_nothing(live):
    inventory = Inventory(live.tables, CLOCK)
    sku = f"BUSY-{uuid.uuid4().hex[:8]}"
    inventory.import_levels([LevelChange(sku, "busy", 100)])

    def act(number: int) -> int:
        if number % 4 == 0:
            inventory.import_levels([LevelChange(sku, "busy", 100 + number)])
            return 0
        try:
            live.tables.transact(inventory.reserve_items({sku: 1}))
        except TransactionCanceled:
            return 0
        return 1

    with ThreadPoolExecutor(8) as pool:
        sold = sum(pool.map(act, range(40)))
    inventory.import_levels([LevelChange(sku, "busy", 100)])
    assert inventory.levels([sku], consistent=True)[sku].quantity == 100 - sold


def test_a_cursor_has_no_place_beside_named_products(live):
    query = {"market": "eu", "locale": "en", "handles": "meadow-cushion"}
    answer = live.get("catalog", "/products", **query, cursor="abc")
    assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")
    assert answer.json()["errors"][0]["pointer"] == "cursor"


def test_a_second_import_writes_only_what_changed(live, writer):
    base = uuid.uuid4().hex[:6]
    records = [lamp(f"lamp-{base}-{n}") for n in range(5)]
    assert {w.outcome for w in writer.put_products(records)} == {"created"}
    before = CatalogRepository(live.tables, CLOCK).stamp()
    assert {w.outcome for w in writer.put_products(records)} == {"unchanged"}
    assert CatalogRepository(live.tables, CLOCK).stamp() == before
    records[2] = lamp(f"lamp-{base}-2", price=4500)
    changed = {
        w.key: (w.outcome, w.version) for w in writer.put_products(records) if w.outcome != "unchanged"
    }
    assert changed == {f"lamp-{base}-2": ("changed", 2)}


def test_the_offers_version_grows_through_everything(live, writer):
    handle = f"lamp-{uuid.uuid4().hex[:6]}"
    inventory = Inventory(live.tables, CLOCK)
    seen = []

    def look() -> None:
        seen.append(live.get("catalog", f"/products/{handle}/offers", market="eu").json()["version"])

    writer.put_products([lamp(handle)])
    writer.put_levels([LevelChange(f"{handle}-A", handle, 5), LevelChange(f"{handle}-B", handle, 5)])
    look()
    live.tables.transact(inventory.reserve_items({f"{handle}-B": 1}))
    look()
    writer.put_products([lamp(handle, price=1)])
    look()
    writer.put_products([lamp(handle, price=1, skus=("A",))])
    look()
    writer.put_products([lamp(handle, price=1)])
    look()
    assert seen == sorted(set(seen))


def test_a_retired_product_is_gone_everywhere_and_comes_back_newer(live, writer):
    handle = f"lamp-{uuid.uuid4().hex[:6]}"
    first = writer.put_products([lamp(handle)])[0].version
    assert writer.retire([handle, "never-there"]) == [handle]
    for path in (f"/products/{handle}", f"/products/{handle}/offers"):
        assert live.get("catalog", path, market="eu", locale="en").status_code == 404
    listed = live.get("catalog", "/products", market="eu", locale="en", handles=handle)
    assert listed.json()["items"] == []
    assert writer.put_products([lamp(handle)])[0].version > first + 1


def test_a_card_has_the_stars_of_its_approved_reviews(live, writer):
    handle, other = (f"lamp-{uuid.uuid4().hex[:6]}" for _ in range(2))
    writer.put_products([lamp(handle), lamp(other)])
    for stars in (5, 4, 4):
        live.tables.transact([Ratings(live.tables).change(handle, stars, 1, "2026-11-20T08:30:00.000Z")])
    listed = live.get("catalog", "/products", market="eu", locale="en", handles=f"{other},{handle}").json()
    assert [card["rating"] for card in listed["items"]] == [None, {"average": 4.3, "count": 3}]


def test_pages_of_a_category_follow_one_another_newest_first(live, writer):
    slug = f"shelf-{uuid.uuid4().hex[:6]}"
    writer.put_categories([CategoryRecord(id=slug, slug=slug, name="Shelf", parent_id="textiles")])
    records = [
        lamp(f"{slug}-{n}", category_ids=(slug,), published_at=f"2026-10-{n + 1:02d}T00:00:00.000Z")
        for n in range(7)
    ]
    writer.put_products(records)
    seen, cursor = [], None
    while True:
        more = {"cursor": cursor} if cursor else {}
        page = live.get(
            "catalog", "/products", market="eu", locale="en", category=slug, limit=3, **more
        ).json()
        seen += [card["handle"] for card in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == [f"{slug}-{n}" for n in reversed(range(7))]
    tree = {
        c["slug"]: c["product_count"]
        for c in live.get("catalog", "/categories", market="eu", locale="en").json()["items"]
    }
    assert tree[slug] == 7
    assert tree["textiles"] >= 7
    writer.retire([record.handle for record in records])
    assert slug not in {
        c["slug"] for c in live.get("catalog", "/categories", market="eu", locale="en").json()["items"]
    }


def test_a_category_below_itself_is_refused(writer):
    circle = [
        CategoryRecord(id="one", slug="one", name="One", parent_id="two"),
        CategoryRecord(id="two", slug="two", name="Two", parent_id="one"),
    ]
    with pytest.raises(ValueError, match="below itself"):
        writer.put_categories(circle)


def test_seeding_again_changes_nothing(live):
    seed(live.settings)
    assert seed(live.settings) == (0, 0)


def test_the_home_page_names_only_what_exists(live):
    home = live.get("content", "/home", market="eu", locale="en").json()
    handles = [s for section in home["sections"] if section["kind"] == "products" for s in section["slugs"]]
    found = live.get("catalog", "/products", market="eu", locale="en", handles=",".join(handles)).json()[
        "items"
    ]
    assert {card["handle"] for card in found} >= set(handles) & {
        "meadow-cushion",
        "harbour-cushion",
        "harbour-rug",
    }
    assert handles
