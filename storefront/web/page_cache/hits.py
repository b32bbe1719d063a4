"""The log lines of requests that the page cache answers, the same as every other request's, but cheaper.

structlog would take longer over a line than the cache over the page. So what a line needs is noted while the
request is answered, and a thread writes the lines of a quarter second at once, with the members that
`storefront.web.middleware.telemetry` gives to others and through the handlers that logging is set up with.
"""

import atexit
import json
import logging
import os
import threading
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple, TextIO

from storefront.core import new_request_id
from storefront.telemetry import parse_traceparent, safe_request_id

EVERY_SECONDS = 0.25
# Lines that wait to be written; beyond that the oldest are lost rather than memory.
_MOST_WAITING = 20_000
_LOGGER = "storefront.requests"


class Hit(NamedTuple):
    """One answered request. `at` is in Unix seconds, `ms` how long it took."""

    at: float
    ms: float
    route: str
    method: str
    status: int
    state: str
    degraded: bool
    request_id: str | None
    traceparent: str | None


class HitLog:
    """Takes notes of hits and writes them; the thread begins with the first, in the process that has it.

    `failed` is called when lines could not be written: they are lost, and the next ones are tried.
    """

    def __init__(self, release: str, failed: Callable[[], None] = lambda: None) -> None:
        self._release = json.dumps(release)
        self._failed = failed
        self._hits: deque[Hit] = deque(maxlen=_MOST_WAITING)
        self._logger = logging.getLogger(_LOGGER)
        self._pid = 0
        self._ended = threading.Event()
        self._lock = threading.Lock()

    def note(self, hit: Hit) -> None:
        """Let a hit have its line soon."""
        self._hits.append(hit)
        if self._pid != os.getpid():
            self._begin()

    def flush(self) -> None:
        """Write what waits."""
        if not self._logger.isEnabledFor(logging.INFO):
            self._hits.clear()
            return
        lines = []
        while self._hits:
            lines.append(self._line(self._hits.popleft()))
        if not lines:
            return
        text = "\n".join(lines) + "\n"
        for handler in _handlers(self._logger):
            handler.acquire()
            try:
                handler.stream.write(text)
                handler.flush()
            finally:
                handler.release()

    def close(self) -> None:
        """Write what waits and end the thread."""
        if self._pid == os.getpid():
            self._pid = 0
            self._ended.set()
            atexit.unregister(self.close)
        self.flush()

    def _begin(self) -> None:
        with self._lock:
            if self._pid == os.getpid():
                return
            self._pid, self._ended = os.getpid(), threading.Event()
            atexit.register(self.close)
            threading.Thread(target=self._run, args=(self._ended,), name="page_hits", daemon=True).start()

    def _run(self, ended: threading.Event) -> None:
        while not ended.wait(EVERY_SECONDS):
            try:
                self.flush()
            except Exception:  # noqa: BLE001 - counted; a log of it would go the way that just failed
                self._failed()

    def _line(self, hit: Hit) -> str:
        """The line as JSON, its members in alphabetical order; every text in it is of our making."""
        parent = parse_traceparent(hit.traceparent) if hit.traceparent else None
        trace = parent.trace_id if parent else new_request_id()  # both are 128 random bits
        request_id = safe_request_id(hit.request_id) or new_request_id()
        degraded = '{"page": "stale"}' if hit.degraded else "{}"
        at = datetime.fromtimestamp(hit.at, UTC).isoformat()[: -len("+00:00")] + "Z"
        return (
            f'{{"cache": {{"{hit.state}": 1}}, "calls": {{}}, "degraded": {degraded}, "event": "request", '
            f'"htmx": false, "level": "info", "logger": "{_LOGGER}", "method": "{hit.method}", '
            f'"ms": {round(hit.ms, 2)}, "public": true, "release": {self._release}, '
            f'"request_id": "{request_id}", "route": {json.dumps(hit.route)}, "session": "", '
            f'"status": {hit.status}, "timestamp": "{at}", "trace_id": "{trace}"}}'
        )


def _handlers(logger: logging.Logger) -> list["logging.StreamHandler[TextIO]"]:
    """The stream handlers that a line of this logger would reach."""
    found: list[logging.StreamHandler[TextIO]] = []
    at: logging.Logger | None = logger
    while at is not None:
        streams = (handler for handler in at.handlers if isinstance(handler, logging.StreamHandler))
        found += [handler for handler in streams if getattr(handler, "stream", None) is not None]
        at = at.parent if at.propagate else None
    return found
