"""Sliding windows that all processes share: how often something happened in the last so many seconds.

The shared count lives in Redis (`SharedWindows`), each key a sorted set of tokens by the time they were
taken, by the server's own clock: workers whose clocks are wrong count as the others do. Every process keeps
its own count beside it (`LocalWindows`). It refuses as well, so what this process has seen still holds when
Redis is away, or came back empty.

Keys are names that are no secret to whoever runs Redis: hash what is personal.
"""

import math
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

from storefront.core import Clock, Reason, SystemClock, UpstreamUnavailable
from storefront.resilience import Resource
from storefront.telemetry import Telemetry

if TYPE_CHECKING:
    from redis import Redis
    from redis.cluster import RedisCluster

_COMPONENT = "limits"

# KEYS: the window, and when it was last cleared (in one slot of a cluster). ARGV: what to do, the window's
# length and how long a token counts (both ms), how many there may be, the token. Answers how long to wait
# (ms, 0 when the token was taken or is there already) and how long ago the window was cleared (ms, -1 when it
# was not).
_SCRIPT = """
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local length = tonumber(ARGV[2])
if ARGV[1] == 'clear' then
  redis.call('DEL', KEYS[1])
  redis.call('SET', KEYS[2], now, 'PX', length)
  return {0, 0}
end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - length)
local cleared = redis.call('GET', KEYS[2])
local since = -1
if cleared then since = math.max(now - tonumber(cleared), 0) end
if ARGV[1] == 'take' then
  if redis.call('ZSCORE', KEYS[1], ARGV[5]) then return {0, since} end
  local over = redis.call('ZCARD', KEYS[1]) - tonumber(ARGV[4])
  if over >= 0 then
    local first = redis.call('ZRANGE', KEYS[1], over, over, 'WITHSCORES')
    return {math.max(tonumber(first[2]) + length - now, 1), since}
  end
end
redis.call('ZADD', KEYS[1], now - length + tonumber(ARGV[3]), ARGV[5])
redis.call('PEXPIRE', KEYS[1], length)
return {0, since}
"""


@dataclass(frozen=True, slots=True)
class Window:
    """At most `most` tokens of `kind` in `seconds`, for each of those it is asked about.

    `held` is how many seconds a token counts that nobody keeps; None for the whole window. Only of a
    `lenient` window tokens are ever taken out by a success, or asked for again by who has them; of all others
    a refusal holds as long as it says, so that a flood need not be looked up in Redis again and again.
    """

    kind: str
    most: int
    seconds: float
    held: float | None = None
    lenient: bool = False

    @property
    def first_seconds(self) -> float:
        """How long a token counts when it is taken."""
        return self.seconds if self.held is None else self.held


class Shared(Protocol):
    """The count of all processes. Raises UpstreamUnavailable when it can't be had."""

    def take(self, window: Window, who: str, token: str) -> tuple[float, float | None]:
        """Seconds to wait, 0 where the token was taken or is there, and how long ago the window was cleared.

        That is in seconds, None if it was not.
        """
        ...

    def keep(self, window: Window, who: str, token: str) -> None:
        """Let a token count for the whole window from now."""
        ...

    def drop(self, window: Window, who: str, token: str) -> None:
        """Take a token out."""
        ...

    def clear(self, window: Window, who: str) -> None:
        """Take all tokens out, in every process."""
        ...


class SharedWindows:
    """Windows in Redis or Valkey, in cluster mode or not: each call is one command on keys of one slot."""

    def __init__(
        self, client: "Redis | RedisCluster", resource: Resource, *, prefix: str, timeout: float = 0.1
    ) -> None:
        self._client = client
        self._resource = resource
        self._prefix = prefix
        self._timeout = timeout

    def take(self, window: Window, who: str, token: str) -> tuple[float, float | None]:
        """As `Shared.take`."""
        wait, since = self._run("take", window, who, window.first_seconds, token)
        return wait / 1_000, None if since < 0 else since / 1_000

    def keep(self, window: Window, who: str, token: str) -> None:
        """As `Shared.keep`."""
        self._run("keep", window, who, window.seconds, token)

    def drop(self, window: Window, who: str, token: str) -> None:
        """As `Shared.drop`."""
        self._guarded("drop", lambda: self._client.zrem(self._keys(window, who)[0], token))

    def clear(self, window: Window, who: str) -> None:
        """As `Shared.clear`."""
        self._run("clear", window, who, 0, "")

    def _keys(self, window: Window, who: str) -> tuple[str, str]:
        key = f"{self._prefix}:limits:{window.kind}:{{{who}}}"
        return key, f"{key}:cleared"

    def _run(self, operation: str, window: Window, who: str, seconds: float, token: str) -> tuple[int, int]:
        def call() -> object:
            keys = self._keys(window, who)
            length, counts = str(int(window.seconds * 1_000)), str(int(seconds * 1_000))
            return self._client.eval(_SCRIPT, 2, *keys, operation, length, counts, str(window.most), token)

        answer = self._guarded(operation, call)
        assert isinstance(answer, list)
        return int(answer[0]), int(answer[1])

    def _guarded(self, operation: str, call: Callable[[], object]) -> object:
        def translated(_seconds: float) -> object:
            try:
                return call()
            except RedisError as error:
                reason = _reason(error)
                raise UpstreamUnavailable(
                    self._resource.name, operation, reason, message=type(error).__name__
                ) from error

        return self._resource.run(operation, translated, timeout=self._timeout)


def _reason(error: RedisError) -> Reason:
    if isinstance(error, RedisTimeoutError):
        return Reason.TIMEOUT
    return Reason.CONNECTION if isinstance(error, RedisConnectionError) else Reason.SERVER_ERROR


