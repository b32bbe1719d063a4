"""The composition root: settings in, one Shop out. The only module that knows everything.

Nothing here connects but `running_shop`, which begins to follow flags and purges: clients open their sockets
at the first call, in the worker that makes it.
"""

from dataclasses import replace

from django.conf import settings
from openfeature import api as openfeature

from config.upstreams import Upstream, Upstreams
from storefront.aws import COGNITO, AwsClientSettings, ClientFactory, DynamoTable, UserPoolCalls
from storefront.cache import REDIS, CachedAnswers, KeySpace, Store, cached_answers, open_redis
from storefront.clients.catalog import CatalogClient
from storefront.clients.content import ContentClient
from storefront.clients.customers import CustomersClient
from storefront.clients.fraud import FraudScreen, Guarded, NullScreen
from storefront.clients.lists import ListsClient
from storefront.clients.orders import OrdersClient
from storefront.clients.reviews import ReviewsClient
from storefront.clients.search import SearchClient
from storefront.clients.stores import StoresClient
from storefront.configuration import Configuration
from storefront.core import Clock, SystemClock, build_structs
from storefront.flags import ATTRIBUTES, DECLARED
from storefront.flags.changes import Changes
from storefront.flags.live import Live
from storefront.flags.provider import FlagProvider
from storefront.flags.table import DynamoFlagTable
from storefront.http import RequestsTransport, RestClient, Transport
from storefront.http import Upstream as RestUpstream
from storefront.identity.cognito import CognitoPeople, cognito_people
from storefront.identity.hosted import HostedPages, hosted_pages
from storefront.identity.pool import PoolSettings
from storefront.orchestration import Composer
from storefront.purging.by_hand import tell_cdn_soon
from storefront.resilience import BreakerSettings, Resource, ResourceSettings
from storefront.sessions import DynamoSessionTable, Vault
from storefront.telemetry import Telemetry
from storefront.web.limits import Limits
from storefront.web.regions import Region, carried, default_region
from storefront.web.shop import Shop
from storefront.web.windows import SharedWindows, Windows
from storefront.wiring_experiments import recorder

# Each request of a listing page has about three parts under way; more workers than that only queue elsewhere.
_PARTS_PER_THREAD = 3
_FRAUD_SHARE = 0.25  # of the threads may wait for a verdict
_FLAGS = "flags"
# Somebody waits for a change and for its answer, but no shopper does.
_CHANGE_SECONDS = 3.0


def running_shop() -> Shop:
    """The Shop of a process that serves, in step with flags and purges (SHOP_FACTORY names this function).

    Code that speaks OpenFeature gets the same flags in that process; pages read `request.flags`.
    """
    build_structs()
    shop = build_shop()
    shop.flags.follow()
    shop.cache.follow_purges()
    openfeature.set_provider(FlagProvider(shop.flags))
    return shop


def build_shop() -> Shop:
    """A Shop from Django's settings, which has asked nobody yet."""
    upstreams: Upstreams = settings.UPSTREAMS
    telemetry, region = Telemetry(), default_region()  # requests see the Shop from their own (Shop.within)
    threads: int = settings.REQUEST_THREADS
    transport = RequestsTransport(pool_size=threads * 2)

    def rest(upstream: Upstream) -> RestClient:
        return _rest(upstream, transport, threads, telemetry)

    people = _people(upstreams.cognito, threads, telemetry, transport)
    cache, clock = _cache(upstreams.redis, threads, telemetry, region), SystemClock()
    flags = _flags(upstreams.dynamodb, cache, clock, telemetry)
    return Shop(
        catalog=CatalogClient(rest(upstreams.catalog), rest(upstreams.offers)),
        search=SearchClient(rest(upstreams.search), rest(upstreams.suggest)),
        orders=OrdersClient(rest(upstreams.orders), rest(upstreams.carts)),
        content=ContentClient(rest(upstreams.content)),
        stores=StoresClient(rest(upstreams.stores)),
        reviews=ReviewsClient(rest(upstreams.reviews)),
        customers=CustomersClient(rest(upstreams.customers)),
        lists=ListsClient(rest(upstreams.lists)),
        fraud=_fraud(threads, telemetry),
        people=people,
        hosted=_hosted(people, transport, telemetry),
        configuration=Configuration(settings.CONFIG_FOLDER),
        cache=cache,
        compose=Composer(telemetry, workers=threads * _PARTS_PER_THREAD, around=carried),
        sessions=_sessions(upstreams.dynamodb, threads, telemetry),
        vault=Vault(settings.TOKEN_KEYS),
        limits=_limits(upstreams.redis, threads, telemetry),
        telemetry=telemetry,
        clock=clock,
        flags=flags,
        flag_changes=_flag_changes(upstreams.dynamodb, cache, flags, clock, telemetry),
        experiments=recorder(upstreams.dynamodb, flags, clock, telemetry),
        market=region.market,
        locale=region.language,
        country=region.territory,
    )


