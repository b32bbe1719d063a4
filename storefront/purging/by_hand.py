"""Purges that a person asks for, the same for the command (`manage.py purge`) and for the console.

First a look at what they will hit, then the purge itself: in the shared store, and at the CDN.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from redis.exceptions import RedisError

from storefront.core import Reason, UpstreamUnavailable
from storefront.purging.events import Plan, Purge
from storefront.purging.parts import Purging, shared
from storefront.purging.preview import MOST_KEYS, MOST_SECONDS, Preview

WORKERS_KNOW_SECONDS: Final = 5.0
"""By then every worker whose table answers has asked it by itself (storefront.flags.live)."""
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Done:
    """What a purge did: `seconds` until store and CDN were told, `edge_waiting` tags that the CDN was not."""

    tags: tuple[str, ...]
    seconds: float
    edge_waiting: int


def tags_of_product(handle: str) -> tuple[str, ...]:
    """The tags of all that is known of a product."""
    return (f"product:{handle}", f"offers:{handle}", f"reviews:{handle}")


def look(
    purging: Purging, tags: Sequence[str], *, most: int = MOST_KEYS, seconds: float = MOST_SECONDS
) -> Preview:
    """What purging these tags would hit. Raises UpstreamUnavailable when the store does not answer."""
    try:
        return purging.previewer.preview(tags, most=most, seconds=seconds)
    except RedisError as error:
        raise UpstreamUnavailable("redis", "scan", Reason.CONNECTION, message=type(error).__name__) from error


def carry_out(purging: Purging, tags: Sequence[str]) -> Done:
    """Purge these tags, and wait until the CDN may be told and is, a second or so.

    Raises UpstreamUnavailable when the store does not answer: they may be half noted.
    """
    began = time.perf_counter()
    purging.purger.purge(Plan(Purge(tag) for tag in tags))
    purging.purger.settle_edge()
    return Done(tuple(tags), time.perf_counter() - began, purging.purger.edge_waiting)


def tell_cdn_soon(
    tag: str, purging: Callable[[], Purging] = shared, sleep: Callable[[float], None] = time.sleep
) -> threading.Thread:
    """Have the CDN give up what carries a tag: when the workers that were told know why, and when all do.

    The shared store is not asked: the CDN is told while that is away, too. A worker that was not told finds
    out by itself within WORKERS_KNOW_SECONDS, and until then a CDN may fetch the old page from it once more.

    In a thread, because somebody waits for an answer. A command that ends meanwhile waits for it; what cannot
    be told ends by the CDN's own lifetimes.
    """

    def told() -> None:
        purger = purging().purger
        for pause in (0.0, WORKERS_KNOW_SECONDS):
            sleep(pause)
            purger.note_edge((tag,))
            purger.settle_edge()
        if purger.edge_waiting:
            _LOG.warning("the CDN was not told", extra={"tag": tag})

    thread = threading.Thread(target=told, name="tell_cdn")
    thread.start()
    return thread
