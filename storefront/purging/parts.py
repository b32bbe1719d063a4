"""What the commands work with, put together by the composition root (setting PURGING_FACTORY)."""

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from storefront.cache.purger import PurgerState
from storefront.purging.consumer import Consumer
from storefront.purging.preview import Previewer
from storefront.purging.purger import Purger
from storefront.purging.sweep import Sweeping
from storefront.telemetry import Metrics


@dataclass(frozen=True, slots=True, kw_only=True)
class Purging:
    """The purger's parts. `consumer` is None where no queue is configured; `metrics` are the purger's own.

    `heard` gives what the running purger, another process, said of itself last: None when it is silent.
    """

    purger: Purger
    previewer: Previewer
    consumer: Consumer | None
    sweeping: Sweeping
    metrics: Metrics = field(default_factory=Metrics)
    heard: Callable[[], PurgerState | None] = lambda: None


Factory = Callable[[Path | None], Purging]


def build(heartbeat: Path | None = None) -> Purging:
    """The parts, made by what PURGING_FACTORY names; `heartbeat` is the file that the consumer touches."""
    named = settings.PURGING_FACTORY
    factory = cast("Factory", import_string(named) if isinstance(named, str) else named)
    return factory(heartbeat)


class _Holder:
    """Keeps a process's parts; built at the first use, and again after a fork or for another factory."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: tuple[str | Factory, int, Purging] | None = None

    def get(self) -> Purging:
        factory, pid = settings.PURGING_FACTORY, os.getpid()
        with self._lock:
            if self._made is None or self._made[:2] != (factory, pid):
                self._made = (factory, pid, build())
            return self._made[2]


_holder = _Holder()


def shared() -> Purging:
    """The parts of this process, for a web worker."""
    return _holder.get()
