"""Puts together what counts experiments. Nothing here connects before it is used."""

import atexit

from django.conf import settings

from config.upstreams import Upstream
from storefront.aws import EVENTBRIDGE, AwsClientSettings, ClientFactory, DynamoTable, EventPublisher
from storefront.core import Clock
from storefront.experiments.recording import Recorder
from storefront.experiments.running import Running
from storefront.experiments.table import DynamoTallies
from storefront.flags.live import Live
from storefront.resilience import Resource, ResourceSettings
from storefront.telemetry import Telemetry

SOURCE = "storefront.web"
"""The source of the web tier's events on the bus."""
# One thread writes, a page of the console reads: neither keeps a shopper waiting.
_READ_SECONDS = 1.0
_AT_ONCE = 4
_END_SECONDS = 2.0


def recorder(upstream: Upstream, flags: Live, clock: Clock, telemetry: Telemetry) -> Recorder:
    """The recorder of this process; `upstream` says how DynamoDB is reached."""
    factory = ClientFactory(settings.AWS_REGION, settings.AWS_ENDPOINT_URL)
    budget = AwsClientSettings(upstream.connect, _READ_SECONDS, upstream.attempts, pool_size=_AT_ONCE)
    # A breaker of its own: what sessions think of DynamoDB says nothing about this table, nor the other way.
    table = DynamoTable(
        settings.EXPERIMENTS_TABLE,
        lambda: factory.dynamodb(budget),
        Resource(ResourceSettings("experiments", _AT_ONCE), telemetry),
        timeout=budget.worst_case,
    )
    publisher = EventPublisher(
        lambda: factory.events(EVENTBRIDGE),
        Resource(ResourceSettings("eventbridge", 1), telemetry),
        bus=settings.EVENT_BUS,
        source=SOURCE,
    )
    running = Running(lambda: flags.snapshot)
    made = Recorder(DynamoTallies(table, clock), publisher, running, clock, telemetry)
    # What was told in the last moment of a worker; it waits only for what there is.
    atexit.register(made.flush, _END_SECONDS)
    return made
