"""Everything that the shop keeps somewhere, as bytes: to look for what must not be there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from redis import Redis

from dev.stack.devstack import DevStack

# Not DUMP, which compresses: a secret would still be in there, and not be found.
_READ: dict[str, Callable[[Redis, bytes], Any]] = {
    "string": lambda redis, key: redis.get(key),
    "hash": lambda redis, key: redis.hgetall(key),
    "zset": lambda redis, key: redis.zrange(key, 0, -1, withscores=True),
    "set": lambda redis, key: redis.smembers(key),
    "list": lambda redis, key: redis.lrange(key, 0, -1),
    "stream": lambda redis, key: redis.xrange(key),
}


def in_redis(shop: DevStack, pattern: str = "*") -> dict[str, str]:
    """All values by their keys, in Python's notation; keys that lapse meanwhile are left out."""
    redis = Redis.from_url(shop.environment("web")["REDIS_URL"], socket_timeout=20)
    try:
        found = {}
        for key in redis.scan_iter(pattern, count=1_000):
            kind = redis.type(key).decode()
            if kind != "none":
                found[key.decode()] = repr(_READ[kind](redis, key))
        return found
    finally:
        redis.close()


def in_table(shop: DevStack, table: str) -> str:
    """All items of a table, in Python's notation."""
    pages = shop.boto("dynamodb").get_paginator("scan").paginate(TableName=table)
    return repr([_plain(item) for page in pages for item in page["Items"]])


def in_logs(shop: DevStack, names: Iterable[str] = ("*",)) -> str:
    """What the services have written so far."""
    folder = shop.state_dir / "logs"
    return "".join(path.read_text(errors="replace") for name in names for path in folder.glob(name))


def _plain(value: Any) -> Any:
    """Binary attributes as bytes: boto3's own wrapper does not show what it holds."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return getattr(value, "value", value)