def _rest(upstream: Upstream, transport: Transport, threads: int, telemetry: Telemetry) -> RestClient:
    described = RestUpstream(
        name=upstream.name,
        base_url=upstream.url,
        connect_timeout=upstream.connect,
        read_timeout=upstream.read,
        attempts=upstream.attempts,
        max_in_flight=upstream.limit(threads),
    )
    return RestClient(described, transport, Resource(described.resource, telemetry))


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


def _fraud(threads: int, telemetry: Telemetry) -> FraudScreen:
    # An adapter takes the null screen's place; the guard keeps its faults and its waits from shoppers.
    at_once = max(1, int(threads * _FRAUD_SHARE))
    return Guarded(NullScreen(), Resource(ResourceSettings("fraud", at_once), telemetry))


def _limits(upstream: Upstream, threads: int, telemetry: Telemetry) -> Limits:
    # Connections and breaker of their own: what the cache makes of Redis says nothing about counting.
    client = open_redis(
        upstream.url,
        cluster=settings.REDIS_CLUSTER,
        connect=upstream.connect,
        read=upstream.read,
        max_connections=upstream.limit(threads),
    )
    resource = Resource(replace(REDIS, name="limits", max_in_flight=upstream.limit(threads)), telemetry)
    shared = SharedWindows(client, resource, prefix=settings.ENVIRONMENT, timeout=upstream.read)
    return Limits(Windows(shared, telemetry), telemetry, factor=settings.ADDRESS_LIMITS_FACTOR)


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


def _flags(upstream: Upstream, cache: CachedAnswers, clock: Clock, telemetry: Telemetry) -> Live:
    """The flags of this process; a thread of theirs alone asks the table."""
    # One try, and no breaker that opens: the thread asks every few seconds, whatever the last answer was.
    budget = AwsClientSettings(upstream.connect, upstream.read, attempts=1, pool_size=1)
    patient = BreakerSettings(consecutive_timeouts=1_000_000, least_calls=1_000_000)
    resource = Resource(ResourceSettings(_FLAGS, 1, patient), telemetry)
    live = Live(_flag_table(budget, resource, clock), DECLARED, ATTRIBUTES, clock, telemetry)
    cache.on_purge(_FLAGS, live.tell)
    return live


def _flag_changes(
    upstream: Upstream, cache: CachedAnswers, flags: Live, clock: Clock, telemetry: Telemetry
) -> Changes:
    budget = AwsClientSettings(upstream.connect, _CHANGE_SECONDS, upstream.attempts, pool_size=2)
    resource = Resource(ResourceSettings("flag_changes", 4), telemetry)

    def announce() -> None:
        flags.tell()
        try:
            cache.purge(_FLAGS)
        finally:
            if settings.PURGES.distribution or settings.PURGES.varnish:
                tell_cdn_soon(_FLAGS)

    return Changes(_flag_table(budget, resource, clock), DECLARED, ATTRIBUTES, clock, announce)


def _flag_table(budget: AwsClientSettings, resource: Resource, clock: Clock) -> DynamoFlagTable:
    factory = ClientFactory(settings.AWS_REGION, settings.AWS_ENDPOINT_URL)
    table = DynamoTable(
        settings.FLAGS_TABLE, lambda: factory.dynamodb(budget), resource, timeout=budget.worst_case
    )
    return DynamoFlagTable(table, clock)


def _people(upstream: Upstream, threads: int, telemetry: Telemetry, transport: Transport) -> CognitoPeople:
    factory = ClientFactory(settings.AWS_REGION, upstream.url)
    budget = replace(
        COGNITO,
        connect_timeout=upstream.connect,
        read_timeout=upstream.read,
        pool_size=upstream.limit(threads),
    )
    resource = Resource(ResourceSettings(upstream.name, upstream.limit(threads)), telemetry)
    timeout, attempts = budget.worst_case, upstream.attempts
    calls = UserPoolCalls(lambda: factory.cognito(budget), resource, timeout=timeout, attempts=attempts)
    return cognito_people(_pool(), calls, transport, telemetry)


def _hosted(people: CognitoPeople, transport: Transport, telemetry: Telemetry) -> HostedPages | None:
    domain = settings.IDENTITY.domain
    return hosted_pages(domain, _pool(), people.verifier, transport, telemetry) if domain else None


def _pool() -> PoolSettings:
    identity = settings.IDENTITY
    # A shop without a pool sells all the same: the provider then knows no such client, which is an outage.
    return PoolSettings(
        pool_id=identity.pool_id or "none",
        client_id=identity.client_id or "none",
        issuer=identity.issuer,
        jwks_url=identity.jwks_url,
        client_secret=identity.client_secret,
    )
