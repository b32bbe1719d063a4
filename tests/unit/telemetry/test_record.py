"""What a request's log line and outgoing headers say."""

import contextvars
import threading

import pytest

from storefront.telemetry import (
    Telemetry,
    current_record,
    new_trace,
    outgoing_headers,
    parse_traceparent,
    request_scope,
)

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def test_a_request_keeps_the_identifier_it_came_with():
    with request_scope("req-0123456789") as record:
        assert record.request_id == "req-0123456789"
        assert current_record() is record
        assert outgoing_headers()["X-Request-Id"] == "req-0123456789"
    assert current_record() is None


@pytest.mark.parametrize(
    "given", [None, "", "short", "x" * 65, "a b c d e f", "id\r\nSet-Cookie: a=b", "ä" * 10]
)
def test_identifiers_that_could_do_harm_are_replaced(given):
    with request_scope(given) as record:
        assert record.request_id != given
        assert len(record.request_id) == 32


def test_the_trace_goes_on_with_new_spans():
    with request_scope(traceparent=PARENT) as record:
        first = parse_traceparent(outgoing_headers()["traceparent"])
        second = parse_traceparent(outgoing_headers()["traceparent"])
        assert record.trace.trace_id == first.trace_id == "0af7651916cd43dd8448eb211c80319c"
        assert len({"b7ad6b7169203331", record.trace.span_id, first.span_id, second.span_id}) == 4
        assert first.sampled


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "nonsense",
        PARENT.upper(),
        "ff" + PARENT[2:],
        PARENT + "-extra",
        f"00-{'0' * 32}-b7ad6b7169203331-01",
        f"00-0af7651916cd43dd8448eb211c80319c-{'0' * 16}-01",
        PARENT + "\r\nX: y",
    ],
)
def test_malformed_traces_are_not_continued(header):
    assert parse_traceparent(header) is None


def test_a_later_version_is_read_as_far_as_it_is_known():
    assert parse_traceparent("01" + PARENT[2:] + "-more").trace_id == "0af7651916cd43dd8448eb211c80319c"


def test_a_header_survives_the_round_trip():
    trace = new_trace(sampled=True)
    assert parse_traceparent(trace.header()) == trace


def test_headers_exist_outside_of_a_request_too():
    headers = outgoing_headers()
    assert parse_traceparent(headers["traceparent"]) is not None
    assert len(headers["X-Request-Id"]) == 32


def test_the_summary_tells_calls_cache_and_degraded_parts():
    telemetry = Telemetry()
    with request_scope("req-0123456789") as record:
        telemetry.call("catalog", outcome="ok", seconds=0.25)
        telemetry.call("catalog", outcome="timeout", seconds=0.5)
        telemetry.cache("product", "fresh")
        telemetry.degraded("recommendations", "late")
        telemetry.degraded("recommendations", "unavailable")
    summary = record.summary()
    assert summary["request_id"] == "req-0123456789"
    assert summary["calls"] == {"catalog": {"n": 2, "failed": 1, "ms": 750.0}}
    assert summary["cache"] == {"fresh": 1}
    assert summary["degraded"] == record.degraded == {"recommendations": "late"}
    assert telemetry.calls.value("catalog", "timeout") == 1


def test_threads_with_a_copied_context_write_into_the_same_record():
    telemetry = Telemetry()
    with request_scope() as record:
        threads = [
            threading.Thread(
                target=contextvars.copy_context().run,
                args=(lambda: [telemetry.call("search", outcome="ok", seconds=0) for _ in range(200)],),
            )
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert record.calls("search").calls == 800
