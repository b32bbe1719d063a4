"""Small counters that all processes share, in Django's cache; while it is away each counts for itself."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import cache as remembered
from typing import Any

from django.core.cache import cache
from django_redis.pool import ConnectionFactory  # type: ignore[import-untyped]

from storefront.cache import open_redis

_MINUTE = 60  # seconds


class Allowance:
    """So many of something a minute: `most` in all processes together, and never more than that in one.

    `clock` gives seconds since the epoch, the same for all processes.
    """

    def __init__(self, name: str, most: int, clock: Callable[[], float] = time.time) -> None:
        self._name = name
        self._most = most
        self._clock = clock
        self._lock = threading.Lock()
        self._minute, self._taken = -1, 0

    def take(self) -> bool:
        """Whether one more may be had now. The cache is asked no more often than this process may take."""
        minute = int(self._clock() // _MINUTE)
        with self._lock:
            if self._minute != minute:
                self._minute, self._taken = minute, 0
            if self._taken >= self._most:
                return False
            self._taken += 1
        shared = self._shared(minute)
        return shared is None or shared <= self._most

    def _shared(self, minute: int) -> int | None:
        """How many all processes took in this minute; None while the cache is away."""
        key = f"allowance:{self._name}:{minute}"
        added: bool | None = cache.add(key, 0, timeout=2 * _MINUTE)
        if added is None:  # django-redis says so when the server does not answer
            return None
        try:
            count: int | None = cache.incr(key)
        except ValueError:  # evicted since
            return None
        return count


class AllowanceEach:
    """So many of something a minute for each of those who ask, as `Allowance` has it.

    `who` is a name that is no secret to whoever runs the cache: hash what is personal. At most `keep` of them
    are remembered by this process; whoever was longest away is forgotten first.
    """

    def __init__(
        self, name: str, most: int, clock: Callable[[], float] = time.time, *, keep: int = 10_000
    ) -> None:
        self._name = name
        self._most = most
        self._clock = clock
        self._keep = keep
        self._lock = threading.Lock()
        self._each: OrderedDict[str, Allowance] = OrderedDict()

    def take(self, who: str) -> bool:
        """Whether one more may be had now by `who`."""
        with self._lock:
            mine = self._each.pop(who, None) or Allowance(f"{self._name}:{who}", self._most, self._clock)
            self._each[who] = mine
            if len(self._each) > self._keep:
                self._each.popitem(last=False)
        return mine.take()


class ClusterFactory(ConnectionFactory):  # type: ignore[misc] # django-redis has no types
    """Opens django-redis's connections to a cluster, with the cache's own client."""

    def connect(self, url: str) -> Any:
        """The client of this process; connects at the first command."""
        return _cluster(url, self.options["SOCKET_CONNECT_TIMEOUT"], self.options["SOCKET_TIMEOUT"])

    def disconnect(self, connection: Any) -> None:
        """Close it; the next command opens it again."""
        connection.close()


@remembered
def _cluster(url: str, connect: float, read: float) -> Any:
    # Django makes a cache object for every thread; their connections are shared.
    return open_redis(url, cluster=True, connect=connect, read=read, max_connections=8)
