"""The one object that low-level code reports to: writes the process's metrics and the request's record."""

from storefront.telemetry.metrics import Gauge, Metrics
from storefront.telemetry.record import current_record

OK = "ok"


class Telemetry:
    """Reports of calls, cache lookups and degraded parts, to the metrics and to the current request."""

    def __init__(self, metrics: Metrics | None = None) -> None:
        self.metrics = metrics or Metrics()
        self.calls = self.metrics.counter(
            "storefront_upstream_calls_total", "Calls to a dependency by outcome.", ("upstream", "outcome")
        )
        self.call_seconds = self.metrics.histogram(
            "storefront_upstream_call_seconds", "Duration of calls to a dependency.", ("upstream",)
        )
        self.retries = self.metrics.counter(
            "storefront_upstream_retries_total", "Calls made a second time.", ("upstream",)
        )
        self.transitions = self.metrics.counter(
            "storefront_breaker_transitions_total", "Breakers entering a state.", ("upstream", "state")
        )
        self.breaker_open: Gauge = self.metrics.gauge(
            "storefront_breaker_open", "1 while a breaker refuses calls.", ("upstream",)
        )
        self.in_flight: Gauge = self.metrics.gauge(
            "storefront_bulkhead_in_flight", "Calls under way to a dependency.", ("upstream",)
        )
        self.cache_lookups = self.metrics.counter(
            "storefront_cache_lookups_total", "Cached answers by the state found.", ("family", "state")
        )
        self.events = self.metrics.counter(
            "storefront_events_total", "What happened inside, by component.", ("component", "event")
        )
        self.degradations = self.metrics.counter(
            "storefront_degraded_parts_total", "Parts of pages that were missing or old.", ("part", "reason")
        )

    def call(self, upstream: str, *, outcome: str, seconds: float) -> None:
        """One call to `upstream` ended with `outcome` ("ok" or a reason) after `seconds`."""
        self.calls.add(upstream, outcome)
        self.call_seconds.observe(upstream, seconds=seconds)
        record = current_record()
        if record is not None:
            record.call(upstream, seconds=seconds, failed=outcome != OK)

    def cache(self, family: str, state: str) -> None:
        """One lookup in the cache found `state`."""
        self.cache_lookups.add(family, state)
        record = current_record()
        if record is not None:
            record.cache(state)

    def degraded(self, part: str, reason: str) -> None:
        """`part` of what is being built is missing or old, because of `reason`."""
        self.degradations.add(part, reason)
        record = current_record()
        if record is not None:
            record.degrade(part, reason)

    def event(self, component: str, event: str, *, by: int = 1) -> None:
        """Something worth counting happened inside a component (a drop, a refusal, a corrupt entry)."""
        self.events.add(component, event, by=by)
