"""Redis or Valkey as a cache may use it: every failure is a miss, and a hung server costs its timeout once.

Cluster mode (ElastiCache Serverless always is) allows only commands whose keys share a slot: here every
command has a single key, pipelined where several are wanted. The client is passed in, made by `connect`.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

from storefront.cache.connect import quick_get
from storefront.cache.entry import NEVER_PURGED, Stamp
from storefront.core import Reason, UpstreamUnavailable
from storefront.resilience import Resource
from storefront.telemetry import Telemetry

if TYPE_CHECKING:
    from redis import Redis
    from redis.cluster import RedisCluster

T = TypeVar("T")


class News(NamedTuple):
    """One purge in the feed: its place there, the tag, and what it does to the tag's stamp."""

    place: bytes
    tag: str
    stamp: Stamp


# A stamp must outlive every entry it can refuse (24 hours).
_STAMP_SECONDS = 2 * 86_400
_COMPONENT = "cache_store"

# KEYS[1] a tag; ARGV: version or "", now. Stamps only ever move forward, whatever the order of events.
_STAMP_SCRIPT = """
if ARGV[1] == '' then
  if tonumber(ARGV[2]) > tonumber(redis.call('HGET', KEYS[1], 'p') or '0') then
    redis.call('HSET', KEYS[1], 'p', ARGV[2])
  end
elseif tonumber(ARGV[1]) > tonumber(redis.call('HGET', KEYS[1], 'v') or '0') then
  redis.call('HSET', KEYS[1], 'v', ARGV[1], 'a', ARGV[2])
else
  return 0
end
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1
"""
# Enough for hours of purges; who was away for longer asks for the stamps again.
_MOST_NEWS = 10_000
# KEYS[1] a lock; ARGV[1] our token: a lock that lapsed and is another's now is left alone.
_UNLOCK_SCRIPT = (
    "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"
)


