"""Events out to EventBridge, off the request's path: a bounded queue and one thread per process.

Publishing never blocks and never fails: when the bus is slow or down, at most `capacity` events wait and the
rest are dropped and counted. Nothing the shop's correctness needs may be sent this way (orders go through
their API): it is meant for signals to analytics and marketing, such as those of experiments.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from storefront.aws.errors import AwsUnavailable, translate
from storefront.core import Reason, SystemClock, UpstreamError
from storefront.resilience import Behind, Resource

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

# Quotas of PutEvents: 10 entries and 1 MB (formerly 256 kB) per request; one of ours stays far below.
_MOST_ENTRIES = 10
_MOST_DETAIL_BYTES = 20_000
_COMPONENT = "event_publisher"


@dataclass(frozen=True, slots=True)
class Event:
    """One event: its detail-type, its detail as JSON, and when it happened (aware, UTC)."""

    kind: str
    detail: bytes
    at: datetime


class EventPublisher:
    """Queues events and sends them in the background, ten at a time, up to `attempts` times."""

    def __init__(
        self,
        client: Callable[[], "EventBridgeClient"],
        resource: Resource,
        *,
        bus: str,
        source: str,
        capacity: int = 1_000,
        attempts: int = 3,
        timeout: float = 2.2,
        pause: float = 0.2,
    ) -> None:
        self._client = client
        self._resource = resource
        self._telemetry = resource.telemetry
        self._bus = bus
        self._source = source
        self._attempts = attempts
        self._timeout = timeout
        self._pause = pause
        self._behind: Behind[Event] = Behind(
            "event-publisher", self._send, self._broken, capacity=capacity, most=_MOST_ENTRIES
        )
        self._clock = SystemClock()

    def publish(self, kind: str, detail: Mapping[str, Any] | msgspec.Struct) -> bool:
        """Queue one event of `kind`; returns at once. False when it was dropped (queue full, too large)."""
        body = msgspec.json.encode(detail)
        if len(body) > _MOST_DETAIL_BYTES:
            self._telemetry.event(_COMPONENT, "dropped_too_large")
            return False
        if not self._behind.put(Event(kind, body, self._clock.now())):
            self._telemetry.event(_COMPONENT, "dropped_queue_full")
            return False
        return True

    def flush(self, seconds: float) -> bool:
        """Wait until everything queued was sent or given up, at most `seconds`; whether it was."""
        return self._behind.flush(seconds)

    def close(self, seconds: float) -> bool:
        """Flush, then end the thread. Events published later start a new one."""
        return self._behind.close(seconds)

    def _broken(self, count: int) -> None:
        """Events that could not even be tried (a bug)."""
        self._telemetry.event(_COMPONENT, "dropped_error", by=count)

    def _send(self, batch: Sequence[Event]) -> None:
        """Send a batch; entries that fail are tried again, and counted as dropped in the end."""
        left = list(batch)
        for attempt in range(1, self._attempts + 1):
            try:
                left = self._put(left)
            except UpstreamError as error:
                self._telemetry.event(_COMPONENT, f"failed_{type(error).__name__}")
            if not left:
                return
            if attempt < self._attempts:
                self._clock.sleep(self._pause * attempt)
        if left:
            self._telemetry.event(_COMPONENT, "dropped_undeliverable", by=len(left))

    def _put(self, batch: list[Event]) -> list[Event]:
        """One PutEvents call; the entries that the bus did not take."""
        entries: Any = [
            {
                "EventBusName": self._bus,
                "Source": self._source,
                "DetailType": event.kind,
                "Detail": event.detail.decode(),
                "Time": event.at,
            }
            for event in batch
        ]

        def call(_seconds: float) -> list[Event]:
            try:
                answer = self._client().put_events(Entries=entries)
            except (BotoCoreError, ClientError) as error:
                raise translate(self._resource.name, "PutEvents", error) from error
            results = answer.get("Entries", ())
            failed = [e for e, result in zip(batch, results, strict=False) if result.get("ErrorCode")]
            if len(failed) == len(batch):
                raise AwsUnavailable(self._resource.name, "PutEvents", Reason.SERVER_ERROR)
            return failed

        return self._resource.run("PutEvents", call, timeout=self._timeout)
