"""Makes a shop forget what its cache holds, by the way that events do: purging its tags."""

import time

from bench.lab import Lab, Server
from storefront.cache import MANIFEST, REDIS, KeySpace, Store, cached_answers, open_redis
from storefront.resilience import Resource
from storefront.telemetry import Telemetry

# A purge has reached every process by then, by the feed or by asking for stamps (storefront.cache).
REACHES_ALL_SECONDS = 1.6
WAIT_SECONDS = 1.0


def forget(lab: Lab, server: Server) -> None:
    """Purge every tag that is not of a single thing, and wait until all workers know."""
    telemetry = Telemetry()
    client = open_redis(lab.redis, cluster=False, connect=WAIT_SECONDS, read=WAIT_SECONDS, max_connections=2)
    store = Store(client, Resource(REDIS, telemetry), telemetry, timeout=WAIT_SECONDS)
    keys = KeySpace("development", f"bench-{server.name}", "eu", "en")
    cache = cached_answers(keys, telemetry, store=store)
    try:
        for tag in sorted({tag for family in MANIFEST.values() for tag in family.tags if "{" not in tag}):
            cache.purge(tag)
    finally:
        cache.close()
        client.close()
    time.sleep(REACHES_ALL_SECONDS)
