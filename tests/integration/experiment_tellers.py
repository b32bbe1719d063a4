"""Processes that tell what shoppers did, as web workers do, for tests/integration/test_experiments.py."""

from __future__ import annotations

import os
from datetime import datetime
from typing import Any

from storefront.aws import EVENTBRIDGE, AwsClientSettings, ClientFactory, DynamoTable, EventPublisher
from storefront.core import Money, SystemClock
from storefront.experiments.recording import Recorder
from storefront.experiments.table import DynamoTallies
from storefront.experiments.tallies import Goal, run_of
from storefront.flags import DECLARED, Context, Decided, compile_snapshot
from storefront.flags.state import FlagState, Serve
from storefront.resilience import Resource, ResourceSettings
from storefront.telemetry import Telemetry

PATIENT = AwsClientSettings(connect_timeout=1.0, read_timeout=20.0, attempts=2, pool_size=16)
NOTE = FlagState(
    key="delivery-note",
    version=1,
    otherwise=Serve(weights=(("control", 50_000), ("note", 50_000))),
    holdout=False,
)
SNAPSHOT = compile_snapshot(Decided(revision=1, flags=(NOTE,)), DECLARED, {})


def tallies(web: dict[str, str], name: str) -> DynamoTallies:
    """The table at the stack's endpoint; generous times, since the machine may be busy."""
    factory = ClientFactory(web["AWS_REGION"], web["AWS_ENDPOINT_URL"])
    resource = Resource(ResourceSettings("experiments", 16), Telemetry())
    return DynamoTallies(
        DynamoTable(name, lambda: factory.dynamodb(PATIENT), resource, timeout=50.0), SystemClock()
    )


def variant_of(visitor: str) -> str:
    return SNAPSHOT.evaluate("delivery-note", Context(id=visitor)).variant


def tell(web: dict[str, str], name: str, visitors: list[str], rounds: int, at: str, done: Any) -> None:
    """Tell of all these shoppers, some times over; `done` gets whether all was noted."""
    os.environ["AWS_ACCESS_KEY_ID"] = os.environ["AWS_SECRET_ACCESS_KEY"] = "test"
    telemetry, factory = Telemetry(), ClientFactory(web["AWS_REGION"], web["AWS_ENDPOINT_URL"])
    publisher = EventPublisher(
        lambda: factory.events(EVENTBRIDGE),
        Resource(ResourceSettings("eventbridge", 1), telemetry),
        bus=web["EVENT_BUS"],
        source="storefront.web",
    )
    runs = {"delivery-note": run_of(NOTE)}
    recorder = Recorder(tallies(web, name), publisher, lambda: runs, SystemClock(), telemetry)
    for visitor in visitors * rounds:
        recorder.shown((visitor,), SNAPSHOT.evaluate("delivery-note", Context(id=visitor)))
        recorder.reached((visitor,), Goal.CART)
        placed = datetime.fromisoformat(at)
        for number in range(2):
            recorder.ordered((visitor,), f"{visitor}-{number}", Money(1_000 * (number + 1), "EUR"), placed)
        recorder.flush(60)
    done.put(recorder.flush(60))
