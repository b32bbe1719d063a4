"""A Redis client whose timeouts suit a cache: by redis-py's own a hung server costs a minute a command."""

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from storefront.resilience import BreakerSettings, ResourceSettings

CONNECT_SECONDS = 0.05
READ_SECONDS = 0.1

# One timeout opens the breaker: a page makes several cache calls, and each would wait in turn.
REDIS = ResourceSettings("redis", max_in_flight=64, breaker=BreakerSettings(consecutive_timeouts=1))


def open_redis(url: str, *, max_connections: int = 64) -> Redis:
    """A client for `url`; connects at the first command, and again in a process that was forked."""
    return Redis.from_url(
        url,
        socket_connect_timeout=CONNECT_SECONDS,
        socket_timeout=READ_SECONDS,
        retry=Retry(NoBackoff(), 0),
        max_connections=max_connections,
        health_check_interval=0,
    )
