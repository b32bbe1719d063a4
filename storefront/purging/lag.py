"""How long changes take to be purged: from the moment of the change to the purge being noted."""

import threading
from collections import deque
from dataclasses import dataclass
from datetime import datetime

from storefront.telemetry import Telemetry

_REMEMBERED = 1_000


@dataclass(frozen=True, slots=True)
class LagSummary:
    """Of the last thousand changes: how many there were, and seconds."""

    count: int
    p50: float
    p99: float
    most: float


class Lag:
    """Notes lags as the metric `storefront_change_lag_seconds` by kind of event; thread-safe.

    Both moments are of wall clocks, of different hosts in the cloud: what they differ by is in every number.
    """

    def __init__(self, telemetry: Telemetry) -> None:
        self._metric = telemetry.metrics.histogram(
            "storefront_change_lag_seconds",
            "From a change in the backend to its purge being noted.",
            ("kind",),
        )
        self._last: deque[float] = deque(maxlen=_REMEMBERED)
        self._lock = threading.Lock()

    def note(self, kind: str, happened_at: datetime | None, now: datetime) -> None:
        """One change was purged `now` (aware, UTC). Nothing is noted of one that tells no time."""
        if happened_at is None:
            return
        seconds = max((now - happened_at).total_seconds(), 0.0)
        self._metric.observe(kind, seconds=seconds)
        with self._lock:
            self._last.append(seconds)

    def summary(self) -> LagSummary:
        """The last ones in numbers; zeros when there were none."""
        with self._lock:
            lags = sorted(self._last)
        if not lags:
            return LagSummary(0, 0.0, 0.0, 0.0)
        at = [min(int(len(lags) * share), len(lags) - 1) for share in (0.5, 0.99)]
        return LagSummary(len(lags), lags[at[0]], lags[at[1]], lags[-1])
