"""What the commands work with, put together by the composition root (setting PURGING_FACTORY)."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from storefront.purging.consumer import Consumer
from storefront.purging.preview import Previewer
from storefront.purging.purger import Purger
from storefront.purging.sweep import Sweeping


@dataclass(frozen=True, slots=True, kw_only=True)
class Purging:
    """The purger's parts. `consumer` is None where no queue is configured."""

    purger: Purger
    previewer: Previewer
    consumer: Consumer | None
    sweeping: Sweeping


Factory = Callable[[Path | None], Purging]


def build(heartbeat: Path | None = None) -> Purging:
    """The parts, made by what PURGING_FACTORY names; `heartbeat` is the file that the consumer touches."""
    named = settings.PURGING_FACTORY
    factory = cast("Factory", import_string(named) if isinstance(named, str) else named)
    return factory(heartbeat)
