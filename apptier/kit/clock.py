"""Time as an argument, so that leases, expiries and delivery dates can be tested without waiting."""

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What a service may know about time."""

    def now(self) -> datetime:
        """The wall clock, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds on a scale that never jumps; only differences mean anything."""
        ...


class SystemClock:
    """The machine's own clocks."""

    def now(self) -> datetime:
        """The wall clock in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds of CLOCK_MONOTONIC."""
        return time.monotonic()


class ManualClock:
    """A clock for tests: stands still until told to advance."""

    def __init__(self, start: datetime) -> None:
        self._now = start
        self._monotonic = 1_000.0

    def now(self) -> datetime:
        """The start plus what was advanced."""
        return self._now

    def monotonic(self) -> float:
        """Seconds advanced, on an arbitrary scale."""
        return self._monotonic

    def advance(self, seconds: float) -> None:
        """Move both scales forward by `seconds`."""
        self._now += timedelta(seconds=seconds)
        self._monotonic += seconds


def rfc3339(moment: datetime) -> str:
    """`moment` as RFC 3339 in UTC with milliseconds; the fixed width makes the texts sort by time."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def epoch(moment: datetime) -> int:
    """`moment` as whole seconds since 1970, which is what DynamoDB's TTL wants."""
    return int(moment.timestamp())