@dataclass(slots=True)
class _Taken:
    # By token: when it was taken, and until when it counts.
    tokens: dict[str, tuple[float, float]] = field(default_factory=dict)


class LocalWindows:
    """The count of this process; thread-safe. At most `keep` windows of a kind are remembered, the newest."""

    def __init__(self, clock: Clock | None = None, *, keep: int = 50_000) -> None:
        self._clock = clock or SystemClock()
        self._keep = keep
        self._lock = threading.Lock()
        self._all: dict[str, OrderedDict[str, _Taken]] = {}

    def take(self, window: Window, who: str, token: str) -> float:
        """Seconds to wait; 0 when the token was taken."""
        with self._lock:
            now, tokens = self._clock.monotonic(), self._of(window, who).tokens
            for old in [one for one, (_, until) in tokens.items() if until <= now]:
                del tokens[old]
            if token in tokens:
                return 0.0
            over = len(tokens) - window.most
            if over >= 0:
                return max(sorted(until for _, until in tokens.values())[over] - now, 0.001)
            tokens[token] = (now, now + window.first_seconds)
            return 0.0

    def keep(self, window: Window, who: str, token: str) -> None:
        """Let a token count for the whole window from now."""
        with self._lock:
            now = self._clock.monotonic()
            self._of(window, who).tokens[token] = (now, now + window.seconds)

    def drop(self, window: Window, who: str, token: str) -> None:
        """Take a token out."""
        with self._lock:
            self._of(window, who).tokens.pop(token, None)

    def clear(self, window: Window, who: str, *, ago: float = 0.0) -> None:
        """Take out what was taken more than `ago` seconds ago."""
        with self._lock:
            before = self._clock.monotonic() - ago
            tokens = self._of(window, who).tokens
            for old in [one for one, (taken, _) in tokens.items() if taken <= before]:
                del tokens[old]

    def _of(self, window: Window, who: str) -> _Taken:
        kind = self._all.setdefault(window.kind, OrderedDict())
        taken = kind[who] = kind.pop(who, _Taken())
        if len(kind) > self._keep:
            kind.popitem(last=False)
        return taken


class Refusals:
    """Who was told to wait, until then; thread-safe. Of lenient windows nothing is: they may open early."""

    def __init__(self, clock: Clock, *, keep: int) -> None:
        self._clock = clock
        self._keep = keep
        self._lock = threading.Lock()
        self._until: OrderedDict[tuple[str, str], float] = OrderedDict()

    def left(self, window: Window, who: str) -> float:
        """Seconds that are left to wait, 0 for none."""
        key = (window.kind, who)
        with self._lock:
            left = self._until.get(key, 0.0) - self._clock.monotonic()
            if left <= 0:
                self._until.pop(key, None)
            return max(left, 0.0)

    def note(self, window: Window, who: str, wait: float) -> None:
        """Remember a refusal."""
        if wait <= 0 or window.lenient:
            return
        with self._lock:
            self._until[window.kind, who] = self._clock.monotonic() + wait
            if len(self._until) > self._keep:
                self._until.popitem(last=False)


class Windows:
    """What all processes counted together, and never less than this one did itself.

    `shared` is None where there is nothing to share (tests, a single process).
    """

    def __init__(
        self, shared: Shared | None, telemetry: Telemetry, clock: Clock | None = None, *, keep: int = 50_000
    ) -> None:
        self._shared = shared
        self._telemetry = telemetry
        self._clock = clock or SystemClock()
        self._local = LocalWindows(self._clock, keep=keep)
        self._refusals = Refusals(self._clock, keep=keep)

    def take(self, window: Window, who: str, token: str) -> int:
        """Whole seconds to wait before the next try; 0 when the token was taken. Never raises.

        A token that is refused is not counted, so whoever waits as long as told gets through.
        """
        wait = self._refusals.left(window, who)
        if wait <= 0:
            wait = self._take(window, who, token)
            self._refusals.note(window, who, wait)
        if wait > 0:
            self._telemetry.event(_COMPONENT, f"over_{window.kind}")
        return math.ceil(wait)

    def _take(self, window: Window, who: str, token: str) -> float:
        if self._shared is None:
            return self._local.take(window, who, token)
        try:
            shared, cleared = self._shared.take(window, who, token)
        except UpstreamUnavailable as away:
            self._telemetry.event(_COMPONENT, f"away_{away.reason}")
            return self._local.take(window, who, token)
        if cleared is not None:  # by another process, perhaps
            self._local.clear(window, who, ago=cleared)
        if shared > 0:
            return shared
        own = self._local.take(window, who, token)
        if own > 0:
            self._try(lambda there: there.drop(window, who, token))
        return own

    def keep(self, window: Window, who: str, token: str) -> None:
        """Let a token that was taken count for the whole window from now."""
        self._local.keep(window, who, token)
        self._try(lambda there: there.keep(window, who, token))

    def drop(self, window: Window, who: str, token: str) -> None:
        """Take a token out again, as if it had never been taken."""
        self._local.drop(window, who, token)
        self._try(lambda there: there.drop(window, who, token))

    def clear(self, window: Window, who: str) -> None:
        """Forget everything that was taken so far."""
        self._local.clear(window, who)
        self._try(lambda there: there.clear(window, who))

    def _try(self, call: Callable[[Shared], None]) -> None:
        if self._shared is None:
            return
        try:
            call(self._shared)
        except UpstreamUnavailable as away:
            self._telemetry.event(_COMPONENT, f"away_{away.reason}")
