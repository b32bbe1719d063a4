"""Events to the EventBridge bus: what changed, for whoever keeps a copy."""

import json
import threading
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import boto3

from apptier.kit.clock import Clock, SystemClock
from apptier.kit.dynamo import CLIENT_CONFIG
from apptier.kit.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

# PutEvents takes at most 10 entries a call, together at most 256 KB, which ten small details never reach.
BATCH = 10
_ATTEMPTS = 3


class EventsNotSent(Exception):  # noqa: N818 - says what happened
    """The bus refused some events after several tries; `count` of them."""

    def __init__(self, count: int, reason: str) -> None:
        super().__init__(f"{count} events not taken by the bus: {reason}")
        self.count = count


class Events:
    """Publishes with source `storefront.<service>`. One client per process, made at first use."""

    def __init__(self, settings: Settings, service: str, clock: Clock | None = None) -> None:
        self._settings = settings
        self._source = f"storefront.{service}"
        self._clock = clock or SystemClock()
        self._lock = threading.Lock()
        self._client: EventBridgeClient | None = None

    @property
    def client(self) -> "EventBridgeClient":
        """The low-level client."""
        if self._client is None:
            with self._lock:
                if self._client is None:
                    self._client = boto3.session.Session().client(
                        "events",
                        region_name=self._settings.aws_region,
                        endpoint_url=self._settings.aws_endpoint_url or None,
                        config=CLIENT_CONFIG,
                    )
        return self._client

    def publish(self, kind: str, details: Iterable[Mapping[str, Any]]) -> int:
        """Send one event of `kind` (e.g. `ProductChanged`) per detail, ten a call; return how many.

        Raises:
            EventsNotSent: the bus refused some of them three times.
        """
        entries = [self._entry(kind, detail) for detail in details]
        for start in range(0, len(entries), BATCH):
            self._send(entries[start : start + BATCH])
        return len(entries)

    def _entry(self, kind: str, detail: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "EventBusName": self._settings.event_bus,
            "Source": self._source,
            "DetailType": kind,
            "Detail": json.dumps(detail, separators=(",", ":")),
            "Time": self._clock.now(),
        }

    def _send(self, entries: list[dict[str, Any]]) -> None:
        left, reason = entries, ""
        for _ in range(_ATTEMPTS):
            answer = self.client.put_events(Entries=left)  # type: ignore[arg-type]  # entries are built above
            results = answer["Entries"]
            failed = [
                (entry, result)
                for entry, result in zip(left, results, strict=True)
                if result.get("ErrorCode")
            ]
            if not failed:
                return
            left = [entry for entry, _result in failed]
            reason = failed[0][1].get("ErrorCode", "")
        raise EventsNotSent(len(left), reason)
