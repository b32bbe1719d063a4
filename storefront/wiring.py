"""The composition root: settings in, one Shop out. The only module that knows everything.

Nothing here connects: clients open their sockets at the first call, in the worker that makes it.
"""

from dataclasses import replace

from django.conf import settings

from config.upstreams import Upstream, Upstreams
from storefront.aws import AwsClientSettings, ClientFactory, DynamoTable
from storefront.cache import REDIS, CachedAnswers, KeySpace, Store, cached_answers, open_redis
from storefront.clients.catalog import CatalogClient
from storefront.clients.content import ContentClient
from storefront.clients.orders import OrdersClient
from storefront.clients.reviews import ReviewsClient
from storefront.clients.search import SearchClient
from storefront.clients.stores import StoresClient
from storefront.configuration import Configuration
from storefront.core import SystemClock
from storefront.http import RequestsTransport, RestClient
from storefront.http import Upstream as RestUpstream
from storefront.orchestration import Composer
from storefront.resilience import Resource, ResourceSettings
from storefront.sessions import DynamoSessionTable
from storefront.telemetry import Telemetry
from storefront.web.regions import Region, carried, default_region
from storefront.web.shop import Shop

# Each request of a listing page has about three parts under way; more workers than that only queue elsewhere.
_PARTS_PER_THREAD = 3


def build_shop() -> Shop:
    """The Shop of this process, from Django's settings (SHOP_FACTORY names this function)."""
    telemetry = Telemetry()
    upstreams: Upstreams = settings.UPSTREAMS
    region = default_region()  # requests see the Shop from their own (Shop.within)
    threads: int = settings.REQUEST_THREADS
    transport = RequestsTransport(pool_size=threads * 2)

    def rest(upstream: Upstream) -> RestClient:
        described = RestUpstream(
            name=upstream.name,
            base_url=upstream.url,
            connect_timeout=upstream.connect,
            read_timeout=upstream.read,
            attempts=upstream.attempts,
            max_in_flight=upstream.limit(threads),
        )
        return RestClient(described, transport, Resource(described.resource, telemetry))

    return Shop(
        catalog=CatalogClient(rest(upstreams.catalog), rest(upstreams.offers)),
        search=SearchClient(rest(upstreams.search), rest(upstreams.suggest)),
        orders=OrdersClient(rest(upstreams.orders), rest(upstreams.carts)),
        content=ContentClient(rest(upstreams.content)),
        stores=StoresClient(rest(upstreams.stores)),
        reviews=ReviewsClient(rest(upstreams.reviews)),
        configuration=Configuration(settings.CONFIG_FOLDER),
        cache=_cache(upstreams.redis, threads, telemetry, region),
        compose=Composer(telemetry, workers=threads * _PARTS_PER_THREAD, around=carried),
        sessions=_sessions(upstreams.dynamodb, threads, telemetry),
        telemetry=telemetry,
        market=region.market,
        locale=region.language,
        country=region.territory,
    )


def _cache(upstream: Upstream, threads: int, telemetry: Telemetry, region: Region) -> CachedAnswers:
    keys = KeySpace(settings.ENVIRONMENT, settings.RELEASE, region.market, region.language)
    # A request asks the cache from its own thread and from those of its parts.
    at_once = upstream.limit(threads * (1 + _PARTS_PER_THREAD))
    client = open_redis(
        upstream.url,
        cluster=settings.REDIS_CLUSTER,
        connect=upstream.connect,
        read=upstream.read,
        max_connections=at_once,
    )
    resource = Resource(replace(REDIS, max_in_flight=at_once), telemetry)
    store = Store(client, resource, telemetry, timeout=upstream.read)
    return cached_answers(keys, telemetry, store=store)


def _sessions(upstream: Upstream, threads: int, telemetry: Telemetry) -> DynamoSessionTable:
    factory = ClientFactory(settings.AWS_REGION, settings.AWS_ENDPOINT_URL)
    budget = AwsClientSettings(upstream.connect, upstream.read, upstream.attempts, pool_size=threads)
    table = DynamoTable(
        settings.SESSION_TABLE,
        lambda: factory.dynamodb(budget),
        Resource(ResourceSettings(upstream.name, upstream.limit(threads)), telemetry),
        timeout=budget.worst_case,
    )
    return DynamoSessionTable(table, SystemClock())
