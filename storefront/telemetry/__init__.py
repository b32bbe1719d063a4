"""Request ids, traces, timings and counters: pure Python, passed explicitly, no collector needed."""

from storefront.telemetry.emf import Report
from storefront.telemetry.journal import Journal, Part, current_journal, journal
from storefront.telemetry.metrics import LATENCY_BUCKETS, Counter, Gauge, Histogram, Metrics
from storefront.telemetry.record import (
    CallStats,
    RequestRecord,
    current_record,
    outgoing_headers,
    request_scope,
    safe_request_id,
)
from storefront.telemetry.reporting import Reporting
from storefront.telemetry.telemetry import OK, Telemetry
from storefront.telemetry.trace import TraceContext, new_trace, parse_traceparent

__all__ = [
    "LATENCY_BUCKETS",
    "OK",
    "CallStats",
    "Counter",
    "Gauge",
    "Histogram",
    "Journal",
    "Metrics",
    "Part",
    "Report",
    "Reporting",
    "RequestRecord",
    "Telemetry",
    "TraceContext",
    "current_journal",
    "current_record",
    "journal",
    "new_trace",
    "outgoing_headers",
    "parse_traceparent",
    "request_scope",
    "safe_request_id",
]
