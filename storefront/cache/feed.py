"""Follows the purges of the fleet: one thread per process reads the stream that every purge is written to.

The stream is bounded, and can be lost with the server. So each reading begins with the last purge known: is
it not there any more, purges may have been missed, and everything that was learnt before is asked for again.
"""

import logging
import os
import threading
from collections.abc import Callable

from storefront.cache.stamps import TagStamps
from storefront.cache.store import News, Store
from storefront.core import Clock, UpstreamUnavailable
from storefront.telemetry import Telemetry

EVERY_SECONDS = 0.2
_BATCH = 500
_COMPONENT = "purge_feed"
_LOG = logging.getLogger(__name__)


class PurgeFeed:
    """Keeps the stamps of one process in step. `start` begins the thread; tests call `poll` themselves."""

    def __init__(self, store: Store, key: str, stamps: TagStamps, clock: Clock, telemetry: Telemetry) -> None:
        self._store = store
        self._key = key
        self._stamps = stamps
        self._clock = clock
        self._telemetry = telemetry
        self._lag = telemetry.metrics.histogram(
            "storefront_purge_lag_seconds", "From a purge to this process knowing of it."
        )
        self._listeners: dict[str, Callable[[], None]] = {}
        self._joined = False
        self._place: bytes | None = None  # of the last purge known; None while the stream is empty
        self._pid = 0
        self._lock = threading.Lock()

    def listen(self, tag: str, call: Callable[[], None]) -> None:
        """Call this, in the following thread, when the tag was purged or may have been; it must not wait."""
        self._listeners[tag] = call

    def start(self) -> None:
        """Follow from now on, in a daemon thread; again in a process that was forked."""
        if self._pid == os.getpid():
            return
        with self._lock:
            if self._pid == os.getpid():
                return
            self._joined = False
            self._poll_whatever_comes()
            threading.Thread(target=self._run, name=_COMPONENT, daemon=True).start()
            self._pid = os.getpid()

    def poll(self) -> bool:
        """Hear what is new. False while the store cannot be asked: then nothing is in step a second later."""
        began = self._clock.monotonic()
        try:
            if not self._joined:
                self._join(began)
            while not self._caught_up(began):
                began = self._clock.monotonic()
        except UpstreamUnavailable:
            self._telemetry.event(_COMPONENT, "unheard")
            return False
        return True

    def _run(self) -> None:
        while True:
            self._clock.sleep(EVERY_SECONDS)
            self._poll_whatever_comes()

    def _poll_whatever_comes(self) -> None:
        try:
            self.poll()
        except Exception:  # noqa: BLE001 - logged; a purge that cannot be read must not end the following
            _LOG.exception("the feed of purges cannot be read")
            self._telemetry.event(_COMPONENT, "failed_bug")
            self._joined = False

    def _join(self, began: float) -> None:
        """Begin at the stream's end. Stamps that are asked for from now on hold all that is before it."""
        self._place = self._store.newest(self._key)
        self._stamps.follow(began)
        self._joined = True
        self._telemetry.event(_COMPONENT, "joined")
        for call in self._listeners.values():
            call()

    def _caught_up(self, began: float) -> bool:
        found = self._store.news(self._key, self._place, _BATCH)
        if self._place is not None:
            if not found or found[0].place != self._place:
                self._telemetry.event(_COMPONENT, "lost_step")
                self._join(began)
                return False
            del found[0]
        for one in found:
            self._take(one)
        if len(found) >= _BATCH - 1:
            return False
        self._stamps.heard(began)
        return True

    def _take(self, news: News) -> None:
        self._stamps.told(news.tag, news.stamp)
        if news.tag in self._listeners:
            self._listeners[news.tag]()
        self._place = news.place
        told_at = max(news.stamp.versioned_at, news.stamp.plain_at)
        self._lag.observe(seconds=max(self._clock.now().timestamp() - told_at, 0.0))
