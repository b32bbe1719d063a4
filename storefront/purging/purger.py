"""Carries purges out: first in the shared store, which every worker follows, then at the CDN."""

import threading
from typing import Protocol

from storefront.purging.edge import PatientEdge
from storefront.purging.events import Plan, Purge


class Purgeable(Protocol):
    """The cache, as far as it is used here (storefront.cache.CachedAnswers)."""

    def purge(self, tag: str, newer_than: int | None = None) -> bool:
        """Refuse what carries `tag` and is older; whether that was news. Raises UpstreamUnavailable."""
        ...


class Purger:
    """The one way in which purges are made, whoever asks for them. Thread-safe."""

    def __init__(self, cache: Purgeable, edge: PatientEdge) -> None:
        self._cache = cache
        self._edge = edge
        self._lock = threading.Lock()

    def purge(self, plan: Plan) -> list[Purge]:
        """Note purges in the shared store, then tell the CDN, which finds new pages here from then on.

        Returns those that were news to the store. Raises UpstreamUnavailable when the store does not answer:
        then all of them may be noted once more. What the CDN can't be told is told later.
        """
        news = [purge for purge in plan if self._cache.purge(purge.tag, purge.version)]
        with self._lock:
            self._edge.purge(plan.edge_tags)
        return news

    def tell_edge_again(self) -> None:
        """Tell the CDN what it could not be told before."""
        with self._lock:
            self._edge.again()

    @property
    def edge_waiting(self) -> int:
        """How many tags the CDN could not be told yet."""
        return self._edge.waiting
