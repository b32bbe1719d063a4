"""Puts the purger together: the composition root of another process than the web tier's.

Its budgets are its own, because nobody waits for a page here: a store that takes a second is not yet away.
Nothing here connects before it is used.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from django.conf import settings

from config.purging import Purges
from config.upstreams import Upstream, Upstreams
from storefront.aws import CLOUDFRONT, SQS, ClientFactory, Distribution, SqsQueue
from storefront.cache import REDIS, KeySpace, Store, cached_answers, open_redis
from storefront.cache.purger import PurgerState, heard, say
from storefront.cache.scan import scan_replies
from storefront.clients.catalog import CatalogClient
from storefront.clients.content import ContentClient
from storefront.core import SystemClock
from storefront.http import RequestsTransport, RestClient
from storefront.http import Upstream as RestUpstream
from storefront.purging.consumer import Consumer
from storefront.purging.edge import (
    CloudFrontEdge,
    CloudFrontPathEdge,
    Edge,
    NullEdge,
    Paths,
    PatientEdge,
    VarnishEdge,
)
from storefront.purging.heartbeat import Heartbeat
from storefront.purging.lag import Lag
from storefront.purging.parts import Purging
from storefront.purging.preview import Previewer
from storefront.purging.purger import Purger
from storefront.purging.sweep import Sweep, Sweeping
from storefront.resilience import BreakerSettings, Resource, ResourceSettings
from storefront.telemetry import Telemetry
from storefront.web.regions import REGIONS, default_region

_CONNECT_SECONDS = 0.5
_READ_SECONDS = 2.0
# A page of five thousand versions is some hundred kilobytes.
_BACKEND_SECONDS = 10.0
_AT_ONCE = 4
_SCANNED_AT_ONCE = 1_000
_CLOCK = SystemClock()


def build_purging(heartbeat: Path | None = None) -> Purging:
    """The purger's parts, from Django's settings; `heartbeat` is the file that the consumer touches."""
    telemetry = Telemetry()
    wanted: Purges = settings.PURGES
    region = default_region()
    keys = KeySpace(settings.ENVIRONMENT, settings.RELEASE, region.market, region.language)
    store, scan = _store(settings.UPSTREAMS.redis, keys, telemetry)
    edge = _edge(wanted, telemetry)
    purger = Purger(cached_answers(keys, telemetry, store=store), _patient(edge, telemetry))
    sweep = _sweep(settings.UPSTREAMS, purger, telemetry)
    lag = Lag(telemetry)
    consumer: Consumer | None = None
    if wanted.queue:
        started_at = _CLOCK.now().timestamp()

        def told() -> None:
            assert consumer is not None
            say(store, keys, _state(consumer, purger, sweep, lag, started_at))

        consumer = Consumer(
            _queue(wanted.queue, telemetry),
            purger,
            lag=lag,
            heartbeat=Heartbeat(_CLOCK, told, heartbeat),
            telemetry=telemetry,
            clock=_CLOCK,
        )
    return Purging(
        purger=purger,
        previewer=Previewer(scan, lambda names: store.read(names)[0], edge.means, _CLOCK),
        consumer=consumer,
        sweeping=Sweeping(sweep, wanted.sweep_seconds, telemetry),
        metrics=telemetry.metrics,
        heard=lambda: heard(store, keys),
    )


def _store(
    upstream: Upstream, keys: KeySpace, telemetry: Telemetry
) -> tuple[Store, Callable[[], Iterator[list[bytes]]]]:
    """The shared store, and what names all keys of this release in it."""
    client = open_redis(
        upstream.url,
        cluster=settings.REDIS_CLUSTER,
        connect=_CONNECT_SECONDS,
        read=_READ_SECONDS,
        max_connections=_AT_ONCE,
    )
    patient = replace(REDIS, max_in_flight=_AT_ONCE, breaker=BreakerSettings(open_seconds=1.0))
    pattern = f"sf:{quote(keys.environment, safe='')}/{quote(keys.release, safe='')}/*"

    def scan() -> Iterator[list[bytes]]:
        return scan_replies(client, match=pattern, count=_SCANNED_AT_ONCE)

    return Store(client, Resource(patient, telemetry), telemetry, timeout=_READ_SECONDS), scan


def _queue(name: str, telemetry: Telemetry) -> SqsQueue:
    factory = ClientFactory(settings.AWS_REGION, settings.AWS_ENDPOINT_URL)
    return SqsQueue(
        lambda: factory.client("sqs", SQS), Resource(ResourceSettings("sqs", _AT_ONCE), telemetry), name
    )


def _patient(edge: Edge, telemetry: Telemetry) -> PatientEdge:
    """The edge with patience; where there is one, it hears of purges after the web tier's workers."""
    return PatientEdge(edge, telemetry, None if isinstance(edge, NullEdge) else _CLOCK)


def _edge(wanted: Purges, telemetry: Telemetry) -> Edge:
    if wanted.varnish:
        resource = Resource(ResourceSettings("varnish", _AT_ONCE), telemetry)
        return VarnishEdge(RequestsTransport(pool_size=_AT_ONCE), resource, wanted.varnish)
    if not wanted.distribution:
        return NullEdge()
    factory = ClientFactory(settings.AWS_REGION, settings.AWS_ENDPOINT_URL)
    resource = Resource(ResourceSettings("cloudfront", _AT_ONCE), telemetry)
    distribution = Distribution(
        lambda: factory.client("cloudfront", CLOUDFRONT), resource, wanted.distribution
    )
    if wanted.by_tag:
        return CloudFrontEdge(distribution)
    return CloudFrontPathEdge(distribution, Paths(tuple(one.prefix for one in REGIONS)), _CLOCK)


def _sweep(upstreams: Upstreams, purger: Purger, telemetry: Telemetry) -> Sweep:
    transport = RequestsTransport(pool_size=_AT_ONCE)
    return Sweep(
        CatalogClient(_rest(upstreams.catalog, transport, telemetry)),
        ContentClient(_rest(upstreams.content, transport, telemetry)),
        purger,
        places=_places(),
        telemetry=telemetry,
        clock=_CLOCK,
    )


def _places() -> Sequence[tuple[str, str]]:
    return sorted({(region.market, region.language) for region in REGIONS})


def _rest(upstream: Upstream, transport: RequestsTransport, telemetry: Telemetry) -> RestClient:
    described = RestUpstream(
        name=upstream.name,
        base_url=upstream.url,
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=_BACKEND_SECONDS,
        attempts=upstream.attempts,
        max_in_flight=_AT_ONCE,
    )
    return RestClient(described, transport, Resource(described.resource, telemetry))


def _state(consumer: Consumer, purger: Purger, sweep: Sweep, lag: Lag, started_at: float) -> PurgerState:
    late, counts = lag.summary(), consumer.counts
    return PurgerState(
        at=_CLOCK.now().timestamp(),
        started_at=started_at,
        events=counts.events,
        purges=counts.purges,
        unreadable=counts.unreadable,
        missed=sweep.missed,
        edge_waiting=purger.edge_waiting,
        lag_count=late.count,
        lag_p50=late.p50,
        lag_p99=late.p99,
        lag_most=late.most,
        swept_at=sweep.swept_at,
    )
