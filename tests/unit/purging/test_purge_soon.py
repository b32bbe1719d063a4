"""What a change of flags tells the CDN: later, in a thread, with no error to who made the change."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import pytest

from storefront.core import ManualClock, Reason, UpstreamUnavailable
from storefront.flags.live import LONGEST_PAUSE
from storefront.purging import by_hand
from storefront.purging.by_hand import WORKERS_KNOW_SECONDS, tell_cdn_soon
from storefront.purging.edge import SETTLE_SECONDS, PatientEdge
from storefront.purging.purger import Purger
from storefront.telemetry import Telemetry


class StoreAway:
    """The shared store, which does not answer."""

    def purge(self, tag: str, newer_than: int | None = None) -> bool:
        raise UpstreamUnavailable("redis", "purge", Reason.CONNECTION)


class Cdn:
    """Notes what it is told, and when."""

    def __init__(self, clock: ManualClock) -> None:
        self.clock, self.away = clock, False
        self.told: list[tuple[float, list[str]]] = []

    def purge(self, tags) -> None:
        if self.away:
            raise UpstreamUnavailable("cdn", "Ban", Reason.TIMEOUT)
        self.told.append((self.clock.monotonic(), list(tags)))

    def means(self, tags) -> str:
        return str(len(tags))


class World:
    """A purger on a clock by hand; `tell` tells the CDN of the flags and waits for the thread."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.cdn = Cdn(self.clock)
        self.purger = Purger(StoreAway(), PatientEdge(self.cdn, Telemetry(), self.clock))

    def tell(self) -> list[tuple[float, list[str]]]:
        began = self.clock.monotonic()
        tell_cdn_soon("flags", lambda: SimpleNamespace(purger=self.purger), self.clock.sleep).join(5)
        return [(moment - began, tags) for moment, tags in self.cdn.told]


def test_the_cdn_is_told_when_the_workers_know_and_again_when_the_last_one_must() -> None:
    (first, tags), (last, again) = World().tell()
    assert (tags, again) == (["flags"], ["flags"])
    assert first >= SETTLE_SECONDS
    assert last > LONGEST_PAUSE + 1.0


def test_nobody_waits_for_it() -> None:
    world, go_on = World(), threading.Event()

    def waits(_seconds: float) -> None:
        assert go_on.wait(5)

    thread = tell_cdn_soon("flags", lambda: SimpleNamespace(purger=world.purger), waits)
    assert world.cdn.told == []
    go_on.set()
    thread.join(5)
    assert len(world.cdn.told) == 2


def test_a_cdn_that_is_away_is_said_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    world = World()
    world.cdn.away = True
    world.tell()
    assert by_hand.__name__ in {record.name for record in caplog.records}
    assert "the CDN was not told" in caplog.text


def test_it_is_the_last_worker_s_way_that_is_waited_for() -> None:
    assert WORKERS_KNOW_SECONDS > LONGEST_PAUSE
