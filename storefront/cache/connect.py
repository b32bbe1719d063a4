"""A Redis client whose timeouts suit a cache: by redis-py's own a hung server costs a minute a command."""

import os
import threading
from collections.abc import Callable
from typing import Any, cast

from redis import Redis
from redis.backoff import NoBackoff
from redis.cluster import RedisCluster
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisClusterException
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.retry import Retry

from storefront.resilience import BreakerSettings, ResourceSettings

CONNECT_SECONDS = 0.05
READ_SECONDS = 0.1

# One timeout opens the breaker: a page makes several cache calls, and each would wait in turn.
REDIS = ResourceSettings("redis", max_in_flight=64, breaker=BreakerSettings(consecutive_timeouts=1))


def open_redis(
    url: str,
    *,
    cluster: bool = False,
    connect: float = CONNECT_SECONDS,
    read: float = READ_SECONDS,
    max_connections: int = 64,
) -> Redis | RedisCluster:
    """A client for `url`; connects at the first command, and again in a process that was forked.

    `connect` and `read` are seconds. `cluster` is for servers in cluster mode with more than one node
    (ElastiCache Serverless always counts as such): the client then asks where each key lives.
    """
    options: dict[str, Any] = {
        "socket_connect_timeout": connect,
        "socket_timeout": read,
        "retry": Retry(NoBackoff(), 0),
        "max_connections": max_connections,
    }
    if cluster:
        made = LazyCluster(lambda: RedisCluster.from_url(url, **options), patience=connect + read)
        return cast("RedisCluster", made)
    return Redis.from_url(url, health_check_interval=0, **options)


def quick_get(client: Any) -> Callable[[str], bytes | None]:
    """GET as the client itself has it, without what redis-py does around every command.

    Its measuring, its callbacks for each type of answer and its way to ask once more take as long as question
    and answer. Connections come from the client's pool and go back there; one that failed has been closed by
    then. Clients of another kind (a cluster's, which asks whose key it is) are used as they are.
    """
    if type(client) is not Redis:
        return cast("Callable[[str], bytes | None]", client.get)
    pool: Any = client.connection_pool

    def get(key: str) -> bytes | None:
        connection = pool.get_connection()
        try:
            connection.send_command("GET", key)
            return cast("bytes | None", connection.read_response())
        finally:
            pool.release(connection)

    return get


class LazyCluster:
    """A RedisCluster that is made at the first command: redis-py's own asks for the slots when it is made.

    Passes every command on. What redis-py raises for a cluster as a whole is no RedisError; it becomes one
    here, because callers take RedisError for a sick server. `patience` is how many seconds a command waits
    while another thread makes the client.
    """

    def __init__(self, make: Callable[[], RedisCluster], *, patience: float) -> None:
        self._make = make
        self._patience = patience
        self._made: tuple[int, RedisCluster] | None = None
        self._lock = (os.getpid(), threading.Lock())

    def pipeline(self, *args: Any, **options: Any) -> "_Translated":
        """A pipeline whose errors are translated, too."""
        return _Translated(self.__getattr__("pipeline")(*args, **options))

    def close(self) -> None:
        """Close the connections of this process, if there are any."""
        made = self._made
        if made is not None and made[0] == os.getpid():
            made[1].close()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *args, **options: _translated(lambda: getattr(self._cluster(), name)(*args, **options))

    def _cluster(self) -> RedisCluster:
        made, pid = self._made, os.getpid()
        if made is not None and made[0] == pid:
            return made[1]
        if self._lock[0] != pid:  # the parent may have been forked while it held the lock
            self._lock = (pid, threading.Lock())
        lock = self._lock[1]
        if not lock.acquire(timeout=self._patience):
            raise RedisTimeoutError("another thread is still looking for the cluster")
        try:
            made = self._made
            if made is None or made[0] != pid:
                made = self._made = (pid, self._make())
            return made[1]
        finally:
            lock.release()


class _Translated:
    """A pipeline that raises RedisError for what is wrong with the cluster as a whole."""

    def __init__(self, pipeline: Any) -> None:
        self._pipeline = pipeline

    def __getattr__(self, name: str) -> Any:
        return getattr(self._pipeline, name)

    def execute(self) -> list[Any]:
        """The answers, in the order of the commands."""
        answers: list[Any] = _translated(self._pipeline.execute)
        return answers


def _translated(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except RedisClusterException as error:
        if _came_of_a_timeout(error):
            raise RedisTimeoutError("the cluster did not answer in time") from error
        raise RedisConnectionError("the cluster cannot be used") from error


def _came_of_a_timeout(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, RedisTimeoutError | TimeoutError):
            return True
        error = error.__cause__ or error.__context__
    return False
