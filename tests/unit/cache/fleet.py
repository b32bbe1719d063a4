"""Processes of a fleet over one store in memory, which counts round trips, with a clock that stands still."""

import random
from dataclasses import dataclass, field

from storefront.cache import Background, CachedAnswers, EntryCache, Family, KeySpace, Layers, Store
from storefront.core import ManualClock
from storefront.resilience import Resource, ResourceSettings
from storefront.telemetry import Telemetry

KEYS = KeySpace("test", "r1", "eu", "en")
THING = Family(
    name="thing",
    holds="a thing",
    soft=60,
    hard=600,
    tags=("thing:{id}", "things"),
    invalidated_by="the thing changes",
    stale_for=86_400,
    jitter=0.0,
    negative=10,
)


@dataclass
class FakeRedis:
    """What Store uses of a Redis client, over a dict with lifetimes by the same clock."""

    clock: ManualClock
    data: dict = field(default_factory=dict)
    hashes: dict = field(default_factory=dict)
    streams: dict = field(default_factory=dict)
    added: int = 0
    most_news: int = 10_000
    trips: int = 0
    broken: Exception | None = None

    def pipeline(self, *, transaction):
        assert not transaction
        return FakePipeline(self)

    def set(self, key, value, *, nx=False, px):
        self._trip()
        return self.put(key, value, nx=nx, px=px)

    def put(self, key, value, *, nx, px):
        if nx and self.peek(key) is not None:
            return None
        self.data[key] = (value, self.clock.monotonic() + px / 1_000)
        return True

    def get(self, key):
        self._trip()
        return self.peek(key)

    def xadd(self, key, fields, *, maxlen, approximate):
        self._trip()
        assert approximate
        stream = self.streams.setdefault(key, [])
        self.added += 1
        named = {name.encode(): str(value).encode() for name, value in fields.items()}
        stream.append((f"{self.added:09d}-0".encode(), named))
        del stream[: -min(maxlen, self.most_news)]

    def xrange(self, key, *, min, count):  # noqa: A002 - redis-py's name
        self._trip()
        since = b"" if min == "-" else min
        return [item for item in self.streams.get(key, []) if item[0] >= since][:count]

    def xrevrange(self, key, *, count):
        self._trip()
        return self.streams.get(key, [])[::-1][:count]

    def eval(self, script, count, key, *arguments):
        self._trip()
        assert count == 1
        if "EXPIRE" in script:
            return self._stamp(key, *arguments)
        if self.peek(key) == arguments[0]:
            del self.data[key]
            return 1
        return 0

    def peek(self, key):
        value, until = self.data.get(key, (None, 0))
        return value if value is not None and self.clock.monotonic() < until else None

    def _stamp(self, key, version, now, _seconds):
        fields = self.hashes.setdefault(key, {})
        if version == "":
            fields["p"] = max(now.encode(), fields.get("p", b"0"), key=float)
        elif int(version) > int(fields.get("v", b"0")):
            fields |= {"v": version.encode(), "a": now.encode()}
        else:
            return 0
        return 1

    def _trip(self):
        self.trips += 1
        if self.broken is not None:
            raise self.broken


@dataclass
class FakePipeline:
    """Commands in order, answered at once."""

    redis: FakeRedis
    commands: list = field(default_factory=list)

    def get(self, key):
        self.commands.append(lambda: self.redis.peek(key))

    def hmget(self, key, *names):
        self.commands.append(lambda: [self.redis.hashes.get(key, {}).get(name) for name in names])

    def set(self, key, value, *, nx=False, px):
        self.commands.append(lambda: self.redis.put(key, value, nx=nx, px=px))

    def delete(self, key):
        self.commands.append(lambda: self.redis.data.pop(key, None))

    def execute(self):
        self.redis._trip()
        return [command() for command in self.commands]


class Process:
    """One process of the fleet: its own memory over a shared Redis."""

    def __init__(self, redis, clock, *, seed=1):
        self.telemetry = Telemetry()
        self.clock = clock
        self.redis = redis
        store = None
        if redis is not None:
            resource = Resource(ResourceSettings("redis", 64), self.telemetry, clock, random.Random(seed))
            store = Store(redis, resource, self.telemetry)
        self.local = EntryCache(1024 * 1024)
        self.layers = Layers(store, self.local, KEYS, clock, self.telemetry, random.Random(seed))
        self.background = Background(self.telemetry)
        self.cache = CachedAnswers(self.layers, self.background, clock, self.telemetry)
        self.fetches = 0
        self.answer = "one"

    def fetch(self):
        self.fetches += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def get(self, family=THING, ident="a", **more):
        return self.cache.get(family, {"id": ident}, self.fetch, type=str, **more)

    def settle(self):
        """Let the renewals in the background finish."""
        self.cache.close()

    def states(self):
        return {state: int(n) for (_, state), n in self.telemetry.cache_lookups._values.items()}
