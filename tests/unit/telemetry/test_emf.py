"""Metrics as CloudWatch reads them: valid documents, each of what came since the one before."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from storefront.telemetry import Metrics, Report, Telemetry
from storefront.telemetry.emf import NAMESPACE, UNITS, Origin
from storefront.telemetry.metrics import MOST_SAMPLES

ROOT = Path(__file__).resolve().parents[3]
ORIGIN = Origin("production", "web", "r42")
# Of the specification: 30 dimensions in a set, 100 metrics in a directive, 100 values of one, these units.
CLOUDWATCH_UNITS = {"Count", "Percent", "Milliseconds", "Seconds"}


@pytest.fixture
def telemetry():
    return Telemetry()


@pytest.fixture
def report(telemetry):
    made = Report(telemetry.metrics, ORIGIN, lambda: 1_700_000_000.5)
    return lambda: [json.loads(line) for line in made.lines()]


def of(documents, **dimensions):
    """The document with these dimensions."""
    wanted = {"Environment": "production", **dimensions}
    (found,) = [
        one
        for one in documents
        if {name: one[name] for name in one["_aws"]["CloudWatchMetrics"][0]["Dimensions"][0]} == wanted
    ]
    return found


def fill(telemetry):
    for state, times in {"memory": 6, "redis": 2, "rendered": 1, "stale": 1}.items():
        telemetry.cache_lookups.add("page", state, by=times)
    telemetry.cache("product", "fresh")
    telemetry.cache("product", "aging")
    telemetry.cache("product", "fetched")
    telemetry.cache("product", "stale")
    telemetry.call("catalog", outcome="ok", seconds=0.02)
    telemetry.call("catalog", outcome="timeout", seconds=0.5)
    telemetry.metrics.histogram("storefront_page_render_seconds", "x").observe(seconds=0.0125)
    telemetry.metrics.histogram("storefront_purge_lag_seconds", "x").observe(seconds=0.1)
    changes = telemetry.metrics.histogram("storefront_change_lag_seconds", "x", ("kind",))
    for kind in ("PriceChanged", "StockChanged"):
        changes.observe(kind, seconds=1.5)


def test_every_line_is_a_document_of_the_specification(telemetry, report):
    fill(telemetry)
    documents = report()
    assert len(documents) == 3
    for document in documents:
        assert document["_aws"]["Timestamp"] == 1_700_000_000_500
        (directive,) = document["_aws"]["CloudWatchMetrics"]
        assert directive["Namespace"] == NAMESPACE
        (dimensions,) = directive["Dimensions"]
        assert 0 < len(dimensions) <= 30
        assert all(isinstance(document[name], str) and document[name] for name in dimensions)
        assert 0 < len(directive["Metrics"]) <= 100
        for metric in directive["Metrics"]:
            assert metric["Unit"] in CLOUDWATCH_UNITS
            value = document[metric["Name"]]
            values = value if isinstance(value, list) else [value]
            assert 0 < len(values) <= 100
            assert all(isinstance(one, int | float) and math.isfinite(one) for one in values)


def test_pages_are_told_by_where_they_came_from(telemetry, report):
    fill(telemetry)
    told = of(report())
    assert (told["PagesFromMemory"], told["PagesFromRedis"], told["PagesRendered"]) == (6, 2, 1)
    assert (told["PagesStale"], told["PageHitRatio"]) == (1, 80.0)
    assert told["PageRenderTime"] == [12.5]
    assert told["PurgeLag"] == [0.1]
    assert told["ChangeLag"] == [1.5, 1.5]
    assert (told["Workers"], told["Role"], told["Release"]) == (1, "web", "r42")


def test_answers_are_told_by_family_and_calls_by_dependency(telemetry, report):
    fill(telemetry)
    documents = report()
    product = of(documents, Family="product")
    assert (product["AnswersHit"], product["AnswersMissed"], product["AnswersStale"]) == (2, 1, 1)
    assert product["AnswerHitRatio"] == 50.0
    catalog = of(documents, Upstream="catalog")
    assert (catalog["UpstreamCalls"], catalog["UpstreamFailures"]) == (2, 1)
    assert sorted(catalog["UpstreamTime"]) == [20.0, 500.0]


def test_each_time_what_came_since_the_last(telemetry, report):
    fill(telemetry)
    report()
    (quiet,) = report()
    assert {m["Name"] for m in quiet["_aws"]["CloudWatchMetrics"][0]["Metrics"]} == {"Workers"}
    telemetry.cache_lookups.add("page", "memory")
    assert of(report())["PagesFromMemory"] == 1


def test_nothing_of_a_request_is_told(telemetry, report):
    fill(telemetry)
    assert {name for one in report() for name in one} <= {
        *UNITS, "_aws", "event", "Role", "Release", "Environment", "Family", "Upstream"
    }  # fmt: skip


def test_of_many_durations_a_fair_sample_is_told():
    histogram = Metrics().histogram("h", "H.")
    for number in range(10_000):
        histogram.observe(seconds=number)
    (sample,) = histogram.take().values()
    assert len(sample) == MOST_SAMPLES
    assert 3_500 < sum(sample) / len(sample) < 6_500
    assert histogram.take() == {}
    assert histogram.count() == 10_000


def test_the_reference_explains_every_metric_and_no_other():
    text = (ROOT / "docs/reference/metrics.md").read_text(encoding="utf-8")
    rows = [line.split("|") for line in text.splitlines() if line.startswith("| `")]
    explained = {row[1].strip().strip("`"): row[2].strip() for row in rows}
    assert explained == dict(UNITS)
