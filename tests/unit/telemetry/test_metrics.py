"""What a scraper reads."""

import pytest

from storefront.telemetry import Metrics, Telemetry


def test_counters_are_rendered_by_label():
    metrics = Metrics()
    orders = metrics.counter("orders_total", "Orders.", ("market",))
    orders.add("eu")
    orders.add("eu", by=2)
    orders.add("us")
    assert metrics.render() == (
        '# HELP orders_total Orders.\n# TYPE orders_total counter\norders_total{market="eu"} 3\n'
        'orders_total{market="us"} 1\n'
    )
    assert orders.value("eu") == 3


def test_label_values_cannot_break_the_format():
    metrics = Metrics()
    metrics.counter("c", "C.", ("name",)).add('a"b\\c\nd')
    assert metrics.render().splitlines()[2] == r'c{name="a\"b\\c\nd"} 1'


def test_histograms_are_cumulative():
    metrics = Metrics()
    seconds = metrics.histogram("call_seconds", "Calls.", ("upstream",))
    for value in (0.004, 0.09, 0.4, 60):
        seconds.observe("catalog", seconds=value)
    lines = metrics.render().splitlines()
    assert 'call_seconds_bucket{upstream="catalog",le="0.005"} 1' in lines
    assert 'call_seconds_bucket{upstream="catalog",le="0.1"} 2' in lines
    assert 'call_seconds_bucket{upstream="catalog",le="0.4"} 3' in lines
    assert 'call_seconds_bucket{upstream="catalog",le="6"} 3' in lines
    assert 'call_seconds_bucket{upstream="catalog",le="+Inf"} 4' in lines
    assert 'call_seconds_count{upstream="catalog"} 4' in lines
    assert seconds.count("catalog") == 4


def test_gauges_are_read_when_asked():
    metrics = Metrics()
    values = [1.0]
    metrics.gauge("depth", "Depth.").read(by=lambda: values[0])
    assert "depth 1" in metrics.render()
    values[0] = 7
    assert "depth 7" in metrics.render()


def test_a_wrong_number_of_labels_is_an_error():
    with pytest.raises(ValueError, match="takes the labels"):
        Metrics().counter("c", "C.", ("a",)).add("x", "y")


def test_a_name_means_one_thing():
    metrics = Metrics()
    assert metrics.counter("c", "C.", ("a",)) is metrics.counter("c", "C.", ("a",))
    with pytest.raises(ValueError, match="declared twice"):
        metrics.counter("c", "C.", ("b",))
    with pytest.raises(ValueError, match="declared twice"):
        metrics.gauge("c", "C.", ("a",))


def test_nothing_counted_renders_as_nothing_wrong():
    assert Metrics().render() == ""
    assert "storefront_upstream_calls_total" in Telemetry().metrics.render()
