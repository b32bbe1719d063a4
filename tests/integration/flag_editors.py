"""Editors of flags as processes of their own, for tests/integration/test_flags_table.py."""

from __future__ import annotations

import os
import random
from typing import Any

from msgspec.structs import replace

from storefront.aws import AwsClientSettings, ClientFactory, DynamoTable
from storefront.core import SystemClock
from storefront.flags import ATTRIBUTES, DECLARED
from storefront.flags.changes import Changes
from storefront.flags.records import FlagConflict, Who
from storefront.flags.table import DynamoFlagTable
from storefront.resilience import Resource, ResourceSettings
from storefront.telemetry import Telemetry
from tests.unit.flags import changing
from tests.unit.flags.steps import dealt_step, take

PATIENT = AwsClientSettings(connect_timeout=1.0, read_timeout=20.0, attempts=2, pool_size=8)


def flag_table(name: str, web: dict[str, str], client: Any = None, telemetry: Telemetry | None = None):
    """The table with this name at the stack's endpoint; generous times, since the machine may be busy."""
    factory = ClientFactory(web["AWS_REGION"], web["AWS_ENDPOINT_URL"])
    resource = Resource(ResourceSettings("flags", 8), telemetry or Telemetry())
    table = DynamoTable(name, client or (lambda: factory.dynamodb(PATIENT)), resource, timeout=50.0)
    return DynamoFlagTable(table, SystemClock())


def changes(table: DynamoFlagTable) -> Changes:
    return Changes(table, DECLARED, ATTRIBUTES, SystemClock())


def race(number: int, keys: list[str], name: str, web: dict[str, str], barrier: Any, lost: Any) -> None:
    """In each round both editors save at the same moment what they made of the same state.

    Who loses makes the same change to what stands then. `lost` gets how often that was.
    """
    os.environ["AWS_ACCESS_KEY_ID"] = os.environ["AWS_SECRET_ACCESS_KEY"] = "test"
    made, who = changes(flag_table(name, web)), Who(f"e{number}", f"Editor {number}")
    conflicts = 0
    for turn, key in enumerate(keys):
        state = made.state(key)
        barrier.wait(120)  # both have seen the same state
        while True:
            wanted = replace(state, note=f"{number}.{turn}")
            try:
                made.save(wanted, state.version, who, f"{number}.{turn}")
                break
            except FlagConflict as conflict:
                conflicts += 1
                state = conflict.standing
        barrier.wait(120)  # both are done before the next round looks
    lost.put((number, conflicts))


def mix(number: int, rounds: int, name: str, web: dict[str, str], barrier: Any, done: Any) -> None:
    """Do anything that there is to do, by chance, beside another editor; then tell `done` the revision."""
    os.environ["AWS_ACCESS_KEY_ID"] = os.environ["AWS_SECRET_ACCESS_KEY"] = "test"
    table = flag_table(name, web)
    made, dice = changing.changes(table, clock=SystemClock()), random.Random(number)
    barrier.wait(120)
    for _ in range(rounds):
        take(made, dealt_step(dice, made))
    done.put((number, table.revision()))
