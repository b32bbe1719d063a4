"""W3C Trace Context: the `traceparent` header in and out (https://www.w3.org/TR/trace-context/, level 1)."""

import re
import secrets
from dataclasses import dataclass

_TRACEPARENT = re.compile(r"\A([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?\Z")
_UNKNOWN_VERSION = "ff"
_SAMPLED = 1


@dataclass(frozen=True, slots=True)
class TraceContext:
    """One place in one trace: trace id (16 bytes) and span id (8 bytes) in hexadecimal, sampled or not."""

    trace_id: str
    span_id: str
    sampled: bool

    def child(self) -> "TraceContext":
        """A new span of the same trace: what an outgoing call carries."""
        return TraceContext(self.trace_id, secrets.token_hex(8), self.sampled)

    def header(self) -> str:
        """The value of a `traceparent` header."""
        return f"00-{self.trace_id}-{self.span_id}-{int(self.sampled):02x}"


def new_trace(*, sampled: bool = False) -> TraceContext:
    """A trace that begins here."""
    return TraceContext(secrets.token_hex(16), secrets.token_hex(8), sampled)


def parse_traceparent(value: str | None) -> TraceContext | None:
    """The trace a caller names, or None when the header is missing or malformed (then a new one is begun).

    A higher version than 00 is read as far as its first four fields, as the specification asks; version
    ff and identifiers of only zeros are refused.
    """
    match = _TRACEPARENT.match(value.strip()) if value else None
    if match is None:
        return None
    version, trace_id, span_id, flags, rest = match.groups()
    zeros = not trace_id.strip("0") or not span_id.strip("0")
    if version == _UNKNOWN_VERSION or zeros or (version == "00" and rest):
        return None
    return TraceContext(trace_id, span_id, bool(int(flags, 16) & _SAMPLED))
