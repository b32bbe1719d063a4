"""The table: every event of the contract is mapped or named as irrelevant, and does what it says."""

import json
from datetime import UTC, datetime
from pathlib import Path

import jsonschema
import pytest
import yaml

from storefront.cache.manifest import MANIFEST
from storefront.purging.events import (
    IRRELEVANT,
    KINDS,
    MASS_IMPORT,
    TABLE,
    Event,
    Plan,
    Purge,
    Unreadable,
    purges_of,
    read_event,
)

ROOT = Path(__file__).resolve().parents[3]
CONTRACT = yaml.safe_load((ROOT / "contracts/events.yaml").read_text(encoding="utf-8"))
COMMON = yaml.safe_load((ROOT / "contracts/common.yaml").read_text(encoding="utf-8"))
STACK = (ROOT / "infra/data-stack.yaml").read_text(encoding="utf-8")


class _Loader(yaml.SafeLoader):
    """CloudFormation's short functions are of no interest here."""


_Loader.add_multi_constructor("!", lambda _loader, _suffix, node: str(node.value))


def examples():
    for kind, hook in CONTRACT["webhooks"].items():
        content = hook["post"]["requestBody"]["content"]["application/json"]
        for name, example in content.get("examples", {}).items():
            yield kind, name, example["value"], content["schema"]


def event(kind, **detail):
    return Event("e1", kind, detail, None)


def purges(kind, **detail):
    return set(purges_of(event(kind, **detail)))


def test_every_event_of_the_contract_is_mapped_or_named_as_irrelevant():
    told = set(CONTRACT["webhooks"])
    assert KINDS | set(IRRELEVANT) == told
    assert not KINDS & set(IRRELEVANT)


def test_the_queue_gets_just_the_events_that_are_mapped():
    rule = yaml.load(STACK, Loader=_Loader)["Resources"]["PurgeRule"]["Properties"]
    assert set(rule["EventPattern"]["detail-type"]) == KINDS


@pytest.mark.parametrize(("kind", "name", "value", "schema"), list(examples()))
def test_an_example_is_what_its_schema_says_and_can_be_read(kind, name, value, schema):
    resolved = json.loads(
        json.dumps(CONTRACT["components"]["schemas"].get(schema.get("$ref", "").rpartition("/")[2], schema))
    )
    schemas = COMMON["components"]["schemas"]
    for member, inner in resolved.get("properties", {}).items():
        if inner.get("$ref", "").startswith("./common.yaml"):
            resolved["properties"][member] = schemas[inner["$ref"].rpartition("/")[2]]
        if "items" in inner and "$ref" in inner["items"]:
            inner["items"] = schemas[inner["items"]["$ref"].rpartition("/")[2]]
    jsonschema.Draft202012Validator(resolved).validate(value)
    found = purges_of(event(kind, **value))
    assert bool(found) == (kind in KINDS), name


def test_every_row_has_an_example_that_it_acts_on():
    acted_on = {
        row for kind, _, value, _ in examples() for row in TABLE if row.kind == kind and row.when(value)
    }
    assert set(TABLE) - acted_on == {row for row in TABLE if row.tag == "catalog"}, "a mass import has none"


def test_every_tag_is_one_that_something_carries():
    carried = {tag for family in MANIFEST.values() for tag in family.tags}
    shapes = {
        tag.replace("{slug}", "{}").replace("{handle}", "{}").replace("{name}", "{}") for tag in carried
    }
    named = {row.tag.replace("{handle}", "{}").replace("{name}", "{}") for row in TABLE}
    assert named <= shapes


def test_a_price_purges_offers_and_cards_each_by_its_own_version():
    found = purges("PriceChanged", handle="rug", version=4, offers_version=9)
    assert found == {Purge("offers:rug", 9), Purge("product:rug", 4)}


def test_a_changed_product_leaves_lists_alone_unless_they_change_with_it():
    detail = {"handle": "rug", "version": 4, "retired": False, "created": False, "moved": False}
    assert purges("ProductChanged", **detail) == {Purge("product:rug", 4)}
    lists = {Purge("products"), Purge("search"), Purge("categories")}
    assert purges("ProductChanged", **detail | {"created": True}) == {Purge("product:rug", 4), *lists}
    assert purges("ProductChanged", **detail | {"moved": True}) == {Purge("product:rug", 4), *lists}
    gone = purges("ProductChanged", **detail | {"retired": True})
    assert gone == {Purge("product:rug", 4), Purge("offers:rug"), *lists}


def test_stock_without_the_version_of_its_offers_purges_plainly():
    assert purges("StockChanged", handle="rug", sku="R", offers_version=7) == {Purge("offers:rug", 7)}
    assert purges("StockChanged", handle="rug", sku="R") == {Purge("offers:rug")}


@pytest.mark.parametrize(
    ("key", "tag"),
    [
        ("HOME", "content:home"),
        ("PAGES", "content_pages"),
        ("PAGE#returns", "content:returns"),
        ("MENU#footer", "menu:footer"),
        ("REDIRECT#/old/mug", "redirects"),
    ],
)
def test_content_is_purged_by_what_was_published(key, tag):
    assert purges("ContentChanged", key=key, market="eu", locale="de", version=3) == {Purge(tag)}


def test_only_a_mass_import_takes_the_whole_catalogue():
    few, many = (
        purges("ImportEnded", changed=count, categories=0) for count in (MASS_IMPORT - 1, MASS_IMPORT)
    )
    assert Purge("catalog") not in few
    assert many - few == {Purge("catalog")}


@pytest.mark.parametrize(
    ("kind", "detail"),
    [
        ("PriceChanged", {}),
        ("PriceChanged", {"handle": 7}),
        ("PriceChanged", {"handle": "../etc"}),
        ("PriceChanged", {"handle": "rug\n", "offers_version": 1}),
        ("PriceChanged", {"handle": "x" * 121}),
        ("PriceChanged", {"handle": "rug", "offers_version": "9"}),
        ("PriceChanged", {"handle": "rug", "offers_version": True}),
        ("PriceChanged", {"handle": "rug", "offers_version": 0}),
    ],
)
def test_an_event_that_does_not_say_what_it_must_is_unreadable(kind, detail):
    with pytest.raises(Unreadable):
        purges_of(event(kind, **detail))


@pytest.mark.parametrize(
    "body", ["", "nonsense", "[]", "{}", '{"detail-type": "X"}', '{"detail": {}}', "\x00"]
)
def test_what_is_no_event_is_unreadable(body):
    with pytest.raises(Unreadable):
        read_event(body)


def test_the_moment_of_the_change_counts_before_that_of_the_envelope():
    body = {
        "id": "e",
        "detail-type": "PriceChanged",
        "time": "2026-11-23T09:00:00Z",
        "detail": {"handle": "rug"},
    }
    assert read_event(json.dumps(body)).happened_at == datetime(2026, 11, 23, 9, tzinfo=UTC)
    body["detail"]["updated_at"] = "2026-11-23T08:59:59.250Z"
    found = read_event(json.dumps(body)).happened_at
    assert found == datetime(2026, 11, 23, 8, 59, 59, 250_000, tzinfo=UTC)
    assert read_event('{"detail-type": "X", "detail": {}, "time": "soon"}').happened_at is None


def test_a_plan_has_each_tag_once_with_its_highest_version():
    plan = Plan([Purge("a", 3), Purge("a", 5), Purge("a", 4), Purge("b"), Purge("b"), Purge("a")])
    assert list(plan) == [Purge("a", 5), Purge("b"), Purge("a")]
    assert plan.edge_tags == ("a", "b")
