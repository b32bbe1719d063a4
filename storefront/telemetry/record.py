"""What one request did: its calls per dependency, cache states and degraded parts, for its one log line.

The record travels in a context variable. Threads that a page fans out to run in a copy of the context and
so write into the same record, which is why it takes a lock.
"""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace

from storefront.core import RequestId, new_request_id
from storefront.telemetry.trace import TraceContext, new_trace, parse_traceparent

# Letters that can neither break a log line nor a header; any other id from outside is replaced by ours.
_SAFE_ID = re.compile(r"\A[A-Za-z0-9_-]{8,64}\Z")


@dataclass(frozen=True, slots=True)
class CallStats:
    """Calls to one dependency during one request: how many, how many failed, and milliseconds in all."""

    calls: int = 0
    failures: int = 0
    ms: float = 0.0


@dataclass(slots=True)
class RequestRecord:
    """The diary of one request. Write through the methods; read `summary()`."""

    request_id: RequestId
    trace: TraceContext
    _calls: dict[str, CallStats] = field(default_factory=dict)
    _cache: dict[str, int] = field(default_factory=dict)
    _degraded: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def call(self, upstream: str, *, seconds: float, failed: bool) -> None:
        """Note one call to a dependency that took `seconds`."""
        with self._lock:
            old = self._calls.get(upstream, CallStats())
            self._calls[upstream] = replace(
                old, calls=old.calls + 1, failures=old.failures + failed, ms=old.ms + seconds * 1_000
            )

    def cache(self, state: str) -> None:
        """Note that a cached answer was found in this state (fresh, stale, miss ...)."""
        with self._lock:
            self._cache[state] = self._cache.get(state, 0) + 1

    def degrade(self, part: str, reason: str) -> None:
        """Note that `part` of the page is missing or old. The first reason stays."""
        with self._lock:
            self._degraded.setdefault(part, reason)

    @property
    def degraded(self) -> dict[str, str]:
        """Part to reason; empty when the shopper got everything, new."""
        with self._lock:
            return dict(self._degraded)

    def calls(self, upstream: str) -> CallStats:
        """What was noted about one dependency."""
        with self._lock:
            return self._calls.get(upstream, CallStats())

    def summary(self) -> dict[str, object]:
        """Plain data for the log line; holds no personal data by construction."""
        with self._lock:
            return {
                "request_id": str(self.request_id),
                "trace_id": self.trace.trace_id,
                "calls": {
                    name: {"n": s.calls, "failed": s.failures, "ms": round(s.ms, 1)}
                    for name, s in sorted(self._calls.items())
                },
                "cache": dict(sorted(self._cache.items())),
                "degraded": dict(sorted(self._degraded.items())),
            }


_current: ContextVar[RequestRecord | None] = ContextVar("storefront_request_record", default=None)


def current_record() -> RequestRecord | None:
    """The record of the request being answered, or None outside of one."""
    return _current.get()


def safe_request_id(request_id: str | None) -> str | None:
    """An identifier from outside, when it is well formed."""
    return request_id if request_id and _SAFE_ID.match(request_id) else None


@contextmanager
def request_scope(request_id: str | None = None, traceparent: str | None = None) -> Iterator[RequestRecord]:
    """Begin a request's record. Identifiers from outside are taken when well formed, else made anew."""
    known = safe_request_id(request_id)
    parent = parse_traceparent(traceparent)
    record = RequestRecord(
        RequestId(known) if known else new_request_id(), parent.child() if parent else new_trace()
    )
    token = _current.set(record)
    try:
        yield record
    finally:
        _current.reset(token)


def outgoing_headers() -> dict[str, str]:
    """X-Request-Id and traceparent for a call to a dependency; made up when no request is being answered."""
    record = current_record()
    if record is None:
        return {"X-Request-Id": new_request_id(), "traceparent": new_trace().header()}
    return {"X-Request-Id": record.request_id, "traceparent": record.trace.child().header()}
