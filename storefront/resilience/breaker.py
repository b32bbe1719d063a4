"""A circuit breaker per dependency: stops asking what does not answer, and tries again with one cheap probe.

Closed: calls pass and are counted in one-second slots. Open: calls are refused at once, so that a hang costs
its timeout a few times and not once per shopper. After the open time one call passes as a probe, with a
shorter timeout; its success closes the breaker, its failure opens it again for twice as long.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from storefront.core import Clock


class State(StrEnum):
    """Where a breaker stands."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class BreakerOpen(Exception):  # noqa: N818 - the field's word
    """The call was refused without being made. `retry_after` is in seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"open for another {retry_after:.1f} s")
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class BreakerSettings:
    """When to open, and for how long; times in seconds."""

    consecutive_timeouts: int = 3
    failure_ratio: float = 0.5
    least_calls: int = 20
    window_seconds: int = 10
    open_seconds: float = 5.0
    most_open_seconds: float = 30.0
    probe_share: float = 0.5  # of the normal timeout

    def __post_init__(self) -> None:
        if not 0 < self.failure_ratio <= 1 or not 0 < self.probe_share <= 1:
            raise ValueError("a breaker's ratios lie above 0 and at most at 1")
        if min(self.consecutive_timeouts, self.least_calls, self.window_seconds) < 1:
            raise ValueError("a breaker counts at least one call in at least one second")
        if not 0 < self.open_seconds <= self.most_open_seconds:
            raise ValueError("a breaker opens for more than nothing and at most for most_open_seconds")


@dataclass(frozen=True, slots=True)
class Permit:
    """Leave to make one call, handed back with its outcome. `period` tells late outcomes from new ones."""

    period: int
    probe: bool


class Breaker:
    """The state machine; thread-safe, no I/O, time injected. `on_change` is told each state entered."""

    def __init__(
        self,
        settings: BreakerSettings,
        clock: Clock,
        on_change: Callable[[State], None] = lambda _state: None,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._on_change = on_change
        self._lock = threading.Lock()
        self._state = State.CLOSED
        self._period = 0  # grows with every transition
        self._timeouts = 0
        self._slots: dict[int, tuple[int, int]] = {}  # second -> calls, failures
        self._open_for = settings.open_seconds
        self._open_until = 0.0

    @property
    def state(self) -> State:
        """The state at this moment; open stays open until a probe is asked for."""
        with self._lock:
            return self._state

    def admit(self) -> Permit:
        """Leave for one call, perhaps as the probe; BreakerOpen otherwise."""
        with self._lock:
            if self._state is State.CLOSED:
                return Permit(self._period, probe=False)
            left = self._open_until - self._clock.monotonic()
            if self._state is State.HALF_OPEN or left > 0:
                raise BreakerOpen(max(left, 0.0))
            self._enter(State.HALF_OPEN)
            return Permit(self._period, probe=True)

    def succeeded(self, permit: Permit) -> None:
        """The call was answered."""
        with self._lock:
            if permit.period != self._period:
                return
            if permit.probe:
                self._open_for = self._settings.open_seconds
                self._enter(State.CLOSED)
                return
            self._timeouts = 0
            self._count(failed=False)

    def failed(self, permit: Permit, *, timeout: bool) -> None:
        """The call failed in a way that says something about the dependency."""
        with self._lock:
            if permit.period != self._period:
                return
            if permit.probe:
                self._open_for = min(self._open_for * 2, self._settings.most_open_seconds)
                self._open()
                return
            self._timeouts = self._timeouts + 1 if timeout else 0
            self._count(failed=True)
            if self._timeouts >= self._settings.consecutive_timeouts or self._too_many_failures():
                self._open()

    def abandoned(self, permit: Permit) -> None:
        """The call was not made, or says nothing: a probe's place becomes free for the next caller."""
        with self._lock:
            if permit.probe and permit.period == self._period:
                self._open_until = self._clock.monotonic()
                self._enter(State.OPEN)

    def _open(self) -> None:
        self._open_until = self._clock.monotonic() + self._open_for
        self._enter(State.OPEN)

    def _enter(self, state: State) -> None:
        self._state = state
        self._period += 1
        self._timeouts = 0
        self._slots.clear()
        self._on_change(state)

    def _count(self, *, failed: bool) -> None:
        second = int(self._clock.monotonic())
        oldest = second - self._settings.window_seconds
        for old in [s for s in self._slots if s <= oldest]:
            del self._slots[old]
        calls, failures = self._slots.get(second, (0, 0))
        self._slots[second] = (calls + 1, failures + failed)

    def _too_many_failures(self) -> bool:
        calls = sum(slot[0] for slot in self._slots.values())
        failures = sum(slot[1] for slot in self._slots.values())
        return calls >= self._settings.least_calls and failures >= calls * self._settings.failure_ratio