class Store:
    """The shared layer. Methods do not raise for a sick server, except `stamp`: a purge must not be lost."""

    def __init__(
        self,
        client: "Redis | RedisCluster",
        resource: Resource,
        telemetry: Telemetry,
        *,
        timeout: float = 0.1,
    ) -> None:
        self._client: Any = client
        self._get = quick_get(client)
        self._resource = resource
        self._telemetry = telemetry
        self._timeout = timeout

    def read(
        self, keys: Sequence[str], tag_keys: Sequence[str] = ()
    ) -> tuple[list[bytes | None], list[Stamp] | None]:
        """Values and stamps in one round trip. Values are None for misses; stamps None when unknown."""

        def call() -> tuple[list[bytes | None], list[Stamp] | None]:
            pipe = self._client.pipeline(transaction=False)
            for key in keys:
                pipe.get(key)
            for key in tag_keys:
                pipe.hmget(key, "v", "a", "p")
            answers = pipe.execute()
            return list(answers[: len(keys)]), [_stamp(fields) for fields in answers[len(keys) :]]

        if not keys and not tag_keys:
            return [], []

        def one() -> tuple[list[bytes | None], list[Stamp] | None]:
            return [self._get(keys[0])], []

        alone = len(keys) == 1 and not tag_keys  # a pipeline costs more than what it carries
        nothing: tuple[list[bytes | None], list[Stamp] | None] = ([None] * len(keys), None)
        return self._or_miss("read", one if alone else call, nothing)

    def read_one(self, key: str) -> bytes | None:
        """One value in one round trip, at less cost than a pipeline; None for a miss."""
        return self._or_miss("read", lambda: self._get(key), None)

    def write(self, items: Sequence[tuple[str, bytes, float]]) -> None:
        """Store (key, value, seconds to live) triples, each on its own; failures are only counted."""

        def one() -> None:
            key, value, seconds = items[0]
            self._client.set(key, value, px=_milliseconds(seconds))

        def many() -> None:
            pipe = self._client.pipeline(transaction=False)
            for key, value, seconds in items:
                pipe.set(key, value, px=_milliseconds(seconds))
            pipe.execute()

        if items:
            self._or_miss("write", one if len(items) == 1 else many, None)

    def delete(self, keys: Sequence[str]) -> None:
        """Forget keys, each on its own; failures are only counted."""

        def call() -> None:
            pipe = self._client.pipeline(transaction=False)
            for key in keys:
                pipe.delete(key)
            pipe.execute()

        if keys:
            self._or_miss("delete", call, None)

    def lock(self, key: str, token: str, seconds: float) -> bool | None:
        """Take a lock for `seconds`; False when another has it, None when the server does not answer."""

        def call() -> bool | None:
            return bool(self._client.set(key, token, nx=True, px=_milliseconds(seconds)))

        return self._or_miss("lock", call, None)

    def lock_and_read(
        self, lock: str, token: str, seconds: float, key: str
    ) -> tuple[bool | None, bytes | None]:
        """Take a lock as `lock` does, and read what it guards, in one round trip."""

        def call() -> tuple[bool | None, bytes | None]:
            pipe = self._client.pipeline(transaction=False)
            pipe.set(lock, token, nx=True, px=_milliseconds(seconds))
            pipe.get(key)
            locked, blob = pipe.execute()
            return bool(locked), blob

        nothing: tuple[bool | None, bytes | None] = (None, None)
        return self._or_miss("lock", call, nothing)

    def unlock(self, key: str, token: str) -> None:
        """Give a lock back if it is still ours."""
        self._or_miss("unlock", lambda: cast("None", self._client.eval(_UNLOCK_SCRIPT, 1, key, token)), None)

    def stamp(self, tag_key: str, version: int | None, now: float) -> bool:
        """Note a purge; whether it was news. Raises UpstreamUnavailable when it could not be noted."""
        named = "" if version is None else str(version)

        def call() -> bool:
            return bool(self._client.eval(_STAMP_SCRIPT, 1, tag_key, named, repr(now), _STAMP_SECONDS))

        return self._guarded("stamp", call)

    def announce(self, feed: str, tag: str, version: int | None, now: float) -> None:
        """Tell the feed of a purge. Raises UpstreamUnavailable when it could not be told."""
        fields = {"t": tag, "v": "" if version is None else str(version), "a": repr(now)}

        def call() -> None:
            self._client.xadd(feed, fields, maxlen=_MOST_NEWS, approximate=True)

        self._guarded("announce", call)

    def newest(self, feed: str) -> bytes | None:
        """The place of the newest purge in the feed, None for an empty one. Raises UpstreamUnavailable."""
        found = self._guarded("feed", lambda: self._client.xrevrange(feed, count=1))
        return bytes(found[0][0]) if found else None

    def news(self, feed: str, place: bytes | None, count: int) -> list[News]:
        """Up to `count` purges from `place` on, itself included. Raises UpstreamUnavailable."""
        since = "-" if place is None else place
        found = self._guarded("feed", lambda: self._client.xrange(feed, min=since, count=count))
        return [_news(where, fields) for where, fields in found]

    def _or_miss(self, operation: str, call: Callable[[], T], otherwise: T) -> T:
        try:
            return self._guarded(operation, call)
        except UpstreamUnavailable as error:
            self._telemetry.event(_COMPONENT, f"{operation}_{error.reason}")
            return otherwise

    def _guarded(self, operation: str, call: Callable[[], T]) -> T:
        def translated(_seconds: float) -> T:
            try:
                return call()
            except RedisError as error:
                raise UpstreamUnavailable(
                    self._resource.name, operation, _reason(error), message=type(error).__name__
                ) from error

        return self._resource.run(operation, translated, timeout=self._timeout)


def _milliseconds(seconds: float) -> int:
    return max(int(seconds * 1_000), 1)


def _reason(error: RedisError) -> Reason:
    if isinstance(error, RedisTimeoutError):
        return Reason.TIMEOUT
    if isinstance(error, RedisConnectionError):
        return Reason.CONNECTION
    return Reason.SERVER_ERROR


def _stamp(fields: Sequence[bytes | None]) -> Stamp:
    version, versioned_at, plain_at = fields
    if version is None and plain_at is None:
        return NEVER_PURGED
    return Stamp(int(version or 0), float(versioned_at or 0), float(plain_at or 0))


def _news(place: bytes, fields: dict[bytes, bytes]) -> News:
    version, at = fields.get(b"v", b""), float(fields.get(b"a", b"0"))
    stamp = Stamp(int(version), at, 0.0) if version else Stamp(plain_at=at)
    return News(place, fields.get(b"t", b"").decode(errors="replace"), stamp)
